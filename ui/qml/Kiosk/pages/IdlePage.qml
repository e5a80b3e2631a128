// 您还在吗？ alone on a blank page: what stood there is not even behind it.
import QtQuick
import Kiosk

IdleDialog {
    id: page

    required property IdleController controller

    seconds: page.controller.remaining
    of: page.controller.whole
    onStay: page.controller.stay()
    onLeave: page.controller.go()
}
