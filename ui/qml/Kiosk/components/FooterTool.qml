// One of the tools that stand at the foot of every page. `text`, `iconName`, `beside`: icon left of the word.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string iconName: ""
    property bool beside: false
    property bool divided: false

    corner: 0
    fill: Theme.sunken
    edgeWidth: 0
    ringInside: true
    implicitHeight: Theme.footerHeight
    implicitWidth: Theme.footerTool

    contentItem: Item {
        Grid {
            columns: control.beside ? 2 : 1
            spacing: control.beside ? 20 : 8
            x: (parent.width - width) / 2
            y: (parent.height - height) / 2 + control.shift
            horizontalItemAlignment: Grid.AlignHCenter
            verticalItemAlignment: Grid.AlignVCenter

            Icon {
                name: control.iconName
                size: 48
            }
            Words {
                text: control.text
                size: Math.min(Theme.label, control.width / 4.4)
                wrapMode: Text.NoWrap
                Accessible.ignored: true
            }
        }
    }

    Rectangle {
        visible: control.divided
        width: Theme.rule
        height: parent.height - 56
        y: 28
        color: Theme.line
    }
}
