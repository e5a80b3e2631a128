// 查我的办件: one number after the other on the keypad; a slip held under the scanner works at once.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property TrackController controller

    readonly property bool byPerson: page.controller.by === "id" || page.controller.by === "ending"
    readonly property bool listing: page.controller.by === "list"
    readonly property var asked: ({
            "number": ["凭条上的编号？", "9位数字，在凭条最上面。"],
            "code": ["4位查询码？", "交的时候您自己定的4位数字。"],
            "id": ["您的身份证号？", "只在这台机器上查，查完就忘。"],
            "ending": ["手机号最后4位？", "交的时候留的那个手机号。"],
            "list": ["您的办件", "这台机器上30天内的。"]
        })

    // Lower keys rather than keys under the button.
    readonly property int keyHeight: Math.min(Theme.keypadKey, Math.floor((bodyHeight - field.implicitHeight - (roads.visible ? roads.implicitHeight + Theme.gapOptions : 0) - Theme.gapOptions - 48) / 4))

    contextText: "查我的办件"
    contextIcon: "file-search"
    title: page.asked[page.controller.by][0]
    sub: page.asked[page.controller.by][1]
    primaryText: page.listing ? "" : page.controller.by === "number" || page.controller.by === "id" ? "下一步" : "查"
    busy: page.controller.busy
    busyText: "正在查…"
    onPrimaryTapped: page.controller.ask()
    secondaryText: page.controller.by === "ending" ? "没留手机号" : ""
    onSecondaryTapped: page.controller.noPhone()

    // A scanner types like a keyboard and ends with Enter.
    Item {
        id: scanner
        property string read: ""
        focus: true
        Keys.onPressed: event => {
            if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
                if (scanner.read.startsWith("JINBAN"))
                    page.controller.scanned(scanner.read);
                scanner.read = "";
            } else if (event.text.length === 1) {
                scanner.read = (scanner.read + event.text).slice(-800);
            }
            event.accepted = true;
        }
    }
    Column {
        visible: !page.listing
        width: page.bodyWidth
        spacing: Theme.gapOptions

        Row {
            id: roads
            visible: page.controller.by === "number" || page.controller.by === "id"
            spacing: 16

            Chip {
                text: "凭条编号"
                selected: !page.byPerson
                onTapped: page.controller.choose("number")
            }
            Chip {
                text: "没有凭条，用身份证号"
                selected: page.byPerson
                onTapped: page.controller.choose("id")
            }
        }
        FieldBox {
            id: field
            width: parent.width
            text: page.controller.entry
            error: page.controller.error
            groups: page.controller.by === "number" ? [4, 4, 1] : page.controller.by === "id" ? [6, 8, 4] : [4]
            note: page.controller.entry.length > 0 && page.controller.entry.length < page.controller.wantedLength ? `差${page.controller.wantedLength - page.controller.entry.length}位` : ""
        }
        Keypad {
            width: parent.width
            keyHeight: page.keyHeight
            extra: page.controller.by === "id" ? "X" : ""
            onKeyed: digit => page.controller.key(digit)
            onErased: page.controller.erase()
        }
    }
    Column {
        visible: page.listing
        width: page.bodyWidth
        spacing: Theme.gapCards

        Repeater {
            model: page.controller.found

            ListRow {
                id: row
                required property int index
                required property string tag
                required property string tone
                required property string iconName
                required text
                required sub
                width: page.bodyWidth
                tags: [row.tag]
                tagTone: row.tone
                tagIcon: row.iconName
                onTapped: page.controller.open(row.index)
            }
        }
    }
}
