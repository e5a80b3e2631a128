// Digits, 3 × 4. Rules: needs no engine; `extra` is the key at the lower left ("X" for ID numbers, "." or "" for none).
// Signals keyed(digit), erased. A real keyboard works too when the keypad has focus.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Grid {
    id: pad

    property string extra: "X"
    property int keyHeight: Theme.keypadKey

    signal keyed(digit: string)
    signal erased

    columns: 3
    spacing: 16

    Keys.onPressed: event => {
        if (event.modifiers & (Qt.ControlModifier | Qt.AltModifier | Qt.MetaModifier))
            return; // a chord is no key of ours
        if (event.key === Qt.Key_Backspace)
            pad.erased();
        else if (/^[0-9]$/.test(event.text) || (event.text.length > 0 && event.text.toUpperCase() === pad.extra))
            pad.keyed(event.text.toUpperCase());
        else
            return;
        event.accepted = true;
    }

    Repeater {
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", pad.extra, "0", "<"]

        KeyCap {
            required property string modelData
            required property int index
            readonly property bool eraser: index === 11

            width: (pad.width - 2 * pad.spacing) / 3
            height: pad.keyHeight
            text: eraser ? "删除" : modelData
            iconName: eraser ? "delete" : ""
            textSize: 68
            dark: eraser || index === 9
            opacity: modelData.length > 0 ? 1 : 0
            enabled: modelData.length > 0
            Accessible.ignored: modelData.length === 0
            onTapped: eraser ? pad.erased() : pad.keyed(modelData)
        }
    }
}
