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
    title: page.controller.heading
    sub: "只补这几样，别的不用重填。"
    hint: "存在这台机器里不算送到，有网时自动送。"
    bodyFill: true
    busy: page.controller.busy
    busyText: "正在打开…"
    primaryText: "开始补"
    onPrimaryTapped: page.controller.start()

    PagedColumn {
        id: paged
        width: page.bodyWidth
        room: page.bodyHeight - (who.visible ? who.height + 24 : 0)
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

            MaterialRow {
                required text
                required sub
                width: paged.width
                mark: "later"
                markIcon: "pen-line"
            }
        }
    }
    AnswerRows {
        id: who
        visible: page.controller.asks
        y: page.bodyHeight - height
        width: page.bodyWidth
        room: page.bodyHeight
        dense: true
        model: page.controller.who
        error: page.controller.error
        onPicked: index => page.controller.choose(index)
    }
}
