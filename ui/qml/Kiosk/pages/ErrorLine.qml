// What is wrong, in one sentence, where it is wrong. Rules: icon, word and colour; nothing when there is nothing to tell.
//  text.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: line

    property string text: ""

    visible: text.length > 0
    implicitHeight: words.implicitHeight
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    Icon {
        id: icon
        anchors.verticalCenter: parent.verticalCenter
        name: "circle-alert"
        tone: Theme.stop
        size: Math.round(Theme.heading)
    }
    Words {
        id: words
        x: icon.width + 14
        width: line.width - x
        text: line.text
        size: Theme.body
        bold: true
        color: Theme.stop
        Accessible.ignored: true
    }
}
