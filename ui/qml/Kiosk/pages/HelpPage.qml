// 叫人帮忙: who can be called, and when; a note where nobody is. Nothing promises that somebody is there.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property HelpController controller

    readonly property bool paired: page.controller.phone.length > 0 && (!Theme.portrait || Theme.low)

    contextText: "叫人帮忙"
    contextIcon: "bell-ring"
    title: "要人帮忙吗？"
    sub: "旁边有人就问他；没人，打电话，或写下来。"
    columnArt: true
    primaryText: "写下来，明天找您"
    primaryIcon: "pen-line"
    onPrimaryTapped: page.controller.write()
    secondaryText: "接着办"
    onSecondaryTapped: page.app.stepBack()

    component Number: Card {
        id: number
        property string iconName: ""
        property string label: ""
        property string answer: ""

        pad: Theme.pad

        Row {
            width: parent.width
            spacing: Theme.pad

            IconTile {
                id: tile
                visible: !page.paired || (number.width > 520 && !Theme.large)
                name: number.iconName
                size: 96
                anchors.verticalCenter: parent.verticalCenter
            }
            Column {
                width: parent.width - (tile.visible ? tile.width + parent.spacing : 0)
                anchors.verticalCenter: parent.verticalCenter

                Words {
                    width: parent.width
                    text: number.label
                    size: Theme.label
                    color: Theme.ink2
                }
                Words {
                    width: parent.width
                    text: number.answer
                    size: Theme.title
                    bold: true
                }
            }
        }
    }
    component Told: CheckRow {
        visible: value.length > 0
        width: parent.width
        labelWidth: Theme.label * 4.6
        act: ""
        compact: true
    }

    Column {
        width: page.bodyWidth
        spacing: Theme.gapCards

        Flow {
            width: parent.width
            spacing: Theme.gapCards

            Number {
                visible: page.controller.phone.length > 0
                width: page.paired ? (parent.width - parent.spacing) / 2 : parent.width
                iconName: "phone"
                label: "打电话"
                answer: page.controller.phone
            }
            Number {
                width: page.paired ? (parent.width - parent.spacing) / 2 : parent.width
                iconName: "headphones"
                label: page.controller.phone.length > 0 ? "没人接，打政务热线" : "打政务热线"
                answer: "12345"
            }
        }
        Card {
            id: rest
            width: parent.width
            pad: Theme.pad - 8

            Column {
                width: rest.width - 2 * rest.pad

                Told {
                    label: "几点有人"
                    value: page.controller.hours
                }
                Told {
                    label: "代办员"
                    value: page.controller.agents
                }
                Told {
                    label: "这里是"
                    value: page.controller.place
                    last: true
                }
            }
        }
    }
}
