// The ground of everything that can be tapped. Rules:
//  * Connect to `tapped`, never to `clicked`: taps that a trembling hand repeats are dropped here.
//  * A tap counts on release inside; a slide off cancels; the pressed look comes on press, in the same
//    frame, without Python.
//  * `text` is the accessible name; set `spokenName` where the visible words are not enough.
//  * `deaf` ignores taps without looking disabled (an act that is under way).
//  * `reading` puts the focus ring on while the item is read aloud.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Kiosk

T.AbstractButton {
    id: control

    property string spokenName: text
    property bool reading: false
    property int rest: TapGuard.rest
    property int corner: Theme.radius
    property bool deaf: false
    // The look; components set these, pages do not.
    property color fill: Theme.surface
    property color fillPressed: Theme.pressTint
    property color edgeColor: Theme.edge
    property int edgeWidth: Theme.touchRule
    property bool ringInside: false

    signal tapped

    readonly property int shift: down ? Theme.pressShift : 0

    implicitWidth: Theme.minTarget
    implicitHeight: Theme.minTarget
    focusPolicy: Qt.TabFocus
    hoverEnabled: false
    Accessible.role: Accessible.Button
    Accessible.name: spokenName

    background: Rectangle {
        radius: control.corner
        color: !control.enabled ? Theme.sunken : control.down ? control.fillPressed : control.fill
        border.width: control.enabled || Theme.night ? control.edgeWidth : 0
        border.color: control.enabled ? control.edgeColor : Theme.line

        FocusRing {
            shown: control.visualFocus || control.reading
            corner: control.corner
            anchors.margins: control.ringInside ? Theme.ring : -2 * Theme.ring
        }
    }

    onClicked: {
        const at = mapToItem(null, pressX, pressY);
        if (!deaf && TapGuard.accepts(at.x, at.y, rest))
            tapped();
    }
}
