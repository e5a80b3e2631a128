// One key. Rules: full primary fill while pressed, no animation; both icon colours are loaded before, so that a press
// waits for nothing. text, iconName (instead of the text), dark (function key), textSize.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string iconName: ""
    property bool dark: false
    property int textSize: 44
    property bool lit: false

    rest: TapGuard.keyRest
    corner: Theme.keyRadius
    fill: lit ? Theme.tint : dark ? Theme.keyDark : Theme.surface
    fillPressed: Theme.primary
    edgeColor: lit ? Theme.primary : Theme.edge
    edgeWidth: lit ? Theme.touchRule : Theme.rule
    focusPolicy: Qt.NoFocus

    contentItem: Item {
        Words {
            visible: control.iconName.length === 0
            anchors.centerIn: parent
            text: control.text
            size: control.textSize
            bold: control.lit
            color: control.down ? Theme.fgPrimary : !control.enabled ? Theme.ink2 : Theme.ink
            wrapMode: Text.NoWrap
            Accessible.ignored: true
        }
        Icon {
            anchors.centerIn: parent
            name: control.iconName
            size: Math.round(control.textSize * 1.1)
            opacity: control.down ? 0 : 1
        }
        Icon {
            anchors.centerIn: parent
            name: control.iconName
            size: Math.round(control.textSize * 1.1)
            tone: Theme.fgPrimary
            opacity: control.down ? 1 : 0
        }
    }
}
