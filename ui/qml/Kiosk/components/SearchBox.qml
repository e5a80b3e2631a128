// The search field. Two forms: `button` words set (home: a tap anywhere opens the find page) or live with text, composing
// and 清空. Signals opened (home form) and cleared.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string query: ""
    property string composing: ""
    property string placeholder: "找事项：比如“老人钱”"
    property string button: ""
    readonly property bool live: button.length === 0

    signal opened
    signal cleared

    text: query.length > 0 ? query : placeholder
    implicitHeight: Theme.searchHeight
    edgeColor: Theme.primary
    edgeWidth: live ? 4 : Theme.touchRule
    Accessible.role: live ? Accessible.EditableText : Accessible.Button
    onTapped: control.opened()

    contentItem: Item {
        Icon {
            id: icon
            x: Theme.pad
            anchors.verticalCenter: parent.verticalCenter
            name: "search"
            size: 56
            tone: Theme.primary
        }
        Row {
            x: icon.x + icon.width + 24
            anchors.verticalCenter: parent.verticalCenter

            Words {
                text: control.query
                size: Theme.heading
                bold: true
                wrapMode: Text.NoWrap
                visible: text.length > 0
                Accessible.ignored: true
            }
            Words {
                text: control.composing
                size: Theme.heading
                color: Theme.primary
                font.underline: true
                wrapMode: Text.NoWrap
                visible: text.length > 0
                Accessible.ignored: true
            }
            Rectangle {
                id: caret
                visible: control.live
                anchors.verticalCenter: parent.verticalCenter
                width: 5
                height: Math.round(Theme.heading * 1.3)
                color: shown ? Theme.primary : "transparent"
                property bool shown: true

                Timer {
                    interval: 500
                    repeat: true
                    running: control.live && control.visible
                    onTriggered: caret.shown = !caret.shown
                }
            }
            Words {
                text: control.placeholder
                leftPadding: control.live ? 12 : 0
                size: Theme.body
                color: Theme.ink2
                wrapMode: Text.NoWrap
                visible: control.query.length === 0 && control.composing.length === 0
                Accessible.ignored: true
            }
        }
        Rectangle {
            visible: !control.live
            anchors.right: parent.right
            width: 192
            height: parent.height
            color: control.down ? Theme.pressed : Theme.primary
            topRightRadius: control.corner
            bottomRightRadius: control.corner

            Words {
                anchors.centerIn: parent
                text: control.button
                size: Math.min(Theme.label + 2, 40)
                bold: true
                color: Theme.fgPrimary
                wrapMode: Text.NoWrap
                Accessible.ignored: true
            }
        }
        Pressable {
            visible: control.live && (control.query.length > 0 || control.composing.length > 0)
            anchors.right: parent.right
            anchors.rightMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            width: clear.implicitWidth + 32
            height: Math.max(Theme.minTarget, parent.height - 16)
            text: "清空"
            edgeWidth: 0
            onTapped: control.cleared()

            contentItem: Item {
                Row {
                    id: clear
                    anchors.centerIn: parent
                    spacing: 14

                    Icon {
                        name: "x"
                        size: 40
                        tone: Theme.ink2
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    Words {
                        text: "清空"
                        size: Theme.label
                        color: Theme.ink2
                        wrapMode: Text.NoWrap
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
