// 按类别找: the themes, then the items of one. Lists page, they never scroll.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property BrowseController controller

    readonly property bool choosing: page.controller.theme.length === 0

    contextText: page.choosing ? "全部事项" : page.controller.loaded ? `按类别找 · ${page.controller.total} 件` : "按类别找"
    contextIcon: "layout-grid"
    titleSize: "title"
    title: page.choosing ? "要办哪一类？" : page.controller.theme
    sub: page.choosing ? "" : "这里能交的在前面。"
    bodyFill: true
    columnArt: true

    // What the rows may take; the controller pages by it.
    readonly property real rowsRoom: bodyHeight - 8
    function fit(): void {
        page.controller.fit(rowsRoom, rowsRoom - pager.implicitHeight - 16, Theme.rowHeight, bodyWidth - 2 * Theme.pad - 64, Theme.heading - 2, Theme.small + 2);
    }
    onRowsRoomChanged: fit()
    Component.onCompleted: fit()

    Grid {
        visible: page.choosing
        width: page.bodyWidth
        y: Theme.portrait ? page.bodyHeight - height : 0
        columns: 3
        spacing: Theme.gutter

        Repeater {
            model: page.controller.themes

            ThemeTile {
                id: tile
                required property string key
                required text
                required iconName
                width: (page.bodyWidth - 2 * Theme.gutter) / 3
                onTapped: page.controller.choose(tile.key)
            }
        }
    }
    Column {
        id: list
        visible: !page.choosing
        width: page.bodyWidth
        spacing: 16

        Repeater {
            model: page.controller.rows

            ListRow {
                id: row
                required property string key
                required property string tag
                required property string tone
                required text
                required sub
                required best
                width: list.width
                tags: row.tag.length > 0 ? [row.tag] : []
                tagTone: row.tone === "ok" ? "ok" : "plain"
                tagIcon: row.tone === "ok" ? "check" : "map-pin"
                onTapped: page.controller.open(row.key)
            }
        }
    }
    Pager {
        id: pager
        y: page.bodyHeight - height
        width: page.bodyWidth
        visible: !page.choosing && pages > 1
        page: page.controller.page
        pages: page.controller.pages
        onPreviousAsked: page.controller.turn(-1)
        onNextAsked: page.controller.turn(1)
    }
}
