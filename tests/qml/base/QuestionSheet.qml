// A question: steps, context, options, primary.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    KioskPage {
        title: "李桂英现在\n住在哪里？"
        sub: "平时住得最多的地方。津贴核查时会用到。"
        contextText: "高龄津贴 · 帮李桂英办"
        steps: ["谁要办", "回答问题", "准备材料", "核对保存", "拿小票"]
        step: 2
        stepNote: "3/4"
        primaryText: "下一步"

        Column {
            width: parent.width
            spacing: Theme.gapOptions

            OptionRow {
                width: parent.width
                text: "住在本村"
                sub: "长滩村"
                selected: true
            }
            OptionRow {
                width: parent.width
                text: "跟子女住在外地"
            }
            OptionRow {
                width: parent.width
                text: "住养老院"
            }
            OptionRow {
                width: parent.width
                text: "别的地方"
            }
        }
    }
}
