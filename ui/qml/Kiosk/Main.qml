// The window. Rules:
//  * The first frame needs this file and the attract page alone; everything else stands in Shell.qml, which is loaded when
//    Python has put `app` there.
//  * `front` is given by Python; nothing is global.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Window
import Kiosk

Window {
    id: window

    required property Front front
    property QtObject app: null

    visible: true
    color: Theme.paper
    title: "近办"

    onAppChanged: {
        if (app)
            shell.setSource(Qt.resolvedUrl("Shell.qml"), {
                app: app,
                front: front
            });
    }

    Stage {
        id: stage
        anchors.fill: parent

        // Not before the window has a shape: the picture of the other one would be drawn for nothing.
        Loader {
            anchors.fill: parent
            active: window.front.nobody && stage.height > 0
            sourceComponent: AttractPage {
                front: window.front
            }
        }
        Loader {
            id: shell
            anchors.fill: parent
            focus: true
        }
    }
}
