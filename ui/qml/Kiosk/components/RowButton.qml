// The act at the right end of a row: 80 high, quiet. `strong` fills it (only the first row of a list).
//  text, iconName, strong.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

SecondaryButton {
    property bool strong: false

    implicitHeight: Theme.chipHeight
    quiet: !strong
    fill: strong ? Theme.primary : Theme.surface
    fillPressed: strong ? Theme.pressed : Theme.pressTint
    edgeColor: strong ? Theme.primary : Theme.edge
    words: strong ? Theme.fgPrimary : Theme.ink
}
