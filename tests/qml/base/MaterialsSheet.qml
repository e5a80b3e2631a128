// Materials in their four marks, with both acts.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    KioskPage {
        title: "5样材料，\n还差1样"
        titleSize: "title"
        contextText: "高龄津贴 · 帮李桂英办"
        steps: ["谁要办", "回答问题", "准备材料", "核对保存", "拿小票"]
        step: 3
        primaryText: "扫描户口本"
        primaryIcon: "scan-line"
        secondaryText: "先存着"
        secondaryIcon: "save"

        Column {
            width: parent.width
            spacing: Theme.gapCards

            MaterialRow {
                width: parent.width
                text: "身份证"
                sub: "拍好了，2页"
                mark: "done"
                act: "看一下"
            }
            MaterialRow {
                visible: (!Theme.large || Theme.portrait) && !Theme.low
                width: parent.width
                text: "邮政存折"
                sub: "扫好了，1页"
                mark: "done"
                act: "看一下"
            }
            MaterialRow {
                width: parent.width
                text: "户口本"
                sub: "要扫2页：首页、本人页"
                mark: "next"
            }
            MaterialRow {
                width: parent.width
                text: "1寸彩照"
                sub: "可以后补，12月4日前交来"
                mark: "later"
                act: "现在交"
            }
            MaterialRow {
                visible: !Theme.large && !Theme.low
                width: parent.width
                text: "申请表"
                sub: "还没填"
                act: "去填"
            }
        }
    }
}
