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

    PagedColumn {
        width: page.bodyWidth
        room: page.bodyHeight

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

                width: page.bodyWidth
                last: line.index === parts.count - 1
                onActed: page.controller.sync()
            }
        }
    }
}
