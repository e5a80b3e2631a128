// An icon on its tinted square. Properties: name, size (edge of the square), tone.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    property string name: ""
    property int size: Theme.iconTile
    property alias tone: icon.tone

    implicitWidth: size
    implicitHeight: size
    radius: Theme.radius
    color: Theme.tint
    border.width: Theme.night ? Theme.rule : 0
    border.color: Theme.line

    Icon {
        id: icon
        anchors.centerIn: parent
        name: parent.name
        size: Math.round(parent.size * 0.56)
        tone: Theme.primary
    }
}
