// One material. Rules: done = green disc; next = amber frame; later or missing = amber outline. The row says what is true,
// the page's primary button is the next missing one.
//  text, sub, mark: "done" | "next" | "later" | "open", markIcon (icon in the disc for next/later), act. Signal acted.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: row

    property string text: ""
    property string sub: ""
    property string mark: "open"
    property string markIcon: mark === "later" ? "calendar-clock" : "scan-line"
    property string act: ""
    readonly property bool next: mark === "next"
    // Not button.visible: that is false in a hidden row, whose height must stay what it is.
    readonly property bool acts: act.length > 0

    signal acted

    implicitHeight: Math.max(Theme.portrait ? 176 : 134, words.implicitHeight + (Theme.portrait ? 48 : 20))
    radius: Theme.radius
    color: next ? Theme.waitTint : Theme.surface
    border.width: next ? Theme.strongRule : Theme.rule
    border.color: next ? Theme.wait : Theme.line

    Disc {
        id: disc
        x: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        size: 84
        filled: row.mark === "done" || row.next
        tone: row.mark === "done" ? Theme.ok : row.mark === "open" ? Theme.edge : Theme.wait
        iconName: row.mark === "done" ? "check" : row.mark === "open" ? "" : row.markIcon
    }
    Column {
        id: words
        x: disc.x + disc.width + Theme.pad
        width: (row.acts ? button.x : row.next ? nextWord.x : row.width) - x - Theme.gutter
        anchors.verticalCenter: parent.verticalCenter
        spacing: 8

        Words {
            width: parent.width
            text: row.text
            size: Theme.heading - 2
            bold: true
        }
        Words {
            width: parent.width
            visible: text.length > 0
            text: row.sub
            size: Theme.label + 1
            bold: row.next
            color: row.mark === "next" || row.mark === "later" ? Theme.wait : Theme.ink2
        }
    }
    Words {
        id: nextWord
        visible: row.next && !row.acts
        anchors.right: parent.right
        anchors.rightMargin: 44
        anchors.verticalCenter: parent.verticalCenter
        text: "下一样"
        size: Theme.label
        bold: true
        color: Theme.wait
        wrapMode: Text.NoWrap
    }
    RowButton {
        id: button
        visible: row.acts
        anchors.right: parent.right
        anchors.rightMargin: 24
        anchors.verticalCenter: parent.verticalCenter
        width: Math.max(implicitWidth, 184)
        text: row.act
        spokenName: `${row.act}：${row.text}`
        onTapped: row.acted()
    }
}
