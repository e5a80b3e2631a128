// The find page's parts: live search box, chips, rows, pager, keyboard on a real key surface.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    KioskPage {
        id: page
        bodyFill: true
        dockTitle: "打拼音，点上面的字。"
        dockNote: "不用打全：打“lrq”也能找到“老人钱”。"
        dock: KeyBoard {
            width: page.dockWidth
            surface: KeySurface {
                id: keys
                onCommitted: text => box.query += text
                onErased: box.query = box.query.slice(0, -1)
            }
        }

        Column {
            width: parent.width
            spacing: 16

            SearchBox {
                id: box
                width: parent.width
                query: "老人"
                composing: keys.composing
                onCleared: query = ""
            }
            Row {
                spacing: 14

                Repeater {
                    model: Theme.large ? ["全部", "马上办"] : ["全部", "马上办", "网上办"]

                    Chip {
                        required property string modelData
                        text: modelData
                        selected: modelData === "全部"
                    }
                }
            }
            ListRow {
                width: parent.width
                text: "高龄老人生活津贴申请"
                sub: "满80岁，每月领一笔钱"
                tags: ["就近办"]
                best: true
            }
            ListRow {
                width: parent.width
                text: "高龄津贴资格认证"
                sub: "已经在领的，按时认证才续发"
                tags: ["马上办", "就近办"]
            }
            Pager {
                width: parent.width
                page: 1
                pages: 2
            }
        }
    }
}
