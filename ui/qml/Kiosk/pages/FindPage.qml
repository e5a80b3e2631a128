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
    title: page.empty ? "打字找事项" : page.nothing ? `没找到“${page.controller.asked}”` : page.controller.sure ? `找到 ${page.controller.total} 件` : "您看是不是这些？"
    sub: page.empty ? "打“老人钱”，或拼音“lrq”，都行。" : page.nothing ? "换个说法，或按类别找。" : ""
    bodyFill: true

    // What the rows may take; the controller pages by it.
    readonly property real rowsRoom: bodyHeight - filters.height - 24
    function fit(): void {
        page.controller.fit(rowsRoom, rowsRoom - pager.implicitHeight - 16, Theme.rowHeight, bodyWidth - 2 * Theme.pad - 64, Theme.heading - 2, Theme.small + 2);
    }
    onRowsRoomChanged: fit()
    Component.onCompleted: fit()

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
            // Beside the keyboard in landscape the room is for results; filters come when it is put away.
            visible: !page.empty && (page.controller.sure || page.controller.flag.length > 0) && (Theme.portrait || !page.controller.keyboard)
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
        Row {
            visible: !page.empty && !page.nothing && !page.controller.sure && page.controller.flag.length === 0
            width: parent.width
            spacing: 14

            Words {
                height: other.height
                width: parent.width - other.width - 14
                text: "没有很像的。也可以换个说法。"
                size: Theme.label
                color: Theme.ink2
            }
            RowButton {
                id: other
                text: "按类别找"
                iconName: "layout-grid"
                onTapped: page.controller.browse("")
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
    Column {
        visible: page.empty
        y: page.bodyHeight - height
        width: page.bodyWidth
        spacing: 20

        Words {
            visible: tries.count > 0
            text: "大家常找："
            size: Theme.label
            color: Theme.ink2
        }
        Grid {
            width: parent.width
            columns: 2
            spacing: 20

            Repeater {
                id: tries
                model: page.controller.tries

                SecondaryButton {
                    id: one
                    required property string key
                    required text
                    required iconName
                    width: (page.bodyWidth - 20) / 2
                    quiet: true
                    onTapped: page.controller.type(one.key)
                }
            }
        }
        SecondaryButton {
            width: page.bodyWidth
            quiet: true
            text: "不打字，按类别找"
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
