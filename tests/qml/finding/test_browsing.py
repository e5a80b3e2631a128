"""Browsing by life event, by department and by what saves a trip, on the real directory."""

from __future__ import annotations

import re

import pytest

from kiosk.journeys.departments import UNSAID
from kiosk.journeys.finding import Group
from tests.helpers.filing_window import FilingWindow, shown
from ui.app import LANDSCAPE, PORTRAIT
from ui.bridge.browsing import NARROW_FROM, BrowseController
from ui.navigation import Page

LOOKS = {
    "portrait": (PORTRAIT, False, False),
    "landscape": (LANDSCAPE, False, False),
    "portrait-large": (PORTRAIT, True, False),
    "landscape-large": (LANDSCAPE, True, False),
    "wheelchair": (PORTRAIT, False, True),
}


def browsing(window: FilingWindow, by: str) -> BrowseController:
    window.session.browse = (by, "")
    window.go(Page.BROWSE)
    return window.controller(BrowseController)


def every_page(window: FilingWindow, rows: object) -> list[str]:
    """The keys of all pages, turned by hand until the last."""
    keys: list[str] = []
    while True:
        keys += [row.key for row in shown(rows)]
        following = [name for name in names(window) if name.startswith("下一页")]
        page = re.search(r"(\d+)/(\d+)", following[0]) if following else None
        if page is None or page[1] == page[2]:
            return keys
        window.tap(following[0])


def names(window: FilingWindow) -> list[str]:
    return [
        str(item.property("spokenName"))
        for item in window.items()
        if item.inherits("QQuickAbstractButton")
    ]


def test_home_leads_to_the_departments(window: FilingWindow) -> None:
    window.tap("按部门找")
    assert window.page() is Page.BROWSE
    assert "找哪个部门？" in window.texts()
    window.tap("民政")
    texts = window.texts()
    assert "民政" in texts
    assert "按部门找 · 6 件" in texts
    assert "县级人民政府民政部门" in texts, "each row shows the name that its guide gives"
    window.tap("返回")
    assert "找哪个部门？" in window.texts()
    window.tap("返回")
    assert window.page() is Page.HOME


def test_every_department_opens_and_holds_what_it_says(window: FilingWindow) -> None:
    control = browsing(window, "department")
    for key in every_page(window, control.headings):
        control.choose(key)
        window.settle()
        assert control.view.total == control.view.whole > 0
        listed = every_page(window, control.rows)
        assert len(listed) == len(set(listed)) == control.view.whole
        assert control.back()


def test_ways_that_save_a_trip_list_only_what_the_guide_says(window: FilingWindow) -> None:
    control = browsing(window, "flag")
    for key in every_page(window, control.headings):
        control.choose(key)
        window.settle()
        for item_id in every_page(window, control.rows):
            item = window.session._station.item(item_id)
            assert getattr(item.four_ways, key) is True
        assert control.back()


def test_a_long_list_narrows_to_what_can_be_filed_here_and_back(window: FilingWindow) -> None:
    control = browsing(window, "department")
    control.choose(UNSAID)
    window.settle()
    whole, here = control.view.whole, control.view.here
    assert 0 < here < whole >= NARROW_FROM
    window.tap(f"这里能交 {here} 件")
    assert control.view.total == here
    window.tap(f"全部 {whole} 件")
    assert control.view.total == whole
    control.back()
    control.choose("医保")
    window.settle()
    assert not control.view.narrow, "two rows are seen at a glance"


def test_an_answer_to_what_was_asked_before_is_dropped(window: FilingWindow) -> None:
    control = browsing(window, "theme")
    control.look("department")
    control.look("flag")
    control.choose("online")
    control.look("theme")
    control.look("flag")
    window.settle()
    assert (control.view.by, control.view.chosen) == ("flag", "")
    assert {row.key for row in shown(control.headings)} <= {
        "on_the_spot",
        "online",
        "nearby",
        "once",
    }
    control.turn(-7)
    control.turn(99)
    control.fitTiles(-3, 0)
    assert control.view.page >= 1


def test_another_room_for_rows_does_not_page_the_headings(window: FilingWindow) -> None:
    control = browsing(window, "theme")
    control.choose("困难救助")
    window.settle()
    assert control.view.total > 4
    control.back()
    control.look("flag")
    window.settle()
    control.fit(400.0, 300.0, 120.0, 800.0, 40.0, 30.0)
    assert (control.view.page, control.view.pages) == (1, 1), "four ways, one page"
    control.choose("online")
    window.settle()
    assert control.view.pages > 1, "the room counts once there are rows"


def test_the_next_person_finds_nothing_of_it(window: FilingWindow) -> None:
    control = browsing(window, "department")
    control.choose("民政")
    window.settle()
    window.session.end()
    assert shown(control.rows) == shown(control.headings) == ()
    assert (control.view.by, control.view.chosen) == ("theme", "")


@pytest.mark.parametrize("look", list(LOOKS))
def test_every_state_keeps_the_rules_in_every_look(window: FilingWindow, look: str) -> None:
    size, large, low = LOOKS[look]
    for by, key in [
        ("theme", ""),
        ("department", ""),
        ("flag", ""),
        ("department", UNSAID),
        ("department", "公安、派出所"),
        ("flag", "online"),
    ]:
        control = browsing(window, by)
        if key:
            control.choose(key)
            window.settle()
        window.look(size, large=large, low=low)
        assert window.faults() == [], (by, key)
        assert_apart(window)
        while control.view.page < control.view.pages:
            control.turn(1)
            window.settle()
            assert window.faults() == [], (by, key, control.view.page)


@pytest.mark.parametrize("look", list(LOOKS))
def test_hundreds_of_departments_page_well(
    window: FilingWindow, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    long = "省属驻揭阳市某某高新技术产业开发区综合行政事务管理与公共服务协调中心"
    groups = tuple(
        Group(f"g{n}", f"{long[: 2 + n % len(long)]}", n * 97, n * 31) for n in range(1, 240)
    )
    monkeypatch.setattr(window.session._station, "departments", lambda: groups)
    size, large, low = LOOKS[look]
    control = browsing(window, "department")
    window.look(size, large=large, low=low)
    seen: list[str] = []
    for page in range(control.view.pages):
        assert control.view.page == page + 1
        seen += [row.key for row in shown(control.headings)]
        if page % 5 == 0:
            assert window.faults() == [], page
            assert_apart(window)
        control.turn(1)
        window.settle()
    assert seen == [group.key for group in groups]


def assert_apart(window: FilingWindow) -> None:
    """No two things to touch overlap, the footer's among them."""
    boxes = [
        (str(item.property("spokenName")), window.box(item))
        for item in window.items()
        if item.inherits("QQuickAbstractButton")
    ]
    for at, (name, box) in enumerate(boxes):
        for other, second in boxes[at + 1 :]:
            assert not box.adjusted(1, 1, -1, -1).intersects(second), (name, other)
