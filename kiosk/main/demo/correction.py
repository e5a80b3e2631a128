"""A paper is wanted: the office asks, the resident answers at the window, the timeline tells it.

Rules: the office decides by its own command; the station hears of it only over the line; the answer
is a submission of its own, made through the window, and it takes effect once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from kiosk.domain.dates import today_in_china
from kiosk.main.clock import SystemClock
from kiosk.main.demo.cast import ELDER
from kiosk.main.demo.exchange import sync_until, to_machine_page
from kiosk.main.demo.record import Record
from kiosk.main.demo.walk import PHOTO, Walk
from kiosk.main.demo.world import World

WANTED: Final = "要补一样材料"
_WORDS: Final = "存折照片看不清账号，请重新拍一张。"
_DAYS: Final = 12
_STEPS: Final = ("补的材料收到了", "要补一样材料", "部门受理了", "部门收到申请", "存好了")
_TRIES: Final = 20


def ask_for_paper(world: World, submission: str) -> None:
    """The office wants the passbook once more."""
    by = today_in_china(SystemClock().now()) + timedelta(days=_DAYS)
    wanted = ("--material", "m3", "--words", _WORDS, "--by", by.isoformat())
    world.office("decide", submission, "correct", *wanted)


def answer_it(walk: Walk, number: str) -> None:
    """She looks her filing up, reads what is wanted, and hands it in."""
    look_up(walk, number, WANTED)
    walk.shoot("wanted", "What the office wants, in its own words, and by when.")
    walk.onward("要补一样", "现在补")
    walk.shoot("correction", "Only what was questioned is opened again.")
    walk.onward("谁来补", "现在补")
    walk.hand.tap("本人来补")
    walk.hand.tap("开始补")
    walk.arrive("materials")
    walk.hand_in((PHOTO,))
    walk.check()
    walk.hand.type(ELDER.code)
    walk.onward("怎么找您")
    walk.onward("现在保存", "不留，下一步")
    walk.save("保存")
    walk.leave()


def look_up(walk: Walk, number: str, expected: str) -> None:
    """By number and code, again until the news has come: what a person does."""
    walk.begin()
    for _ in range(_TRIES):
        walk.onward("9位数字", "查我的办件")
        walk.hand.type(number.replace("-", ""))
        walk.onward("4位查询码")
        walk.hand.type(ELDER.code)
        walk.onward("本机编号", "查")
        if any(expected in text for text in walk.hand.texts()):
            return
        walk.hand.tap("返回")
        walk.hand.tap("返回")
        time.sleep(0.5)
    walk.hand.see(expected)


def check_timeline(walk: Walk, record: Record) -> None:
    """The window tells what happened."""
    told = walk.hand.texts()
    missing = [step for step in _STEPS if step not in told]
    record.check(
        "the timeline in the window tells every step",
        held=not missing,
        detail=f"missing: {missing}" if missing else " ← ".join(_STEPS),
    )


def check_answer(world: World, record: Record, filing: str) -> None:
    """The supplement took effect once, and both sides tell the same story."""
    row = world.one(filing)
    answers = [one for one in world.queue() if one["kind"] == "supplement"]
    cases = world.cases()
    effects = [cases[one["id"]]["effects"] for one in answers if one["id"] in cases]
    record.check(
        "the supplement reached the platform and took effect exactly once",
        held=len(answers) == 1 and effects == [1],
        detail=f"{len(answers)} sent, effects {effects}",
    )
    kinds = [event["kind"] for event in row["events"]]
    record.check(
        "the station heard every event of the case, in order",
        held="correction_wanted" in kinds
        and "corrected" in kinds[kinds.index("correction_wanted") :],
        detail=" → ".join(kinds),
    )
    record.check(
        "the filing still has one case and one effect",
        held=cases[filing]["effects"] == 1 and cases[filing]["case_number"] == row["case_number"],
        detail=row["case_number"],
    )


def fetch_news(walk: Walk, heard: Callable[[], bool]) -> None:
    """Let the station ask for news, and send what is owed, until it has heard."""
    to_machine_page(walk)
    sync_until(walk.hand, heard)
    walk.onward("点这里开始", "退出")
