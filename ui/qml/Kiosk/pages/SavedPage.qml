// 已保存: the slip that people carry home, and the three steps of what happens next. Says that nobody has received it yet.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property SavedController controller

    readonly property bool told: page.controller.printed.length > 0 && !page.controller.fine
    readonly property string unprinted: page.controller.fine ? page.controller.printed : "没有纸，也可以用手机拍下。"
    readonly property int pitch: Theme.portrait ? (page.told ? 112 : 140) : 92
    readonly property int gap: Theme.portrait ? (page.told || Theme.large ? 24 : 44) : 16

    title: page.controller.supplement ? "补的材料已保存，\n还没送到部门" : "已保存，\n还没送到部门"
    titleSize: page.controller.supplement ? "title" : "question"
    contextText: page.controller.context
    contextIcon: "file-check"
    columnArt: true
    primaryText: page.controller.fine ? "再打一份" : page.controller.proxy ? "打印两份凭条" : "打印凭条"
    primaryIcon: "printer"
    busy: page.controller.busy
    busyText: "正在打印…"
    onPrimaryTapped: page.controller.printOut()
    secondaryText: "办完退出"
    secondaryIcon: "log-out"
    onSecondaryTapped: page.controller.finish()
    hint: Theme.portrait && !page.told ? page.unprinted : ""
    sub: Theme.portrait || page.told ? "" : page.unprinted

    Column {
        width: page.bodyWidth
        spacing: page.gap

        Slip {
            id: slip
            width: parent.width
            code: page.controller.code
            number: page.controller.number
            note: "来站里扫这个码，就能查。"
            standing: Theme.portrait ? "政府部门还没有收到" : "政府部门还没有收到，这不是受理编号"
            standingNote: Theme.portrait ? "这不是受理编号" : ""
        }
        Notice {
            id: notice
            visible: page.told
            width: parent.width
            tone: "wait"
            iconName: "printer"
            title: "没打印出来"
            text: page.controller.printed
        }
        PagedColumn {
            visible: room > (Theme.large ? 300 : 200)
            width: parent.width
            room: page.bodyHeight - slip.height - page.gap - (notice.visible ? notice.height + page.gap : 0)

            TimelineStep {
                width: page.bodyWidth
                pitch: page.pitch
                mark: "done"
                text: "现在：锁在这台机器里"
                sub: "断电也不会丢"
            }
            TimelineStep {
                width: page.bodyWidth
                pitch: page.pitch
                iconName: "cloud-upload"
                text: "有网时：自动送出"
                sub: "不用您再来"
            }
            TimelineStep {
                width: page.bodyWidth
                pitch: page.pitch
                iconName: "message-square-text"
                text: page.controller.later
                sub: page.controller.laterSub
                last: true
            }
        }
    }
}
