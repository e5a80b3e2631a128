// Where we are, portrait: bars and one line ("第 2 步 / 共 5 步 · 回答问题（3/4）"). steps, step (from 1), note.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Column {
    id: bar

    property list<string> steps: []
    property int step: 0
    property string note: ""
    readonly property string words: `第 ${step} 步 / 共 ${steps.length} 步 · ${steps[step - 1] ?? ""}${note.length > 0 ? `（${note}）` : ""}`

    visible: step > 0 && steps.length > 0
    spacing: 16

    Row {
        spacing: 8

        Repeater {
            model: bar.steps.length

            Rectangle {
                required property int index
                width: (bar.width - 8 * (bar.steps.length - 1)) / Math.max(1, bar.steps.length)
                height: 12
                radius: 6
                color: index < bar.step ? Theme.primary : Theme.line
            }
        }
    }
    Words {
        width: parent.width
        text: bar.words
        size: Theme.small
        color: Theme.ink2
    }
}
