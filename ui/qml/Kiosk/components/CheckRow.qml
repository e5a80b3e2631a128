// One answer on the check page: grey label, bold value, small note, 改. `act` empty: no button.
//  label, value, note, fault (what is still wrong, red), act, iconName. Signal acted. last: no rule under it.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: row

    property string label: ""
    property string value: ""
    property string note: ""
    property string fault: ""
    property string act: "改"
    property string iconName: "pen-line"
    property int labelWidth: Theme.label * 5.2
    property bool last: false
    property bool compact: false
    // Not button.visible: that is false in a hidden row, whose height must stay what it is.
    readonly property bool acts: act.length > 0

    signal acted

    implicitHeight: Math.max(words.implicitHeight, label.implicitHeight, acts ? button.height : 0) + (compact ? 36 : Theme.portrait ? 60 : 40)

    Words {
        id: label
        width: row.labelWidth
        anchors.verticalCenter: parent.verticalCenter
        text: row.label
        size: Theme.label
        color: Theme.ink2
    }
    Column {
        id: words
        x: row.labelWidth + Theme.gutter
        width: (row.acts ? button.x - Theme.gutter : row.width) - x
        anchors.verticalCenter: parent.verticalCenter
        spacing: 4

        Words {
            width: parent.width
            text: row.value
            size: Theme.body
            bold: true
        }
        Words {
            visible: text.length > 0
            width: parent.width
            text: row.note
            size: Theme.small
            color: Theme.ink2
        }
        Row {
            visible: row.fault.length > 0
            width: parent.width
            spacing: 10

            Icon {
                id: sign
                name: "circle-alert"
                tone: Theme.stop
                size: Theme.body
            }
            Words {
                width: parent.width - sign.width - 10
                text: row.fault
                size: Theme.label
                bold: true
                color: Theme.stop
            }
        }
    }
    RowButton {
        id: button
        visible: row.acts
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        width: Math.max(implicitWidth, 128)
        text: row.act
        spokenName: `${row.act}${row.label}`
        iconName: row.iconName
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
