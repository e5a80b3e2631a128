// What is being typed. Rules: the box shows, keys type: it is never a text input of its own; an error stands directly
// under it, the caret stays, nothing is cleared; digits may be shown in groups.
//  text, composing (underlined), placeholder, error, note (grey, right: "差2位"), groups ([6, 8, 4]), accent (index of
//  the group in green), current (has the caret), label (above), masked. Signal asked: tapped, wants to be current.
//  good: a green line under the box ("1943年5月6日生，83岁 对吗？").
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Column {
    id: field

    property string label: ""
    property string text: ""
    property string composing: ""
    property string placeholder: ""
    property string error: ""
    property string good: ""
    property string note: ""
    property list<int> groups: []
    property int accent: -1
    property bool current: true
    property bool digits: groups.length > 0
    property int textSize: digits ? Theme.entry : Theme.heading + 2

    signal asked

    // The text cut into its groups; what is left over is the last one.
    readonly property list<string> parts: {
        const found = [];
        let from = 0;
        for (const length of groups) {
            if (from < text.length)
                found.push(text.slice(from, from + length));
            from += length;
        }
        if (from < text.length)
            found.push(text.slice(from));
        return found;
    }

    spacing: 16

    Words {
        visible: text.length > 0
        width: field.width
        text: field.label
        size: Theme.label
        color: Theme.ink2
    }
    Pressable {
        id: box
        width: field.width
        implicitHeight: Math.max(Theme.fieldHeight, line.implicitHeight + 24)
        text: field.text.length > 0 ? field.text : field.placeholder
        spokenName: [field.label, text].filter(part => part.length > 0).join("，")
        fillPressed: Theme.surface
        edgeColor: field.error.length > 0 ? Theme.stop : field.current ? Theme.primary : Theme.edge
        edgeWidth: field.error.length > 0 || field.current ? Theme.strongRule : Theme.touchRule
        Accessible.role: Accessible.EditableText
        Accessible.description: field.error
        onTapped: field.asked()

        contentItem: Item {
            Flow {
                id: line
                x: 32
                anchors.verticalCenter: parent.verticalCenter
                width: (note.visible ? note.x : parent.width) - x - 20
                spacing: field.digits ? 24 : 0

                Repeater {
                    model: field.parts

                    Words {
                        required property string modelData
                        required property int index
                        text: modelData
                        size: field.textSize
                        bold: true
                        wrapMode: Text.WrapAnywhere
                        width: Math.min(implicitWidth, line.width)
                        color: index === field.accent ? Theme.primary : Theme.ink
                        font.letterSpacing: field.digits ? 3 : 0
                        Accessible.ignored: true
                    }
                }
                Words {
                    text: field.composing
                    visible: text.length > 0
                    size: field.textSize
                    color: Theme.primary
                    font.underline: true
                    Accessible.ignored: true
                }
                Item {
                    visible: field.current
                    width: 12
                    height: field.textSize * 1.45

                    Rectangle {
                        id: caret
                        x: 6
                        anchors.verticalCenter: parent.verticalCenter
                        width: 5
                        height: Math.round(field.textSize * 1.08)
                        color: Theme.primary

                        Timer {
                            interval: 500
                            repeat: true
                            running: field.current && field.visible
                            onTriggered: caret.visible = !caret.visible
                        }
                    }
                }
                Words {
                    visible: field.text.length === 0 && field.composing.length === 0
                    text: field.placeholder
                    size: Theme.body
                    height: field.textSize * 1.45
                    color: Theme.ink2
                    Accessible.ignored: true
                }
            }
            Words {
                id: note
                visible: field.note.length > 0
                x: parent.width - width - 32
                anchors.verticalCenter: parent.verticalCenter
                text: field.note
                size: Theme.label
                color: Theme.ink2
                wrapMode: Text.NoWrap
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
            size: Math.round(Theme.heading)
        }
        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: field.width - icon.width - 14
            text: field.error.length > 0 ? field.error : field.good
            size: Theme.body
            bold: true
            color: field.error.length > 0 ? Theme.stop : Theme.primary
        }
    }
}
