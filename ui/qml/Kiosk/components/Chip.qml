// A filter: one of a row, chosen or not. Selected = filled, tick, bold. text, selected.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property bool selected: false

    implicitHeight: Theme.chipHeight
    implicitWidth: row.implicitWidth + 2 * Theme.pad + 8
    corner: height / 2
    fill: selected ? Theme.primary : Theme.surface
    fillPressed: selected ? Theme.pressed : Theme.pressTint
    edgeColor: selected ? Theme.primary : Theme.edge
    Accessible.role: Accessible.RadioButton
    Accessible.checkable: true
    Accessible.checked: selected

    contentItem: Item {
        Row {
            id: row
            x: (parent.width - width) / 2
            y: (parent.height - height) / 2 + control.shift
            spacing: 10

            Icon {
                name: control.selected ? "check" : ""
                tone: Theme.fgPrimary
                stroke: 3
                size: Math.round(Theme.label)
                anchors.verticalCenter: parent.verticalCenter
            }
            Words {
                text: control.text
                size: Theme.label
                bold: control.selected
                color: control.selected ? Theme.fgPrimary : Theme.ink
                wrapMode: Text.NoWrap
                anchors.verticalCenter: parent.verticalCenter
                Accessible.ignored: true
            }
        }
    }
}
