// 办事指南: five answers at a glance; the whole guide in a paged reader. 开始办 only where it may be filed.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property GuideController controller

    readonly property bool reading: page.controller.reading

    contextText: page.reading ? page.controller.name : "办事指南"
    contextIcon: "book-open"
    titleSize: "title"
    title: page.reading ? "指南全文" : page.controller.name
    sub: page.reading ? (reader.pages > 1 ? `第 ${reader.page} 页，共 ${reader.pages} 页` : "") : page.controller.summary
    bodyFill: true
    hint: page.controller.source
    primaryText: !page.controller.loaded ? "" : page.reading ? (reader.page < reader.pages ? "下一页" : "看完了，回指南") : page.controller.canStart ? "开始办" : "看指南全文"
    onPrimaryTapped: {
        if (!page.reading && page.controller.canStart)
            page.controller.start();
        else if (!page.reading)
            page.controller.read();
        else if (reader.page < reader.pages)
            reader.page += 1;
        else
            page.controller.close();
    }
    secondaryText: !page.controller.loaded ? "" : page.reading ? (reader.page > 1 ? "上一页" : "回指南") : page.controller.canStart ? "看全文" : ""
    secondaryIcon: page.reading ? "chevron-left" : "book-open"
    onSecondaryTapped: {
        if (!page.reading)
            page.controller.read();
        else if (reader.page > 1)
            reader.page -= 1;
        else
            page.controller.close();
    }

    Column {
        id: first
        visible: !page.reading && page.controller.loaded
        width: page.bodyWidth
        spacing: 20

        Item {
            visible: page.controller.tags.length > 0 || page.controller.canPrint
            width: parent.width
            height: Math.max(tags.height, paper.visible ? paper.height : 0)

            Flow {
                id: tags
                anchors.verticalCenter: parent.verticalCenter
                width: (paper.visible ? paper.x : parent.width) - 14
                spacing: 14

                Repeater {
                    model: page.controller.printed.length > 0 ? [] : page.controller.tags

                    Tag {
                        required property string modelData
                        text: modelData
                        tone: "ok"
                    }
                }
                Words {
                    visible: text.length > 0
                    width: tags.width
                    text: page.controller.printed
                    size: Theme.label
                    bold: true
                    color: page.controller.fine ? Theme.ok : Theme.wait
                }
            }
            RowButton {
                id: paper
                visible: page.controller.canPrint
                x: parent.width - width
                anchors.verticalCenter: parent.verticalCenter
                text: page.controller.busy ? "正在打印…" : "打印这一页"
                iconName: "printer"
                onTapped: page.controller.printOut()
            }
        }
        Notice {
            visible: !page.controller.canStart
            width: parent.width
            tone: "wait"
            iconName: "map-pin"
            title: "这件在这里只能看"
            text: page.controller.where
        }
        Card {
            visible: page.controller.warning.length > 0
            width: parent.width
            tone: "wait"
            pad: 20

            Row {
                width: parent.width
                spacing: 20

                Icon {
                    id: mark
                    name: "calendar-clock"
                    tone: Theme.wait
                    size: 44
                    anchors.verticalCenter: parent.verticalCenter
                }
                Words {
                    width: parent.width - mark.width - parent.spacing
                    text: page.controller.warning
                    size: Theme.label
                    color: Theme.wait
                    anchors.verticalCenter: parent.verticalCenter
                }
            }
        }
    }
    PagedColumn {
        visible: !page.reading
        y: first.height > 0 ? first.height + 16 : 0
        width: page.bodyWidth
        room: page.bodyHeight - y

        Repeater {
            id: answers
            model: page.controller.answers

            GuideRow {
                id: one
                required property int index
                required label
                required answer
                required note
                required iconName
                width: page.bodyWidth
                last: one.index === answers.count - 1
            }
        }
    }
    PagedColumn {
        id: reader
        visible: page.reading
        width: page.bodyWidth
        room: page.bodyHeight
        spacing: 20
        ownPager: false

        Repeater {
            model: page.controller.lines

            Words {
                id: line
                required property bool heading
                required text
                width: page.bodyWidth
                topPadding: line.heading ? 16 : 0
                size: line.heading ? Theme.heading : Theme.body
                bold: line.heading
                color: line.heading ? Theme.primary : Theme.ink
            }
        }
    }
}
