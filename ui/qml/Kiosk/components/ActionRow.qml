// The acts of a page side by side: the one filled button at the right, an outlined one at its left; either may be alone.
//  primaryText, primaryIcon, primaryTrailing, busy, busyText; plainPrimary: outlined too, both as wide.
//  secondaryText, secondaryIcon. Without its words a button is not there.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Row {
    id: row

    property string primaryText: ""
    property string primaryIcon: ""
    property string primaryTrailing: ""
    property bool plainPrimary: false
    property bool busy: false
    property string busyText: ""
    property string secondaryText: ""
    property string secondaryIcon: ""

    signal primaryTapped
    signal secondaryTapped

    layoutDirection: Qt.RightToLeft
    spacing: 24

    Loader {
        id: primary
        width: row.secondaryText.length > 0 ? Math.round((row.width - row.spacing) * (row.plainPrimary ? 0.5 : 0.64)) : row.width
        active: row.primaryText.length > 0
        visible: active
        sourceComponent: row.plainPrimary ? plain : filled
    }
    SecondaryButton {
        visible: row.secondaryText.length > 0
        width: primary.visible ? row.width - row.spacing - primary.width : row.width
        text: row.secondaryText
        iconName: row.secondaryIcon
        textSize: Theme.label + 2
        onTapped: row.secondaryTapped()
    }
    Component {
        id: filled

        PrimaryButton {
            text: row.primaryText
            iconName: row.primaryIcon
            trailing: row.primaryTrailing
            busy: row.busy
            busyText: row.busyText
            onTapped: row.primaryTapped()
        }
    }
    Component {
        id: plain

        SecondaryButton {
            text: row.primaryText
            iconName: row.primaryIcon
            textSize: Theme.label + 2
            onTapped: row.primaryTapped()
        }
    }
}
