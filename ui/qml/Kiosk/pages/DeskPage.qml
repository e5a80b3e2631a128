// The agent's desk: what came back first, then what was not sent. One act per row; the first row is filled.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property DeskController controller

    readonly property int rowHeight: Theme.large ? (Theme.portrait ? 284 : 228) : 208

    contextText: `代办员 ${page.controller.who}`
    contextIcon: "users"
    titleSize: "title"
    title: !page.controller.loaded ? "正在看" : page.controller.todo > 0 ? `有 ${page.controller.todo} 件要处理` : page.controller.unsent > 0 ? `有 ${page.controller.unsent} 件还没送到` : page.controller.notes > 0 ? `有 ${page.controller.notes} 人要帮忙` : "都办妥了"
    bodyFill: true
    plainPrimary: true
    primaryText: "新办一件"
    primaryIcon: "plus"
    onPrimaryTapped: page.controller.fresh()
    secondaryText: "机器状态"
    secondaryIcon: "settings"
    onSecondaryTapped: page.controller.machine()

    readonly property int room: Math.max(1, Math.floor((bodyHeight - tabs.height - 24 - (Theme.chipHeight + 30)) / (rowHeight + Theme.gapCards)))
    onRoomChanged: page.controller.fit(room)
    Component.onCompleted: page.controller.fit(room)

    Row {
        id: tabs
        readonly property int count: page.controller.notes > 0 ? 4 : 3
        readonly property real each: (width - (count - 1) * spacing) / count
        width: page.bodyWidth
        spacing: 16

        CountTab {
            width: tabs.each
            text: "要处理"
            count: page.controller.todo
            selected: page.controller.tab === "todo"
            onTapped: page.controller.choose("todo")
        }
        CountTab {
            width: tabs.each
            text: "还没送到"
            count: page.controller.unsent
            selected: page.controller.tab === "unsent"
            onTapped: page.controller.choose("unsent")
        }
        CountTab {
            width: tabs.each
            text: "全部"
            count: page.controller.total
            selected: page.controller.tab === "all"
            onTapped: page.controller.choose("all")
        }
        CountTab {
            visible: page.controller.notes > 0
            width: tabs.each
            text: "要帮忙"
            count: page.controller.notes
            onTapped: page.controller.help()
        }
    }
    Column {
        id: list
        y: tabs.height + 24
        width: page.bodyWidth
        spacing: Theme.gapCards

        Repeater {
            model: page.controller.lines

            Card {
                id: row
                required property int index
                required property string text
                required property string tag
                required property string tagTone
                required property string iconName
                required property string note
                required property string act
                required property bool card

                width: list.width
                height: page.rowHeight
                pad: 0

                Item {
                    width: row.width
                    height: row.height

                    Column {
                        x: Theme.pad + 4
                        anchors.verticalCenter: parent.verticalCenter
                        width: go.x - x - 20
                        spacing: 14

                        Words {
                            width: parent.width
                            text: row.text
                            size: Theme.body
                            bold: true
                        }
                        Flow {
                            width: parent.width
                            spacing: 16

                            Tag {
                                id: tag
                                text: row.tag
                                tone: row.tagTone
                                iconName: row.iconName
                            }
                            Words {
                                height: tag.height
                                text: row.note
                                size: Theme.small
                                color: Theme.ink2
                                wrapMode: Text.NoWrap
                            }
                        }
                    }
                    Column {
                        id: go
                        anchors.right: parent.right
                        anchors.rightMargin: Theme.pad
                        anchors.verticalCenter: parent.verticalCenter
                        spacing: 16

                        RowButton {
                            id: act
                            width: Math.max(implicitWidth, 200)
                            strong: row.index === 0 && page.controller.tab === "todo"
                            text: row.act
                            spokenName: `${row.act}：${row.text}，${row.note}`
                            onTapped: page.controller.open(row.index)
                        }
                        RowButton {
                            visible: row.card
                            width: act.width
                            text: "找人"
                            iconName: "contact"
                            spokenName: `找人：打开联系卡，${row.text}，${row.note}`
                            onTapped: page.controller.find(row.index)
                        }
                    }
                }
            }
        }
        Words {
            visible: page.controller.loaded && page.controller.lines.count === 0
            width: parent.width
            topPadding: 60
            horizontalAlignment: Text.AlignHCenter
            text: "这里没有要看的。"
            size: Theme.body
            color: Theme.ink2
        }
    }
    Pager {
        y: page.bodyHeight - height
        width: page.bodyWidth
        page: page.controller.page
        pages: page.controller.pages
        onPreviousAsked: page.controller.turn(-1)
        onNextAsked: page.controller.turn(1)
    }
    KioskDialog {
        parent: page
        z: 10
        visible: page.controller.card.open
        blank: true
        title: page.controller.card.title
        text: page.controller.card.text
        primary: "看好了"
        onPrimaryTapped: page.controller.card.hide()

        CountdownRing {
            width: implicitWidth
            height: implicitHeight
            seconds: page.controller.card.remaining
            of: page.controller.card.whole
        }
    }
}
