// The read-only head of every page: station, network, time (from Frame). over: stands on a picture, without rule.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: header

    property bool over: false

    implicitHeight: Theme.headerHeight
    color: over ? "transparent" : Theme.paper

    Row {
        x: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        spacing: 22

        Icon {
            name: "landmark"
            tone: Theme.primary
            size: 52
            anchors.verticalCenter: parent.verticalCenter
        }
        Words {
            width: Math.min(implicitWidth, facts.x - Theme.margin - 52 - (Frame.demo ? 200 : 60))
            text: Frame.station
            size: Math.min(Theme.label, 34)
            bold: true
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.staff
            wrapMode: Text.NoWrap
            anchors.verticalCenter: parent.verticalCenter
        }
        Rectangle {
            visible: Frame.demo
            width: demo.implicitWidth + 28
            height: demo.implicitHeight + 8
            radius: 8
            color: Theme.waitTint
            border.width: Theme.rule
            border.color: Theme.wait
            anchors.verticalCenter: parent.verticalCenter

            Words {
                id: demo
                anchors.centerIn: parent
                text: "演示"
                size: Theme.staff
                bold: true
                color: Theme.wait
            }
        }
    }
    Row {
        id: facts
        anchors.right: parent.right
        anchors.rightMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        spacing: 14

        Icon {
            name: Frame.networkIcon
            size: 40
            anchors.verticalCenter: parent.verticalCenter
        }
        Words {
            text: Frame.networkText
            size: 28
            wrapMode: Text.NoWrap
            anchors.verticalCenter: parent.verticalCenter
        }
        Words {
            leftPadding: 14
            text: Frame.clock
            size: 34
            bold: true
            wrapMode: Text.NoWrap
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Rectangle {
        visible: !header.over
        width: parent.width
        height: Theme.rule
        anchors.bottom: parent.bottom
        color: Theme.line
    }
}
