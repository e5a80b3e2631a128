// One result: bold name, grey line, tags, ">". Goes at once. `best` frames the first hit.
//  text, sub, tags (words; tagTone for all), best.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Pressable {
    id: control

    property string sub: ""
    property list<string> tags: []
    property string tagTone: "ok"
    property string tagIcon: ""
    property bool best: false

    implicitHeight: Math.max(Theme.rowHeight, words.implicitHeight + 40)
    edgeColor: best ? Theme.primary : Theme.line
    edgeWidth: best ? Theme.touchRule + 1 : Theme.rule
    spokenName: [text, sub, ...tags].filter(part => part.length > 0).join("，")

    contentItem: Item {
        Column {
            id: words
            x: Theme.pad
            y: (parent.height - height) / 2 + control.shift
            width: chevron.x - x - 16
            spacing: 10

            Words {
                width: parent.width
                text: control.text
                size: Theme.heading - 2
                bold: true
                Accessible.ignored: true
            }
            Flow {
                width: parent.width
                spacing: 14

                Words {
                    visible: control.sub.length > 0
                    text: control.sub
                    size: Theme.small + 2
                    color: Theme.ink2
                    width: Math.min(implicitWidth, words.width)
                    height: Math.max(implicitHeight, control.tags.length > 0 ? Math.round(Theme.small * 1.86) : 0)
                    Accessible.ignored: true
                }
                Repeater {
                    model: control.tags

                    Tag {
                        required property string modelData
                        text: modelData
                        tone: control.tagTone
                        iconName: control.tagIcon
                    }
                }
            }
        }
        Icon {
            id: chevron
            x: parent.width - width - Theme.pad
            anchors.verticalCenter: parent.verticalCenter
            name: "chevron-right"
            tone: Theme.primary
            size: 48
            stroke: 2.4
        }
    }
}
