// 要帮忙的: notes of people who found nobody there. One row a note: open it, or end it by two touches. What stands in a note
// is shown alone, for half a minute.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property HelpDeskController controller

    contextText: "要帮忙的"
    contextIcon: "message-square-text"
    titleSize: "title"
    title: !page.controller.loaded ? "正在看" : page.controller.total > 0 ? `有 ${page.controller.total} 张条子` : "没有条子"
    sub: page.controller.total > 0 ? "看了会记下是谁看的。找到人了，就删掉。" : "没人在时写下的，会在这里。"
    bodyFill: true
    columnArt: true

    PagedColumn {
        width: page.bodyWidth
        room: page.bodyHeight
        spacing: Theme.gapCards

        Repeater {
            model: page.controller.lines

            Card {
                id: row
                required property int index
                required property string text
                required property bool seen
                required property bool asked

                width: page.bodyWidth
                pad: Theme.pad

                Column {
                    width: parent.width
                    spacing: 20

                    Flow {
                        width: parent.width
                        spacing: 16

                        Words {
                            text: row.text
                            size: Theme.body
                            bold: true
                            height: tag.height
                        }
                        Tag {
                            id: tag
                            text: row.seen ? "看过，还没办好" : "还没人看"
                            tone: "wait"
                            iconName: row.seen ? "eye" : "hourglass"
                        }
                    }
                    Row {
                        width: parent.width
                        spacing: 16

                        RowButton {
                            width: (parent.width - 16) / 2
                            strong: row.index === 0 && !row.asked
                            text: row.asked ? "先放着" : "看一看"
                            iconName: row.asked ? "undo-2" : "contact"
                            spokenName: `${text}：${row.text}`
                            onTapped: row.asked ? page.controller.keep() : page.controller.open(row.index)
                        }
                        RowButton {
                            width: (parent.width - 16) / 2
                            text: row.asked ? "对，删掉" : "办好了"
                            iconName: row.asked ? "trash-2" : "check"
                            strong: row.asked
                            spokenName: `${text}：${row.text}`
                            onTapped: page.controller.done(row.index)
                        }
                    }
                }
            }
        }
    }
    KioskDialog {
        parent: page
        z: 10
        visible: page.controller.note.open
        blank: true
        title: page.controller.note.title
        text: page.controller.note.text
        primary: "看好了"
        onPrimaryTapped: page.controller.note.hide()

        CountdownRing {
            width: implicitWidth
            height: implicitHeight
            seconds: page.controller.note.remaining
            of: page.controller.note.whole
        }
    }
}
