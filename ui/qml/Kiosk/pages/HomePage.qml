// 您好，想办什么？ Search, four direct items, themes, and one's own filings. Everything goes at once.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property HomeController controller

    home: true
    title: "您好，\n想办什么？"
    primaryText: page.controller.resumable ? "接着上次办" : "查我的办件"
    primaryIcon: page.controller.resumable ? "history" : "file-search"
    plainPrimary: true
    onPrimaryTapped: page.controller.resumable ? page.controller.resume() : page.controller.track()
    secondaryText: page.controller.resumable ? "查我的办件" : "按部门找"
    secondaryIcon: page.controller.resumable ? "file-search" : "landmark"
    onSecondaryTapped: page.controller.resumable ? page.controller.track() : page.controller.departments()

    Column {
        width: page.bodyWidth
        spacing: Theme.portrait ? 32 : 24

        SearchBox {
            width: parent.width
            button: "打字找"
            onOpened: page.controller.find()
        }
        Words {
            visible: !page.controller.ready
            text: "正在打开名录…"
            size: Theme.label
            color: Theme.ink2
        }
        Grid {
            width: parent.width
            columns: 2
            spacing: Theme.gutter

            Repeater {
                model: page.controller.items

                Tile {
                    id: tile
                    required property string key
                    required text
                    required iconName
                    required sub
                    width: (page.bodyWidth - Theme.gutter) / 2
                    onTapped: page.controller.open(tile.key)
                }
            }
        }
        Grid {
            width: parent.width
            columns: 4
            spacing: Theme.gutter

            Repeater {
                model: page.controller.themes

                ThemeTile {
                    id: theme
                    required property string key
                    required text
                    required iconName
                    width: (page.bodyWidth - 3 * Theme.gutter) / 4
                    onTapped: page.controller.browse(theme.key)
                }
            }
            ThemeTile {
                width: (page.bodyWidth - 3 * Theme.gutter) / 4
                text: "全部事项"
                iconName: "layout-grid"
                onTapped: page.controller.browse("")
            }
        }
    }
}
