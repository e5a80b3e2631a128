// The tools, at the same place on every page: 返回 退出 读给我听 大字 叫人帮忙; on home 代办员 instead of the first two;
// 读给我听 only where the machine has a voice.
//  home; wide: equal parts over the whole width, icon beside the word in landscape (pages without an act).
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: footer

    property bool home: false
    property bool wide: Theme.portrait
    readonly property int tools: (home ? 3 : 4) + (Frame.canSpeak ? 1 : 0)
    readonly property real toolWidth: wide ? width / tools : Theme.footerTool
    readonly property bool beside: wide && !Theme.portrait

    implicitHeight: Theme.footerHeight
    color: Theme.sunken

    Rectangle {
        width: parent.width
        height: Theme.rule
        color: Theme.line
        z: 1
    }
    Row {
        x: footer.wide ? 0 : 16

        FooterTool {
            visible: footer.home
            width: footer.toolWidth
            beside: footer.beside
            text: "代办员"
            iconName: "circle-user-round"
            onTapped: Frame.agentAsked()
        }
        FooterTool {
            visible: !footer.home
            width: footer.toolWidth
            beside: footer.beside
            text: "返回"
            iconName: "arrow-left"
            onTapped: Frame.backAsked()
        }
        FooterTool {
            visible: !footer.home
            width: footer.toolWidth
            beside: footer.beside
            divided: true
            text: "退出"
            iconName: "log-out"
            onTapped: Frame.leaveAsked()
        }
        FooterTool {
            visible: Frame.canSpeak
            width: footer.toolWidth
            beside: footer.beside
            divided: true
            text: Frame.speaking ? "停" : "读给我听"
            iconName: Frame.speaking ? "square" : "volume-2"
            onTapped: Frame.readAsked()
        }
        FooterTool {
            width: footer.toolWidth
            beside: footer.beside
            divided: true
            text: Theme.large ? "小字" : "大字"
            iconName: "a-large-small"
            onTapped: Frame.sizeAsked()
            onPressAndHold: Frame.lowAsked()
        }
        FooterTool {
            width: footer.toolWidth
            beside: footer.beside
            divided: true
            text: "叫人帮忙"
            iconName: "bell-ring"
            onTapped: Frame.helpAsked()
        }
    }
}
