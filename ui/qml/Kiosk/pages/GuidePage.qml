// 办事指南: five answers at a glance; the whole guide in a paged reader. 开始办 only where it may be filed.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property GuideController controller

    readonly property bool reading: page.controller.leaf > 0

    contextText: page.reading ? page.controller.name : "办事指南"
    contextIcon: "book-open"
    titleSize: "title"
    title: page.reading ? page.controller.leafTitle : page.controller.name
    sub: page.reading ? `第 ${page.controller.leaf} 页，共 ${page.controller.leaves} 页` : page.controller.summary
    bodyFill: true
    hint: page.controller.source
    primaryText: !page.controller.loaded ? "" : page.reading ? (page.controller.leaf < page.controller.leaves ? "下一页" : "看完了，回指南") : page.controller.canStart ? "开始办" : "看全部指南"
    onPrimaryTapped: {
        if (page.reading)
            page.controller.read(page.controller.leaf < page.controller.leaves ? page.controller.leaf + 1 : 0);
        else if (page.controller.canStart)
            page.controller.start();
        else
            page.controller.read(1);
    }
    secondaryText: !page.controller.loaded ? "" : page.reading ? (page.controller.leaf > 1 ? "上一页" : "回指南") : page.controller.canStart ? "看全部" : ""
    secondaryIcon: page.reading ? "chevron-left" : "book-open"
    onSecondaryTapped: page.controller.read(page.reading ? page.controller.leaf - 1 : 1)

    Column {
        id: first
        visible: !page.reading && page.controller.loaded
        width: page.bodyWidth
        spacing: 20

        Flow {
            visible: page.controller.tags.length > 0
            width: parent.width
            spacing: 14

            Repeater {
                model: page.controller.tags

                Tag {
                    required property string modelData
                    text: modelData
                    tone: "ok"
                }
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
        Notice {
            visible: page.controller.warning.length > 0
            width: parent.width
            tone: "wait"
            iconName: "calendar-clock"
            title: "办之前要知道"
            text: page.controller.warning
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
        visible: page.reading
        width: page.bodyWidth
        room: page.bodyHeight
        spacing: 28

        Repeater {
            model: page.controller.lines

            Words {
                required text
                width: page.bodyWidth
                size: Theme.body
            }
        }
    }
}
