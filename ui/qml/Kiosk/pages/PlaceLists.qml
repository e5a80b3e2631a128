// Choosing a place: two columns of names, page by page, or by typing a name. Rules: what was chosen stands on top; one can
// always go one place up; names are whole; the station's own places have a green edge. model (key, text, sub, final,
// selected, near), placed, trail, above, searching, spelled,
// composing, error. Signals picked(code), upAsked, searchAsked(on).
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: lists

    property alias model: names.model
    property string placed: ""
    property string trail: ""
    property string above: ""
    property bool searching: false
    property string spelled: ""
    property string composing: ""
    property string error: ""

    signal picked(code: string)
    signal upAsked
    signal searchAsked(on: bool)

    readonly property int columns: Theme.large && width < 800 ? 1 : 2
    readonly property int tile: Theme.low ? 96 : Theme.portrait ? 116 : 96
    readonly property int lines: Math.max(1, Math.floor((height - head.height - 20 + 14) / (tile + 14)))
    readonly property int linesPaged: Math.max(1, Math.floor((height - head.height - 20 - pager.implicitHeight - 16 + 14) / (tile + 14)))
    readonly property int perPage: names.count > columns * lines ? columns * linesPaged : columns * lines
    property int page: 1
    readonly property int pages: Math.max(1, Math.ceil(names.count / perPage))

    onTrailChanged: page = 1
    onSpelledChanged: page = 1
    onPagesChanged: page = Math.min(page, pages)

    Column {
        id: head
        y: Theme.portrait ? Math.max(0, lists.height - height - 20 - grid.height - (pager.visible ? pager.height + 16 : 0)) : 0
        width: lists.width
        spacing: 20

        ErrorLine {
            width: parent.width
            text: lists.error
        }
        Row {
            visible: lists.placed.length > 0 && !lists.searching
            width: parent.width
            spacing: 16

            Icon {
                id: tick
                name: "circle-check"
                tone: Theme.primary
                size: Math.round(Theme.heading)
                anchors.verticalCenter: parent.verticalCenter
            }
            Words {
                width: parent.width - tick.width - 16
                text: `选好了：${lists.placed}`
                size: Theme.body
                bold: true
                color: Theme.primary
            }
        }
        FieldBox {
            visible: lists.searching
            width: parent.width
            text: lists.spelled
            composing: lists.composing
            placeholder: `在${lists.trail}里找，打一两个字`
            note: lists.spelled.length > 0 && names.count === 0 ? "没有这个名字" : ""
        }
        Item {
            visible: !lists.searching
            width: parent.width
            height: Math.max(here.height, up.height)

            Words {
                id: here
                anchors.verticalCenter: parent.verticalCenter
                width: (up.visible ? up.x : find.x) - 16
                text: lists.trail
                size: Theme.label
                color: Theme.ink2
            }
            RowButton {
                id: up
                visible: lists.above.length > 0
                x: find.x - width - 14
                text: "上一级"
                spokenName: `上一级，${lists.above}`
                iconName: "undo-2"
                onTapped: lists.upAsked()
            }
            RowButton {
                id: find
                x: parent.width - width
                text: "打字找"
                iconName: "keyboard"
                onTapped: lists.searchAsked(true)
            }
        }
    }
    Grid {
        id: grid
        y: head.y + head.height + 20
        width: lists.width
        columns: lists.columns
        spacing: 14

        Repeater {
            id: names

            Pressable {
                id: name
                required property int index
                required property string key
                required property string sub
                required property bool final
                required property bool selected
                required property bool near
                required text
                width: (grid.width - 14 * (lists.columns - 1)) / lists.columns
                implicitHeight: lists.tile
                visible: Math.floor(index / lists.perPage) + 1 === lists.page
                fill: selected ? Theme.tint : Theme.surface
                edgeColor: selected || near ? Theme.primary : Theme.edge
                edgeWidth: selected ? Theme.strongRule : Theme.touchRule
                spokenName: sub.length > 0 ? `${text}，${sub}` : text
                onTapped: lists.picked(name.key)

                contentItem: Item {
                    Column {
                        x: 24
                        width: (own.visible ? own.x - 12 : mark.visible ? mark.x - 12 : parent.width - 16) - x
                        y: (parent.height - height) / 2 + name.shift

                        Words {
                            width: parent.width
                            text: name.text
                            size: text.length > 10 ? Theme.small + 2 : text.length > 7 ? Theme.label : Theme.body
                            bold: name.selected
                            Accessible.ignored: true
                        }
                        Words {
                            visible: text.length > 0 && !name.near
                            width: parent.width
                            text: name.sub
                            size: Theme.small
                            color: Theme.ink2
                            Accessible.ignored: true
                        }
                    }
                    Words {
                        id: own
                        visible: name.near
                        x: (mark.visible ? mark.x - 8 : parent.width - 20) - width
                        anchors.verticalCenter: parent.verticalCenter
                        text: name.sub
                        size: Theme.small
                        bold: true
                        color: Theme.primary
                        wrapMode: Text.NoWrap
                        Accessible.ignored: true
                    }
                    Icon {
                        id: mark
                        visible: !name.final || name.selected
                        x: parent.width - width - 20
                        anchors.verticalCenter: parent.verticalCenter
                        name: name.selected ? "check" : "chevron-right"
                        tone: name.selected ? Theme.primary : Theme.ink2
                        size: 40
                    }
                }
            }
        }
    }
    Pager {
        id: pager
        y: lists.height - height
        width: lists.width
        page: lists.page
        pages: lists.pages
        onPreviousAsked: lists.page -= 1
        onNextAsked: lists.page += 1
    }
}
