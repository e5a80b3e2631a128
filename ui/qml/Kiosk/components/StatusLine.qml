// One part of the machine (staff pages): icon, part, fact, state tag, one act. Codes are allowed here.
//  text, sub, iconName, fact (words of the tag), tone, tagIcon, act. Signal acted. last: no rule under it.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: row

    property string text: ""
    property string sub: ""
    property string iconName: ""
    property string fact: ""
    property string tone: "ok"
    property string tagIcon: tone === "ok" ? "check" : tone === "wait" ? "clock" : tone === "stop" ? "triangle-alert" : ""
    property string act: ""
    property bool last: false
    // Not button.visible: that is false in a hidden row, whose height must stay what it is.
    readonly property bool acts: act.length > 0

    signal acted

    implicitHeight: Math.max(Theme.portrait ? 146 : 108, words.implicitHeight + 36)

    Icon {
        id: icon
        x: 8
        anchors.verticalCenter: parent.verticalCenter
        name: row.iconName
        size: 52
    }
    Column {
        id: words
        x: icon.x + icon.width + Theme.pad
        width: tag.x - x - 16
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2

        Words {
            width: parent.width
            text: row.text
            size: Theme.body - 2
            bold: true
        }
        Words {
            visible: text.length > 0
            width: parent.width
            text: row.sub
            size: Theme.staff
            color: Theme.ink2
        }
    }
    Tag {
        id: tag
        x: (row.acts ? button.x - 24 : row.width) - width
        anchors.verticalCenter: parent.verticalCenter
        visible: row.fact.length > 0
        text: row.fact
        tone: row.tone
        iconName: row.tagIcon
    }
    RowButton {
        id: button
        visible: row.acts
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        width: Math.max(implicitWidth, 184)
        text: row.act
        spokenName: `${row.act}：${row.text}`
        onTapped: row.acted()
    }
    Rectangle {
        visible: !row.last
        width: parent.width
        height: Theme.rule
        anchors.bottom: parent.bottom
        color: Theme.line
    }
}
