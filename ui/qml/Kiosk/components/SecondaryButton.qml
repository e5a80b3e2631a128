// The outlined button beside the primary one, and wherever an act is not the page's next step.
//  text, iconName. `quiet`: ink on a grey edge, for rows (RowButton).
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string iconName: ""
    property string trailing: ""
    property int textSize: Theme.label
    property bool quiet: false
    property color words: !enabled ? Theme.ink2 : quiet ? Theme.ink : Theme.primary

    implicitHeight: Theme.primaryHeight
    implicitWidth: content.implicitWidth + 2 * Theme.pad
    edgeColor: quiet ? Theme.edge : Theme.primary

    contentItem: Item {
        implicitWidth: content.implicitWidth
        implicitHeight: content.implicitHeight

        Row {
            id: content
            x: (parent.width - width) / 2
            y: (parent.height - height) / 2 + control.shift
            spacing: 16

            Icon {
                name: control.iconName
                tone: control.words
                size: Math.round(control.textSize * 1.2)
                anchors.verticalCenter: parent.verticalCenter
            }
            Words {
                text: control.text
                size: control.textSize
                color: control.words
                wrapMode: Text.NoWrap
                anchors.verticalCenter: parent.verticalCenter
                Accessible.ignored: true
            }
            Icon {
                name: control.trailing
                tone: control.words
                size: Math.round(control.textSize * 1.2)
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
}
