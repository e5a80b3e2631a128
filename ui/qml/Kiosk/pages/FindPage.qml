// 打字找: field and filters above, results directly over the keyboard, where a seated hand reaches them.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property FindController controller

    readonly property bool empty: page.controller.asked.length === 0
    readonly property bool nothing: !page.empty && page.controller.total === 0

    titleSize: "title"
    title: page.empty ? "打字找事项" : page.nothing ? `没找到“${page.controller.asked}”` : `找到 ${page.controller.total} 件`
    sub: page.empty ? "打“老人钱”，或拼音“lrq”，都行。" : page.nothing ? "换个说法，或按类别找。" : "最像的在最上面。"
    bodyFill: true

    // Rows that fit between the filters and the keyboard.
    readonly property int room: Math.max(1, Math.floor((bodyHeight - filters.height - 24 - pager.implicitHeight - 16 + Theme.gapTight) / (Theme.rowHeight + 16)))
    onRoomChanged: page.controller.fit(room)
    Component.onCompleted: page.controller.fit(room)

    KeySurface {
        id: keys
        onCommitted: text => page.controller.type(text)
        onErased: page.controller.erase()
        onComposingChanged: page.controller.compose(keys.composing)
    }
    Column {
        id: filters
        width: page.bodyWidth
        spacing: 20

        SearchBox {
            width: parent.width
            query: page.controller.query
            composing: keys.composing
            placeholder: "找什么？"
            onOpened: page.controller.openKeyboard()
            onCleared: {
                keys.clear();
                page.controller.clear();
            }
        }
        Row {
            width: parent.width
            spacing: 14

            Repeater {
                model: page.controller.flags

                Chip {
                    id: chip
                    required property string key
                    required text
                    width: (filters.width - 4 * 14) / 5
                    selected: page.controller.flag === chip.key
                    onTapped: page.controller.filter(chip.key)
                }
            }
        }
    }
    Column {
        id: list
        y: page.bodyHeight - height - (pager.visible ? pager.height + 16 : 0)
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
    Flow {
        visible: page.nothing
        y: page.bodyHeight - height
        width: page.bodyWidth
        spacing: 20

        Repeater {
            model: page.controller.themes

            SecondaryButton {
                id: theme
                required property string key
                required text
                width: (page.bodyWidth - 20) / 2
                trailing: "chevron-right"
                onTapped: page.controller.browse(theme.key)
            }
        }
        SecondaryButton {
            width: page.bodyWidth
            text: "按类别找"
            iconName: "layout-grid"
            onTapped: page.controller.browse("")
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
    dock: KeyBoard {
        visible: page.controller.keyboard
        width: parent?.width ?? 0
        height: visible ? implicitHeight : 0
        surface: keys
        onHideAsked: page.controller.closeKeyboard()
    }
}
