"""Walks through the window: every page and state, one after the other, as a person gets there.

Rules: a walk yields the name of what is shown now; tests check it, the gallery takes its picture.
Walks of other pages are added to ``WALKS``; each begins at the attract page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from kiosk.main.demonstration import AGENT
from tests.helpers.driver import Driver

Walk: TypeAlias = Callable[[Driver, bool], Iterator[str]]


def walk(window: Driver, *, large: bool) -> Iterator[str]:
    """Every page of the shell, one after the other."""
    yield window.page()
    yield from walk_finding(window, large=large)
    yield from walk_filings(window)
    window.idle(301)
    window.see("您还在吗？")
    yield "idle"
    window.tap("不办了，退出")


def walk_finding(window: Driver, *, large: bool) -> Iterator[str]:
    """Home, search, browsing, guides; ends at home."""
    window.tap("点这里开始")
    window.see("困难救助", within=20.0)
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
    yield from walk_browsing(window)
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


def walk_browsing(window: Driver) -> Iterator[str]:
    """All headings, and the items of some; begins and ends at home."""
    window.tap("全部事项")
    window.see("车辆")
    yield "browse, themes"
    window.tap("困难救助")
    window.see("按类别找")
    window.see("住房救助申请")
    yield "browse, items"
    window.tap("返回")
    window.tap("省事的")
    window.see("怎么办省事？")
    yield "browse, what saves a trip"
    window.tap("按部门")
    window.see("找哪个部门？")
    yield "browse, departments"
    window.tap(window.see("公安、派出所，"))
    window.see("居住证补领")
    yield "browse, items of a department"
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
    yield from leave_note(window)
    window.tap("代办员")
    window.type(AGENT[2])
    yield "sign in"
    window.tap("登录")
    window.see("还没送到")
    yield "desk"
    window.tap("要帮忙，1")
    window.tap(window.see("看一看："))
    window.see("看好了")
    yield "help desk, open note"
    window.tap("看好了")
    window.tap(window.see("办好了："))
    yield "help desk"
    window.tap(window.see("对，删掉："))
    window.see("没有条子")
    window.tap("返回")
    window.tap(window.see("看一看："))
    window.see("本机编号")
    yield "progress"
    window.tap("返回")
    window.tap("机器状态")
    window.see("办件库")
    yield "technician"


def leave_note(window: Driver) -> Iterator[str]:
    """写下来，明天找您; ends at the page from which help was asked for."""
    window.tap("写下来，明天找您")
    window.tap(window.see("打电话给我"))
    window.type("13800005678")
    yield "help, phone"
    window.tap("下一步")
    window.tap(window.see("不写，下一步"))
    window.see("要帮什么？")
    yield "help, wish"
    window.tap("材料弄不齐")
    window.see("写得对吗？")
    yield "help, check"
    window.tap("对，交给站里")
    window.see("记下了")
    yield "help, left"
    window.tap("知道了，接着办")


def turn_to(window: Driver, name: str) -> None:
    """Turn pages until ``name`` is there, and tap it."""
    while not [one for one in window.texts() if one.startswith(name)]:
        window.tap(window.see("下一页"))
    window.tap(name)


WALKS: Final[dict[str, Walk]] = {"shell": lambda window, large: walk(window, large=large)}
