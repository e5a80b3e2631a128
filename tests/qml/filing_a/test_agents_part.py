"""The agent's own part at a filing, what is not asked twice, and 改 at the right person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.agents import AgentDetails, Interest
from kiosk.domain.identity import make_resident_id
from kiosk.domain.parties import Party, Role, Way
from kiosk.main.demonstration import AGENT
from tests.helpers.filing_window import shown
from tests.qml.filing_a.stepping import AGENT_ID, ELDER_ID, Stepping
from ui.bridge.checking import CheckController
from ui.bridge.people import PeopleController
from ui.navigation import Page

SUBSIDY = "disability-care-subsidy"
PHONE = "06635550011"
MEMBER_ID = make_resident_id(date(1975, 3, 2), 7)


def sign_in_for_real(person: Stepping) -> None:
    """By PIN, so that what is sealed to the agent can be opened."""
    person.window.session.run(
        lambda station: station.sign_in(AGENT[0], AGENT[2]), person.window.session.sign_in
    )
    person.window.settle()
    assert person.window.session.agent is not None


def to_own_part(person: Stepping) -> None:
    person.start(SUBSIDY)
    person.choose("agent")
    person.tell("李桂英", ELDER_ID, "13800005678")


def check_keys(person: Stepping) -> dict[str, str]:
    person.window.go(Page.CHECK)
    rows = shown(person.window.controller(CheckController).lines)
    return {row.key: row.value for row in rows}


def own_part(person: Stepping) -> Interest | None:
    return person.application.interest


def revise(person: Stepping, key: str) -> None:
    person.window.controller(CheckController).revise(key)
    person.window.settle()


def test_the_agent_says_whose_matter_it_is_and_nothing_is_chosen_beforehand(
    person: Stepping,
) -> None:
    person.sign_in()
    to_own_part(person)
    person.tell("陈志强", AGENT_ID, PHONE)
    assert person.title == "是您自己、您亲戚的事吗？"
    assert not person.now.chosen
    person.go_on()
    assert person.now.view.error == "请选一个。"
    person.declare("relative")
    assert person.shows(Page.NOTICE)
    assert own_part(person) is Interest.RELATIVE
    assert check_keys(person)["own-party:1"] == "是亲戚的事"
    advice = shown(person.window.controller(CheckController).advice)
    assert any("亲戚" in row.text for row in advice)
    revise(person, "own-party:1")
    assert person.title == "是您自己、您亲戚的事吗？"
    assert list(person.now.chosen) == ["relative"]
    person.declare("none")
    assert person.shows(Page.CHECK)
    assert own_part(person) is Interest.NONE


def test_who_comes_for_family_is_not_asked(person: Stepping) -> None:
    person.start(SUBSIDY)
    person.choose("family")
    person.tell("李桂英", ELDER_ID, "13800005678")
    person.tell("陈志强", AGENT_ID, PHONE)
    person.choose("邻居")
    person.go_on()
    assert person.shows(Page.NOTICE)
    assert person.application.interest is None


def test_number_and_phone_are_asked_once(person: Stepping) -> None:
    sign_in_for_real(person)
    session = person.window.session
    to_own_part(person)
    if session.agent is not None and session.agent.details is None:
        assert person.title == "代办员的姓名"
        person.tell("陈志强", AGENT_ID, PHONE)
    person.declare("none")
    person.window.settle()
    assert session.agent is not None
    assert session.agent.details == AgentDetails(AGENT_ID, PHONE)
    session.end()
    session.begin()
    sign_in_for_real(person)
    to_own_part(person)
    assert person.title == "是您自己、您亲戚的事吗？"
    person.declare("own")
    agent = person.application.party(Role.AGENT)
    assert agent is not None
    assert (agent.id_number, agent.phone, agent.relation) == (AGENT_ID, PHONE, "村代办员")
    assert person.shows(Page.NOTICE)


def test_a_known_agent_can_still_be_corrected(person: Stepping) -> None:
    sign_in_for_real(person)
    session = person.window.session
    assert session.agent is not None
    session.sign_in(replace(session.agent, details=AgentDetails(AGENT_ID, PHONE)))
    to_own_part(person)
    assert person.title == "是您自己、您亲戚的事吗？"
    person.back()
    assert person.title == "代办员的电话"
    assert AGENT_ID not in person.everything()
    assert PHONE not in person.everything()


@pytest.mark.parametrize(
    ("key", "role"),
    [
        ("party:0", Role.APPLICANT),
        ("party:1", Role.AGENT),
        ("party:2", Role.HOUSEHOLD_MEMBER),
    ],
)
def test_a_line_opens_the_seat_of_its_person(person: Stepping, key: str, role: Role) -> None:
    """Three people: 改 at the third opens the third, and leads back to the check page."""
    person.window.begin(
        "temporary-relief",
        Way.FAMILY,
        Party(Role.APPLICANT, "李桂英", id_number=ELDER_ID, phone="13800005678"),
        Party(Role.AGENT, "陈志强", id_number=AGENT_ID, phone=PHONE, relation="邻居"),
        Party(Role.HOUSEHOLD_MEMBER, "李小明", id_number=MEMBER_ID, relation="儿女"),
    )
    assert key in check_keys(person)
    revise(person, key)
    assert person.window.session.page is (Page.IDENTITY if key == "party:0" else Page.PARTY)
    people = person.now
    assert isinstance(people, PeopleController)
    assert people.seat.role is role
    while not person.shows(Page.CHECK):
        assert people.seat.role is role, "nobody else is asked again"
        person.go_on()
    assert len(person.application.parties) == 3
