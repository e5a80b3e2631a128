// The component sheet, first page: buttons in their states, tags, fields, notices.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Stage {
    Rectangle {
        anchors.fill: parent
        color: Theme.paper
    }
    Grid {
        id: sheet
        x: Theme.margin
        y: 40
        width: parent.width - 2 * x
        columns: Theme.portrait ? 1 : 2
        columnSpacing: 48
        rowSpacing: 32
        readonly property real part: Theme.portrait ? width : (width - columnSpacing) / 2

        Column {
            width: sheet.part
            spacing: 24

            Words {
                text: "组件与状态"
                size: Theme.title
                bold: true
            }
            Grid {
                columns: 4
                spacing: 24

                PrimaryButton {
                    width: (sheet.part - 72) / 4
                    text: "下一步"
                }
                PrimaryButton {
                    width: (sheet.part - 72) / 4
                    text: "下一步"
                    spokenName: "按下"
                    down: true
                }
                PrimaryButton {
                    width: (sheet.part - 72) / 4
                    text: "下一步"
                    spokenName: "有焦点"
                    reading: true
                }
                PrimaryButton {
                    width: (sheet.part - 72) / 4
                    text: "打印"
                    textSize: Theme.label
                    busy: true
                    busyText: "正在打印"
                }
                SecondaryButton {
                    width: (sheet.part - 72) / 4
                    text: "打印指南"
                }
                SecondaryButton {
                    width: (sheet.part - 72) / 4
                    text: "打印指南"
                    spokenName: "按下的"
                    down: true
                }
                SecondaryButton {
                    width: (sheet.part - 72) / 4
                    text: "打印指南"
                    spokenName: "有焦点的"
                    reading: true
                }
                SecondaryButton {
                    width: (sheet.part - 72) / 4
                    text: "打印指南"
                    spokenName: "不能按"
                    enabled: false
                }
            }
            Flow {
                width: parent.width
                spacing: 18

                Tag {
                    text: "部门收到"
                    iconName: "circle-check"
                }
                Tag {
                    tone: "wait"
                    text: "等待上传"
                }
                Tag {
                    tone: "stop"
                    text: "要补材料"
                }
                Tag {
                    tone: "plain"
                    text: "没办完的"
                    iconName: "file-clock"
                }
            }
            Row {
                spacing: 14

                Chip {
                    text: "全部"
                    selected: true
                }
                Chip {
                    text: "马上办"
                }
                Chip {
                    text: "网上办"
                }
                Chip {
                    text: "就近办"
                }
            }
            FieldBox {
                width: parent.width
                label: "填错了（输入框）"
                text: "1381234567"
                groups: [3, 4, 4]
                error: "手机号少了1位，请再看看。"
            }
        }
        Column {
            width: sheet.part
            spacing: 24

            Notice {
                width: parent.width
                tone: "stop"
                iconName: "printer"
                title: "打印机没纸了"
                text: "您的申请已经存好，不受影响。"
                act: "叫人换纸"
            }
            Notice {
                visible: !Theme.large
                width: parent.width
                tone: "wait"
                iconName: "globe-lock"
                title: "网络要先登录"
                text: "连上了网，但还没登录，暂时送不出去。能先填好、存着。"
                act: "知道了"
            }
            Notice {
                width: parent.width
                iconName: "wifi-off"
                title: "现在没有网"
                text: "能先填好、存着，有网时自动送出。"
                act: "我知道"
            }
            Pager {
                width: parent.width
                page: 1
                pages: 2
            }
        }
    }
}
