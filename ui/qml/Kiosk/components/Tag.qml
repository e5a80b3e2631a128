// A state in one word: icon + word + colour, never colour alone. Not touchable.
//  tone: "plain" (outlined), "ok", "wait", "stop"; text; iconName.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: tag

    property string tone: "ok"
    property string text: ""
    property string iconName: tone === "ok" ? "check" : tone === "wait" ? "hourglass" : tone === "stop" ? "undo-2" : ""

    implicitWidth: row.implicitWidth + 36
    implicitHeight: Math.round(Theme.small * 1.86)
    radius: height / 2
    color: Theme.toneTint(tone)
    border.width: tone === "plain" || Theme.night ? Theme.rule : 0
    border.color: tone === "plain" ? Theme.line : Theme.tone(tone)

    Row {
        id: row
        anchors.centerIn: parent
        spacing: 10

        Icon {
            name: tag.iconName
            size: Math.round(Theme.small * 1.14)
            tone: Theme.tone(tag.tone)
            stroke: 2.4
            anchors.verticalCenter: parent.verticalCenter
        }
        Words {
            text: tag.text
            size: Theme.small
            bold: tag.tone !== "plain"
            color: Theme.tone(tag.tone)
            wrapMode: Text.NoWrap
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
