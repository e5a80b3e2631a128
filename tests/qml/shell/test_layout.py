"""What every page of the window keeps, in both layouts and in 大字: walked as a person walks it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.helpers.driver import Driver, Thing
from tests.helpers.tour import walk

PORTRAIT, LANDSCAPE = "1080x1920", "1920x1080"
STAFF = {"sign_in", "desk", "help_desk", "technician"}
TARGETS = {"Button", "RadioButton", "CheckBox", "PageTab"}
REACH = 240  # nothing is touched above this line on the tall panel


def check(window: Driver, where: str, width: int, height: int) -> None:
    page = window.page()
    seen = window.seen()
    for one in seen:
        if one.role in TARGETS:
            _check_target(one, f"{page} ({where})", page, width, height)
    _check_overlaps([one for one in seen if one.role in TARGETS], where)
    names = {one.name for one in seen}
    if where == "idle":
        assert {"我还在，接着办", "不办了，退出"} <= names
        return
    assert "叫人帮忙" in names or page == "attract"
    if page not in {"attract", "home"}:
        assert {"返回", "退出"} <= names, where


def _check_target(one: Thing, where: str, page: str, width: int, height: int) -> None:
    x, y, w, h = one.box
    assert one.name, f"a nameless {one.role} at {one.box} on {where}"
    least = 64 if page in STAFF else 80
    assert min(w, h) >= least, f"{one.name} on {where} has only {w} x {h}"
    assert x >= 0, (one, where)
    assert y >= 0, (one, where)
    assert x + w <= width, (one, where)
    assert y + h <= height, (one, where)
    if height > width and page != "attract":
        assert y + h / 2 >= REACH, f"{one.name} on {where} is too high to reach"


def _check_overlaps(targets: list[Thing], where: str) -> None:
    for number, one in enumerate(targets):
        for other in targets[number + 1 :]:
            if one.name == "清空" or other.name == "清空":
                continue  # stands inside its field
            assert not _overlap(one.box, other.box), f"{one} and {other} on {where}"


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    x1, y1, w1, h1 = one
    x2, y2, w2, h2 = other
    return x1 < x2 + w2 and x2 < x1 + w1 and y1 < y2 + h2 and y2 < y1 + h1


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_every_page_keeps_the_rules(
    station: Callable[..., Driver], size: str, *, large: bool
) -> None:
    window = station(size)
    width, height = map(int, size.split("x"))
    seen = []
    for where in walk(window, large=large):
        check(window, where, width, height)
        seen.append(where)
    assert len(seen) == 28
