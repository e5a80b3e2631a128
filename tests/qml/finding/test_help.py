"""叫人帮忙 with nobody there: numbers, hours, a note; and the note on the agent's side."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.domain.problems import EnvironmentProblem
from kiosk.main.demonstration import AGENT
from kiosk.store.casebook import Casebook
from kiosk.store.help_requests import MOST_WAITING
from kiosk.store.home import Home
from tests.helpers.filing_window import FilingWindow, shown
from tests.qml.finding.test_browsing import LOOKS
from ui.bridge.aside import HelpController
from ui.bridge.help_desk import HelpDeskController
from ui.bridge.help_note import NO_NAME, HelpNoteController
from ui.bridge.ports import SignedIn, StationFacts
from ui.bridge.reveal import SHOWN_FOR
from ui.navigation import Page

PHONE = "13800005678"


@pytest.fixture(autouse=True)
def empty_box(window: FilingWindow) -> Iterator[None]:
    shutil.rmtree(window.home / "help", ignore_errors=True)
    yield
    shutil.rmtree(window.home / "help", ignore_errors=True)


def ask_for_help(window: FilingWindow) -> HelpNoteController:
    window.go(Page.HELP)
    window.tap("写下来，明天找您")
    assert window.page() is Page.HELP_NOTE
    return window.controller(HelpNoteController)


def leave_by_phone(window: FilingWindow) -> None:
    ask_for_help(window)
    window.tap("打电话给我")
    window.type(PHONE)
    window.tap("下一步")
    window.tap("不写，下一步")
    window.tap("想问一件事")
    window.tap("对，交给站里")


def sign_in(window: FilingWindow) -> HelpDeskController:
    window.session.sign_in(SignedIn(AGENT[0], AGENT[1]))
    window.go(Page.HELP_DESK)
    return window.controller(HelpDeskController)


def files(window: FilingWindow) -> list[Path]:
    folder = window.home / "help"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def facts(hours: str | None, phone: str | None, agents: int = 1) -> StationFacts:
    named = tuple((f"a{n}", f"演示{n}") for n in range(agents))
    return StationFacts("站", "村", phone, True, 1, named, hours=hours)


# -- the page --------------------------------------------------------------------------------


def test_numbers_and_hours_stand_there(window: FilingWindow) -> None:
    window.go(Page.HELP)
    told = window.texts()
    assert "12345" in told
    assert any("8:30" in line for line in told), "the hours of the settings"
    assert AGENT[1] in told
    window.tap("接着办")
    assert window.page() is Page.HOME


def test_what_nobody_wrote_down_is_said(window: FilingWindow) -> None:
    page = window.controller(HelpController)
    before = page._blank
    try:
        page.tell_station(facts(None, None, agents=7))
        assert page.view.hours == "没写，问问村里人"
        assert page.view.agents.endswith("一共7人")
        assert "打电话" not in page.speech(Page.HELP)
        page.tell_station(facts(None, "0663-5550000"))
        assert page.view.hours == "没写，打电话问一下"
        assert "0663-5550000" in page.speech(Page.HELP)
    finally:
        page._blank = before
        page.reset()


# -- writing a note --------------------------------------------------------------------------


def test_a_note_with_hardly_a_key(window: FilingWindow) -> None:
    leave_by_phone(window)
    assert "记下了" in window.texts()
    (path,) = files(window)
    assert PHONE.encode() not in path.read_bytes()
    window.tap("知道了，接着办")
    assert window.page() is Page.HOME


def test_the_note_goes_back_to_where_help_was_asked_for(window: FilingWindow) -> None:
    window.session.choose_item("old-age-allowance-jieyang")
    window.go(Page.GUIDE)
    ask_for_help(window)
    window.tap("到家里找我")
    note = window.controller(HelpNoteController)
    note.type("李阿婆")
    window.tap("下一步")
    assert "想办：高龄老人生活津贴申请" in window.texts(), "what was being read is offered"
    window.tap("想办：高龄老人生活津贴申请")
    assert {"李阿婆", "到家里", "想办：高龄老人生活津贴申请"} <= set(window.texts())
    window.tap("对，交给站里")
    window.tap("知道了，接着办")
    assert window.page() is Page.GUIDE


def test_everything_can_be_changed_before_it_is_left(window: FilingWindow) -> None:
    note = ask_for_help(window)
    window.tap("到别的地方找我")
    window.tap("别的地方，自己写")
    note.type("榕树下")
    window.tap("下一步")
    note.type("陈伯")
    window.tap("下一步")
    window.tap("别的，自己写")
    note.type("看不清字")
    window.tap("下一步")
    assert {"到榕树下", "陈伯", "看不清字"} <= set(window.texts())
    note.act(1)
    window.settle()
    window.tap("打电话给我")
    window.type(PHONE)
    window.tap("下一步")
    assert {f"打电话 {PHONE}", "陈伯", "看不清字"} <= set(window.texts())
    assert PHONE not in note.speech(Page.HELP_NOTE)
    note.act(0)
    window.settle()
    assert note.view.entry == "陈伯"


def test_what_cannot_find_anybody_is_told_and_nothing_is_cleared(window: FilingWindow) -> None:
    note = ask_for_help(window)
    window.tap("打电话给我")
    window.tap("下一步")
    assert "电话还没填。" in window.texts()
    window.type("138")
    window.tap("下一步")
    assert note.view.error
    assert note.view.entry == "138"
    window.tap("返回")
    window.tap("到家里找我")
    window.tap("下一步")
    assert note.view.error == "怎么称呼您？写个姓也行。"
    note.type("\u202e\u200b")
    window.tap("下一步")
    assert note.view.error
    assert files(window) == []


def test_not_writing_leaves_nothing(window: FilingWindow) -> None:
    note = ask_for_help(window)
    window.tap("打电话给我")
    window.type(PHONE)
    window.tap("下一步")
    window.tap("不写，下一步")
    window.tap("机器不好用")
    window.tap("不写了")
    assert window.page() is Page.HOME
    assert files(window) == []
    ask_for_help(window)
    assert note.view.entry == ""
    window.session.end()
    assert note._note.phone == ""
    assert NO_NAME not in str(note.view)


def test_back_steps_back_and_a_left_note_is_not_left_twice(window: FilingWindow) -> None:
    leave_by_phone(window)
    window.tap("返回")
    assert window.page() is Page.HOME
    assert len(files(window)) == 1
    ask_for_help(window)
    window.tap("到别的地方找我")
    window.tap("返回")
    assert "怎么找您？" in window.texts()
    window.tap("返回")
    assert window.page() is Page.HELP


def test_where_it_cannot_be_kept_the_numbers_stand_instead(window: FilingWindow) -> None:
    (window.home / "help").write_bytes(b"not a folder")
    try:
        leave_by_phone(window)
        assert "没记下来" in window.texts()
        assert "打12345" in window.texts()
        window.tap("再试一次")
        assert "没记下来" in window.texts()
    finally:
        (window.home / "help").unlink()
    window.tap("再试一次")
    assert "记下了" in window.texts()
    assert len(files(window)) == 1


def test_a_full_box_sends_people_to_the_phone(window: FilingWindow) -> None:
    leave_by_phone(window)
    window.tap("知道了，接着办")
    (one,) = files(window)
    for number in range(MOST_WAITING - 1):
        name = one.name.replace(one.name[-40:-36], f"{number:04x}")
        shutil.copy(one, one.with_name(name))
    leave_by_phone(window)
    assert any("条子太多" in line for line in window.texts())
    assert len(files(window)) == MOST_WAITING


# -- the agent's side ------------------------------------------------------------------------


def test_the_agent_reads_finds_and_ends_it(window: FilingWindow) -> None:
    leave_by_phone(window)
    window.session.sign_in(SignedIn(AGENT[0], AGENT[1]))
    window.go(Page.DESK)
    window.tap("要帮忙，1")
    assert window.page() is Page.HELP_DESK
    desk = window.controller(HelpDeskController)
    assert PHONE not in " ".join(window.texts())
    window.tap("看一看：11月22日 12:00 写的")
    assert any(PHONE in line for line in window.texts())
    assert PHONE not in desk.speech(Page.HELP_DESK)
    window.tap("看好了")
    assert PHONE not in " ".join(window.texts())
    assert "看过，还没办好" in window.texts()
    window.tap("办好了：11月22日 12:00 写的")
    assert len(files(window)) == 1, "one touch ends nothing"
    window.tap("先放着：11月22日 12:00 写的")
    window.tap("办好了：11月22日 12:00 写的")
    window.tap("对，删掉：11月22日 12:00 写的")
    assert files(window) == []
    assert "没有条子" in window.texts()
    with Casebook.open(Home(window.home), window.clock) as casebook, casebook.read() as tx:
        rows = tx.execute(
            text("SELECT event, detail FROM audit WHERE event LIKE 'help%' ORDER BY number DESC")
        ).all()
    assert [tuple(row) for row in rows[:3]] == [
        ("help_done", AGENT[0]),
        ("help_opened", AGENT[0]),
        ("help_asked", ""),
    ]


def test_an_open_note_hides_by_itself_and_with_the_session(
    window: FilingWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_by_phone(window)
    desk = sign_in(window)
    now = window.clock.monotonic()
    monkeypatch.setattr(window.clock, "monotonic", lambda: now)
    desk.open(0)
    window.settle()
    assert desk._note.view.open
    monkeypatch.setattr(window.clock, "monotonic", lambda: now + SHOWN_FOR + 1)
    desk._note.look()
    assert not desk._note.view.open
    assert PHONE not in str(desk._note.view)
    desk.open(0)
    window.settle()
    window.session.end()
    assert not desk._note.view.open
    assert shown(desk.lines) == ()


def test_without_a_signed_in_agent_there_is_nothing(window: FilingWindow) -> None:
    leave_by_phone(window)
    desk = window.controller(HelpDeskController)
    window.go(Page.HELP_DESK)
    assert window.page() is Page.HOME
    desk.open(0)
    desk.done(0)
    desk.done(0)
    window.settle()
    assert len(files(window)) == 1
    assert not desk._note.view.open
    sign_in(window)
    for index in (-1, 1, 99):
        desk.open(index)
        desk.done(index)
    window.settle()
    assert len(files(window)) == 1


def test_a_note_that_somebody_else_ended_meanwhile(window: FilingWindow) -> None:
    leave_by_phone(window)
    desk = sign_in(window)
    for path in files(window):
        path.unlink()
    desk.open(0)
    window.settle()
    assert desk._note.view.title == "这张条子没有了"
    assert desk.view.total == 0


def test_a_damaged_note_is_told(window: FilingWindow) -> None:
    leave_by_phone(window)
    desk = sign_in(window)
    (path,) = files(window)
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    desk.open(0)
    window.settle()
    assert desk._note.view.open
    assert PHONE not in " ".join(window.texts())


@pytest.mark.parametrize("look", [look for look in LOOKS if look != "wheelchair"])
def test_every_state_keeps_the_rules_in_every_look(window: FilingWindow, look: str) -> None:
    size, large, low = LOOKS[look]

    def check(where: str) -> None:
        assert window.faults() == [], where

    window.session.choose_item("old-age-allowance-jieyang")
    window.go(Page.HELP)
    window.look(size, large=large, low=low)
    check("help")
    window.controller(HelpController).change(
        phone="0663-5550000", agents="演示一、欧阳演示二、演示三，一共9人"
    )
    check("help with everything")
    ask_for_help(window)
    check("reach")
    window.tap("到别的地方找我")
    check("where")
    window.tap("别的地方，自己写")
    check("place")
    window.tap("返回")
    window.tap("返回")
    window.tap("打电话给我")
    window.type(PHONE)
    check("phone")
    window.tap("下一步")
    check("name")
    window.tap("不写，下一步")
    check("wish")
    window.controller(HelpNoteController).picked("written")
    window.settle()
    check("words")
    window.controller(HelpNoteController).type("我想问老人的钱什么时候到。" * 4)
    window.tap("下一步")
    check("check")
    window.tap("对，交给站里")
    check("left")
    for _ in range(9):
        shutil.copy(files(window)[0], files(window)[0].with_name(_renamed(files(window))))
    desk = sign_in(window)
    check("notes")
    desk.done(0)
    window.settle()
    check("asked once more")
    desk.open(0)
    window.settle()
    check("open")


def _renamed(there: list[Path]) -> str:
    return there[0].name.replace(there[0].name[-40:-36], f"{len(there):04x}")


def test_a_problem_of_the_machine_on_the_desk_is_told(
    window: FilingWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_by_phone(window)
    desk = sign_in(window)

    def broken(*_: object, **__: object) -> bytes:
        raise EnvironmentProblem("disk-error", "the disk failed")

    monkeypatch.setattr("kiosk.store.help_requests.HelpRequests.take", broken)
    desk.open(0)
    window.settle()
    assert window.page() is Page.TROUBLE
