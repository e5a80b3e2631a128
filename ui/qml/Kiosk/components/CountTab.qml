// A tab that counts (agent desk): number over word. text, count, selected.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property int count: 0
    property bool selected: false

    implicitHeight: Math.max(Theme.searchHeight, words.implicitHeight + 24)
    spokenName: `${text}，${count}`
    fill: selected ? Theme.primary : Theme.surface
    fillPressed: selected ? Theme.pressed : Theme.pressTint
    edgeColor: selected ? Theme.primary : Theme.edge
    Accessible.role: Accessible.PageTab
    Accessible.selectable: true
    Accessible.selected: selected

    contentItem: Item {
        Column {
            id: words
            anchors.horizontalCenter: parent.horizontalCenter
            y: (parent.height - height) / 2 + control.shift

            Words {
                anchors.horizontalCenter: parent.horizontalCenter
                text: control.count
                size: Theme.heading
                bold: true
                color: control.selected ? Theme.fgPrimary : Theme.ink
                Accessible.ignored: true
            }
            Words {
                anchors.horizontalCenter: parent.horizontalCenter
                text: control.text
                size: Theme.small
                color: control.selected ? Theme.fgPrimary : Theme.ink
                Accessible.ignored: true
            }
        }
    }
}
