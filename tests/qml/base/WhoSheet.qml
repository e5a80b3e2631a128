// Giant cards that go at once.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    KioskPage {
        title: "给谁办？"
        sub: "选一个，点一下。"
        contextText: "高龄津贴"
        contextIcon: "hand-coins"
        steps: ["谁要办", "回答问题", "准备材料", "核对保存", "拿小票"]
        step: 1

        Column {
            width: parent.width
            spacing: 28

            ChoiceCard {
                width: parent.width
                text: "给自己办"
                sub: "我就是要领津贴的人"
                need: "带好自己的身份证"
                iconName: "user"
            }
            ChoiceCard {
                width: parent.width
                text: "帮别人办"
                sub: "帮家人、帮邻居，或是代办员"
                need: "要本人同意，并在这里签名"
                iconName: "users"
            }
        }
    }
}
