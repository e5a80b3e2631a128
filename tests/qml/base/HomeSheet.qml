// The home page's parts: search box, tiles, themes.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    KioskPage {
        home: true
        title: "您好，\n想办什么？"
        primaryText: "查我的办件"
        primaryIcon: "file-search"
        secondaryText: "接着上次办"
        secondaryIcon: "history"
        plainPrimary: true

        Column {
            id: body
            width: parent.width
            spacing: Theme.gapCards

            SearchBox {
                width: parent.width
                button: "打字找"
            }
            Grid {
                columns: 2
                visible: !Theme.low
                spacing: Theme.gutter

                Repeater {
                    model: [["高龄津贴", "满80岁，每月领", "hand-coins"], ["养老金认证", "每年认证一次", "user-check"], ["社保卡", "新办、补卡", "wallet-cards"], ["居民医保", "参保、报销", "heart-pulse"]]

                    Tile {
                        required property var modelData
                        width: (body.width - Theme.gutter) / 2
                        text: modelData[0]
                        sub: modelData[1]
                        iconName: modelData[2]
                    }
                }
            }
            Grid {
                columns: 4
                spacing: Theme.gutter

                Repeater {
                    model: [["户口身份证", "id-card"], ["房子土地", "house"], ["残疾人", "accessibility"], ["困难救助", "hand-heart"], ["种田养殖", "sprout"], ["找工作", "briefcase-business"], ["生孩子", "baby"], ["全部事项", "layout-grid"]]

                    ThemeTile {
                        required property var modelData
                        width: (body.width - 3 * Theme.gutter) / 4
                        text: modelData[0]
                        iconName: modelData[1]
                    }
                }
            }
        }
    }
}
