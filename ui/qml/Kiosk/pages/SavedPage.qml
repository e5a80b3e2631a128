// 已保存: the slip that people carry home, and the three steps of what happens next. Says that nobody has received it yet.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property SavedController controller

    title: "已保存，\n还没送到部门"
    titleSize: "title"
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
    hint: page.controller.printed.length > 0 ? "" : "没有纸，也可以用手机拍下这一页。"

    Column {
        width: page.bodyWidth
        spacing: Theme.portrait ? 48 : 20

        Slip {
            width: parent.width
            code: page.controller.code
            number: page.controller.number
            note: "来站里扫这个码，就能查。"
            standing: "政府部门还没有收到"
            standingNote: Theme.portrait ? "这不是受理编号" : ""
        }
        Notice {
            visible: page.controller.printed.length > 0
            width: parent.width
            tone: page.controller.fine ? "ok" : "wait"
            iconName: "printer"
            title: page.controller.fine ? "打印好了" : "没打印出来"
            text: page.controller.printed
        }
        Column {
            visible: page.controller.printed.length === 0 || Theme.portrait
            width: parent.width

            TimelineStep {
                width: parent.width
                mark: "done"
                text: "现在：锁在这台机器里"
                sub: "断电也不会丢"
            }
            TimelineStep {
                width: parent.width
                iconName: "cloud-upload"
                text: "有网时：自动送出"
                sub: "不用您再来"
            }
            TimelineStep {
                width: parent.width
                iconName: "message-square-text"
                text: page.controller.later
                sub: page.controller.laterSub
                last: true
            }
        }
    }
}
