// A theme on the home page: icon over word on paper. text, iconName.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string iconName: ""

    implicitHeight: Theme.themeTileHeight
    fill: Theme.paper
    edgeColor: Theme.line
    edgeWidth: Theme.rule

    contentItem: Item {
        Column {
            width: parent.width
            y: (parent.height - height) / 2 + control.shift
            spacing: Theme.portrait ? 16 : 10

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                name: control.iconName
                size: Theme.portrait ? 56 : 50
            }
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: control.text
                size: Theme.label
                Accessible.ignored: true
            }
        }
    }
}
