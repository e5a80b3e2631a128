// The one place that holds a colour or a size. Rules:
//  * Nothing else names a colour, a font size, a radius or a target height; pages hold only geometry.
//  * `portrait`, `large` (大字), `night` (high contrast) and `low` (wheelchair) are set by Stage and
//    by the controllers; every token follows at once.
//  * Every text pair has a contrast of at least 6.4:1, every touchable edge at least 3:1 (tested).
//  * Touchable things are never smaller than `minTarget`.
pragma Singleton

import QtQuick

QtObject {
    property bool portrait: true
    property bool large: false
    property bool night: false
    property bool low: false

    // Colours
    readonly property color paper: night ? "#000000" : "#F7F4EC"
    readonly property color surface: night ? "#000000" : "#FFFFFF"
    readonly property color sunken: night ? "#000000" : "#ECE6D8"
    readonly property color keyDark: night ? "#000000" : "#DDD5C3"
    readonly property color ink: night ? "#FFFFFF" : "#1B211E"
    readonly property color ink2: night ? "#E6E6E6" : "#4B524D"
    readonly property color line: night ? "#8C8C8C" : "#D8D0BF"
    readonly property color edge: night ? "#FFFFFF" : "#7D7667"
    readonly property color primary: night ? "#FFD60A" : "#0B5A4A"
    readonly property color pressed: night ? "#FFFFFF" : "#063D32"
    readonly property color fgPrimary: night ? "#000000" : "#FFFFFF"
    readonly property color tint: night ? "#000000" : "#E2EFE9"
    readonly property color pressTint: night ? "#3A3A3A" : "#E2EFE9"
    readonly property color ok: night ? "#7DE8B4" : "#0B5A4A"
    readonly property color wait: night ? "#FFB84D" : "#7A4700"
    readonly property color waitTint: night ? "#000000" : "#FFF1D2"
    readonly property color stop: night ? "#FF9C92" : "#A61B14"
    readonly property color stopTint: night ? "#000000" : "#FDEBE8"
    readonly property color fgTone: night ? "#000000" : "#FFFFFF"
    readonly property color focus: night ? "#6FC3FF" : "#0B57D0"
    readonly property color sky: night ? "#000000" : "#F3E7CC"
    readonly property color skyInk: night ? "#FFFFFF" : "#0B3F34"
    readonly property color overlay: "#B8000000"

    // Tones of states: "plain", "ok", "wait", "stop"
    function tone(name: string): color {
        return name === "ok" ? ok : name === "wait" ? wait : name === "stop" ? stop : ink2;
    }
    function toneTint(name: string): color {
        return name === "ok" ? tint : name === "wait" ? waitTint : name === "stop" ? stopTint : surface;
    }

    // Type, in pixels
    readonly property int display: large ? 92 : 76
    readonly property int question: portrait ? (large ? 80 : 72) : (large ? 72 : 64)
    readonly property int title: large ? 72 : 56
    readonly property int heading: large ? 54 : 42
    readonly property int body: large ? 46 : 36
    readonly property int label: large ? 40 : 32
    readonly property int small: large ? 36 : 28
    readonly property int entry: large ? 68 : 66
    readonly property int staff: 26
    readonly property real leading: 1.12

    // Shape
    readonly property int keyRadius: 12
    readonly property int radius: 20
    readonly property int bigRadius: 28
    readonly property int rule: night ? 4 : 2
    readonly property int touchRule: night ? 4 : 3
    readonly property int strongRule: night ? 6 : 5
    readonly property int ring: 6
    readonly property int pressShift: 3

    // Space
    readonly property int margin: portrait ? 48 : 56
    readonly property int gutter: 20
    readonly property int gapTight: 8
    readonly property int gapCards: portrait ? 20 : 14
    readonly property int gapOptions: portrait ? 24 : 20
    readonly property int gapLead: portrait ? 36 : 28
    readonly property int pad: 28

    // Zones
    readonly property int headerHeight: portrait ? 104 : 88
    readonly property int footerHeight: portrait ? 144 : 136
    readonly property int leadTop: portrait ? 44 : 56
    readonly property int columnRule: 688
    readonly property int columnLead: 600
    readonly property int columnBody: 728
    readonly property int columnDock: 776
    readonly property int artHeight: 580
    readonly property int lowLine: 960

    // Targets
    readonly property int minTarget: 80
    readonly property int primaryHeight: portrait ? 128 : 100
    readonly property int dialogPrimary: portrait ? 176 : 144
    readonly property int dialogSecondary: portrait ? 120 : 100
    readonly property int optionHeight: low ? 132 : portrait ? (large ? 200 : 188) : (large ? 176 : 168)
    readonly property int tileHeight: low ? 150 : portrait ? 200 : 160
    readonly property int themeTileHeight: low ? 132 : portrait ? 200 : 134
    readonly property int groupTileHeight: low ? 120 : portrait ? (large ? 176 : 148) : (large ? 156 : 124)
    readonly property int rowHeight: low ? 128 : portrait ? (large ? 176 : 152) : (large ? 160 : 134)
    readonly property int chipHeight: large ? 92 : 80
    readonly property int fieldHeight: portrait ? 140 : 112
    readonly property int searchHeight: portrait ? 120 : 104
    readonly property int keypadKey: low ? 84 : portrait ? 176 : 124
    readonly property int letterKey: portrait ? 108 : 104
    readonly property int candidateHeight: 92
    readonly property int iconTile: 112
    readonly property int footerTool: 158
}
