// A line icon. Rules: always beside a word; drawn at its exact size; hidden from assistive technology.
//  name: file in assets/icons; size; tone: colour; stroke: on the 24 grid, by size unless given.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Image {
    property string name: ""
    property int size: 48
    property color tone: Theme.ink
    property real stroke: size >= 96 ? 1.6 : size >= 66 ? 1.8 : 2

    readonly property string hex: tone.toString().slice(-6)

    visible: name.length > 0
    source: name.length > 0 ? `image://ic/${name}/${hex}/${stroke}` : ""
    sourceSize: Qt.size(size, size)
    width: size
    height: size
    Accessible.ignored: true
}
