// The entries of a list: one row each, tapped to open, removed by its own button. Rules: an empty list says how to begin.
//  model (text, sub), error. Signals addAsked, opened(index), removed(index).
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: list

    property alias model: rows.model
    property string error: ""

    signal addAsked
    signal opened(index: int)
    signal removed(index: int)

    Column {
        id: head
        y: Theme.portrait ? list.height - height - paged.height - 20 : 0
        width: list.width
        spacing: 20

        ErrorLine {
            width: parent.width
            text: list.error
        }
        SecondaryButton {
            visible: rows.count === 0
            width: parent.width
            height: Theme.optionHeight
            text: "加一个"
            iconName: "plus"
            textSize: Theme.heading
            onTapped: list.addAsked()
        }
    }
    PagedColumn {
        id: paged
        y: head.y + head.height + 20
        width: list.width
        spacing: Theme.gapCards
        room: list.height - head.height - 20

        Repeater {
            id: rows

            Item {
                id: row
                required property int index
                required property string text
                required property string sub
                width: paged.width
                implicitHeight: Math.max(entry.implicitHeight, drop.implicitHeight)

                ListRow {
                    id: entry
                    width: row.width - drop.width - 14
                    text: row.text
                    sub: row.sub.length > 0 ? row.sub : `第${row.index + 1}个`
                    spokenName: `第${row.index + 1}个，${row.text}，${row.sub}`
                    onTapped: list.opened(row.index)
                }
                SecondaryButton {
                    id: drop
                    x: row.width - width
                    height: entry.height
                    text: "删掉"
                    spokenName: `删掉第${row.index + 1}个`
                    iconName: "trash-2"
                    quiet: true
                    onTapped: list.removed(row.index)
                }
            }
        }
    }
}
