"""What every page of the window keeps, in both layouts and in 大字: walked as a person walks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kiosk.main.demonstration import AGENT
from tests.helpers.driver import Driver, Thing

PORTRAIT, LANDSCAPE = "1080x1920", "1920x1080"
STAFF = {"sign_in", "desk", "technician"}
TARGETS = {"Button", "RadioButton", "CheckBox", "PageTab"}
REACH = 240  # nothing is touched above this line on the tall panel


def walk(window: Driver, *, large: bool) -> Iterator[str]:
    """Every page of the shell, one after the other."""
    yield window.page()
    yield from walk_finding(window, large=large)
    yield from walk_filings(window)


def walk_finding(window: Driver, *, large: bool) -> Iterator[str]:
    """Home, search, browsing, guides; ends at home."""
    window.tap("点这里开始")
    window.see("全部事项")
    if large:
        window.tap("大字")
    yield "home"
    window.tap("找事项：比如“老人钱”")
    window.see("大家常找")
    yield "find, empty"
    window.type("gljt")
    window.see("找到")
    yield "find, found"
    turn_to(window, "高龄老人政府津贴申请")
    window.see("谁能办")
    yield "guide, elsewhere"
    window.tap("返回")
    window.tap("清空")
    window.type("zxqzv")
    window.see("没")
    yield "find, unsure"
    window.tap("收起键盘")
    yield "find, without keyboard"
    window.tap("返回")
    window.tap("全部事项")
    window.see("车辆")
    yield "browse, themes"
    window.tap("困难救助")
    window.see("按类别找")
    yield "browse, items"
    window.tap("返回")
    window.tap("返回")
    window.tap("找事项：比如“老人钱”")
    window.tap("清空")
    window.type("gljt")
    window.tap("高龄老人生活津贴申请")
    window.see("谁能办")
    yield "guide"
    window.tap("看全文")
    window.see("指南全文")
    yield "guide, whole"
    window.tap("返回")
    window.tap("返回")
    window.tap("返回")


def walk_filings(window: Driver) -> Iterator[str]:
    """Tracking, help, the agent's and the technician's pages."""
    window.tap("查我的办件")
    window.see("9位数字")
    window.type("12")
    window.tap("下一步")
    window.see("还差7位")
    yield "track"
    window.tap("没有凭条，用身份证号")
    window.see("您的身份证号")
    window.type("440")
    yield "track, by person"
    window.tap("返回")
    window.tap("叫人帮忙")
    window.see("12345")
    yield "help"
    window.tap("返回")
    window.tap("代办员")
    window.type(AGENT[2])
    yield "sign in"
    window.tap("登录")
    window.see("还没送到")
    yield "desk"
    window.tap(window.see("看一看："))
    window.see("本机编号")
    yield "progress"
    window.tap("返回")
    window.tap("机器状态")
    window.see("办件库")
    yield "technician"


def turn_to(window: Driver, name: str) -> None:
    """Turn pages until ``name`` is there, and tap it."""
    while not [one for one in window.texts() if one.startswith(name)]:
        window.tap(window.see("下一页"))
    window.tap(name)


def check(window: Driver, where: str, width: int, height: int) -> None:
    page = window.page()
    seen = window.seen()
    for one in seen:
        if one.role in TARGETS:
            _check_target(one, f"{page} ({where})", page, width, height)
    _check_overlaps([one for one in seen if one.role in TARGETS], where)
    names = {one.name for one in seen}
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
    assert len(seen) == 18
