// 回答问题: one question, its basis in small grey, its answers within reach. 下一步 always answers; an error stands at the field.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property QuestionController controller

    readonly property string how: page.controller.how
    readonly property bool typing: how === "text" || how === "long" || (how === "place" && page.controller.searching)

    steps: page.app.stepNames
    step: page.app.step
    stepNote: page.controller.note
    contextText: page.controller.context
    titleSize: page.controller.title.length > 16 || how === "place" ? "title" : "question"
    title: page.controller.searching ? "打字找地方" : page.controller.title
    sub: page.controller.searching ? "" : page.controller.help
    hint: page.controller.searching || (page.typing && !Theme.portrait) || (Theme.low && page.controller.error.length > 0) ? "" : page.controller.cites
    primaryText: page.controller.nextWords
    onPrimaryTapped: page.controller.proceed(keys.composing)
    secondaryText: how === "entries" && page.controller.entries.count > 0 ? "再加一个" : ""
    secondaryIcon: "plus"
    onSecondaryTapped: page.controller.add()
    bodyFill: true

    KeySurface {
        id: keys
        onCommitted: text => page.controller.type(text)
        onErased: page.controller.erase()
    }
    Connections {
        target: page.controller
        function onPathChanged() {
            keys.clear();
            page.tune();
        }
        function onSearchingChanged() {
            keys.clear();
        }
    }
    Component.onCompleted: tune()

    // Numbers with letters begin with letters; the keyboard keeps what the person chose otherwise.
    function tune(): void {
        if (page.controller.letters)
            keys.mode = "letters";
        else if (keys.mode === "letters" || keys.mode === "digits")
            keys.mode = keys.modes[0];
    }

    Loader {
        readonly property bool fills: page.how === "place" || page.how === "entries" || page.how === "long"
        readonly property real overflow: Math.max(0, height - page.bodyHeight)
        y: Theme.portrait ? Math.max(0, page.bodyHeight - height) : 0
        width: page.bodyWidth
        height: fills ? page.bodyHeight : implicitHeight
        sourceComponent: page.how === "digits" || page.how === "date" ? digitsBody : page.how === "text" ? textBody : page.how === "long" ? longBody : page.how === "place" ? placeBody : page.how === "entries" ? entriesBody : page.how.length > 0 ? answersBody : null
    }
    Component {
        id: answersBody

        AnswerRows {
            room: page.bodyHeight
            path: page.controller.path
            many: page.how === "many"
            model: page.controller.options
            chosen: page.controller.chosen
            error: page.controller.error
            onPicked: index => page.controller.choose(index)
        }
    }
    Component {
        id: digitsBody

        Column {
            id: numbers
            spacing: 24

            FieldBox {
                id: box
                readonly property var cuts: ({
                        "resident_id": [6, 8, 4],
                        "phone": [3, 4, 4],
                        "bank_card": [4, 4, 4, 4, 4, 4]
                    })
                visible: page.how === "digits"
                width: parent.width
                text: page.controller.entry
                groups: cuts[page.controller.kind] ?? []
                digits: true
                placeholder: "请按数字"
                accent: page.controller.kind === "resident_id" ? 1 : -1
                textSize: page.controller.kind === "bank_card" ? Theme.heading + 6 : Theme.entry
                error: page.controller.error
                good: page.controller.good
                note: page.controller.kind === "resident_id" && text.length > 0 && text.length < 18 ? `差${18 - text.length}位` : ""
            }
            DateField {
                id: day
                visible: page.how === "date"
                width: parent.width
                digits: page.controller.entry
                error: page.controller.error
                good: page.controller.good
            }
            Keypad {
                width: parent.width
                // A sentence under the field takes its room from the keys.
                keyHeight: Math.max(Theme.minTarget, Math.min(Theme.keypadKey, Math.floor((page.bodyHeight - (page.how === "date" ? day : box).height - numbers.spacing - 3 * spacing) / 4)))
                extra: page.controller.kind === "resident_id" ? "X" : page.controller.kind === "number" ? "." : ""
                onKeyed: digit => page.controller.type(digit)
                onErased: page.controller.erase()
            }
        }
    }
    Component {
        id: textBody

        FieldBox {
            placeholder: page.controller.letters ? "请按字母和数字" : "请打字"
            text: page.controller.entry
            composing: keys.composing
            error: page.controller.error
        }
    }
    Component {
        id: longBody

        LongField {
            text: page.controller.entry
            composing: keys.composing
            error: page.controller.error
            most: page.controller.most
        }
    }
    Component {
        id: placeBody

        PlaceLists {
            model: page.controller.places
            placed: page.controller.placed
            trail: page.controller.trail
            above: page.controller.above
            searching: page.controller.searching
            spelled: page.controller.spelled
            composing: keys.composing
            error: page.controller.error
            onPicked: code => page.controller.choosePlace(code)
            onUpAsked: page.controller.up()
            onSearchAsked: on => page.controller.search(on)
        }
    }
    Component {
        id: entriesBody

        EntryRows {
            model: page.controller.entries
            error: page.controller.error
            onAddAsked: page.controller.add()
            onOpened: index => page.controller.open(index)
            onRemoved: index => page.controller.remove(index)
        }
    }
    dock: KeyBoard {
        visible: page.typing
        width: parent?.width ?? 0
        height: visible ? implicitHeight : 0
        surface: keys
        modes: page.controller.letters ? ["letters", "digits"] : keys.modes
        hideable: page.how === "place"
        onHideAsked: page.controller.search(false)
    }
}
