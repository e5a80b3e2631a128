"""Pages of rows: every row is reached, whatever is hidden meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtQuick import QQuickItem

from tests.helpers.screens import Screen

ROWS = {
    "CheckRow": (
        'CheckRow {{ width: paged.width; label: "第{n}行"; value: "{words}"; act: "{act}" }}'
    ),
    "MaterialRow": (
        'MaterialRow {{ width: paged.width; text: "第{n}行"; sub: "{words}"; act: "{act}"; '
        'mark: "next" }}'
    ),
    "StatusLine": (
        'StatusLine {{ width: paged.width; text: "第{n}行"; sub: "{words}"; fact: "正常"; '
        'act: "{act}" }}'
    ),
}
COUNT = 13
WORDS = "户口在揭阳市揭西县南山镇道南社区居委会，从前在别的镇住过"


def document(row: str) -> str:
    rows = "\n".join(
        ROWS[row].format(n=n, words=WORDS[: 4 + 2 * n], act="改" if n % 4 else "")
        for n in range(COUNT)
    )
    return f"""
import QtQuick
import Kiosk
Item {{
    PagedColumn {{
        id: paged
        objectName: "paged"
        width: 620
        room: 560
        {rows}
    }}
}}
"""


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_on_one_page_and_the_number_of_pages_stays(
    show: Callable[..., Screen], row: str, large: bool
) -> None:
    screen = show(document(row), "landscape", large=large)
    paged = screen.root.findChild(QQuickItem, "paged")
    assert isinstance(paged, QQuickItem)
    pages = paged.property("pages")
    assert pages > 3, "one page proves nothing"
    seen: list[str] = []
    for page in range(1, pages + 1):
        paged.setProperty("page", page)
        screen.view.grabWindow()
        screen.settle(20)
        assert (paged.property("page"), paged.property("pages")) == (page, pages)
        here = [
            str(item.property("text")) for item in screen.items() if item.inherits("QQuickText")
        ]
        seen += [text for text in here if text.startswith("第") and text.endswith("行")]
    assert seen == [f"第{n}行" for n in range(COUNT)]
