// 要先走吗？ What was filled in and not saved would be wiped; said before it happens.
import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property LeaveController controller

    contextText: "退出"
    contextIcon: "log-out"
    title: "要先走吗？"
    sub: "还没保存。现在走，填的就没有了，别人也看不到。"
    columnArt: true
    primaryText: "接着办"
    onPrimaryTapped: page.controller.stay()
    secondaryText: "不要了，退出"
    secondaryIcon: "log-out"
    onSecondaryTapped: page.controller.drop()
    busy: page.controller.busy
    busyText: "正在收好…"

    SecondaryButton {
        visible: page.controller.canKeep
        width: page.bodyWidth
        text: "先放下，改天接着办"
        iconName: "inbox"
        onTapped: page.controller.keep()
    }
}
