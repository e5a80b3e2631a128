// A date, typed as digits: 年, 月, 日. Rules: the page's controller keeps `digits` (at most 8, yyyymmdd) and judges it; here
// it is only shown in its three boxes, with the caret in the box that is next. error, good as in FieldBox.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Column {
    id: field

    property string digits: ""
    property string error: ""
    property string good: ""
    readonly property int box: digits.length < 4 ? 0 : digits.length < 6 ? 1 : 2

    spacing: 16
    Accessible.role: Accessible.EditableText
    Accessible.name: `日期，${digits}`

    Row {
        id: row
        width: field.width
        spacing: Theme.gutter

        Repeater {
            model: [[0, 4, "年", 5], [4, 6, "月", 4], [6, 8, "日", 4]]

            Rectangle {
                id: part
                required property var modelData
                required property int index
                readonly property string shown: field.digits.slice(modelData[0], modelData[1])
                readonly property bool now: index === field.box && field.digits.length < 8

                width: (row.width - 2 * row.spacing) * part.modelData[3] / 13
                height: Theme.fieldHeight
                radius: Theme.radius
                color: Theme.surface
                border.width: now || field.error.length > 0 ? Theme.strongRule : Theme.touchRule
                border.color: field.error.length > 0 ? Theme.stop : now ? Theme.primary : Theme.edge

                Row {
                    anchors.verticalCenter: parent.verticalCenter
                    x: 32
                    spacing: 4

                    Words {
                        text: part.shown
                        size: Theme.entry
                        bold: true
                        wrapMode: Text.NoWrap
                    }
                    Rectangle {
                        visible: part.now
                        anchors.verticalCenter: parent.verticalCenter
                        width: 5
                        height: Theme.entry
                        color: Theme.primary
                    }
                }
                Words {
                    anchors.right: parent.right
                    anchors.rightMargin: 28
                    anchors.verticalCenter: parent.verticalCenter
                    text: part.modelData[2]
                    size: Theme.heading
                    color: Theme.ink2
                }
            }
        }
    }
    Row {
        visible: field.error.length > 0 || field.good.length > 0
        spacing: 14

        Icon {
            id: icon
            anchors.verticalCenter: parent.verticalCenter
            name: field.error.length > 0 ? "circle-alert" : "circle-check"
            tone: field.error.length > 0 ? Theme.stop : Theme.primary
            size: Theme.heading
        }
        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: field.width - icon.width - 14
            text: field.error.length > 0 ? field.error : field.good
            bold: true
            color: field.error.length > 0 ? Theme.stop : Theme.primary
        }
    }
}
