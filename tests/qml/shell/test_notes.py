"""A note left with nobody there outlives a power cut, and only the agent reads it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kiosk.main.demonstration import AGENT
from tests.helpers.driver import Driver

PHONE = "13800005678"


def write_note(window: Driver) -> None:
    window.tap("点这里开始")
    window.see("全部事项")
    window.tap("叫人帮忙")
    window.see("12345")
    window.tap("写下来，明天找您")
    window.tap("打电话给我，座机、家人的电话都行")
    window.type(PHONE)
    window.tap("下一步")
    window.see("怎么称呼您？")
    window.type("陈阿婆")
    window.tap("下一步")
    window.tap("不会填，想请人帮忙填")
    window.see("写得对吗？")


def wait_until(holds: Callable[[], bool], within: float = 5.0) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def read_note(window: Driver) -> list[str]:
    window.tap("点这里开始")
    window.see("全部事项")
    window.tap("代办员")
    window.type(AGENT[2])
    window.tap("登录")
    window.tap("要帮忙，1")
    window.tap(window.see("看一看："))
    window.see("看好了")
    return window.texts()


def test_a_note_outlives_a_power_cut(station: Callable[..., Driver], home: Path) -> None:
    window = station()
    write_note(window)
    window.tap("对，交给站里")
    window.see("记下了")
    window.kill()
    assert not any(PHONE.encode() in path.read_bytes() for path in (home / "help").iterdir())
    window.restart()
    told = " ".join(read_note(window))
    assert PHONE in told
    assert "陈阿婆" in told
    window.idle(40)
    wait_until(lambda: PHONE not in " ".join(window.everything()))


def test_who_walks_away_leaves_nothing(window: Driver, home: Path) -> None:
    write_note(window)
    window.idle(121)
    window.see("您还在吗？")
    assert PHONE not in " ".join(window.texts())
    window.tap("不办了，退出")
    window.see("点这里开始")
    assert PHONE not in " ".join(window.everything())
    assert "陈阿婆" not in " ".join(window.everything())
    assert not (home / "help").exists() or not list((home / "help").iterdir())
