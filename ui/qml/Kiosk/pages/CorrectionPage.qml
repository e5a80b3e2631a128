// 现在补: the office's words and date, what is wanted, who answers. Only that opens, blank.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property CorrectionController controller

    contextText: page.controller.context
    contextIcon: "file-text"
    title: page.controller.asking ? "谁来补？" : page.controller.heading
    sub: page.controller.asking ? "" : page.controller.again || "只补这几样，别的不用重填。"
    hint: "存在这台机器里不算送到，有网时自动送。"
    bodyFill: true
    busy: page.controller.busy
    busyText: "正在打开…"
    primaryText: page.controller.asking ? "开始补" : "现在补"
    onPrimaryTapped: page.controller.start()

    PagedColumn {
        id: paged
        visible: !page.controller.asking
        width: page.bodyWidth
        room: page.bodyHeight
        spacing: 20

        Card {
            width: paged.width
            tone: "stop"
            pad: 32

            Row {
                spacing: 16

                Icon {
                    name: "undo-2"
                    tone: Theme.stop
                    size: 48
                    anchors.verticalCenter: parent.verticalCenter
                }
                Words {
                    text: "部门说"
                    size: Theme.body + 2
                    bold: true
                    color: Theme.stop
                    anchors.verticalCenter: parent.verticalCenter
                }
            }
            Words {
                visible: text.length > 0
                width: parent.width
                text: page.controller.words
                size: Theme.heading - 2
                bold: true
            }
            Words {
                width: parent.width
                text: page.controller.by
            }
        }
        Repeater {
            model: page.controller.wanted

            Item {
                id: one
                required property int index
                required property string text
                required property string sub
                width: paged.width
                implicitHeight: Math.max(mark.height, words.implicitHeight)
                Accessible.role: Accessible.ListItem
                Accessible.name: `第${index + 1}样，${text}，${sub}`

                Disc {
                    id: mark
                    x: 12
                    size: 64
                    filled: true
                    tone: Theme.wait
                    iconName: "pen-line"
                }
                Column {
                    id: words
                    x: 108
                    y: Math.max(0, (mark.height - height) / 2)
                    width: parent.width - x

                    Words {
                        width: parent.width
                        text: one.text
                        bold: true
                    }
                    Words {
                        visible: text.length > 0
                        width: parent.width
                        text: one.sub
                        size: Theme.label
                        color: Theme.ink2
                    }
                }
            }
        }
    }
    AnswerRows {
        visible: page.controller.asking
        y: Theme.portrait ? page.bodyHeight - height : 0
        width: page.bodyWidth
        room: page.bodyHeight
        model: page.controller.who
        error: page.controller.error
        onPicked: index => page.controller.choose(index)
    }
}
