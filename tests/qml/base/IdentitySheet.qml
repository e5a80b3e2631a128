// Typing an ID number: grouped field, read-back, keypad.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    KioskPage {
        title: "老人的\n身份证号"
        contextText: "高龄津贴 · 帮别人办"
        steps: ["谁要办", "回答问题", "准备材料", "核对保存", "拿小票"]
        step: 1
        primaryText: "下一步"

        Column {
            width: parent.width
            spacing: 24

            FieldBox {
                id: field
                width: parent.width
                text: "4400001943050602"
                groups: [6, 8, 4]
                accent: 1
                note: text.length < 18 ? `差${18 - text.length}位` : ""
                good: "1943年5月6日生，83岁 对吗？"
            }
            Keypad {
                width: parent.width
                onKeyed: digit => field.text += digit
                onErased: field.text = field.text.slice(0, -1)
            }
        }
    }
}
