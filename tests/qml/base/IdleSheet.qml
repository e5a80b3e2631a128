// The question of the idle machine over a blank page.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    IdleDialog {
        seconds: 46
    }
}
