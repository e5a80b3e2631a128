// The on-screen keyboard: candidate bar, letters or strokes or digits, function row. Rules:
//  * It types into a KeySurface and knows no field; the page listens to surface.committed and surface.erased.
//  * Modes that the engine lacks are not shown. `modes` may narrow them (letters and digits for a licence number).
//  * The candidate bar keeps its height when empty: nothing jumps.
//  surface (required), hideable (key 收起键盘). Signal hideAsked. 
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: board

    required property KeySurface surface
    property list<string> modes: surface.modes
    property bool hideable: true
    property bool upper: false

    signal hideAsked

    readonly property int side: 24
    readonly property int gap: Theme.gapTight
    readonly property real cap: (width - 2 * side - 9 * gap) / 10
    readonly property bool strokes: surface.mode === "stroke"
    readonly property bool digits: surface.mode === "digits"
    readonly property var names: ({
            "pinyin": "拼音",
            "jyutping": "粤拼",
            "stroke": "笔画",
            "letters": "英文",
            "digits": "123"
        })
    readonly property var strokeNames: ({
            "h": "横 一",
            "s": "竖 丨",
            "p": "撇 丿",
            "n": "点 丶",
            "z": "折 乛"
        })
    readonly property list<string> others: modes.filter(mode => mode !== surface.mode)

    color: Theme.sunken
    implicitHeight: keys.implicitHeight + 20
    Accessible.role: Accessible.Grouping
    Accessible.name: "键盘"

    function type(key: string): void {
        surface.press(upper && surface.mode === "letters" ? key.toUpperCase() : key);
    }

    Keys.onPressed: event => {
        if (event.modifiers & (Qt.ControlModifier | Qt.AltModifier | Qt.MetaModifier))
            return; // a chord is no key of ours
        if (event.key === Qt.Key_Backspace)
            board.surface.backspace();
        else if (event.key === Qt.Key_Space)
            board.surface.space();
        else if (event.text.length === 1 && event.text > " ")
            board.surface.press(event.text);
        else
            return;
        event.accepted = true;
    }

    Rectangle {
        width: parent.width
        height: Theme.rule
        color: Theme.line
    }

    component LetterRow: Row {
        id: letterRow
        property string letters: ""
        anchors.horizontalCenter: parent?.horizontalCenter
        spacing: board.gap

        Repeater {
            model: letterRow.letters.split("")

            KeyCap {
                required property string modelData
                width: board.cap
                height: Theme.letterKey
                text: board.upper && board.surface.mode === "letters" ? modelData.toUpperCase() : modelData
                onTapped: board.type(modelData)
            }
        }
    }

    Column {
        id: keys
        x: board.side
        y: 12
        width: board.width - 2 * board.side
        spacing: board.gap

        CandidateBar {
            width: parent.width
            surface: board.surface
        }
        LetterRow {
            visible: !board.strokes
            letters: board.digits ? "1234567890" : "qwertyuiop"
        }
        LetterRow {
            visible: !board.strokes
            letters: board.digits ? "-/:;()，。" : "asdfghjkl"
        }
        Row {
            visible: board.strokes
            spacing: board.gap

            Repeater {
                model: ["h", "s", "p", "n", "z"]

                KeyCap {
                    required property string modelData
                    width: (keys.width - 4 * board.gap) / 5
                    height: 2 * Theme.letterKey + board.gap
                    text: board.strokeNames[modelData]
                    textSize: 52
                    onTapped: board.surface.press(modelData)
                }
            }
        }
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: board.gap
            readonly property real wide: (keys.width - 7 * board.cap - 8 * board.gap) / 2

            KeyCap {
                width: parent.wide
                height: Theme.letterKey
                dark: true
                textSize: 32
                text: board.surface.mode === "letters" ? (board.upper ? "小写" : "大写") : board.names[board.others[0] ?? "pinyin"]
                onTapped: {
                    if (board.surface.mode === "letters")
                        board.upper = !board.upper;
                    else
                        board.surface.mode = board.others[0] ?? board.surface.mode;
                }
            }
            Row {
                spacing: board.gap

                Repeater {
                    model: board.digits || board.strokes ? [] : "zxcvbnm".split("")

                    KeyCap {
                        required property string modelData
                        width: board.cap
                        height: Theme.letterKey
                        text: board.upper && board.surface.mode === "letters" ? modelData.toUpperCase() : modelData
                        onTapped: board.type(modelData)
                    }
                }
                KeyCap {
                    visible: board.digits || board.strokes
                    width: 7 * board.cap + 6 * board.gap
                    height: Theme.letterKey
                    text: board.strokes ? "，" : "."
                    onTapped: board.surface.press(text)
                }
            }
            KeyCap {
                width: parent.wide
                height: Theme.letterKey
                dark: true
                text: "删除"
                iconName: "delete"
                onTapped: board.surface.backspace()
            }
        }
        Row {
            spacing: board.gap

            Repeater {
                model: board.others.slice(board.surface.mode === "letters" ? 0 : 1)

                KeyCap {
                    required property string modelData
                    width: board.cap * 1.5 + board.gap
                    height: Theme.letterKey
                    dark: true
                    textSize: 32
                    text: board.names[modelData]
                    onTapped: board.surface.mode = modelData
                }
            }
            KeyCap {
                width: keys.width - x - (hide.visible ? hide.width + board.gap : 0)
                height: Theme.letterKey
                textSize: 32
                text: "空格"
                onTapped: board.surface.space()
            }
            KeyCap {
                id: hide
                visible: board.hideable
                width: board.cap * 2.2
                height: Theme.letterKey
                dark: true
                textSize: 32
                text: "收起键盘"
                onTapped: board.hideAsked()
            }
        }
    }
}
