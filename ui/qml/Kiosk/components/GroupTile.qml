// A heading to browse by: its name, how much stands under it, ">". Rules: the name is whole, smaller before it is cut; goes at
// once. text, sub.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string sub: ""

    readonly property int nameSize: text.length > 30 ? Theme.staff : text.length > 18 ? Theme.small : text.length > 9 ? Theme.label : Theme.body + 2

    implicitHeight: Theme.groupTileHeight
    edgeColor: Theme.line
    edgeWidth: Theme.rule
    spokenName: sub.length > 0 ? `${text}，${sub}` : text

    contentItem: Item {
        Column {
            x: Theme.pad - 4
            y: (parent.height - height) / 2 + control.shift
            width: chevron.x - x - 8
            spacing: 4

            Words {
                width: parent.width
                text: control.text
                size: control.nameSize
                bold: true
                maximumLineCount: 3
                elide: Text.ElideRight
                Accessible.ignored: true
            }
            Words {
                visible: control.text.length <= 24
                width: parent.width
                text: control.sub
                size: Theme.small
                color: Theme.ink2
                Accessible.ignored: true
            }
        }
        Icon {
            id: chevron
            x: parent.width - width - 16
            anchors.verticalCenter: parent.verticalCenter
            name: "chevron-right"
            tone: Theme.primary
            size: 40
            stroke: 2.4
        }
    }
}
