// The one filled button of a page. Rules: its words are the next act ("扫描户口本"), never "确定"; never disabled.
//  text, iconName (left), trailing (icon at the right, e.g. "chevron-right"), busy + busyText (keeps its place, taps ignored).
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string iconName: ""
    property string trailing: ""
    property bool busy: false
    property string busyText: ""
    property int textSize: Theme.heading

    implicitHeight: Theme.primaryHeight
    implicitWidth: content.implicitWidth + 2 * Theme.margin
    fill: Theme.primary
    fillPressed: Theme.pressed
    edgeWidth: 0
    spokenName: busy && busyText.length > 0 ? busyText : text
    down: pressed || busy
    deaf: busy

    contentItem: Item {
        implicitWidth: content.implicitWidth
        implicitHeight: content.implicitHeight

        Row {
            id: content
            x: (parent.width - width) / 2
            y: (parent.height - height) / 2 + (control.pressed ? Theme.pressShift : 0)
            spacing: Theme.gutter

            Icon {
                name: control.busy ? "hourglass" : control.iconName
                tone: Theme.fgPrimary
                size: Math.round(control.textSize * 1.15)
                anchors.verticalCenter: parent.verticalCenter
            }
            Words {
                text: control.spokenName
                size: control.textSize
                bold: true
                color: Theme.fgPrimary
                wrapMode: Text.NoWrap
                anchors.verticalCenter: parent.verticalCenter
                Accessible.ignored: true
            }
            Icon {
                name: control.busy ? "" : control.trailing
                tone: Theme.fgPrimary
                size: Math.round(control.textSize * 1.05)
                stroke: 2.4
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
}
