// Rows of any height, as many as fit, the rest on further pages. Rules: nothing is cut and nothing scrolls; rows never bind
// `visible` (it is set here); `room` is the height for rows and pager together.
//  room, spacing, page. Children are the rows (a Repeater among them is fine).
import QtQuick
import Kiosk

Item {
    id: paged

    property real room: 0
    property real spacing: 0
    property int page: 1
    default property alias content: column.data
    readonly property int pages: starts.length

    readonly property list<int> starts: {
        const all = cut(room);
        return all.length > 1 ? cut(room - pager.implicitHeight - 16) : all;
    }

    implicitHeight: pages > 1 ? room : column.implicitHeight
    onStartsChanged: turn()
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
        const begins = [0];
        let used = 0;
        rows().forEach((row, index) => {
            if (index > 0 && used + row.implicitHeight > height && index > begins[begins.length - 1]) {
                begins.push(index);
                used = 0;
            }
            used += row.implicitHeight + spacing;
        });
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

    Column {
        id: column
        width: paged.width
        spacing: paged.spacing
    }
    Pager {
        id: pager
        y: paged.room - height
        width: paged.width
        page: paged.page
        pages: paged.pages
        onPreviousAsked: paged.page -= 1
        onNextAsked: paged.page += 1
    }
}
