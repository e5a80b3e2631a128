// Where a filing stands: the state in bold, the office's reason if something is wanted, then what happened.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property TrackController controller

    contextText: page.controller.matter.length > 0 ? page.controller.matter : `编号 ${page.controller.number}`
    contextIcon: "file-text"
    title: page.controller.withdrawing ? "真的撤回吗？" : page.controller.title
    sub: page.controller.withdrawing ? "没送出的马上撤回，送出的要等部门答复。" : page.controller.wanted.length > 0 && !page.controller.answered ? "" : page.controller.text
    columnArt: true
    bodyFill: true
    primaryText: page.controller.withdrawing ? "撤回这件" : page.controller.canSupplement ? (page.controller.answered ? "再补一次" : "现在补") : page.controller.canRefile ? "改好再交" : "知道了"
    primaryTrailing: !page.controller.withdrawing && (page.controller.canSupplement || page.controller.canRefile) ? "chevron-right" : ""
    onPrimaryTapped: page.controller.withdrawing ? page.controller.withdraw() : page.controller.canSupplement ? page.controller.supplement() : page.controller.canRefile ? page.controller.refile() : page.app.stepBack()
    busy: page.controller.busy
    busyText: "正在撤回…"
    secondaryText: page.controller.withdrawing ? "不撤了" : page.controller.canWithdraw ? "要撤回" : ""
    onSecondaryTapped: page.controller.askWithdraw(!page.controller.withdrawing)
    hint: page.controller.onlyState ? "凭条只看得到办到哪一步。要看办的是什么，请用编号和4位查询码查。" : `本机编号 ${page.controller.number}`

    PagedColumn {
        width: page.bodyWidth
        y: page.controller.wanted.length > 0 ? 0 : 24
        room: page.bodyHeight - y

        Item {
            width: page.bodyWidth
            implicitHeight: page.controller.wanted.length > 0 ? wanted.height + 48 : 0

            Card {
                id: wanted
                visible: page.controller.wanted.length > 0
                width: parent.width
                tone: "stop"
                pad: 36

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
                    width: parent.width
                    text: page.controller.wanted
                    size: Theme.heading
                    bold: true
                }
                Words {
                    visible: text.length > 0
                    width: parent.width
                    text: page.controller.wantedBy
                    size: Theme.body
                }
                Words {
                    width: parent.width
                    text: "存在这台机器里不算送到。别的不用重填。"
                    size: Theme.label
                    color: Theme.ink2
                }
            }
        }
        Repeater {
            id: steps
            model: page.controller.steps

            TimelineStep {
                id: step
                required property int index
                required text
                required sub
                required mark
                required tone
                required iconName
                width: page.bodyWidth
                last: step.index === steps.count - 1
            }
        }
    }
}
