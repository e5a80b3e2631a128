// 交材料: the count in the title, one row each, the next missing one framed and on the button. Never refuses.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property MaterialsController controller

    steps: page.app.stepNames
    step: page.app.step
    contextText: page.controller.context
    titleSize: "title"
    title: page.controller.heading
    hint: page.controller.sub
    bodyFill: true
    primaryText: page.controller.act
    primaryIcon: page.controller.act === "去核对" ? "" : "scan-line"
    onPrimaryTapped: page.controller.proceed()
    secondaryText: page.controller.short > 0 && page.controller.act !== "去核对" ? "就交这些" : ""
    onSecondaryTapped: page.controller.settle()

    PagedColumn {
        id: paged
        y: Theme.low ? Math.max(0, page.bodyHeight - height) : 0
        width: page.bodyWidth
        spacing: Theme.gapCards
        room: page.bodyHeight

        // The page with the next missing one.
        function turnToNext(): void {
            let wanted = 1;
            for (let begin = 1; begin < starts.length; begin++) {
                if (page.controller.upcoming >= starts[begin])
                    wanted = begin + 1;
            }
            paged.page = wanted;
        }
        Timer {
            running: true
            interval: 0
            onTriggered: paged.turnToNext()
        }

        Repeater {
            model: page.controller.lines

            MaterialRow {
                id: row
                required property string key
                required text
                required sub
                required mark
                required markIcon
                required act
                width: paged.width
                onActed: page.controller.open(row.key)
            }
        }
    }
}
