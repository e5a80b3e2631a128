"""Code, signature, saving, slip, and nothing left behind."""

from __future__ import annotations

import pytest

from kiosk.domain.lifecycle import State
from kiosk.main.wiring import open_station
from tests.qml.filing_a.stepping import AGENT_ID, ELDER_ID, WITNESS_ID, Stepping
from ui.bridge.saved import SavedController
from ui.navigation import Page


@pytest.fixture
def elder(person: Stepping) -> Stepping:
    """An elder who filled everything in, at the signature."""
    person.start("old-age-allowance-jieyang")
    person.choose("self")
    person.tell("李桂英", ELDER_ID)
    person.go_on()
    person.fill_in()
    person.window.go(Page.SIGN)
    return person


def unsaved(person: Stepping) -> bool:
    return person.window.session.unsaved


def saved_page(person: Stepping) -> SavedController:
    return person.window.controller(SavedController)


def test_saved_means_saved(elder: Stepping) -> None:
    assert elder.title == "定4位查询码"
    elder.go_on("12")
    assert elder.now.view.error
    elder.go_on("34")
    assert elder.title == "要补材料时，怎么找您？"
    elder.skip()
    assert elder.title == "请李桂英签名"
    elder.go_on()
    assert elder.now.view.error == "还没签名，请用手指写。"
    assert unsaved(elder)
    elder.sign()
    elder.go_on()
    assert elder.shows(Page.SAVED)
    assert not unsaved(elder)
    shown = elder.everything()
    for words in ("已保存，还没送到部门", "政府部门还没有收到", "这不是受理编号", "李*英"):
        assert words in shown
    assert "李桂英" not in shown
    page = saved_page(elder)
    with open_station(elder.home) as station:
        row = station.outbox.find(page.view.number)
        assert row is not None
        assert row.state is State.QUEUED
        assert station.tracking.by_number(page.view.number, "1234").masked_name == "李*英"


def test_the_slip_is_printed_when_the_printer_says_so(elder: Stepping) -> None:
    elder.go_on("1234")
    elder.skip()
    elder.sign()
    elder.go_on()
    page = saved_page(elder)
    blocked = elder.home / "prints"
    blocked.write_text("no folder")
    page.printOut()
    elder.window.settle()
    assert not page.view.fine
    assert "没打印出来" in elder.everything()
    assert page.view.number in elder.everything()
    blocked.unlink()
    page.printOut()
    elder.window.settle()
    assert page.view.fine
    assert sorted(one.name for one in blocked.iterdir()) == ["slip.pdf", "slip.png"]


def test_what_could_not_be_saved_is_kept_and_saved_again(elder: Stepping) -> None:
    packages = elder.home / "packages"
    aside = elder.home / "aside"
    packages.rename(aside)
    packages.write_text("no folder")
    elder.go_on("1234")
    elder.skip()
    elder.sign()
    elder.go_on()
    assert elder.shows(Page.SIGN)
    assert "没存上，填的都在" in elder.now.view.error
    assert "已保存" not in elder.everything()
    assert elder.application.principal is not None
    wanted = elder.application.id
    packages.unlink()
    aside.rename(packages)
    elder.go_on()
    assert elder.shows(Page.SAVED)
    saved = elder.window.filing.saved
    assert saved is not None
    assert saved.id == wanted


def test_who_cannot_write_makes_a_mark_with_a_witness(elder: Stepping) -> None:
    elder.skip()
    assert len(elder.now.view.entry) == 4
    elder.go_on()
    elder.skip()
    elder.skip()
    elder.choose("seal")
    elder.go_on()
    assert elder.title == "念给本人听"
    elder.go_on()
    elder.go_on("黄见证")
    elder.go_on(ELDER_ID)
    assert "请换一位" in elder.now.view.error
    for _ in ELDER_ID:
        elder.now.erase()
    elder.go_on(WITNESS_ID)
    elder.go_on()
    elder.go_on()
    assert elder.shows(Page.SAVED)
    kept = elder.application
    assert [one.key for one in kept.attachments] == ["signature_paper"]
    assert kept.signature is None
    assert "12:00念给本人听，盖章，见证人黄见证" in kept.declarations[0].words


def test_who_does_not_understand_is_asked_no_further(elder: Stepping) -> None:
    elder.go_on("1234")
    elder.skip()
    elder.skip()
    elder.choose("thumbprint")
    elder.go_on()
    assert elder.title == "念给本人听"
    elder.window.tap("听不明白，先停")
    assert elder.title == "先停一下"
    assert "请监护人来办" in elder.everything()
    assert not elder.window.faults()
    elder.back()
    assert elder.title == "念给本人听"
    elder.skip()
    elder.go_on()
    assert elder.shows(Page.LEAVE), "what was filled in is not dropped without asking"
    assert elder.window.filing.saved is None


def test_what_cannot_be_sealed_is_not_saved(elder: Stepping) -> None:
    from dataclasses import replace

    elder.window.filing.replace(replace(elder.application, parties=()))
    elder.window.go(Page.IDENTITY)
    elder.window.go(Page.SIGN)
    elder.go_on("1234")
    elder.skip()
    elder.go_on()
    assert elder.shows(Page.SIGN)
    assert "还不能存" in elder.now.view.error


def test_several_sign_one_after_the_other(person: Stepping) -> None:
    person.start("minimum-living")
    person.choose("self")
    person.tell("李演父", AGENT_ID)
    person.skip()
    person.choose("resident_id")
    person.go_on()
    person.go_on("李桂英")
    person.go_on(ELDER_ID)
    person.choose("父母")
    person.go_on()
    person.go_on()
    person.go_on()
    person.fill_in()
    person.window.go(Page.SIGN)
    person.go_on("1234")
    person.skip()
    assert person.title == "请李演父签名"
    person.sign()
    person.go_on()
    assert person.title == "请李桂英签名"
    assert "我同意部门核对我的情况" in person.everything()
    ink = person.now.ink
    assert ink is not None
    assert ink.png() == b"", "the next one does not sign over the first"
    person.back()
    assert person.title == "请李演父签名"
    person.sign()
    person.go_on()
    person.skip()
    assert person.shows(Page.SAVED)
    assert [one.name for one in person.application.declarations] == ["李演父"]


def test_nothing_of_a_person_remains(elder: Stepping) -> None:
    elder.go_on("1234")
    elder.skip()
    elder.sign()
    elder.go_on()
    window = elder.window
    saved_page(elder).finish()
    window.settle()
    assert elder.shows(Page.ATTRACT)
    assert window.filing.application is None
    assert window.filing.saved is None
    for controller in window.window.controllers:
        assert controller.view == controller._blank, controller
    window.session.begin()
    window.go(Page.SAVED)
    assert elder.shows(Page.HOME)
    for page in (Page.SIGN, Page.IDENTITY, Page.PARTY, Page.NOTICE, Page.MANDATE):
        window.go(page)
        assert elder.shows(Page.HOME), page


def test_after_saving_there_is_no_way_back_to_signing(elder: Stepping) -> None:
    elder.go_on("1234")
    elder.skip()
    elder.sign()
    elder.go_on()
    elder.back()
    assert elder.shows(Page.HOME)
