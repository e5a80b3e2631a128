// A white card that holds text and rows. Rules: decoration only, not touchable. tone: "plain", "ok", "wait", "stop".
//  Children stand inside the padding; the card is as high as they are.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: card

    property string tone: "plain"
    property int pad: Theme.pad
    property int spacing: 16
    default property alias content: column.data

    implicitHeight: column.implicitHeight + 2 * pad
    radius: Theme.radius
    color: Theme.toneTint(tone)
    border.width: tone === "plain" ? Theme.rule : Theme.touchRule
    border.color: tone === "plain" ? Theme.line : Theme.tone(tone)

    Column {
        id: column
        x: card.pad
        y: card.pad
        width: card.width - 2 * card.pad
        spacing: card.spacing
    }
}
