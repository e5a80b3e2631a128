// The saved page: slip with QR, what happens next.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    KioskPage {
        title: "已保存，\n等待上传"
        contextText: "高龄津贴 · 李桂英"
        columnArt: true
        primaryText: "打印小票"
        primaryIcon: "printer"
        secondaryText: "办完退出"
        secondaryIcon: "log-out"

        Column {
            width: parent.width
            spacing: Theme.portrait ? 64 : 24

            Slip {
                width: parent.width
                code: "JB1:T0123456789AB:0417-7:00112233445566778899aabbccddeeff"
                number: "长滩 0417-7"
                note: "到本村机器扫这个码，就能查。"
                standing: "政府部门还没有收到"
                standingNote: "这不是受理编号"
            }
            Column {
                width: parent.width

                TimelineStep {
                    width: parent.width
                    mark: "done"
                    text: "现在：锁在这台机器里"
                    sub: "断电也不会丢"
                }
                TimelineStep {
                    visible: !Theme.large || Theme.portrait
                    width: parent.width
                    iconName: "cloud-upload"
                    text: "有网时：自动上传"
                    sub: "不用您再来"
                }
                TimelineStep {
                    width: parent.width
                    iconName: "message-square-text"
                    text: "12月2日还查不到，请来站里"
                    last: true
                }
            }
        }
    }
}
