// The focus ring: `around` an item, when it has keyboard focus or is being read aloud.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    property bool shown: false
    property int corner: Theme.radius

    visible: shown
    anchors.fill: parent
    anchors.margins: -2 * Theme.ring
    radius: corner + 2 * Theme.ring
    color: "transparent"
    border.width: Theme.ring
    border.color: Theme.focus
}
