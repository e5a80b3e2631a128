// Rows of any height, as many as fit, the rest on further pages. Rules: nothing is cut and nothing scrolls; rows never bind
// `visible` (it is set here); `room` is the height for rows and pager together; a row with `heading` true never ends a page.
//  room, spacing, page, pages, ownPager (false: the page turns itself). Children are the rows, a Repeater among them.
import QtQuick
import Kiosk

Item {
    id: paged

    property real room: 0
    property real spacing: 0
    property int page: 1
    property bool ownPager: true
    default property alias content: column.data
    readonly property int pages: starts.length

    readonly property list<int> starts: {
        const all = cut(room);
        return all.length > 1 && ownPager ? cut(room - pager.implicitHeight - 16) : all;
    }

    implicitHeight: pages > 1 ? room : column.implicitHeight
    onStartsChanged: later.start()
    onPageChanged: turn()
    Component.onCompleted: turn()

    function rows(): list<Item> {
        const found = [];
        for (const child of column.children) {
            if (child.implicitHeight > 0)
                found.push(child);
        }
        return found;
    }
    // Where each page begins.
    function cut(height: real): list<int> {
        const all = rows();
        const begins = [0];
        let used = 0;
        for (let index = 0; index < all.length; index++) {
            const begin = begins[begins.length - 1];
            if (index > begin && used + all[index].implicitHeight > height) {
                const next = all[index - 1].heading === true && index - 1 > begin ? index - 1 : index;
                begins.push(next);
                used = next < index ? all[next].implicitHeight + spacing : 0;
            }
            used += all[index].implicitHeight + spacing;
        }
        return begins;
    }
    function turn(): void {
        const here = Math.min(Math.max(page, 1), pages);
        if (here !== page) {
            page = here;
            return;
        }
        const end = here < pages ? starts[here] : Infinity;
        rows().forEach((row, index) => row.visible = index >= starts[here - 1] && index < end);
    }

    // Not Qt.callLater: that would still call when the column is gone.
    Timer {
        id: later
        interval: 0
        onTriggered: paged.turn()
    }
    Column {
        id: column
        width: paged.width
        spacing: paged.spacing
        onChildrenChanged: later.start()
    }
    Pager {
        id: pager
        visible: paged.ownPager && pages > 1
        y: paged.room - height
        width: paged.width
        page: paged.page
        pages: paged.pages
        onPreviousAsked: paged.page -= 1
        onNextAsked: paged.page += 1
    }
}
