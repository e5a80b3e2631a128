// What the letters may mean: letters at the left, then the best candidates, then paging. Rules: the first one is framed and
// is what 空格 takes; each is at least 80 wide and 92 high. surface (required).
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: bar

    required property KeySurface surface
    readonly property int ends: 112

    implicitHeight: Theme.candidateHeight + 8

    Words {
        id: letters
        visible: bar.surface.mode === "pinyin" || bar.surface.mode === "jyutping"
        width: visible ? Math.min(implicitWidth, 220) : 0
        height: parent.height
        text: bar.surface.composing
        size: 34
        color: Theme.ink2
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.staff
        wrapMode: Text.NoWrap
    }
    Row {
        id: row
        x: letters.width + 12
        anchors.verticalCenter: parent.verticalCenter
        width: back.x - x
        clip: true
        spacing: 4

        Repeater {
            model: bar.surface.candidates

            Pressable {
                id: candidate
                required property int index
                required text
                readonly property bool first: index === 0 && !bar.surface.hasBefore

                rest: TapGuard.keyRest
                focusPolicy: Qt.NoFocus
                width: Math.max(96, word.implicitWidth + 40)
                height: Theme.candidateHeight
                visible: x + width <= row.width
                corner: Theme.keyRadius
                fill: first ? Theme.tint : Theme.sunken
                fillPressed: Theme.primary
                edgeColor: Theme.primary
                edgeWidth: first ? Theme.touchRule : 0
                onTapped: bar.surface.choose(index)

                contentItem: Item {
                    Words {
                        id: word
                        anchors.centerIn: parent
                        text: candidate.text
                        size: 48
                        bold: candidate.first
                        color: candidate.down ? Theme.fgPrimary : Theme.ink
                        wrapMode: Text.NoWrap
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
    KeyCap {
        id: back
        x: forward.x - (visible ? width + 8 : 0)
        anchors.verticalCenter: parent.verticalCenter
        visible: bar.surface.hasBefore
        width: 88
        height: Theme.candidateHeight
        dark: true
        text: "前面的字"
        iconName: "chevron-left"
        onTapped: bar.surface.previousPage()
    }
    KeyCap {
        id: forward
        x: parent.width - width
        anchors.verticalCenter: parent.verticalCenter
        visible: bar.surface.hasMore
        width: bar.ends
        height: Theme.candidateHeight
        dark: true
        text: "后面的字"
        iconName: "chevron-right"
        onTapped: bar.surface.nextPage()
    }
}
