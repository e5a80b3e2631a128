// One answer to a question. Rules: selected = tint + tick disc + thick border + bold; needs 下一步; nothing is preselected.
//  text, sub (grey, beside or under), selected, many (a box instead of a disc: several may be chosen); naturalHeight.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string sub: ""
    property bool selected: false
    property bool many: false

    readonly property real naturalHeight: Math.max(Theme.optionHeight, words.implicitHeight + 2 * Theme.pad)

    implicitHeight: naturalHeight
    fill: selected ? Theme.tint : Theme.surface
    edgeColor: selected ? Theme.primary : Theme.edge
    edgeWidth: selected ? Theme.strongRule + 1 : Theme.touchRule
    spokenName: sub.length > 0 ? `${text}，${sub}` : text
    Accessible.role: many ? Accessible.CheckBox : Accessible.RadioButton
    Accessible.checkable: true
    Accessible.checked: selected

    contentItem: Item {
        Rectangle {
            id: mark
            x: 40
            anchors.verticalCenter: parent.verticalCenter
            width: 64
            height: 64
            radius: control.many ? Theme.keyRadius : 32
            color: control.selected ? Theme.primary : "transparent"
            border.width: control.selected ? 0 : Theme.touchRule
            border.color: Theme.edge

            Icon {
                anchors.centerIn: parent
                name: control.selected ? "check" : ""
                tone: Theme.fgPrimary
                size: 42
                stroke: 3
            }
        }
        Flow {
            id: words
            x: mark.x + mark.width + 36
            y: (parent.height - height) / 2 + control.shift
            width: parent.width - x - Theme.pad
            spacing: 28

            Words {
                id: main
                width: Math.min(implicitWidth, words.width)
                text: control.text
                size: Theme.heading
                bold: control.selected
                Accessible.ignored: true
            }
            Words {
                visible: text.length > 0
                width: Math.min(implicitWidth, words.width)
                height: Math.max(implicitHeight, Math.min(main.height, main.contentHeight))
                text: control.sub
                size: Theme.body
                color: Theme.ink2
                Accessible.ignored: true
            }
        }
    }
}
