// One material: how it is handed in; its pictures; the words of a promise; why it is missing. Small steps, one page.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property MaterialController controller

    readonly property string at: page.controller.step

    steps: page.app.stepNames
    step: page.app.step
    contextText: page.controller.context
    titleSize: "title"
    title: page.at === "promise" ? "看清楚再承诺" : page.at === "why" || page.at === "words" ? "为什么没有？" : page.controller.name
    sub: page.at === "ways" ? page.controller.wanted : page.at === "photos" ? `第 ${page.controller.number} 页，共 ${page.controller.count} 页。字看得清吗？` : page.at === "promise" ? "" : page.controller.name
    hint: page.at === "why" ? "不齐也可以交，部门会一次告诉您缺什么。" : page.at === "photos" ? "照片只存在这台机器里，保存时封好，别人看不到。" : ""
    bodyFill: true
    primaryText: page.at === "photos" ? "拍好了" : page.at === "promise" ? "我承诺" : page.at === "ways" && page.controller.way === "attached" && page.controller.count === 0 ? "现在拍照" : "就这样"
    primaryIcon: page.at === "photos" || page.at === "promise" ? "check" : primaryText === "现在拍照" ? "camera" : ""
    primaryTrailing: ""
    busy: page.controller.busy
    busyText: "正在拍，别动…"
    onPrimaryTapped: keys.composing.length > 0 ? keys.space() : page.controller.accept()
    secondaryText: page.at === "photos" ? "再拍一页" : page.at === "promise" ? "不承诺" : ""
    secondaryIcon: page.at === "photos" ? "camera" : ""
    onSecondaryTapped: page.at === "photos" ? page.controller.photograph() : page.controller.another()

    KeySurface {
        id: keys
        onCommitted: text => page.controller.type(text)
        onErased: page.controller.erase()
    }
    AnswerRows {
        visible: page.at === "ways" || page.at === "why"
        y: Theme.portrait ? Math.max(0, page.bodyHeight - height) : 0
        width: page.bodyWidth
        room: page.bodyHeight
        dense: true
        path: `${page.at} ${page.controller.name}`
        model: page.controller.ways
        error: page.controller.error
        onPicked: index => page.controller.choose(index)
    }
    Item {
        visible: page.at === "photos"
        width: page.bodyWidth
        height: page.bodyHeight

        Rectangle {
            width: parent.width
            height: acts.y - 20
            radius: Theme.radius
            color: Theme.sunken
            border.width: Theme.rule
            border.color: Theme.line

            Photo {
                anchors.fill: parent
                anchors.margins: 16
                source: page.controller.picture
                Accessible.role: Accessible.Graphic
                Accessible.name: `${page.controller.name}，第${page.controller.number}页`
            }
        }
        Column {
            id: acts
            y: parent.height - height
            width: parent.width
            spacing: 16

            ErrorLine {
                width: parent.width
                text: page.at === "photos" ? page.controller.error : ""
            }
            Row {
                width: parent.width
                spacing: 14

                RowButton {
                    width: (parent.width - 28) / 3
                    text: "重拍"
                    spokenName: "这一页重拍"
                    iconName: "refresh-cw"
                    onTapped: page.controller.retake()
                }
                RowButton {
                    width: (parent.width - 28) / 3
                    text: "不要了"
                    spokenName: "这一页不要了"
                    iconName: "trash-2"
                    onTapped: page.controller.remove()
                }
                RowButton {
                    width: (parent.width - 28) / 3
                    text: "换交法"
                    spokenName: "换一种交法"
                    iconName: "list"
                    onTapped: page.controller.another()
                }
            }
            Pager {
                width: parent.width
                page: page.controller.number
                pages: page.controller.count
                onPreviousAsked: page.controller.turn(-1)
                onNextAsked: page.controller.turn(1)
            }
        }
    }
    Card {
        visible: page.at === "promise"
        y: Theme.portrait ? Math.max(0, page.bodyHeight - height) : 0
        width: page.bodyWidth
        tone: "wait"
        pad: 36

        Words {
            width: parent.width
            text: page.controller.promise
            size: Theme.heading - 2
        }
        Words {
            width: parent.width
            text: "可以不承诺，改为交材料。"
            size: Theme.label
            color: Theme.ink2
        }
    }
    FieldBox {
        visible: page.at === "words"
        y: Theme.portrait ? Math.max(0, page.bodyHeight - height) : 0
        width: page.bodyWidth
        text: page.controller.reason
        composing: keys.composing
        placeholder: "几个字就行"
        error: page.controller.error
    }
    dock: KeyBoard {
        visible: page.at === "words"
        width: parent?.width ?? 0
        height: visible ? implicitHeight : 0
        surface: keys
        hideable: false
    }
}
