// The technician's page: parts of the machine, worst first, one act each. Codes are allowed here.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property TechnicianController controller

    contextText: "技术员 · 机器状态"
    contextIcon: "server"
    titleSize: "title"
    title: page.controller.title
    bodyFill: true
    primaryText: "立即同步"
    primaryIcon: "refresh-cw"
    busy: page.controller.syncing
    busyText: "正在试…"
    onPrimaryTapped: page.controller.sync()

    Card {
        width: page.bodyWidth
        pad: 0
        spacing: 0

        Column {
            x: Theme.pad
            width: page.bodyWidth - 2 * Theme.pad

            Repeater {
                id: parts
                model: page.controller.parts

                StatusLine {
                    id: line
                    required property int index
                    required text
                    required iconName
                    required sub
                    required fact
                    required tone
                    required act

                    width: parent.width
                    last: line.index === parts.count - 1
                    onActed: page.controller.sync()
                }
            }
        }
    }
}
