// One step of what happened or comes next. Stack them without spacing; the line joins them.
//  text, sub, mark: "done" | "now" (tone fills) | "next" | "later"; tone for now; iconName; last.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: row

    property string text: ""
    property string sub: ""
    property string mark: "next"
    property string tone: "wait"
    property string iconName: mark === "done" ? "check" : ""
    property bool last: false
    property int pitch: Theme.portrait ? 160 : 108

    implicitHeight: last ? Math.max(disc.height, words.implicitHeight) : Math.max(pitch, words.implicitHeight + (Theme.portrait ? 28 : 12))

    Rectangle {
        visible: !row.last
        x: disc.width / 2 - width / 2
        y: disc.height
        width: 6
        height: row.height - disc.height
        color: row.mark === "done" ? Theme.ok : Theme.line
    }
    Disc {
        id: disc
        size: Theme.portrait ? 80 : 68
        filled: row.mark === "done" || row.mark === "now"
        tone: row.mark === "done" ? Theme.ok : row.mark === "now" ? Theme.tone(row.tone) : Theme.edge
        iconName: row.iconName
    }
    Column {
        id: words
        x: disc.width + 36
        width: row.width - x
        y: Math.max(0, (disc.height - implicitHeight) / 2)
        spacing: 4

        Words {
            width: parent.width
            text: row.text
            size: Theme.body + 2
            bold: row.mark === "now" || row.mark === "done"
            color: row.mark === "now" ? Theme.tone(row.tone) : row.mark === "later" ? Theme.ink2 : Theme.ink
        }
        Words {
            visible: text.length > 0
            width: parent.width
            text: row.sub
            size: Theme.small
            color: Theme.ink2
        }
    }
}
