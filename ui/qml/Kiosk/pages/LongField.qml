// Many words. Rules: as FieldBox, for several lines: the end with the caret is always in sight, earlier lines go up and out
// when the box is full. text, composing, error, most (0: no limit told).
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Column {
    id: field

    property string text: ""
    property string composing: ""
    property string error: ""
    property int most: 0

    spacing: 16

    Rectangle {
        id: box
        width: field.width
        height: Math.max(Theme.fieldHeight, Math.min(field.height - (wrong.visible ? wrong.height + field.spacing : 0), 640))
        radius: Theme.radius
        color: Theme.surface
        border.width: Theme.strongRule
        border.color: field.error.length > 0 ? Theme.stop : Theme.primary
        Accessible.role: Accessible.EditableText
        Accessible.name: field.text
        Accessible.description: field.error

        Item {
            readonly property real line: words.contentHeight / Math.max(1, words.lineCount)
            readonly property real room: box.height - 24 - (count.visible ? count.height + 20 : 24)
            x: 24
            y: 24
            width: parent.width - 48
            // Whole lines only.
            height: line > 0 ? Math.floor(room / line) * line : room
            clip: true

            Words {
                id: words
                y: Math.min(0, parent.height - height)
                width: parent.width
                text: field.text + field.composing + (caret.on ? "▏" : "")
                size: Theme.heading
                wrapMode: Text.WrapAnywhere
                Accessible.ignored: true
            }
        }
        Words {
            id: count
            visible: field.most > 0
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: 14
            text: `${field.text.length}/${field.most}字`
            size: Theme.small
            color: Theme.ink2
            wrapMode: Text.NoWrap
        }
        Timer {
            id: caret
            property bool on: true
            interval: 500
            repeat: true
            running: field.visible
            onTriggered: on = !on
        }
    }
    ErrorLine {
        id: wrong
        width: field.width
        text: field.error
    }
}
