"""Checking: what is told back, what 改 opens, what keeps anybody from signing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.domain.parties import IdType, Party, Role, Way
from kiosk.domain.submissions import MaterialAnswer, MaterialState
from tests.helpers.filing_window import ELDER, FilingWindow, shown
from ui.bridge.asking import QuestionController
from ui.bridge.checking import CheckController
from ui.bridge.material import MaterialController
from ui.navigation import Page

ALLOWANCE = "old-age-allowance-jieyang"
VILLAGE = "445222001201"
ANSWERS = {"household_village": VILLAGE, "account": "621700001234567", "account_own": True}
SON = Party(
    Role.AGENT,
    "李国栋",
    IdType.RESIDENT_ID,
    "440000197001010013",
    phone="13900001234",
    relation="儿子",
)


def check(window: FilingWindow, answers: dict[str, Any], *people: Party) -> CheckController:
    way = Way.FAMILY if len(people) > 1 else Way.SELF
    window.begin(ALLOWANCE, way, *people)
    application = window.filing.now_application
    window.filing.replace(replace(application, answers=answers))
    window.go(Page.CHECK)
    return window.controller(CheckController)


def test_everything_is_told_back_and_numbers_are_masked(window: FilingWindow) -> None:
    checking = check(window, ANSWERS)
    told = {one.label: (one.value, one.note) for one in shown(checking.lines)}
    assert told["申请人"] == ("李桂英，83岁", "440***********0021\n电话 138****5678")
    assert told["邮政存折的账号"] == ("尾号 4567", "")
    assert told["存折是老人自己的名字吗"] == ("是", "")
    assert told["老人的户口在哪个村（居）"][0].startswith("揭阳市 揭西县 ")
    assert told["身份证"] == ("没说", "")
    everything = " ".join(one for pair in told.values() for one in pair)
    assert str(ELDER.id_number) not in everything
    assert "13800005678" not in everything
    assert "621700001234567" not in everything


def test_faults_lead_to_their_place_one_after_the_other(window: FilingWindow) -> None:
    checking = check(window, {"account_own": True})
    assert checking.view.heading == "还有2处要改"
    window.tap("去改")
    asking = window.controller(QuestionController)
    assert window.page() is Page.QUESTION
    assert asking.view.path == "/household_village"
    asking.choosePlace("445222000000")
    asking.choosePlace("445222001000")
    asking.choosePlace(VILLAGE)
    window.tap("改好了，回去核对")
    assert window.page() is Page.CHECK
    assert checking.view.heading == "还有1处要改"
    window.tap("去改")
    assert asking.view.path == "/account"


def test_one_line_is_changed_and_nothing_else_is_asked(window: FilingWindow) -> None:
    checking = check(window, ANSWERS)
    window.tap("改存折是老人自己的名字吗") if _shown(window, "改存折是老人自己的名字吗") else None
    if window.page() is Page.CHECK:
        checking.revise("question:2")
        window.settle()
    window.tap("不是")
    window.tap("改好了，回去核对")
    assert window.page() is Page.CHECK
    assert shown(checking.lines)[-5].value == "不是"
    checking.revise("question:1")
    window.settle()
    window.tap("返回")
    assert window.page() is Page.CHECK
    checking.revise("material:m2")
    window.settle()
    handing = window.controller(MaterialController)
    assert handing.view.name == "户口本"
    window.tap("我带着")
    window.tap("就这样")
    assert window.page() is Page.CHECK
    assert window.filing.now_application.materials == (MaterialAnswer("m2", MaterialState.HELD),)
    assert shown(checking.lines)[-3].value == "您带着，部门要看时拿去"


def _shown(window: FilingWindow, name: str) -> bool:
    buttons = [one for one in window.items() if one.inherits("QQuickAbstractButton")]
    return any(one.property("spokenName") == name for one in buttons)


def test_people_lead_to_their_page_and_back(window: FilingWindow) -> None:
    checking = check(window, ANSWERS, ELDER, SON)
    keys = [one.key for one in shown(checking.lines)]
    assert "party:0" in keys
    assert "mandate" in keys
    line = next(one for one in shown(checking.lines) if one.key == "mandate")
    assert "委托书" in line.fault
    checking.revise("party:0")
    window.settle()
    assert window.page() is Page.IDENTITY
    window.filing.next(Page.IDENTITY)
    window.settle()
    assert window.page() is Page.CHECK
    checking.revise("mandate")
    assert window.page() is Page.MANDATE


def test_all_pages_are_turned_before_signing(window: FilingWindow) -> None:
    check(window, ANSWERS)
    turned = 0
    while _shown(window, "看下一页"):
        window.tap("看下一页")
        turned += 1
        assert turned < 10
    assert turned
    assert "点“没错，下一步”，就是保证以上都是真的。" in window.texts()
    assert any("还缺“户口本”。" in one for one in window.texts())
    window.tap("没错，下一步")
    assert window.page() is Page.SIGN


def test_a_doubt_is_advice_and_refuses_nobody(window: FilingWindow) -> None:
    checking = check(window, {**ANSWERS, "account": "6217000012345678"})
    assert checking.view.faults == 0
    assert any("卡号对不上" in one.text for one in shown(checking.advice))
    checking.proceed()
    assert window.page() is Page.SIGN


def test_in_another_name_the_statement_is_passed_on(window: FilingWindow) -> None:
    checking = check(window, ANSWERS, ELDER, SON)
    assert checking.view.statement == "点“没错，下一步”，就是说：照李桂英说的如实填的。"


def test_nothing_of_it_outlives_the_session(window: FilingWindow) -> None:
    checking = check(window, ANSWERS)
    window.session.end()
    window.settle()
    assert not shown(checking.lines)
    assert not shown(checking.advice)
    assert checking.view == type(checking.view)()
