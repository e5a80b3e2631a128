// The window. Rules:
//  * It shows one page at a time, loaded when it is needed and dropped when it is left: nothing of a
//    page survives it.
//  * `app` is given by Python; pages get it and their own controller, nothing is global.
//  * Under the question "您还在吗？" there is no page at all, only the blank one with the question.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Window
import Kiosk

Window {
    id: window

    required property AppController app

    visible: true
    color: Theme.paper
    title: "近办"

    function show() {
        shown.setSource(Qt.resolvedUrl("pages/" + app.pageFile), {
            app: app,
            controller: app.controller
        });
    }

    Component.onCompleted: show()

    Connections {
        target: window.app
        function onPageChanged() {
            window.show();
        }
    }

    Binding { target: Theme; property: "large"; value: window.app.large }
    Binding { target: Theme; property: "low"; value: window.app.low }
    Binding { target: Frame; property: "station"; value: window.app.place }
    Binding { target: Frame; property: "network"; value: window.app.network }
    Binding { target: Frame; property: "networkText"; value: window.app.networkText }
    Binding { target: Frame; property: "clock"; value: window.app.clock }
    Binding { target: Frame; property: "date"; value: window.app.date }
    Binding { target: Frame; property: "demo"; value: window.app.demo }
    Binding { target: Frame; property: "canSpeak"; value: window.app.canSpeak }
    Binding { target: Frame; property: "speaking"; value: window.app.speaking }

    Connections {
        target: Frame
        function onBackAsked() { window.app.stepBack(); }
        function onLeaveAsked() { window.app.leave(); }
        function onReadAsked() { window.app.read(); }
        function onSizeAsked() { window.app.resize(); }
        function onLowAsked() { window.app.lower(); }
        function onHelpAsked() { window.app.help(); }
        function onAgentAsked() { window.app.staff(); }
    }

    Stage {
        anchors.fill: parent

        Loader {
            id: shown
            anchors.fill: parent
            focus: true
            visible: !window.app.idle.asking
        }
        Loader {
            anchors.fill: parent
            active: window.app.idle.asking
            sourceComponent: IdlePage {
                controller: window.app.idle
            }
        }
    }

    // Sees every touch and takes none.
    Item {
        anchors.fill: parent
        z: 1000

        PointHandler {
            acceptedButtons: Qt.AllButtons
            onActiveChanged: window.app.idle.touched()
        }
    }
}
