// The answers of a choice question, at most four a page. Rules: nothing is preselected; the page with the chosen answer opens.
//  room, path (another question begins at its first page), many, model (text, sub, selected), chosen, error. Signal
//  picked(index). dense: lower rows, as many as fit.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Column {
    id: rows

    property real room: 0
    property string path: ""
    property bool many: false
    property bool dense: false
    property alias model: answers.model
    property int chosen: -1
    property string error: ""

    signal picked(index: int)

    readonly property int four: 4 * Theme.optionHeight + 3 * Theme.gapOptions
    readonly property int pagerRoom: Theme.chipHeight + 6 + 16

    spacing: 20
    onPathChanged: later.start()
    Component.onCompleted: later.start()

    function turn(): void {
        let wanted = 1;
        for (let page = 1; page < paged.pages; page++) {
            if (rows.chosen >= paged.starts[page])
                wanted = page + 1;
        }
        paged.page = wanted;
    }

    Timer {
        id: later
        interval: 0
        onTriggered: rows.turn()
    }
    ErrorLine {
        id: wrong
        width: rows.width
        text: rows.error
    }
    PagedColumn {
        id: paged
        width: rows.width
        spacing: rows.dense ? 16 : Theme.gapOptions
        room: Math.min(rows.room - (wrong.visible ? wrong.height + rows.spacing : 0), !rows.dense && answers.count > 4 ? rows.four + rows.pagerRoom : rows.room)

        Repeater {
            id: answers

            OptionRow {
                id: answer
                required property int index
                required text
                required sub
                required selected
                width: paged.width
                implicitHeight: rows.dense ? Math.max(Theme.portrait ? 156 : 116, naturalHeight - 40) : naturalHeight
                many: rows.many
                onTapped: rows.picked(answer.index)
            }
        }
    }
}
