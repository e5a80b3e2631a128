// The shell of every page but the attract page. A page gives words and a body; zones, reflow, 大字 and the wheelchair form
// come from here. Rules:
//  * One thing per page, one filled button; the body never scrolls: lists take their page size from `bodyHeight`.
//  * Lead (title and so on) is read only; controls stand in the body, stuck to the bottom when short (portrait).
//  * A title breaks at "\n" in landscape only; in portrait it is one line.
// Words: title, titleSize ("question" | "title"), sub, contextText, contextIcon, hint (grey, directly above the action).
// Steps: steps, step (from 1), stepNote ("3/4").
// Acts: primaryText, primaryIcon, primaryTrailing, busy, busyText; secondaryText, secondaryIcon; plainPrimary (outlined:
//   home and desks). Signals primaryTapped, secondaryTapped.
// Body: children; bodyFill (as high as the zone; children may anchor to `bodyHeight`); bodyWidth, bodyHeight.
// dock: the keyboard, `width: page.dockWidth`. Portrait: over the full width under the body. Landscape: a bed of its own at
//   the right with dockTitle and dockNote over it, lead and body share the left column. Hide it with `visible: false`.
// home: footer and header of the home page, picture behind the title. columnArt: picture at the foot of the left column.
// speech: what 读给我听 says; by default title and sub.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: page

    property string title: ""
    property string titleSize: "question"
    property string sub: ""
    property string contextText: ""
    property string contextIcon: "users"
    property string hint: ""
    property list<string> steps: []
    property int step: 0
    property string stepNote: ""
    property string primaryText: ""
    property string primaryIcon: ""
    property string primaryTrailing: primaryIcon.length > 0 ? "" : "chevron-right"
    property bool plainPrimary: false
    property bool busy: false
    property string busyText: ""
    property string secondaryText: ""
    property string secondaryIcon: ""
    property bool home: false
    property bool bodyFill: false
    property bool columnArt: false
    property string speech: [title.replace("\n", ""), sub].filter(part => part.length > 0).join("。")
    property string dockTitle: ""
    property string dockNote: ""
    property alias dock: dockSlot.data
    default property alias body: bodySlot.data

    readonly property bool docked: dockSlot.visibleChildren.length > 0
    readonly property bool split: docked && !Theme.portrait
    // Wheelchair form: the picture fills the upper half where the lead leaves it room.
    readonly property bool lowArt: Theme.low && Theme.portrait && !docked && lead.y + lead.height < 480
    // Too many words for the list of steps under them: bars over them instead.
    readonly property bool crowded: lead.y + contextRow.height + titleWords.implicitHeight + subWords.implicitHeight + 72 > footerTop - stepList.implicitHeight - 36
    readonly property bool stepBars: Theme.portrait || split || crowded
    readonly property real dockWidth: Theme.portrait ? width : width - Theme.columnDock
    readonly property bool hasAction: primaryText.length > 0 || secondaryText.length > 0
    readonly property real footerTop: height - Theme.footerHeight
    readonly property real actionTop: Theme.portrait && hasAction ? footerTop - Theme.primaryHeight - 24 : footerTop
    readonly property real dockTop: (Theme.portrait ? actionTop : footerTop) - (docked ? dockSlot.childrenRect.height : 0)
    readonly property real hintTop: (docked && Theme.portrait ? dockTop : actionTop) - (hintWords.visible ? hintWords.implicitHeight + 12 : 0) - Theme.pad
    readonly property real bodyX: Theme.portrait || split ? Theme.margin : Theme.columnBody
    readonly property real bodyTop: {
        if (!Theme.portrait && !split)
            return Theme.headerHeight + Theme.pad;
        const under = home ? Theme.artHeight - 20 : lead.height > 0 ? lead.y + lead.height + Theme.gapLead : lead.y - 8;
        return Theme.low ? Math.max(under, Theme.lowLine) : under;
    }
    readonly property real bodyWidth: split ? Theme.columnDock - Theme.margin - Theme.gutter : width - bodyX - Theme.margin
    readonly property real bodyHeight: Math.max(0, hintTop - bodyTop)
    // Tests look at this: how far the body is too high for its zone.
    readonly property real overflow: Math.max(0, bodySlot.height - bodyHeight)

    signal primaryTapped
    signal secondaryTapped

    anchors.fill: parent
    color: Theme.paper
    Accessible.role: Accessible.Pane
    Accessible.name: title.replace("\n", "")

    Rectangle {
        visible: page.home || page.lowArt
        width: Theme.portrait ? parent.width : Theme.columnRule
        height: page.lowArt ? Theme.lowLine - 24 : Theme.portrait ? Theme.artHeight : page.footerTop
        color: Theme.sky

        Art {
            name: !page.home && !page.lowArt ? "" : page.lowArt ? "village-low-reach" : Theme.portrait ? "village-home-portrait" : "village-home-landscape"
            anchors.bottom: parent.bottom
        }
    }
    Art {
        visible: page.columnArt && !Theme.portrait && !Theme.night
        name: "village-column"
        y: page.footerTop - height
    }
    PageHeader {
        width: parent.width
        over: page.home || page.lowArt
    }
    Rectangle {
        visible: !Theme.portrait && !page.home && !page.split
        x: Theme.columnRule
        y: Theme.headerHeight
        width: Theme.rule
        height: page.footerTop - y
        color: Theme.line
    }
    Column {
        id: lead
        x: Theme.margin
        y: Theme.headerHeight + (page.split ? 32 : page.home && Theme.large && Theme.portrait ? 8 : Theme.leadTop)
        width: Theme.portrait ? page.width - 2 * Theme.margin : page.split ? page.bodyWidth : Theme.columnLead
        spacing: 16

        StepBar {
            visible: page.stepBars && page.step > 0
            width: parent.width
            steps: page.steps
            step: page.step
            note: page.stepNote
        }
        Row {
            id: contextRow
            visible: page.contextText.length > 0
            spacing: 14

            Icon {
                id: contextIcon
                name: page.contextIcon
                tone: Theme.primary
                size: Math.round(Theme.label * 1.15)
                anchors.verticalCenter: parent.verticalCenter
            }
            Words {
                width: Math.min(implicitWidth, lead.width - contextIcon.width - 14)
                text: page.contextText
                size: Theme.label
                bold: true
                color: Theme.primary
            }
        }
        Words {
            id: titleWords
            visible: text.length > 0
            width: parent.width
            text: Theme.portrait || page.split ? page.title.replace("\n", "") : page.title
            size: page.home ? Theme.display : page.titleSize === "title" || page.split ? Theme.title : Theme.question
            bold: true
            Accessible.role: Accessible.Heading
        }
        Words {
            id: subWords
            visible: text.length > 0
            width: parent.width
            text: page.sub
            size: Theme.body
            color: Theme.ink2
        }
    }
    StepList {
        id: stepList
        visible: !page.stepBars && page.step > 0 && !page.columnArt
        x: Theme.margin
        y: page.footerTop - height - 36
        width: Theme.columnLead
        steps: page.steps
        step: page.step
        note: page.stepNote
    }
    Item {
        id: bodySlot
        x: page.bodyX
        y: Theme.portrait ? page.bodyTop + Math.max(0, page.bodyHeight - height) : page.bodyTop
        width: page.bodyWidth
        height: page.bodyFill ? page.bodyHeight : childrenRect.height
    }
    Words {
        id: hintWords
        visible: text.length > 0
        x: page.bodyX
        y: page.hintTop + 12
        width: page.bodyWidth
        horizontalAlignment: Text.AlignHCenter
        text: page.hint
        size: Theme.small
        color: Theme.ink2
    }
    Rectangle {
        visible: page.split
        x: Theme.columnDock
        y: Theme.headerHeight
        width: page.dockWidth
        height: page.footerTop - y
        color: Theme.sunken

        Column {
            x: 24
            width: parent.width - 2 * x
            y: (page.dockTop - Theme.headerHeight - height) / 2
            spacing: 12

            Words {
                visible: text.length > 0
                width: parent.width
                text: page.dockTitle
                size: Theme.heading
                bold: true
            }
            Words {
                visible: text.length > 0
                width: parent.width
                text: page.dockNote
                color: Theme.ink2
            }
        }
    }
    Item {
        id: dockSlot
        x: Theme.portrait ? 0 : Theme.columnDock
        y: page.dockTop
        width: page.dockWidth
        height: childrenRect.height
    }
    PageFooter {
        y: page.footerTop
        width: parent.width
        home: page.home
        wide: Theme.portrait || !page.hasAction
    }
    ActionRow {
        visible: page.hasAction
        x: page.width - Theme.margin - width
        y: Theme.portrait ? page.actionTop : page.footerTop + (Theme.footerHeight - height) / 2
        width: Theme.portrait ? page.width - 2 * Theme.margin : page.secondaryText.length > 0 ? 980 : 720
        primaryText: page.primaryText
        primaryIcon: page.primaryIcon
        primaryTrailing: page.primaryTrailing
        plainPrimary: page.plainPrimary
        busy: page.busy
        busyText: page.busyText
        secondaryText: page.secondaryText
        secondaryIcon: page.secondaryIcon
        onPrimaryTapped: page.primaryTapped()
        onSecondaryTapped: page.secondaryTapped()
    }
}
