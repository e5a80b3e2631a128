// Fits the pages to the window. Rules: pages are drawn for 1080 × 1920 or 1920 × 1080 and scaled as a whole, so any panel
// of either shape shows the same thing; a longer panel gives more room, never smaller words.
// Children are pages and dialogs; they fill the stage. Put it into a Window and let it fill.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: stage

    default property alias content: inner.data
    readonly property bool upright: height > width
    readonly property real factor: upright ? Math.min(width / 1080, height / 1920) : Math.min(width / 1920, height / 1080)

    Binding {
        target: Theme
        property: "portrait"
        value: stage.upright
    }
    Item {
        id: inner
        width: stage.width / Math.max(stage.factor, 0.01)
        height: stage.height / Math.max(stage.factor, 0.01)
        scale: Math.max(stage.factor, 0.01)
        transformOrigin: Item.TopLeft
    }
}
