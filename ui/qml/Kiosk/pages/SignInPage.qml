// 代办员登录: by name, then the PIN on the keypad. Residents are never kept from anything by it.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property SignInController controller

    readonly property bool named: page.controller.agentId.length > 0
    readonly property string stage: page.controller.stage

    contextText: "代办员"
    contextIcon: "circle-user-round"
    title: page.named ? page.controller.title : !page.controller.loaded ? "代办员登录" : page.controller.agents.count > 0 ? "您是哪一位？" : "还没有代办员"
    sub: page.named ? page.controller.sub : !page.controller.loaded ? "" : page.controller.agents.count > 0 ? "按自己的名字。" : "请技术员先登记代办员。村民办事不受影响。"
    primaryText: page.named ? page.controller.act : ""
    primaryTrailing: ""
    primaryIcon: page.named && (page.stage === "pin" || page.stage === "again") ? "log-in" : ""
    busy: page.controller.busy
    busyText: page.controller.busyText
    onPrimaryTapped: page.controller.submit()
    secondaryText: "机器状态"
    secondaryIcon: "settings"
    onSecondaryTapped: page.app.machine()

    Column {
        visible: !page.named
        width: page.bodyWidth
        spacing: Theme.gapOptions

        Repeater {
            model: page.controller.agents

            ListRow {
                id: agent
                required property string key
                required text
                width: page.bodyWidth
                sub: agent.key
                onTapped: page.controller.choose(agent.key)
            }
        }
    }
    Column {
        visible: page.named
        width: page.bodyWidth
        spacing: Theme.gapOptions

        FieldBox {
            id: field
            width: parent.width
            label: page.controller.label
            text: page.controller.typed
            groups: page.stage === "code" ? [4, 4, 4] : []
            error: page.controller.error
        }
        Keypad {
            width: parent.width
            keyHeight: Math.min(Theme.keypadKey, Math.floor((page.bodyHeight - field.implicitHeight - Theme.gapOptions - (forgotten.visible ? forgotten.height + Theme.gapOptions : 0) - 48) / 4))
            extra: ""
            onKeyed: digit => page.controller.key(digit)
            onErased: page.controller.erase()
        }
        SecondaryButton {
            id: forgotten
            visible: page.stage === "pin"
            width: parent.width
            text: "忘了密码"
            iconName: "key-round"
            onTapped: page.controller.forgot()
        }
    }
}
