// 核对: everything that was filled in, 改 at each line, page after page; advice at the end; the statement above the button.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KioskPage {
    id: page

    required property AppController app
    required property CheckController controller

    readonly property bool more: paged.page < paged.pages

    steps: page.app.stepNames
    step: page.app.step
    contextText: page.controller.context
    titleSize: "title"
    title: page.controller.heading
    stepNote: paged.pages > 1 ? `第${paged.page}页，共${paged.pages}页` : ""
    bodyFill: true
    // Always there: pages must not move while one reads.
    hint: page.controller.statement
    busy: page.controller.busy
    busyText: "正在检查…"
    primaryText: page.controller.faults > 0 ? "去改" : page.more ? "看下一页" : "没错，下一步"
    primaryIcon: page.controller.faults > 0 ? "pen-line" : page.more ? "" : "check"
    onPrimaryTapped: page.controller.faults === 0 && page.more ? paged.page += 1 : page.controller.proceed()
    secondaryText: page.controller.faults > 0 && page.more ? "看下一页" : paged.page > 1 ? "上一页" : ""
    onSecondaryTapped: paged.page += page.controller.faults > 0 && page.more ? 1 : -1

    Card {
        id: card
        width: page.bodyWidth
        pad: 24

        PagedColumn {
            id: paged
            width: parent.width
            room: page.bodyHeight - 2 * card.pad
            ownPager: false

            Repeater {
                id: lines
                model: page.controller.lines

                CheckRow {
                    id: line
                    required property string key
                    required label
                    required value
                    required note
                    required fault
                    required act
                    width: paged.width
                    labelWidth: Math.round(paged.width * (Theme.large ? 0.34 : 0.3))
                    onActed: page.controller.revise(line.key)
                }
            }
            Repeater {
                model: page.controller.advice

                Item {
                    id: hint
                    required property string text
                    width: paged.width
                    implicitHeight: words.implicitHeight + 28

                    Icon {
                        id: sign
                        y: 14
                        name: "info"
                        tone: Theme.wait
                        size: Math.round(Theme.label * 1.3)
                    }
                    Words {
                        id: words
                        x: sign.width + 16
                        y: 14
                        width: parent.width - x
                        text: hint.text
                        size: Theme.label
                        color: Theme.wait
                    }
                }
            }
        }
    }
}
