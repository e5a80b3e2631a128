// A question over the page. Rules: covers everything and takes every touch; `blank` hides the page under it (idle: what was
// typed must not be read by the next person); two or three acts, the first is the way on.
//  title, text, iconName, tone, primary/primaryIcon, secondary/secondaryIcon, third. Signals primaryTapped, secondaryTapped,
//  thirdTapped. Children stand over the title (the countdown ring).
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: dialog

    property string title: ""
    property string text: ""
    property string iconName: ""
    property string tone: "plain"
    property string primary: ""
    property string primaryIcon: "check"
    property string secondary: ""
    property string secondaryIcon: ""
    property string third: ""
    property bool blank: false
    default property alias above: top.data

    signal primaryTapped
    signal secondaryTapped
    signal thirdTapped

    anchors.fill: parent
    color: blank ? Theme.paper : Theme.overlay
    Accessible.role: Accessible.Dialog
    Accessible.name: title

    MouseArea {
        anchors.fill: parent
        Accessible.ignored: true
    }
    Rectangle {
        id: box
        width: Theme.portrait ? parent.width - 2 * Theme.margin : 1180
        height: column.implicitHeight + 2 * (Theme.portrait ? 64 : 44)
        x: (parent.width - width) / 2
        // Low enough to reach: in portrait the acts stand in the lower two thirds.
        y: Theme.portrait ? Math.max(Theme.headerHeight, Math.min(parent.height - height - Theme.footerHeight, parent.height * 0.26)) : (parent.height - height) / 2
        radius: Theme.bigRadius
        color: Theme.surface
        border.width: dialog.blank || Theme.night ? Theme.touchRule : 0
        border.color: Theme.line

        Column {
            id: column
            x: 56
            width: box.width - 112
            y: (box.height - implicitHeight) / 2
            spacing: Theme.portrait ? 40 : 24

            Item {
                id: top
                anchors.horizontalCenter: parent.horizontalCenter
                width: childrenRect.width
                height: childrenRect.height
                visible: children.length > 0
            }
            Disc {
                visible: dialog.iconName.length > 0
                anchors.horizontalCenter: parent.horizontalCenter
                size: Theme.portrait ? 144 : 112
                filled: true
                tone: dialog.tone === "plain" ? Theme.primary : Theme.tone(dialog.tone)
                iconName: dialog.iconName
            }
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: dialog.title
                size: Theme.portrait ? Theme.display : Theme.question
                bold: true
            }
            Words {
                visible: text.length > 0
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: dialog.text
                size: Theme.body
                lineHeight: 1.2
            }
            Column {
                width: parent.width
                spacing: 24

                PrimaryButton {
                    visible: text.length > 0
                    width: parent.width
                    implicitHeight: Theme.dialogPrimary
                    text: dialog.primary
                    iconName: dialog.primaryIcon
                    textSize: Theme.heading + 8
                    onTapped: dialog.primaryTapped()
                }
                SecondaryButton {
                    visible: text.length > 0
                    width: parent.width
                    implicitHeight: Theme.dialogSecondary
                    text: dialog.secondary
                    iconName: dialog.secondaryIcon
                    textSize: Theme.body
                    onTapped: dialog.secondaryTapped()
                }
                SecondaryButton {
                    visible: text.length > 0
                    width: parent.width
                    implicitHeight: Theme.dialogSecondary
                    text: dialog.third
                    textSize: Theme.body
                    quiet: true
                    onTapped: dialog.thirdTapped()
                }
            }
        }
    }
}
