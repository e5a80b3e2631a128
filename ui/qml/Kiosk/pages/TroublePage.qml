// Something is in the way: what, in plain words, and the way on. The code is for the technician.
import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property TroubleController controller

    contextText: "有件事要告诉您"
    contextIcon: "info"
    title: page.controller.title
    sub: page.controller.text
    columnArt: true
    hint: page.controller.code.length > 0 ? `给技术员看：${page.controller.code}` : ""
    primaryText: page.controller.canRetry ? "知道了，回上一页" : "回首页"
    primaryTrailing: ""
    secondaryText: page.controller.canRetry ? "回首页" : ""
    secondaryIcon: "house"
    onPrimaryTapped: page.controller.canRetry ? page.app.stepBack() : page.app.home()
    onSecondaryTapped: page.app.home()

    Card {
        width: page.bodyWidth
        tone: page.controller.tone
        pad: 44

        Row {
            width: parent.width
            spacing: 36

            Disc {
                id: mark
                size: 112
                tone: Theme.tone(page.controller.tone)
                iconName: page.controller.icon
                anchors.verticalCenter: parent.verticalCenter
            }
            Words {
                width: parent.width - mark.width - parent.spacing
                text: "您填的、存好的都不受影响。"
                size: Theme.heading
                bold: true
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
}
