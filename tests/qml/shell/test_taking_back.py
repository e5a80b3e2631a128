"""Taking a filing back, and filing a refused one anew, through the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.domain.lifecycle import State
from kiosk.domain.submissions import Kind
from kiosk.main.demo.cast import ELDER
from kiosk.main.demo.people import ALLOWANCE_ANSWERS
from kiosk.main.demo.walk import HELD, Walk
from kiosk.main.wiring import open_station
from tests.helpers.counter import bring_to
from tests.helpers.driver import Driver
from tests.helpers.prepared import CODE, Prepared


def look_up(window: Driver, prepared: Prepared) -> None:
    Walk(window).begin()
    window.tap("查我的办件")
    window.type(prepared.number.replace("-", ""))
    window.tap("下一步")
    window.see("4位查询码")
    window.type(CODE)
    window.tap("查")
    window.see(prepared.masked)


def states(home: Path) -> dict[Kind, set[State]]:
    found: dict[Kind, set[State]] = {}
    with open_station(home) as station:
        for row in station.outbox.page():
            found.setdefault(row.kind, set()).add(row.state)
    return found


def test_nothing_is_taken_back_by_one_touch(window: Driver, prepared: Prepared, home: Path) -> None:
    look_up(window, prepared)
    window.tap("要撤回")
    window.see("真的撤回吗？")
    window.tap("不撤了")
    window.see("已保存，等待上传")
    assert states(home) == {Kind.FILING: {State.QUEUED}}
    window.tap("要撤回")
    window.tap("撤回这件")
    window.see("已撤回")
    assert "要撤回" not in window.texts()
    assert states(home) == {Kind.FILING: {State.WITHDRAWN}, Kind.WITHDRAW: {State.QUEUED}}


def test_what_was_sent_is_asked_back_and_not_called_taken_back(
    station: Callable[..., Driver], prepared: Prepared, home: Path
) -> None:
    with open_station(home) as opened:
        (sent,) = opened.outbox.page()
        bring_to(opened, sent.id, State.ACCEPTED)
    window = station()
    look_up(window, prepared)
    window.tap("要撤回")
    window.tap("撤回这件")
    window.see("撤回的申请存好了，等部门答复。")
    assert "已撤回" not in window.texts()
    assert "要撤回" not in window.texts()
    assert states(home) == {Kind.FILING: {State.ACCEPTED}, Kind.WITHDRAW: {State.QUEUED}}


def test_a_refused_filing_is_filed_anew(
    station: Callable[..., Driver], prepared: Prepared, home: Path
) -> None:
    with open_station(home) as opened:
        (parked,) = opened.outbox.page()
        bring_to(opened, parked.id, State.PARKED)
    window = station()
    look_up(window, prepared)
    window.see("没送成，要您来改")
    walk = Walk(window)
    walk.onward("给谁办", "改好再交")
    window.tap("给自己办")
    walk.tell_person(ELDER, "看清了")
    walk.read_notice("户口在哪个村")
    walk.answer(ALLOWANCE_ANSWERS, "question")
    walk.hand_in((HELD, HELD, HELD, HELD))
    walk.check()
    walk.sign(ELDER)
    walk.save()
    with open_station(home) as opened:
        newest, old = opened.outbox.page()
    assert (old.id, old.state) == (parked.id, State.SUPERSEDED)
    assert (newest.supersedes, newest.state) == (parked.id, State.QUEUED)
