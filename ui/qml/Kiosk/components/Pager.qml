// Lists page, they never scroll. Rules: both ends keep their place; the end that leads nowhere is disabled.
//  page (from 1), pages. Signals previousAsked, nextAsked.
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Row {
    id: pager

    property int page: 1
    property int pages: 1

    signal previousAsked
    signal nextAsked

    visible: pages > 1
    spacing: 14

    SecondaryButton {
        width: (pager.width - pager.spacing) / 2
        implicitHeight: Theme.chipHeight + 6
        text: "上一页"
        iconName: "chevron-left"
        enabled: pager.page > 1
        onTapped: pager.previousAsked()
    }
    SecondaryButton {
        width: (pager.width - pager.spacing) / 2
        implicitHeight: Theme.chipHeight + 6
        text: pager.width < 700 ? `下一页 ${pager.page}/${pager.pages}` : `下一页（${pager.page}/${pager.pages}）`
        trailing: "chevron-right"
        enabled: pager.page < pager.pages
        onTapped: pager.nextAsked()
    }
}
