// A place to sign with a finger. Rules: strokes stay in Ink and go nowhere by themselves; the page reads ink.png() through
// its controller. prompt, hint (lower right: "不会写字？点“叫人帮忙”"), strokes; clear(); ink: the Ink item for the controller.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: pad

    property string prompt: "用手指在这里写名字"
    property string hint: ""
    property alias ink: ink
    readonly property int strokes: ink ? ink.strokes : 0

    function clear(): void {
        ink.clear();
    }

    implicitHeight: Theme.portrait ? 640 : 460
    radius: Theme.radius
    color: Theme.surface
    border.width: 4
    border.color: Theme.primary
    Accessible.role: Accessible.Graphic
    Accessible.name: strokes > 0 ? "签名处，已写" : "签名处，还没写"

    Words {
        x: 32
        y: 24
        text: pad.prompt
        size: Theme.label
        color: Theme.ink2
    }
    Rectangle {
        x: 40
        y: pad.height - 96
        width: pad.width - 80
        height: Theme.rule
        color: Theme.line
    }
    Words {
        anchors.right: parent.right
        anchors.rightMargin: 40
        y: pad.height - 76
        text: pad.hint
        size: Theme.small
        color: Theme.ink2
    }
    Ink {
        id: ink
        anchors.fill: parent
        anchors.margins: 6
        colour: Theme.ink
        penWidth: 11

        MouseArea {
            anchors.fill: parent
            preventStealing: true
            onPressed: mouse => ink.begin(mouse.x, mouse.y)
            onPositionChanged: mouse => ink.extend(mouse.x, mouse.y)
        }
    }
}
