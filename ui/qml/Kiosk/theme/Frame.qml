// What every page's frame shows and the acts of its footer. Rules:
//  * Set by the window's controller, read by KioskPage's header and footer; a page never sets it.
//  * The five tools are the same everywhere; the window's controller connects to the signals once.
//  * `network` is one of "online", "offline", "portal"; `networkText` its words for residents.
pragma Singleton

import QtQuick

QtObject {
    property string station: ""
    property string network: "offline"
    property string networkText: "没网：能先填好、存着"
    property string clock: ""
    property string date: ""
    property bool demo: false
    property bool speaking: false
    property bool canSpeak: false

    readonly property string networkIcon: network === "online" ? "wifi" : network === "portal" ? "globe-lock" : "wifi-off"

    signal backAsked
    signal leaveAsked
    signal readAsked
    signal sizeAsked
    signal lowAsked
    signal helpAsked
    signal agentAsked
}
