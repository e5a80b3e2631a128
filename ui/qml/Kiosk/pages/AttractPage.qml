// What stands there when nobody is: one sentence, one button, the truth about the line. Rules:
//  * The whole page begins a session, not only the button: nobody can miss.
//  * It is the first frame of the program, so it is light: no list, no controller.
import QtQuick
import Kiosk

Pressable {
    id: page

    required property AppController app
    property QtObject controller: null

    readonly property int panelTop: Theme.portrait ? height - 540 : height - 280
    readonly property color onSky: Theme.night ? Theme.ink : "#0B3F34"

    anchors.fill: parent
    corner: 0
    edgeWidth: 0
    fill: Theme.sky
    fillPressed: Theme.sky
    text: "点这里开始"
    spokenName: text
    onTapped: page.app.begin()

    contentItem: Item {
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
                text: page.app.place
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
            text: `${page.app.date}  ${page.app.clock}`
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
            visible: page.app.demo
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
                color: Theme.night ? Theme.primary : page.down ? Theme.tint : Theme.surface

                Row {
                    anchors.centerIn: parent
                    anchors.verticalCenterOffset: page.shift
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
                    iconName: Frame.networkIcon
                    text: page.app.network === "online" ? "有网：填好就送出，没送到会告诉您。" : "现在没有网：能先填好、存着，有网时自动送。"
                }
                Truth {
                    iconName: "phone"
                    text: page.app.phone.length > 0 ? `要人帮忙，打 ${page.app.phone}` : ""
                }
            }
        }
    }
}
