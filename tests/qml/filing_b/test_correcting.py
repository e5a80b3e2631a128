"""Answering a correction notice, from the office's words to the sealed supplement."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from kiosk.domain.lifecycle import State
from kiosk.domain.parties import Way
from kiosk.domain.submissions import Kind
from kiosk.journeys.progress import (
    ANSWER_OWED,
    CorrectionLine,
    CorrectionNotice,
    Tracked,
    words_for,
)
from tests.helpers.filing_window import FilingWindow, shown
from ui.app import LANDSCAPE, PORTRAIT
from ui.bridge.asking import QuestionController
from ui.bridge.checking import CheckController
from ui.bridge.correcting import CorrectionController
from ui.bridge.material import MaterialController
from ui.bridge.materials import MaterialsController
from ui.bridge.ports import SignedIn
from ui.navigation import Page

BY = "2026-12-04"
FIELD = CorrectionLine("field:/account", "账号", "和存折对不上")
PICTURE = CorrectionLine("material:m3", "存折", "看不清账号。")


def wanted(window: FilingWindow, *lines: CorrectionLine, by: str | None = BY) -> Tracked:
    """A filing of which the department wants something more."""
    state = State.CORRECTION_WANTED
    tracked = Tracked(
        id=uuid4(),
        local_number="1234-5678-2",
        state=state,
        words=words_for(state),
        timeline=(),
        case_number="演示-1",
        receipt_number="1",
        correction=CorrectionNotice("请补两样。", by, lines),
        item_id="old-age-allowance-jieyang",
        item_name="高龄津贴",
        masked_name="李*英",
    )
    window.session.tracked = tracked
    window.go(Page.CORRECTION)
    return tracked


def test_the_offices_words_and_date_come_first(window: FilingWindow) -> None:
    wanted(window, FIELD, PICTURE)
    texts = window.texts()
    assert "要补2样" in texts
    assert "请补两样。" in texts
    assert "12月4日前要送到部门。" in texts
    assert "看不清账号。" in texts
    assert any("不算送到" in one for one in texts)


def test_no_date_is_told_that_the_office_did_not_give(window: FilingWindow) -> None:
    wanted(window, FIELD, by=None)
    assert "部门没写哪天前补，请早点补。" in window.texts()


def test_only_what_is_questioned_opens_and_it_is_blank(window: FilingWindow) -> None:
    tracked = wanted(window, FIELD, PICTURE)
    window.tap("现在补")
    window.tap("开始补")
    assert "请先选谁来补。" in window.texts()
    window.tap("别人帮着补")
    window.tap("开始补")
    asking = window.controller(QuestionController)
    assert window.page() is Page.QUESTION
    assert (asking.view.path, asking.view.entry, asking.view.note) == ("/account", "", "1/1")
    assert asking.view.help == "部门说：和存折对不上。12月4日前要送到部门。"
    for key in "621700001234567":
        asking.type(key)
    window.tap("下一步")
    assert window.page() is Page.MATERIALS
    assert [one.key for one in shown(window.controller(MaterialsController).lines)] == ["m3"]
    window.tap("交下一样")
    handing = window.controller(MaterialController)
    assert handing.view.wanted == "部门说：看不清账号。12月4日前要送到部门。"
    handing.photograph()
    window.settle()
    window.tap("拍好了")
    window.tap("去核对")
    checking = window.controller(CheckController)
    assert checking.view.faults == 0
    assert [one.label for one in shown(checking.lines)] == [
        "办什么",
        "邮政存折的账号",
        "中国邮政储蓄银行活期存折",
    ]
    application = window.filing.now_application
    assert (application.kind, application.way) == (Kind.SUPPLEMENT, Way.FAMILY)
    assert application.continues.about == tracked.id
    window.tap("没错，下一步")
    assert window.page() is Page.SIGN


def test_a_supplement_is_signed_and_saved(window: FilingWindow) -> None:
    wanted(window, FIELD)
    window.tap("现在补")
    window.tap("本人来补")
    window.tap("开始补")
    window.controller(QuestionController).type("621700001234567")
    window.tap("下一步")
    assert window.page() is Page.CHECK
    window.tap("没错，下一步")
    window.type("4827")
    window.tap("下一步")
    window.tap("不留，下一步")
    window.tap("保存")
    assert window.page() is Page.SAVED
    saved = window.filing.saved
    assert saved is not None
    assert saved.state is State.QUEUED
    assert "补的材料已保存，还没送到部门" in window.texts()
    assert not window.faults()


def test_steps_begin_with_the_questions(window: FilingWindow) -> None:
    wanted(window, FIELD)
    window.tap("现在补")
    window.tap("本人来补")
    window.tap("开始补")
    app = window.window.app
    assert app.property("stepNames") == ["回答问题", "交材料", "核对保存"]
    assert app.property("step") == 1


def test_an_agent_is_not_asked_who_answers(window: FilingWindow) -> None:
    window.session.sign_in(SignedIn("agent1", "陈志强（演示）"))
    wanted(window, PICTURE)
    window.tap("现在补")
    assert window.page() is Page.MATERIALS
    application = window.filing.now_application
    assert (application.way, application.agent_id) == (Way.AGENT, "agent1")


def test_what_was_being_filed_before_gives_way(window: FilingWindow) -> None:
    window.begin("sole-trader-setup")
    wanted(window, FIELD)
    correcting = window.controller(CorrectionController)
    correcting.start()
    correcting.choose(0)
    correcting.start()
    window.settle()
    assert window.filing.supplement
    assert not window.filing.now_application.parties


def test_it_is_forgotten_with_the_session(window: FilingWindow) -> None:
    wanted(window, FIELD)
    correcting = window.controller(CorrectionController)
    window.session.end()
    assert not shown(correcting.wanted)
    assert not correcting.view.words


def test_who_answers_again_or_late_is_told_so(window: FilingWindow) -> None:
    tracked = wanted(window, FIELD)
    again = replace(tracked, words=ANSWER_OWED, answered=True)
    window.session.tracked = again
    for size in (PORTRAIT, LANDSCAPE):
        for large in (False, True):
            window.go(Page.PROGRESS)
            window.look(size, large=large)
            texts = window.texts()
            assert "补的材料还没送到" in texts
            assert "再补一次" in texts
            assert not window.faults()
            window.go(Page.CORRECTION)
            assert any("不用再补" in text for text in window.texts())
            assert not window.faults()
    window.clock.forward(days=400)
    window.session.tracked = tracked
    window.go(Page.PROGRESS)
    assert any("已经过了。还可以补" in text for text in window.texts())
    window.tap("现在补")
    assert any("收不收由部门定" in text for text in window.texts())
