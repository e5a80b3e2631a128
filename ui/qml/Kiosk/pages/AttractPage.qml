// What stands there when nobody is: one sentence, one button, the truth about the line. Rules:
//  * The whole page begins a session, not only the button: nobody can miss.
//  * It is the first frame of the program, so it is light: no list, no controller, no control of Qt's.
import QtQuick
import Kiosk

Rectangle {
    id: page

    required property Front front

    readonly property int panelTop: Theme.portrait ? height - 540 : height - 280
    readonly property color onSky: Theme.night ? Theme.ink : "#0B3F34"

    function begin() {
        front.begin();
    }

    anchors.fill: parent
    color: Theme.sky
    focus: true
    Keys.onSpacePressed: begin()
    Keys.onReturnPressed: begin()
    Accessible.role: Accessible.Button
    Accessible.name: "点这里开始"
    Accessible.onPressAction: begin()

    TapHandler {
        id: finger
        gesturePolicy: TapHandler.ReleaseWithinBounds
        onTapped: point => {
            if (TapGuard.accepts(point.scenePosition.x, point.scenePosition.y, TapGuard.rest))
                page.begin();
        }
    }

    Item {
        anchors.fill: parent

        Art {
            name: Theme.portrait ? "village-attract-portrait" : "village-attract-landscape"
            y: page.panelTop - height
        }
        Row {
            x: Theme.margin
            y: 32
            spacing: 22

            Icon {
                name: "landmark"
                tone: Theme.primary
                size: 52
                anchors.verticalCenter: parent.verticalCenter
            }
            Words {
                text: page.front.place
                size: 34
                bold: true
                wrapMode: Text.NoWrap
                anchors.verticalCenter: parent.verticalCenter
            }
        }
        Words {
            anchors.right: parent.right
            anchors.rightMargin: Theme.margin
            y: 32
            height: 52
            text: `${page.front.date}  ${page.front.clock}`
            size: 34
            bold: true
            wrapMode: Text.NoWrap
        }
        Column {
            x: Theme.portrait ? 76 : 82
            y: Theme.portrait ? 208 : 134
            width: parent.width - 2 * x
            spacing: Theme.portrait ? 40 : 24

            Words {
                text: Theme.portrait ? "在村里，\n就能办" : "在村里，就能办"
                size: Theme.portrait ? 160 : 120
                bold: true
                lineHeight: 0.86
                color: page.onSky
                wrapMode: Text.NoWrap
            }
            Words {
                width: parent.width
                text: "津贴、社保、医保、户口，在这里申请。"
                size: 42
                color: page.onSky
            }
        }
        Rectangle {
            visible: page.front.demo
            x: Theme.margin
            y: Theme.portrait ? page.panelTop - 96 : page.panelTop - 84
            width: ribbon.implicitWidth + 48
            height: 64
            radius: 12
            color: Theme.waitTint
            border.width: Theme.rule
            border.color: Theme.wait

            Words {
                id: ribbon
                anchors.centerIn: parent
                text: "演示：人和事都是编的，不会真的提交"
                size: Theme.small
                bold: true
                color: Theme.wait
                wrapMode: Text.NoWrap
            }
        }
        Rectangle {
            y: page.panelTop
            width: parent.width
            height: parent.height - y
            color: Theme.night ? Theme.surface : Theme.primary

            Rectangle {
                id: start
                x: Theme.portrait ? Theme.margin : parent.width - width - Theme.margin
                y: Theme.portrait ? 60 : (parent.height - height) / 2
                width: Theme.portrait ? parent.width - 2 * Theme.margin : 784
                height: Theme.portrait ? 220 : 184
                radius: Theme.bigRadius
                color: Theme.night ? Theme.primary : finger.pressed ? Theme.tint : Theme.surface

                Row {
                    anchors.centerIn: parent
                    anchors.verticalCenterOffset: finger.pressed ? Theme.pressShift : 0
                    spacing: 36

                    Icon {
                        name: "pointer"
                        tone: Theme.night ? Theme.fgPrimary : Theme.primary
                        size: 96
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    Words {
                        text: "点这里开始"
                        size: 80
                        bold: true
                        color: Theme.night ? Theme.fgPrimary : Theme.primary
                        wrapMode: Text.NoWrap
                        Accessible.ignored: true
                        anchors.verticalCenter: parent.verticalCenter
                    }
                }
            }
            Column {
                x: Theme.portrait ? 60 : 82
                y: Theme.portrait ? start.y + start.height + 52 : (parent.height - height) / 2
                width: Theme.portrait ? parent.width - 2 * x : start.x - x - 40
                spacing: 28

                component Truth: Row {
                    id: truth
                    property string iconName: ""
                    property string text: ""
                    width: parent.width
                    spacing: 24
                    visible: text.length > 0

                    Icon {
                        name: truth.iconName
                        size: 44
                        tone: Theme.night ? Theme.ink : Theme.fgPrimary
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    Words {
                        width: truth.width - 44 - truth.spacing
                        text: truth.text
                        size: 34
                        color: Theme.night ? Theme.ink : Theme.fgPrimary
                        anchors.verticalCenter: parent.verticalCenter
                    }
                }

                Truth {
                    iconName: page.front.network === "online" ? "wifi" : page.front.network === "portal" ? "globe-lock" : "wifi-off"
                    text: page.front.network === "online" ? "有网：填好就送出，没送到会告诉您。" : "现在没有网：能先填好、存着，有网时自动送。"
                }
                Truth {
                    iconName: "phone"
                    text: page.front.phone.length > 0 ? `要人帮忙，打 ${page.front.phone}` : ""
                }
            }
        }
    }
}
