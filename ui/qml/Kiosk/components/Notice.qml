// Something to know: icon, title, one or two sentences, one act. Rules: blames the machine, says what happens next.
//  tone, iconName, title, text, act (words of the button, empty: none). Signal acted.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: notice

    property string tone: "plain"
    property string iconName: ""
    property string title: ""
    property string text: ""
    property string act: ""

    signal acted

    implicitHeight: Math.max(words.implicitHeight, Theme.chipHeight) + 2 * Theme.pad
    radius: Theme.radius
    color: Theme.toneTint(tone)
    border.width: Theme.touchRule
    border.color: tone === "plain" ? Theme.edge : Theme.tone(tone)

    Icon {
        id: icon
        x: Theme.pad
        y: Theme.pad
        size: 64
        name: notice.iconName
        tone: notice.tone === "plain" ? Theme.ink : Theme.tone(notice.tone)
    }
    Column {
        id: words
        x: Theme.pad + 64 + Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: (button.visible ? button.x : notice.width) - x - Theme.pad
        spacing: 6

        Words {
            width: parent.width
            text: notice.title
            size: Theme.body + 2
            bold: true
            color: notice.tone === "plain" ? Theme.ink : Theme.tone(notice.tone)
        }
        Words {
            visible: text.length > 0
            width: parent.width
            text: notice.text
            size: Theme.label
        }
    }
    RowButton {
        id: button
        visible: notice.act.length > 0
        anchors.right: parent.right
        anchors.rightMargin: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: Math.max(implicitWidth, 200)
        text: notice.act
        onTapped: notice.acted()
    }
}
