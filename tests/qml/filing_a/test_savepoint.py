"""接着上次办: what was filled in comes back after a crash, to its owner only."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.rime_deploy import is_deployed
from kiosk.main.clock import SystemClock
from kiosk.main.demo.cast import ACCOUNT, DISABLED, ELDER
from kiosk.main.demo.people import ALLOWANCE_ANSWERS
from kiosk.main.demo.walk import HELD, PHOTO, Walk
from kiosk.main.wiring import open_station
from kiosk.store.drafts import Drafts
from kiosk.store.home import Home
from tests.helpers.driver import KEYS, Driver

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not is_deployed(KEYS), reason="not runnable here: the keyboard is not deployed"
    ),
]
AGAIN = "接着上次办"


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Iterator[Path]:
    copy = Path(shutil.copytree(prepared, tmp_path / "home"))
    yield copy
    drafts_of(copy).wipe()


@pytest.fixture
def hand(home: Path) -> Iterator[Driver]:
    with Driver().start(home) as driver:
        yield driver


def drafts_of(home: Path) -> Drafts:
    return Drafts(Home(home), SystemClock())


def fill_in_one_question(hand: Driver) -> Walk:
    """ELDER, up to the second question; what she said is on the disk then."""
    walk = Walk(hand)
    walk.begin()
    walk.find("gljt", "高龄老人生活津贴申请")
    walk.choose_way("给自己办")
    walk.tell_person(ELDER, "看清了")
    walk.read_notice("户口在哪个村")
    for place in ALLOWANCE_ANSWERS[0].taps:
        walk.reach(place)
    walk.onward("存折的账号")
    hand.type(ACCOUNT)
    return walk


def saved_on_disk(home: Path) -> float:
    path = Home(home).drafts / "open.draft"
    return path.stat().st_mtime if path.exists() else 0.0


def crash(hand: Driver, home: Path) -> Walk:
    """The power of the window fails, as soon as nothing has been written for a while."""
    deadline = time.monotonic() + 10
    while time.time() - saved_on_disk(home) < 0.3 and time.monotonic() < deadline:
        time.sleep(0.05)
    hand.kill()
    hand.restart()
    walk = Walk(hand)
    walk.begin()
    return walk


def test_a_filing_goes_on_after_a_crash(hand: Driver, home: Path) -> None:
    fill_in_one_question(hand)
    walk = crash(hand, home)
    walk.onward("请按要办的人的身份证号", AGAIN)
    assert not [text for text in hand.everything() if ELDER.name in text]
    hand.type(ELDER.id_number)
    walk.onward("刚才停了一下")
    hand.see("您填的都在，从这里接着办。")
    walk.onward("自己的名字", "接着办")
    hand.tap("返回")
    hand.see("存折的账号")
    walk.onward("自己的名字")
    walk.answer(ALLOWANCE_ANSWERS[2:], "question")
    walk.hand_in((PHOTO, HELD, HELD, HELD))
    walk.check()
    walk.sign(ELDER)
    number = walk.save()
    assert not saved_on_disk(home)
    walk.leave()
    walk.begin()
    assert AGAIN not in hand.texts()
    hand.stop()
    with open_station(home) as station:
        row = station.outbox.find(number)
        assert row is not None
        assert station.tracking.by_number(number, ELDER.code).masked_name == "李*英"


def test_nobody_else_gets_it_and_the_third_wrong_number_wipes_it(hand: Driver, home: Path) -> None:
    fill_in_one_question(hand)
    walk = crash(hand, home)
    walk.onward("请按要办的人的身份证号", AGAIN)
    hand.type(ELDER.id_number[:-1])
    walk.onward("身份证号是18位")  # cannot be right, so it does not count
    hand.tap("清空") if "清空" in hand.texts() else [hand.tap("删除") for _ in range(17)]
    for left in (2, 1, 0):
        hand.type(DISABLED.id_number)
        walk.onward("这个号码对不上" if left else "没有能接着办的")
        if left:
            for _ in range(18):
                hand.tap("删除")
    assert not saved_on_disk(home)
    walk.onward("想办什么", "回首页")
    assert AGAIN not in hand.texts()


def test_the_next_person_who_leaves_takes_it_along(hand: Driver, home: Path) -> None:
    fill_in_one_question(hand)
    walk = crash(hand, home)
    hand.see(AGAIN)
    hand.idle(181)
    hand.see("点这里开始")
    walk.begin()
    assert AGAIN not in hand.texts()
    assert not saved_on_disk(home)


def test_leaving_and_going_away_leave_nothing(hand: Driver, home: Path) -> None:
    walk = fill_in_one_question(hand)
    hand.tap("退出")
    hand.tap("不要了，退出")
    hand.see("点这里开始")
    wait_until_gone(home)
    fill_in_one_question(hand)
    hand.idle(181)
    hand.see("点这里开始")
    wait_until_gone(home)
    walk.begin()
    assert AGAIN not in hand.texts()
    hand.kill()
    hand.restart()
    walk.begin()
    assert AGAIN not in hand.texts()


def test_after_five_minutes_it_is_wiped_with_nobody_there(hand: Driver, home: Path) -> None:
    fill_in_one_question(hand)
    hand.kill()
    hand.restart()
    hand.see("点这里开始")
    assert saved_on_disk(home)
    hand.idle(301)
    wait_until_gone(home)
    Walk(hand).begin()
    assert AGAIN not in hand.texts()


def test_the_disk_names_nobody(hand: Driver, home: Path) -> None:
    fill_in_one_question(hand)
    hand.kill()
    assert saved_on_disk(home)
    secrets = [ELDER.name, ELDER.id_number, ELDER.phone, ACCOUNT]
    files = [path for path in home.rglob("*") if path.is_file()]
    for secret in secrets:
        for encoding in ("utf-8", "utf-16-le"):
            words = secret.encode(encoding)
            assert not [path for path in files if words in path.read_bytes()]
    key = drafts_of(home)._secret_file
    assert key.stat().st_mode & 0o777 == 0o600
    assert not key.is_relative_to(home)


def wait_until_gone(home: Path) -> None:
    deadline = time.monotonic() + 10
    while saved_on_disk(home) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not saved_on_disk(home)
    assert not drafts_of(home)._secret_file.exists()
