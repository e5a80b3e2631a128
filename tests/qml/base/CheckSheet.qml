// The check page: rows with 改, a hint over the act; a guide row and a machine row for comparison.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    KioskPage {
        title: "请核对，\n错了点“改”"
        titleSize: "title"
        steps: ["谁要办", "回答问题", "准备材料", "核对保存", "拿小票"]
        step: 4
        hint: "点“没错，保存”，就是保证以上都是真的。"
        primaryText: "没错，保存"
        primaryIcon: "check"

        Column {
            width: parent.width
            spacing: 20

            Card {
                width: parent.width
                spacing: 0

                CheckRow {
                    width: parent.width
                    label: "办什么"
                    value: "高龄老人生活津贴"
                    act: ""
                }
                CheckRow {
                    width: parent.width
                    label: "给谁办"
                    value: "李桂英，83岁"
                    note: "4400**********0021"
                }
                CheckRow {
                    width: parent.width
                    label: "津贴打到"
                    value: "邮政存折 尾号 3306"
                    note: "户名李桂英"
                    last: true
                }
            }
            GuideRow {
                visible: Theme.portrait && !Theme.large
                width: parent.width
                label: "要多久"
                answer: "天数以镇街答复为准"
                note: "指南没写天数。要过村、镇、县三关"
                iconName: "clock"
            }
            StatusLine {
                visible: !Theme.large
                width: parent.width
                text: "小票打印机"
                sub: "换 80 mm 热敏纸，关盖即恢复"
                iconName: "printer"
                fact: "缺纸"
                tone: "stop"
                act: "测试打印"
            }
            DateField {
                width: parent.width
                digits: "194305"
                visible: Theme.portrait
            }
        }
    }
}
