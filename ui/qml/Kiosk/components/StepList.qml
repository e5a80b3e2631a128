// Where we are, landscape: the names as a list. steps, step (from 1), note.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Column {
    id: list

    property list<string> steps: []
    property int step: 0
    property string note: ""

    visible: step > 0 && steps.length > 0
    spacing: 14

    Repeater {
        model: list.steps

        Row {
            id: row
            required property string modelData
            required property int index
            readonly property bool past: index + 1 < list.step
            readonly property bool now: index + 1 === list.step
            spacing: 22

            Disc {
                size: 52
                filled: row.now || row.past
                tone: row.now ? Theme.primary : row.past ? Theme.tint : Theme.line
                iconName: ""
                number: row.past ? "" : `${row.index + 1}`

                Icon {
                    anchors.centerIn: parent
                    name: row.past ? "check" : ""
                    tone: Theme.primary
                    size: 30
                    stroke: 3
                }
            }
            Words {
                anchors.verticalCenter: parent.verticalCenter
                text: row.now && list.note.length > 0 ? `${row.modelData}（${list.note}）` : row.modelData
                size: Math.min(Theme.label, 36)
                bold: row.now
                color: row.now ? Theme.ink : Theme.ink2
                wrapMode: Text.NoWrap
            }
        }
    }
}
