// Everything behind the first touch. Rules:
//  * It shows one page at a time, loaded when it is needed and dropped when it is left: nothing of a page survives it.
//  * Pages get `app` and their own controller, nothing is global; while nobody is there no page is shown.
//  * Under the question "您还在吗？" there is no page at all, only the blank one with the question.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

FocusScope {
    id: shell

    required property AppController app
    required property Front front

    function show() {
        if (front.nobody)
            shown.source = "";
        else
            shown.setSource(Qt.resolvedUrl("pages/" + app.pageFile), {
                app: app,
                controller: app.controller
            });
    }

    focus: true
    Component.onCompleted: show()

    Connections {
        target: shell.app
        function onPageChanged() {
            shell.show();
        }
    }

    Binding { target: Theme; property: "large"; value: shell.app.large }
    Binding { target: Theme; property: "low"; value: shell.app.low }
    Binding { target: Frame; property: "station"; value: shell.front.place }
    Binding { target: Frame; property: "network"; value: shell.front.network }
    Binding { target: Frame; property: "networkText"; value: shell.front.networkText }
    Binding { target: Frame; property: "clock"; value: shell.front.clock }
    Binding { target: Frame; property: "date"; value: shell.front.date }
    Binding { target: Frame; property: "demo"; value: shell.front.demo }
    Binding { target: Frame; property: "canSpeak"; value: shell.app.canSpeak }
    Binding { target: Frame; property: "speaking"; value: shell.app.speaking }

    Connections {
        target: Frame
        function onBackAsked() { shell.app.stepBack(); }
        function onLeaveAsked() { shell.app.leave(); }
        function onReadAsked() { shell.app.read(); }
        function onSizeAsked() { shell.app.resize(); }
        function onLowAsked() { shell.app.lower(); }
        function onHelpAsked() { shell.app.help(); }
        function onAgentAsked() { shell.app.staff(); }
    }

    Loader {
        id: shown
        anchors.fill: parent
        focus: true
        visible: !shell.app.idle.asking
    }
    Loader {
        anchors.fill: parent
        active: shell.app.idle.asking
        sourceComponent: IdlePage {
            controller: shell.app.idle
        }
    }

    // Sees every touch and takes none.
    Item {
        anchors.fill: parent
        z: 1000

        PointHandler {
            acceptedButtons: Qt.AllButtons
            onActiveChanged: shell.app.idle.touched()
        }
    }
}
