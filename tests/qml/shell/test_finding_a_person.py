"""找人, in the station's own process: signed in, opened, recorded, gone when nobody touches it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from kiosk.domain.contacts import ContactCard
from kiosk.domain.lifecycle import State
from kiosk.journeys.submitting import submit
from kiosk.main.demonstration import AGENT
from kiosk.main.wiring import open_station
from tests.helpers.counter import ITEM, application, bring_to
from tests.helpers.driver import Driver

PLACE = "榕树下的小店"


def hidden(window: Driver, words: str) -> bool:
    """Whether it goes by itself within a few seconds."""
    for _ in range(50):
        if not [one for one in window.texts() if words in one]:
            return True
        time.sleep(0.1)
    return False


def test_a_card_is_opened_by_an_agent_and_never_by_a_resident(
    home: Path, station: Callable[..., Driver]
) -> None:
    with open_station(home) as opened:
        card = ContactCard("李*英", place=PLACE)
        saved = submit(opened.desk(), replace(application(opened, ITEM), contact=card))
        bring_to(opened, saved.id, State.PARKED)
    window = station()
    window.tap("点这里开始")
    window.see("全部事项")
    window.tap("查我的办件")
    window.type(saved.local_number.replace("-", ""))
    window.tap("下一步")
    window.see("4位查询码")
    window.type("2580")
    window.tap("查")
    window.see("没送成，要您来改")
    assert not [one for one in window.texts() if PLACE in one or "找人" in one]
    window.tap("退出")
    window.see("点这里开始")
    window.tap("点这里开始")
    window.tap("代办员")
    window.type(AGENT[2])
    window.tap("登录")
    window.tap(window.see("找人：打开联系卡"))
    window.see(PLACE)
    window.idle(31)
    assert hidden(window, PLACE)
    window.see("有 1 件要处理")
    window.stop()
    with open_station(home) as opened, opened.casebook.read() as tx:
        query = text("SELECT subject, detail FROM audit WHERE event = 'card_opened'")
        assert [tuple(row) for row in tx.execute(query)] == [(str(saved.id), AGENT[0])]
