// One small step after the other: who, people, mandate, signature. The controller says what the step shows (`kind`): a field
// with keys or keypad, options, giant cards, facts, a picture, a place to sign. Facts stand above whatever is asked.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property StepsController controller

    readonly property string kind: page.controller.kind
    readonly property real room: bodyHeight - (facts.visible && page.kind !== "facts" ? facts.height + Theme.gapOptions : 0)

    title: page.controller.title
    titleSize: page.controller.title.replace("\n", "").length > 12 || page.kind === "facts" ? "title" : "question"
    sub: page.controller.sub
    contextText: page.controller.context
    steps: page.app.stepNames
    step: page.app.step
    hint: page.controller.hint
    primaryText: page.controller.primary
    primaryIcon: page.controller.primaryIcon
    secondaryText: page.controller.secondary
    secondaryIcon: page.controller.secondaryIcon
    busy: page.controller.busy
    busyText: page.controller.busyText
    dockTitle: page.controller.label
    onPrimaryTapped: page.controller.next()
    onSecondaryTapped: page.controller.skip()

    dock: KeyBoard {
        visible: page.kind === "keys"
        width: page.dockWidth
        surface: keys
        hideable: false
        modes: page.controller.modes.length > 0 ? page.controller.modes : keys.modes
    }
    KeySurface {
        id: keys
        onCommitted: text => page.controller.type(text)
        onErased: page.controller.erase()
    }
    // What was being composed belongs to the step before.
    Connections {
        target: page.controller
        function onShownChanged() {
            keys.clear();
            if (page.controller.modes.length > 0 && !page.controller.modes.includes(keys.mode))
                keys.mode = page.controller.modes[0];
            else if (page.controller.modes.length === 0 && (keys.mode === "letters" || keys.mode === "digits"))
                keys.mode = keys.modes[0];
        }
    }
    Component.onCompleted: {
        if (page.controller.modes.length > 0)
            keys.mode = page.controller.modes[0];
    }
    Column {
        width: page.bodyWidth
        spacing: Theme.gapOptions

        Card {
            id: facts
            visible: page.controller.facts.count > 0
            width: parent.width
            pad: Theme.pad - 8
            spacing: 0

            PagedColumn {
                width: facts.width - 2 * facts.pad
                room: page.kind === "facts" ? page.bodyHeight - 2 * facts.pad : 10000

                Repeater {
                    model: page.controller.facts

                    CheckRow {
                        id: fact
                        required property int index
                        required act
                        required label
                        required value
                        required note
                        width: facts.width - 2 * facts.pad
                        compact: page.kind !== "facts" || !Theme.portrait
                        iconName: ""
                        last: fact.index === page.controller.facts.count - 1
                        onActed: page.controller.act(fact.index)
                    }
                }
            }
        }
        FieldBox {
            id: field
            visible: page.kind === "keys" || page.kind === "pad"
            width: parent.width
            label: page.controller.label
            text: page.controller.entry
            composing: keys.composing
            placeholder: page.controller.placeholder
            groups: page.controller.groups
            accent: page.controller.accent
            note: page.controller.note
            good: page.controller.good
            error: page.controller.error
        }
        Keypad {
            visible: page.kind === "pad"
            width: parent.width
            extra: page.controller.extra
            keyHeight: Math.min(Theme.keypadKey, Math.floor((page.room - field.height - Theme.gapOptions - 3 * spacing) / 4))
            focus: visible
            onKeyed: digit => page.controller.type(digit)
            onErased: page.controller.erase()
        }
        PagedColumn {
            id: choices
            readonly property bool cards: page.kind === "cards"
            // Many cards become rows: all ways at one glance.
            readonly property bool giant: choices.cards && page.controller.options.count <= (!Theme.portrait ? 2 : Theme.large || Theme.low ? 3 : 4)
            visible: page.controller.options.count > 0
            width: parent.width
            room: page.room - (complaint.visible ? complaint.height + Theme.gapOptions : 0)
            spacing: choices.cards ? Theme.gapCards + 8 : Theme.gapOptions
            readonly property int each: Math.max(210, Math.min(Theme.portrait ? 480 : 376, Math.floor((choices.room + spacing) / Math.max(1, page.controller.options.count) - spacing)))

            Repeater {
                model: choices.giant ? page.controller.options : null

                ChoiceCard {
                    id: card
                    required property int index
                    required text
                    required sub
                    required need
                    required iconName
                    width: choices.width
                    least: choices.each
                    onTapped: page.controller.choose(card.index)
                }
            }
            Repeater {
                model: choices.cards && !choices.giant ? page.controller.options : null

                ListRow {
                    id: row
                    required property int index
                    required property string need
                    required text
                    required sub
                    width: choices.width
                    tags: row.need.length > 0 ? [row.need] : []
                    onTapped: page.controller.choose(row.index)
                }
            }
            Repeater {
                model: choices.cards ? null : page.controller.options

                OptionRow {
                    id: option
                    required property int index
                    required text
                    required sub
                    required selected
                    width: choices.width
                    many: page.controller.many
                    onTapped: page.controller.choose(option.index)
                }
            }
        }
        Rectangle {
            visible: page.kind === "photo"
            width: parent.width
            height: Math.min(page.room - (complaint.visible ? complaint.height + Theme.gapOptions : 0), width * 0.75)
            radius: Theme.radius
            color: Theme.sunken
            border.width: Theme.touchRule
            border.color: Theme.line

            Photo {
                anchors.fill: parent
                anchors.margins: 12
                visible: page.controller.taken
                source: page.controller.picture
                Accessible.role: Accessible.Graphic
                Accessible.name: "刚拍的照片"
            }
            Column {
                visible: !page.controller.taken
                anchors.centerIn: parent
                width: parent.width - 2 * Theme.pad
                spacing: 20

                Icon {
                    anchors.horizontalCenter: parent.horizontalCenter
                    name: "scan-line"
                    tone: Theme.ink2
                    size: 128
                    stroke: 1.6
                }
                Words {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: "把纸放平，放在镜头下面。"
                    color: Theme.ink2
                }
            }
        }
        Loader {
            active: page.kind === "sign"
            visible: active
            width: parent.width
            sourceComponent: SignaturePad {
                id: pad
                hint: page.controller.label
                implicitHeight: Math.max(280, Math.min(Theme.portrait ? 640 : 460, page.room))
                Component.onCompleted: page.controller.lendInk(pad.ink)
                Component.onDestruction: page.controller.lendInk(null)
            }
        }
        Row {
            id: complaint
            visible: page.controller.error.length > 0 && !field.visible
            width: parent.width
            spacing: 14

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: "circle-alert"
                tone: Theme.stop
                size: Theme.heading
            }
            Words {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - Theme.heading - 14
                text: page.controller.error
                bold: true
                color: Theme.stop
            }
        }
    }
}
