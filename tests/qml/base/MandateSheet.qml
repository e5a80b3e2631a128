// A mandate with the signature under it; giant cards are on WhoSheet.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    KioskPage {
        title: "请李桂英\n本人签名"
        contextText: "高龄津贴 · 帮李桂英办"
        steps: ["谁要办", "签委托书", "回答问题", "准备材料", "核对保存"]
        step: 2
        primaryText: "签好了"
        primaryIcon: "check"
        secondaryText: "重签"
        secondaryIcon: "rotate-ccw"

        Column {
            width: parent.width
            spacing: 28

            Card {
                width: parent.width
                spacing: 0

                CheckRow {
                    width: parent.width
                    compact: true
                    label: "请谁办"
                    value: "陈志强（村代办员）"
                    act: ""
                }
                CheckRow {
                    width: parent.width
                    compact: true
                    label: "办什么"
                    value: "只办高龄津贴这一件"
                    act: ""
                }
                CheckRow {
                    width: parent.width
                    compact: true
                    label: "不能"
                    value: "不能转给别人办，不能收钱，随时可以取消"
                    act: ""
                    last: true
                }
            }
            SignaturePad {
                objectName: "pad"
                width: parent.width
                hint: "不会写字？点“叫人帮忙”"
                implicitHeight: Theme.portrait ? 600 : 280
            }
        }
    }
}
