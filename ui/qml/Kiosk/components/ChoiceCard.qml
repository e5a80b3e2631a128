// A giant card (给谁办): icon, display words, what it means, what it needs. Goes at once, so it carries a ">".
//  text, sub, need (green line with a tick), iconName. `least` is its height, unless the words need more.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string sub: ""
    property string need: ""
    property string iconName: ""

    property int least: Theme.portrait ? 480 : 376

    implicitHeight: Math.max(least, words.implicitHeight + 2 * Theme.pad)
    corner: Theme.bigRadius
    edgeColor: Theme.primary
    spokenName: [text, sub, need].filter(part => part.length > 0).join("，")

    contentItem: Item {
        IconTile {
            id: tile
            x: 44
            y: (parent.height - height) / 2 + control.shift
            size: Math.min(Theme.portrait ? 184 : 168, control.least - 2 * Theme.pad)
            name: control.iconName
        }
        Column {
            id: words
            x: tile.x + tile.width + 44
            y: (parent.height - height) / 2 + control.shift
            width: chevron.x - x - Theme.gutter
            spacing: 18

            Words {
                width: parent.width
                text: control.text
                size: Theme.question - 8
                bold: true
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                text: control.sub
                size: Theme.body
                Accessible.ignored: true
            }
            Row {
                visible: control.need.length > 0
                width: parent.width
                spacing: 14

                Icon {
                    name: "check"
                    tone: Theme.primary
                    size: Theme.label
                    stroke: 2.6
                    anchors.verticalCenter: parent.verticalCenter
                }
                Words {
                    width: parent.width - Theme.label - 14
                    text: control.need
                    size: Theme.label
                    color: Theme.primary
                    Accessible.ignored: true
                }
            }
        }
        Icon {
            id: chevron
            x: parent.width - width - 40
            anchors.verticalCenter: parent.verticalCenter
            name: "chevron-right"
            tone: Theme.primary
            size: 60
            stroke: 2.4
        }
    }
}
