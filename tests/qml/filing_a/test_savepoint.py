"""接着上次办: what was filled in comes back after a crash, to its owner only."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.devices.rime_deploy import is_deployed
from kiosk.domain.parties import Way
from kiosk.domain.submissions import MaterialState
from kiosk.journeys.applying import Application, NoticeShown
from kiosk.journeys.drafting import draft_bytes, owner_id
from kiosk.main.clock import SystemClock
from kiosk.main.demo.cast import ACCOUNT, DISABLED, ELDER
from kiosk.main.demo.people import ALLOWANCE_ANSWERS
from kiosk.main.demo.walk import HELD, PHOTO, Walk
from kiosk.main.wiring import open_station
from kiosk.sealing.canonical import JsonObject
from kiosk.store.drafts import OFFERED_SECONDS, Drafts
from kiosk.store.home import Home
from tests.helpers.driver import KEYS, Driver
from tests.helpers.filing_window import ELDER as ELDER_PARTY
from tests.helpers.filing_window import NOON, FilingWindow
from tests.qml.filing_a.stepping import ELDER_ID, Stepping
from ui.app import LANDSCAPE, PORTRAIT
from ui.bridge.checking import CheckController
from ui.bridge.handing_in import next_open, with_way
from ui.bridge.saved import SavedController
from ui.navigation import Page

ITEM = "old-age-allowance-jieyang"
AGAIN = "接着上次办"
SECRETS = (ELDER.name, ELDER.id_number, ELDER.phone, ACCOUNT)
by_touch = pytest.mark.skipif(
    not is_deployed(KEYS), reason="not runnable here: the keyboard is not deployed"
)


def drafts_of(home: Path) -> Drafts:
    return Drafts(Home(home), SystemClock())


def draft_file(home: Path) -> Path:
    return Home(home).drafts / "open.draft"


def kept_since(home: Path) -> float:
    """When a draft was written last; 0.0: there is none."""
    path = draft_file(home)
    return path.stat().st_mtime if path.exists() else 0.0


def wait_until_gone(home: Path) -> None:
    deadline = time.monotonic() + 10
    while kept_since(home) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not kept_since(home)
    assert not drafts_of(home)._secret_file.exists()


def readable(home: Path, secrets: tuple[str, ...]) -> list[tuple[Path, str]]:
    """Files of a home in which a secret can be read."""
    files = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    return [
        (path, secret)
        for path, data in files.items()
        for secret in secrets
        if secret.encode() in data or secret.encode("utf-16-le") in data
    ]


# -- in the real application, killed ----------------------------------------------------------


@pytest.fixture
def home(pristine: Path, tmp_path: Path) -> Iterator[Path]:
    copy = Path(shutil.copytree(pristine, tmp_path / "home"))
    yield copy
    drafts_of(copy).wipe()


@pytest.fixture
def hand(home: Path) -> Iterator[Driver]:
    with Driver().start(home) as driver:
        yield driver


def fill_in_one_question(hand: Driver) -> None:
    """ELDER, up to the account, which is typed and not confirmed."""
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


def crash(hand: Driver, home: Path) -> None:
    """SIGKILL, as soon as nothing has been written for a while; then the window opens again."""
    deadline = time.monotonic() + 10
    while time.time() - kept_since(home) < 0.3 and time.monotonic() < deadline:
        time.sleep(0.05)
    hand.kill()
    hand.restart()


@pytest.mark.slow
@by_touch
def test_a_filing_goes_on_after_a_crash(hand: Driver, home: Path) -> None:
    fill_in_one_question(hand)
    crash(hand, home)
    walk = Walk(hand)
    walk.begin()
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
    wait_until_gone(home)
    walk.leave()
    walk.begin()
    assert AGAIN not in hand.texts()
    hand.stop()
    with open_station(home) as station:
        assert station.tracking.by_number(number, ELDER.code).masked_name == "李*英"


@pytest.mark.slow
@by_touch
def test_the_disk_names_nobody_and_nothing_outlives_its_time(hand: Driver, home: Path) -> None:
    fill_in_one_question(hand)
    crash(hand, home)
    assert kept_since(home)
    assert readable(home, SECRETS) == []
    key = drafts_of(home)._secret_file
    assert key.stat().st_mode & 0o777 == 0o600
    assert not key.is_relative_to(home)
    hand.idle(OFFERED_SECONDS + 1)  # with nobody there
    wait_until_gone(home)
    Walk(hand).begin()
    assert AGAIN not in hand.texts()


# -- in this process --------------------------------------------------------------------------


@pytest.fixture(params=[PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def either(
    request: pytest.FixtureRequest, the_window: FilingWindow, prepared: Path
) -> Iterator[Stepping]:
    the_window.fresh(request.param)
    yield Stepping(the_window, prepared)
    the_window.fresh(PORTRAIT)
    drafts_of(prepared).wipe()


@pytest.fixture
def lone(person: Stepping) -> Iterator[Stepping]:
    yield person
    person.window.fresh(PORTRAIT)
    drafts_of(person.home).wipe()


def left_behind(person: Stepping, *, filled: bool = False) -> Application:
    """The draft of a window that was killed."""
    person.window.begin(ITEM, Way.SELF, ELDER_PARTY)
    if filled:
        person.fill_in()
    application = replace(person.application, notice=NoticeShown("1", NOON))
    person.window.fresh((person.window.window.window.width(), person.window.window.window.height()))
    leave_behind(person, application)
    return application


def leave_behind(person: Stepping, application: Application) -> None:
    owner = owner_id(application)
    assert owner is not None
    drafts_of(person.home).begin(application.id, owner).save(draft_bytes(application))
    person.window.go(Page.HELP)
    person.window.session.home()
    person.window.settle()


def resume(person: Stepping, number: str = ELDER_ID) -> None:
    person.window.tap(AGAIN)
    person.go_on(number)


def test_it_looks_well_and_only_the_third_wrong_number_wipes(either: Stepping) -> None:
    left_behind(either)
    assert either.window.faults() == []
    either.window.tap(AGAIN)
    assert either.window.faults() == []
    either.go_on(ELDER_ID[:10])
    assert "还差8位" in either.now.view.error
    assert either.window.faults() == []
    for _ in range(10):
        either.now.erase()
    for left in (2, 1, 0):
        either.go_on(DISABLED.id_number)
        assert either.window.faults() == []
        if left:
            assert "对不上" in either.now.view.error
            for _ in range(18):
                either.now.erase()
    assert either.title == "没有能接着办的"
    wait_until_gone(either.home)
    either.go_on()
    assert either.shows(Page.HOME)
    assert AGAIN not in either.everything()


def test_the_right_number_opens_the_first_open_question(either: Stepping) -> None:
    application = left_behind(either)
    resume(either)
    assert either.title == "刚才停了一下"
    assert ELDER_PARTY.name not in either.everything()
    assert either.window.faults() == []
    either.go_on()
    assert either.shows(Page.QUESTION)
    assert either.window.filing.index == 0
    assert either.application == application
    for page in (Page.NOTICE, Page.IDENTITY, Page.WHO):
        while not either.shows(page):
            either.back()
    assert either.window.filing.begun


def test_what_was_whole_opens_on_the_check_page(lone: Stepping) -> None:
    whole = left_behind(lone, filled=True)
    while (material := next_open(whole)) is not None:
        whole = with_way(whole, material, MaterialState.HELD, None, NOON)
    leave_behind(lone, whole)
    resume(lone)
    lone.go_on()
    assert lone.shows(Page.CHECK)
    lone.window.controller(CheckController).revise("question:1")
    assert lone.shows(Page.QUESTION)
    assert lone.window.session.unsaved


def test_a_filing_that_was_saved_shows_its_slip(lone: Stepping) -> None:
    whole = left_behind(lone, filled=True)
    lone.window.session.run(lambda station: station.submit(whole), lambda _: None)
    lone.window.settle()
    leave_behind(lone, replace(whole, track_code="1111"))
    resume(lone)
    assert "已经存好" in lone.everything()
    lone.go_on()
    assert lone.shows(Page.SAVED)
    assert lone.window.controller(SavedController).view.number
    wait_until_gone(lone.home)


def test_a_new_form_is_told(lone: Stepping) -> None:
    application = left_behind(lone)
    older = replace(application.form, version=application.form.version + 7)
    leave_behind(lone, replace(application, form=older, answers={"gone": 1}))
    resume(lone)
    assert "表格更新了" in lone.everything()
    lone.go_on()
    assert lone.application.answers == {}


def test_after_five_minutes_the_offer_goes(lone: Stepping, monkeypatch: pytest.MonkeyPatch) -> None:
    left_behind(lone)
    assert AGAIN in lone.everything()
    late = time.monotonic() + OFFERED_SECONDS
    monkeypatch.setattr(lone.window.clock, "monotonic", lambda: late)
    monkeypatch.setattr(lone.window.window.app.watcher, "_touched_at", late)
    wait_for_the_offer_to_go(lone)
    wait_until_gone(lone.home)


def wait_for_the_offer_to_go(person: Stepping) -> None:
    deadline = time.monotonic() + 5
    while AGAIN in person.everything() and time.monotonic() < deadline:
        person.window.settle()
    assert AGAIN not in person.everything()


def test_the_next_person_who_leaves_takes_it_along(lone: Stepping) -> None:
    left_behind(lone)
    lone.window.fresh(PORTRAIT)
    assert AGAIN not in lone.everything()
    wait_until_gone(lone.home)


def test_leaving_and_going_away_wipe_at_once(
    lone: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, watcher = lone.window.session, lone.window.window.app.watcher
    lone.window.begin(ITEM, Way.SELF, ELDER_PARTY)
    lone.window.settle()
    assert kept_since(lone.home)
    session.leave()
    assert lone.shows(Page.LEAVE)
    lone.window.tap("不要了，退出")
    wait_until_gone(lone.home)
    session.begin()
    lone.window.begin(ITEM, Way.SELF, ELDER_PARTY)
    lone.window.settle()
    assert kept_since(lone.home)
    with monkeypatch.context() as patch:
        late = time.monotonic() + 181
        patch.setattr(lone.window.clock, "monotonic", lambda: late)
        watcher.look()
    assert not session.running
    wait_until_gone(lone.home)


def test_the_five_minutes_count_from_the_crash(
    lone: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    lone.window.begin(ITEM, Way.SELF, ELDER_PARTY)
    lone.window.settle()
    late = time.monotonic() + OFFERED_SECONDS - 10
    with monkeypatch.context() as patch:
        patch.setattr(lone.window.clock, "monotonic", lambda: late)
        lone.window.go(Page.NOTICE)
        kept_at = float(json.loads(draft_file(lone.home).read_bytes().split(b"\n")[0])["at"])
        assert kept_at == late
        lone.window.session.end()


def test_nothing_is_kept_of_agents_and_of_nobody(lone: Stepping) -> None:
    lone.window.begin(ITEM, Way.SELF, replace(ELDER_PARTY, id_number=None))
    lone.window.settle()
    assert not kept_since(lone.home)
    lone.window.filing.replace(replace(lone.application, parties=(ELDER_PARTY,)))
    lone.window.settle()
    assert kept_since(lone.home)
    lone.sign_in()
    lone.window.filing.replace(replace(lone.application, track_code="1234"))
    lone.window.settle()
    wait_until_gone(lone.home)


def test_typing_fast_keeps_the_newest(lone: Stepping) -> None:
    lone.window.begin(ITEM, Way.SELF, ELDER_PARTY)
    for number in range(300):
        answers: JsonObject = {"account": str(number)}
        lone.window.filing.replace(replace(lone.application, answers=answers))
    lone.window.settle()
    found = drafts_of(lone.home).reopen(ELDER_ID)
    assert found is not None
    assert found.document == draft_bytes(lone.application)
    assert readable(lone.home, (ELDER_PARTY.name, ELDER_ID)) == []


def test_without_memory_folder_filing_goes_on(
    lone: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("kiosk.store.drafts.is_tmpfs", lambda _: False)
        patch.setattr(lone.window.window._inside()._services.drafts, "_drafts", None)
        lone.window.begin(ITEM, Way.SELF, ELDER_PARTY)
        lone.window.settle()
        assert not lone.shows(Page.TROUBLE)
        assert not kept_since(lone.home)
        lone.window.session.home()
        lone.window.settle()
        assert AGAIN not in lone.everything()
        lone.window.session.end()
        lone.window.settle()
