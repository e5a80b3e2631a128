"""Whom a mandate names: a second agent, or the village committee."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kiosk.domain.identity import make_resident_id
from kiosk.domain.mandates import Mandate, mandate_json
from kiosk.journeys.slips import Letterhead, principal_copy
from kiosk.journeys.submitting import payload
from tests.helpers.filing_window import FilingWindow
from tests.qml.filing_a.stepping import AGENT_ID, ELDER_ID, Stepping
from tests.qml.filing_a.test_mandate import SUBSIDY
from ui.app import LANDSCAPE, PORTRAIT
from ui.navigation import Page

SECOND_ID = make_resident_id(date(1985, 2, 3), 9)


@pytest.fixture
def agent(person: Stepping) -> Stepping:
    """An agent at the card of the mandate."""
    person.sign_in()
    to_the_card(person, "agent")
    return person


def to_the_card(person: Stepping, way: str) -> None:
    person.start(SUBSIDY)
    person.choose(way)
    person.tell("李桂英", ELDER_ID, "13800005678")
    person.tell("陈志强", AGENT_ID, "06635550011")
    person.choose("none" if way == "agent" else "邻居")
    person.go_on()
    person.go_on()
    assert person.title == "委托书"


def sign_on_paper(agent: Stepping) -> Mandate:
    agent.go_on()
    agent.go_on()
    agent.choose("paper")
    agent.go_on()
    agent.go_on()
    agent.go_on()
    assert agent.shows(Page.QUESTION), agent.now.view.error
    mandate = agent.application.mandate
    assert mandate is not None
    return mandate


def name_second(agent: Stepping) -> None:
    agent.skip()
    assert not agent.now.chosen, "nothing is chosen beforehand"
    agent.choose("two")
    agent.go_on()
    agent.go_on("黄小梅")
    agent.go_on(SECOND_ID)
    agent.go_on("13700001234")
    agent.choose("儿女")
    agent.go_on()
    assert agent.title == "委托书"


def copy_for_the_principal(window: FilingWindow) -> str:
    """What the principal's paper says."""
    application = window.filing.now_application
    from kiosk.domain.lifecycle import State
    from kiosk.domain.slips import SlipCode
    from kiosk.journeys.slips import Saved

    now = window.clock.now()
    code = SlipCode(application.id, b"0" * 16, "0" * 64)
    saved = Saved(application.id, "1234-5678-9", State.QUEUED, "李*英", now, code)
    paper = principal_copy(saved, application, Letterhead("站", None, demo=True), now)
    assert paper is not None
    return "\n".join(f"{label}{value}" for label, value in paper.lines)


def test_a_second_agent_is_named_and_either_may_act(agent: Stepping) -> None:
    name_second(agent)
    shown = agent.everything()
    for words in ("陈志强（村代办员）", "黄小梅（儿女）", "哪一位来办都行", SECOND_ID[-4:]):
        assert words in shown
    assert SECOND_ID not in shown
    mandate = sign_on_paper(agent)
    assert [one.id_number for one in mandate.agents] == [AGENT_ID, SECOND_ID]
    assert mandate.committee is None
    assert "两位受托人可以分别来办" in mandate.scope
    sealed = json.dumps(payload(agent.application, b""), ensure_ascii=False)
    assert SECOND_ID in sealed
    assert "黄*梅" in copy_for_the_principal(agent.window)


def test_the_committee_is_named_by_a_signed_in_agent(agent: Stepping) -> None:
    agent.skip()
    agent.choose("committee")
    agent.go_on()
    assert agent.now.view.entry == "长滩村村民委员会", "known from the station's name"
    agent.go_on()
    shown = agent.everything()
    assert "长滩村村民委员会" in shown
    assert "村代办员陈志强" in shown
    mandate = sign_on_paper(agent)
    assert (mandate.committee, mandate.agents) == ("长滩村村民委员会", ())
    assert "agents" not in mandate_json(mandate)
    assert "长滩村村民委员会" in copy_for_the_principal(agent.window)


def test_family_cannot_name_the_committee(person: Stepping) -> None:
    to_the_card(person, "family")
    person.skip()
    assert person.keys == ["one", "two"]
    person.go_on()
    assert person.now.view.error == "请选一个。"


@pytest.mark.parametrize("number", [ELDER_ID, AGENT_ID, SECOND_ID[:-1], "1" * 18])
def test_the_second_is_another_person(agent: Stepping, number: str) -> None:
    agent.skip()
    agent.choose("two")
    agent.go_on()
    agent.go_on()
    assert agent.now.view.error
    agent.go_on("黄小梅")
    agent.go_on(number)
    assert agent.title == "他的身份证号"
    assert agent.now.view.error


def test_the_second_has_a_phone_of_their_own(agent: Stepping) -> None:
    agent.skip()
    agent.choose("two")
    agent.go_on()
    agent.go_on("黄小梅")
    agent.go_on(SECOND_ID)
    for phone in ("", "13800005678"):
        agent.go_on(phone)
        assert agent.title == "他的电话"
        assert agent.now.view.error


def test_steps_lead_back_and_the_choice_can_be_undone(agent: Stepping) -> None:
    name_second(agent)
    agent.skip()
    agent.choose("one")
    agent.go_on()
    assert "黄小梅" not in agent.everything()
    agent.skip()
    agent.choose("two")
    agent.go_on()
    agent.go_on("黄小梅")
    for title in ("再请哪一位？", "请谁来办？", "委托书"):
        agent.back()
        assert agent.title == title
    assert len(sign_on_paper(agent).agents) == 1


def test_another_persons_filing_begins_without_a_second(agent: Stepping) -> None:
    name_second(agent)
    agent.window.session.end()
    agent.window.session.begin()
    agent.sign_in()
    to_the_card(agent, "agent")
    assert "黄小梅" not in agent.everything()


def test_looks(agent: Stepping) -> None:
    """Every step in every layout and size."""
    window = agent.window
    name_second(agent)
    found = []
    for size in (PORTRAIT, LANDSCAPE):
        for large in (False, True):
            window.look(size, large=large)
            found += [f"card {size} {large}: {one}" for one in window.faults()]
    window.look(PORTRAIT)
    agent.skip()
    for size in (PORTRAIT, LANDSCAPE):
        for large in (False, True):
            window.look(size, large=large)
            found += [f"whom {size} {large}: {one}" for one in window.faults()]
    window.look(PORTRAIT)
    assert found == []
