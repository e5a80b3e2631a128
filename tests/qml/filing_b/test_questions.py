"""Questions of real forms, answered by touching what is on the screen."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from kiosk.forms.examples import example
from kiosk.forms.pointers import tokens_of, with_value
from tests.helpers.command import ROOT
from tests.helpers.filing_window import FilingWindow, shown
from ui.bridge.answers import answer_at
from ui.bridge.asking import QuestionController
from ui.navigation import Page

ALLOWANCE = "old-age-allowance-jieyang"
FORMS = sorted(
    json.loads(path.read_text(encoding="utf-8"))["items"][0]
    for path in (ROOT / "assets" / "forms").glob("*.json")
    if path.name != "shared.json"
)


def ask(window: FilingWindow, item_id: str, path: str = "") -> QuestionController:
    window.begin(item_id)
    if path:
        window.filing.index = [one.path for one in window.filing.questions].index(path)
    window.go(Page.QUESTION)
    return window.controller(QuestionController)


def answered(window: FilingWindow, path: str) -> Any:  # noqa: ANN401 -- any JSON
    return answer_at(window.filing.now_application.answers, path)


def give(window: FilingWindow, asking: QuestionController, answer: Any) -> None:  # noqa: ANN401
    """Answer the question on the screen as a person would, by its kind."""
    if asking.view.how in {"options", "many"}:
        wanted = answer if isinstance(answer, list) else [answer]
        question = next(one for one in window.filing.questions if one.path == asking.view.path)
        for index, choice in enumerate(question.choices):
            if choice.value in wanted:
                asking.choose(index)
    elif asking.view.how == "place":
        path = [one.code for one in window.filing.divisions.path(answer)]
        while asking.view.above and not any(one.key in path for one in shown(asking.places)):
            asking.up()
        for code in path:
            if any(one.key == code for one in shown(asking.places)):
                asking.choosePlace(code)
    elif asking.view.how == "entries":
        give_entries(window, asking, answer)
    else:
        for key in str(answer).replace("-", "") if asking.view.how == "date" else str(answer):
            asking.type(key)


def give_entries(window: FilingWindow, asking: QuestionController, entries: list[Any]) -> None:
    path = asking.view.path
    for index, entry in enumerate(entries):
        asking.add()
        while asking.view.path != path:
            inner = asking.view.path.removeprefix(f"{path}/{index}")
            give(window, asking, answer_at(entry, inner) if inner else entry)
            before = asking.view.path
            asking.proceed("")
            assert asking.view.path != before, asking.view.error


@pytest.mark.parametrize("item_id", FORMS)
def test_every_form_can_be_answered_to_its_end(window: FilingWindow, item_id: str) -> None:
    asking = ask(window, item_id)
    application = window.filing.now_application
    wanted = example(application.item, application.form)["form"]
    for _ in range(40):
        if window.page() is not Page.QUESTION:
            break
        answer = answer_at(wanted, asking.view.path)
        if answer is not None:
            give(window, asking, answer)
        before = (asking.view.path, window.filing.index)
        asking.proceed("")
        window.settle()
        stuck = window.page() is Page.QUESTION and before == (
            asking.view.path,
            window.filing.index,
        )
        assert not stuck, f"{asking.view.title}: {asking.view.error}"
    assert window.page() is Page.MATERIALS
    assert not window.filing.engine.faults(window.filing.now_application.answers)
    sealed = window.filing.engine.clean(window.filing.now_application.answers)
    assert sealed == window.filing.engine.clean(wanted)


def test_nothing_is_preselected_and_going_on_tells_what_is_missing(window: FilingWindow) -> None:
    asking = ask(window, ALLOWANCE, "/account_own")
    assert not any(one.selected for one in shown(asking.options))
    window.tap("下一步")
    assert window.page() is Page.QUESTION
    assert "这一项还没填。" in window.texts()
    window.tap("不是")
    assert "这一项还没填。" not in window.texts()
    assert answered(window, "/account_own") is False
    window.tap("下一步")
    assert window.page() is Page.MATERIALS


def test_a_number_that_is_too_short_is_told_by_the_button_only(window: FilingWindow) -> None:
    asking = ask(window, ALLOWANCE, "/account")
    window.type("6217")
    assert not asking.view.error
    window.tap("下一步")
    assert asking.view.error == "账号太短了，请看看少了哪位。"
    assert answered(window, "/account") == "6217"
    window.tap("0")
    assert not asking.view.error


def test_an_impossible_day_is_told_with_its_last_digit(window: FilingWindow) -> None:
    asking = ask(window, "birth-household", "/born")
    for key in "2026133":
        asking.type(key)
        assert not asking.view.error
    asking.type("1")
    assert asking.view.error == "没有这一天，请看看年月日。"
    for _ in range(4):
        asking.erase()
    for key in "1121":
        asking.type(key)
    assert not asking.view.error
    assert answered(window, "/born") == "2026-11-21"
    asking.type("9")
    assert answered(window, "/born") == "2026-11-21"


def test_a_day_to_come_is_refused_at_once(window: FilingWindow) -> None:
    asking = ask(window, "birth-household", "/born")
    for key in "20261223":
        asking.type(key)
    assert asking.view.error == "这一天还没到，请看看。"


def test_going_back_finds_every_answer(window: FilingWindow) -> None:
    asking = ask(window, "birth-household")
    for key in "20261101":
        asking.type(key)
    asking.proceed("")
    asking.choose(2)
    asking.proceed("")
    window.tap("返回")
    assert asking.view.chosen == 2
    window.tap("返回")
    assert asking.view.entry == "20261101"
    window.tap("返回")
    assert window.page() is not Page.QUESTION


def test_hidden_questions_are_skipped_and_shown_when_they_apply(window: FilingWindow) -> None:
    asking = ask(window, "birth-household", "/marriage")
    asking.choose(2)
    asking.proceed("")
    assert asking.view.title == "孩子归谁抚养"
    asking.back()
    asking.choose(0)
    asking.proceed("")
    window.settle()
    assert window.page() is Page.MATERIALS


def test_letters_that_are_not_characters_yet_are_told(window: FilingWindow) -> None:
    asking = ask(window, "sole-trader-setup", "/trade_name")
    asking.type("长滩便利店")
    asking.proceed("bian")
    assert "先在键盘上面选一个" in asking.view.error
    assert window.page() is Page.QUESTION


def test_entries_are_added_opened_and_removed(window: FilingWindow) -> None:
    asking = ask(window, "sole-trader-setup", "/composition")
    asking.choose(1)
    asking.proceed("")
    assert asking.view.how == "entries"
    window.tap("下一步")
    assert asking.view.error
    give_entries(
        window,
        asking,
        [{"name": "李国栋", "relation": "儿子"}, {"name": "王小妹", "relation": "儿媳"}],
    )
    window.settle()
    assert [one.text for one in shown(asking.entries)] == ["李国栋，儿子", "王小妹，儿媳"]
    window.tap("删掉第1个")
    assert answered(window, "/members") == [{"name": "王小妹", "relation": "儿媳"}]
    window.tap("再加一个")
    asking.type("张三1")
    asking.proceed("")
    assert asking.view.error == "名字里有数字，请看看。"
    window.tap("返回")
    assert asking.view.how == "entries"
    assert shown(asking.entries)[1].sub == "还没填完"
    window.tap("下一步")
    assert asking.view.error == "名字里有数字，请看看。"


def test_a_place_is_found_by_lists_and_by_name(window: FilingWindow) -> None:
    asking = ask(window, ALLOWANCE, "/household_village")
    assert asking.view.trail == "揭阳市"
    window.tap("揭西县")
    window.tap("京溪园镇")
    window.tap("打字找")
    asking.type("长滩")
    window.settle()
    assert shown(asking.places), "the village of the station is not in the directory"
    assert all("长滩" in one.text for one in shown(asking.places))
    asking.choosePlace(shown(asking.places)[0].key)
    assert asking.view.placed.startswith("揭阳市 揭西县 京溪园镇")
    assert not asking.view.searching
    asking.up()
    asking.up()
    asking.up()
    assert asking.view.trail == "广东省"
    asking.up()
    assert asking.view.trail == "广东省"
    asking.search(True)
    asking.type("无此地")
    assert not shown(asking.places)


def test_a_county_is_not_a_village(window: FilingWindow) -> None:
    asking = ask(window, ALLOWANCE, "/household_village")
    application = window.filing.now_application
    coarse = with_value(application.answers, tokens_of("/household_village"), "445222000000")
    window.filing.replace(replace(application, answers=coarse))
    asking.proceed("")
    assert asking.view.error == "请选到村（居）。"


def test_a_key_is_answered_at_once(window: FilingWindow) -> None:
    asking = ask(window, "sole-trader-setup", "/scope")
    asking.type("卖日用百货")
    started = time.perf_counter()
    for _ in range(20):
        asking.type("货")
    each = (time.perf_counter() - started) / 20
    assert each < 0.05, f"{each * 1000:.1f} ms a key"


def test_reading_aloud_tells_question_and_answers_never_numbers(window: FilingWindow) -> None:
    asking = ask(window, ALLOWANCE, "/account_own")
    assert asking.speech(Page.QUESTION) == "存折是老人自己的名字吗。1，是。2，不是"
    asking.back()
    for key in "6217000012345678":
        asking.type(key)
    assert "6217" not in asking.speech(Page.QUESTION)


def test_nothing_is_left_when_the_session_ends(window: FilingWindow) -> None:
    asking = ask(window, ALLOWANCE, "/account")
    window.type("6217")
    window.session.end()
    window.settle()
    assert window.filing.application is None
    assert asking.view == type(asking.view)()
    assert not shown(asking.options)
    assert not shown(asking.places)
