// 叫人帮忙: who can be called. Nothing promises that somebody is there.
import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property HelpController controller

    contextText: "叫人帮忙"
    contextIcon: "bell-ring"
    title: "要人帮忙吗？"
    sub: "旁边有人就问他；没人，打电话也行。"
    columnArt: true
    primaryText: "知道了，接着办"
    primaryTrailing: ""
    onPrimaryTapped: page.app.stepBack()

    Column {
        width: page.bodyWidth
        spacing: Theme.gapCards

        component Line: Card {
            id: line
            property string iconName: ""
            property string label: ""
            property string answer: ""
            property bool big: false

            visible: answer.length > 0
            width: parent.width
            pad: 40

            Row {
                width: parent.width
                spacing: 36

                IconTile {
                    id: tile
                    name: line.iconName
                    size: Theme.iconTile
                    anchors.verticalCenter: parent.verticalCenter
                }
                Column {
                    width: parent.width - tile.width - parent.spacing
                    spacing: 8
                    anchors.verticalCenter: parent.verticalCenter

                    Words {
                        width: parent.width
                        text: line.label
                        size: Theme.label
                        color: Theme.ink2
                    }
                    Words {
                        width: parent.width
                        text: line.answer
                        size: line.big ? Theme.display : Theme.heading
                        bold: true
                    }
                }
            }
        }

        Line {
            iconName: "phone"
            label: "打电话"
            answer: page.controller.phone
            big: true
        }
        Line {
            iconName: "headphones"
            label: "没人接，打政务热线"
            answer: "12345"
            big: true
        }
        Line {
            iconName: "users"
            label: "代办员"
            answer: page.controller.agents
        }
        Line {
            iconName: "map-pin"
            label: "这里是"
            answer: page.controller.place
        }
    }
}
