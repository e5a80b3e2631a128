// 全部事项: the headings (by life event, by department, by what saves a trip), then the items of one. All of it pages, nothing
// scrolls.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property BrowseController controller

    readonly property bool choosing: page.controller.chosen.length === 0
    readonly property string by: page.controller.by
    readonly property var ways: ({
            "theme": ["按类别找", "layout-grid", "要办哪一类？"],
            "department": ["按部门找", "landmark", "找哪个部门？"],
            "flag": ["省事的", "footprints", "怎么办省事？"]
        })

    contextText: page.choosing ? "全部事项" : page.controller.loaded ? `${page.ways[page.by][0]} · ${page.controller.total} 件` : page.ways[page.by][0]
    contextIcon: page.ways[page.by][1]
    titleSize: "title"
    title: page.choosing ? page.ways[page.by][2] : page.controller.name
    sub: !page.choosing ? page.controller.sub : page.by === "flag" ? "指南写明了的才算，没写的不在这里。" : ""
    bodyFill: true
    columnArt: true

    // What the rows may take; the controller pages by it.
    readonly property real rowsRoom: bodyHeight - list.y - 8
    function fit(): void {
        page.controller.fit(rowsRoom, rowsRoom - pager.implicitHeight - 16, Theme.rowHeight, bodyWidth - 2 * Theme.pad - 64, Theme.heading - 2, Theme.small + 2);
    }
    onRowsRoomChanged: fit()

    // Headings: as many lines as fit over the pager, which keeps its place.
    readonly property int columns: page.by === "theme" ? 3 : page.by === "department" ? 2 : 1
    readonly property int tileHeight: page.by === "theme" ? (Theme.portrait ? Theme.themeTileHeight : Theme.themeTileHeight - 10) : Theme.groupTileHeight
    readonly property real tilesRoom: bodyHeight - ways.height - 24
    readonly property int full: columns * linesIn(tilesRoom)
    readonly property int paged: columns * linesIn(tilesRoom - pager.implicitHeight - 16)
    function linesIn(room: real): int {
        return Math.max(1, Math.floor((room + Theme.gapCards) / (tileHeight + Theme.gapCards)));
    }
    onFullChanged: page.controller.fitTiles(full, paged)
    onPagedChanged: page.controller.fitTiles(full, paged)
    Component.onCompleted: {
        fit();
        page.controller.fitTiles(full, paged);
    }

    Row {
        id: ways
        visible: page.choosing
        y: Theme.portrait ? page.bodyHeight - height - 24 - tiles.height - (pager.visible ? pager.height + 16 : 0) : 0
        width: page.bodyWidth
        spacing: 14

        Repeater {
            model: page.controller.ways

            Chip {
                id: way
                required property string key
                required text
                width: (ways.width - 2 * 14) / 3
                selected: page.by === way.key
                onTapped: page.controller.look(way.key)
            }
        }
    }
    Grid {
        id: tiles
        visible: page.choosing
        width: page.bodyWidth
        y: ways.y + ways.height + 24
        columns: page.columns
        columnSpacing: Theme.gutter
        rowSpacing: Theme.gapCards

        Repeater {
            model: page.choosing && page.by === "theme" ? page.controller.headings : null

            ThemeTile {
                id: tile
                required property string key
                required text
                required iconName
                width: (page.bodyWidth - 2 * Theme.gutter) / 3
                height: page.tileHeight
                onTapped: page.controller.choose(tile.key)
            }
        }
        Repeater {
            model: page.choosing && page.by !== "theme" ? page.controller.headings : null

            GroupTile {
                id: group
                required property string key
                required text
                required sub
                width: (page.bodyWidth - (page.columns - 1) * Theme.gutter) / page.columns
                onTapped: page.controller.choose(group.key)
            }
        }
    }
    Row {
        id: narrow
        visible: !page.choosing && page.controller.narrow
        width: page.bodyWidth
        spacing: 14

        Chip {
            width: (narrow.width - 14) / 2
            text: `全部 ${page.controller.whole} 件`
            selected: !page.controller.onlyHere
            onTapped: page.controller.onlyThese(false)
        }
        Chip {
            width: (narrow.width - 14) / 2
            text: `这里能交 ${page.controller.here} 件`
            selected: page.controller.onlyHere
            onTapped: page.controller.onlyThese(true)
        }
    }
    Column {
        id: list
        visible: !page.choosing
        y: narrow.visible ? narrow.height + 20 : 0
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
        page: page.controller.page
        pages: page.controller.pages
        onPreviousAsked: page.controller.turn(-1)
        onNextAsked: page.controller.turn(1)
    }
}
