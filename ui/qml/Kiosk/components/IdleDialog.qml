// 您还在吗？ Rules: the page under it is blank; the seconds are shown; any of the two acts ends it.
//  seconds, of; hasSlip: a slip exists, what is filled can be taken up again. Signals stay, leave.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskDialog {
    id: dialog

    property int seconds: 60
    property int of: 60
    property bool hasSlip: false

    signal stay
    signal leave

    blank: true
    title: "您还在吗？"
    text: hasSlip ? "没人按，就会自动退出。\n有凭条的，凭条能接着办。" : "没人按，就会自动退出，\n没存的要重填。"
    primary: "我还在，接着办"
    secondary: "不办了，退出"
    secondaryIcon: "log-out"
    onPrimaryTapped: dialog.stay()
    onSecondaryTapped: dialog.leave()

    CountdownRing {
        width: implicitWidth
        height: implicitHeight
        seconds: dialog.seconds
        of: dialog.of
    }
}
