// A direct item on the home page: icon tile, bold name, one grey line (hidden in 大字). Goes at once.
//  text, sub, iconName.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string sub: ""
    property string iconName: ""

    implicitHeight: Theme.tileHeight
    edgeColor: Theme.line
    edgeWidth: Theme.rule
    spokenName: sub.length > 0 ? `${text}，${sub}` : text

    contentItem: Item {
        IconTile {
            id: tile
            x: Theme.pad
            y: (parent.height - height) / 2 + control.shift
            size: Math.min(Theme.iconTile, control.height - 40)
            name: control.iconName
        }
        Column {
            x: tile.x + tile.width + Theme.pad
            y: (parent.height - height) / 2 + control.shift
            width: parent.width - x - 16
            spacing: 10

            Words {
                width: parent.width
                text: control.text
                size: text.length > 8 ? Theme.label : Theme.heading
                bold: true
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                visible: control.sub.length > 0 && !Theme.large
                text: control.sub
                size: Theme.small
                color: Theme.ink2
                Accessible.ignored: true
            }
        }
    }
}
