// Steps joined by a line. `model`: a list model with the roles text, sub, mark, tone, iconName (see TimelineStep),
// or put TimelineStep items in a Column yourself. `pitch`: distance of two steps.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Column {
    id: timeline

    property alias model: repeater.model
    property int pitch: Theme.portrait ? 160 : 108

    Repeater {
        id: repeater

        TimelineStep {
            id: step
            required property int index
            required text
            required sub
            required mark
            required tone
            required iconName

            width: timeline.width
            pitch: timeline.pitch
            last: step.index === repeater.count - 1
        }
    }
}
