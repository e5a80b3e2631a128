// One of the five rows of a guide: icon, question word, bold answer, grey reason or source. Not touchable.
//  label (谁能办), answer, note, iconName, last (no rule under it).
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: row

    property string label: ""
    property string answer: ""
    property string note: ""
    property string iconName: ""
    property bool last: false

    implicitHeight: Math.max(tile.height, words.implicitHeight) + (Theme.portrait ? 56 : 32)

    IconTile {
        id: tile
        anchors.verticalCenter: parent.verticalCenter
        size: Theme.portrait ? 104 : 88
        name: row.iconName
    }
    Words {
        id: label
        x: tile.width + Theme.pad
        width: Theme.body * 3.5
        anchors.verticalCenter: parent.verticalCenter
        text: row.label
        color: Theme.ink2
    }
    Column {
        id: words
        x: label.x + label.width + Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: row.width - x
        spacing: 6

        Words {
            width: parent.width
            text: row.answer
            size: Theme.body + 2
            bold: true
        }
        Words {
            visible: text.length > 0
            width: parent.width
            text: row.note
            size: Theme.small + 2
            color: Theme.ink2
        }
    }
    Rectangle {
        visible: !row.last
        width: parent.width
        height: Theme.rule
        anchors.bottom: parent.bottom
        color: Theme.line
    }
}
