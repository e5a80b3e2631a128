// A round mark with an icon or a number. filled: the tone fills it; else outline. size, tone, iconName, number.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: disc

    property int size: 72
    property color tone: Theme.primary
    property bool filled: true
    property string iconName: ""
    property string number: ""

    width: size
    height: size
    radius: size / 2
    color: filled ? tone : "transparent"
    border.width: filled ? 0 : Theme.touchRule
    border.color: tone

    Icon {
        anchors.centerIn: parent
        name: disc.iconName
        tone: disc.filled ? Theme.fgTone : disc.tone === Theme.edge ? Theme.ink2 : disc.tone
        size: Math.round(disc.size * 0.56)
        stroke: disc.iconName === "check" ? 3 : 2
    }
    Words {
        anchors.centerIn: parent
        visible: disc.number.length > 0 && disc.iconName.length === 0
        text: disc.number
        size: Math.round(disc.size * 0.54)
        bold: true
        color: disc.filled ? Theme.fgTone : Theme.ink2
    }
}
