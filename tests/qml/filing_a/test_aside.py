"""先放下，改天接着办: what an agent began is sealed to the agent and goes on from the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from kiosk.main.demonstration import AGENT
from kiosk.store.agents import Agents
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from tests.helpers.filing_window import shown
from tests.qml.filing_a.stepping import AGENT_ID, ELDER_ID, Stepping
from tests.qml.filing_a.test_agents_part import PHONE, sign_in_for_real
from ui.app import LANDSCAPE, PORTRAIT
from ui.bridge.aside import LeaveController
from ui.bridge.desk import DeskController, DeskLine
from ui.navigation import Page

SUBSIDY = "disability-care-subsidy"


@pytest.fixture
def agent(person: Stepping) -> Iterator[Stepping]:
    """A signed-in agent in the middle of a filing; nothing is left aside afterwards."""
    sign_in_for_real(person)
    person.start(SUBSIDY)
    person.choose("agent")
    person.tell("李桂英", ELDER_ID, "13800005678")
    if person.title == "代办员的姓名":
        person.tell("陈志强", AGENT_ID, PHONE)
    person.declare("none")
    assert person.shows(Page.NOTICE)
    yield person
    with Casebook.open(Home(person.home), person.window.clock) as casebook, casebook.write() as tx:
        tx.execute(text("DELETE FROM agent_draft"))


def desk(person: Stepping) -> DeskController:
    person.window.go(Page.DESK)
    return person.window.controller(DeskController)


def aside(agent: Stepping) -> tuple[int, DeskLine]:
    """The one row that was put aside; others may have left theirs at this station."""
    control = desk(agent)
    for _ in range(control.view.pages):
        for place, row in enumerate(shown(control.lines)):
            if row.act == "接着办":
                return place, row
        control.turn(1)
    raise AssertionError("nothing was put aside")


def put_aside(agent: Stepping) -> None:
    agent.window.session.leave()
    agent.window.settle()
    assert agent.shows(Page.LEAVE)
    agent.window.tap("先放下，改天接着办")


def test_it_is_put_aside_and_goes_on_another_day(agent: Stepping) -> None:
    before = agent.application
    put_aside(agent)
    assert agent.shows(Page.DESK)
    assert not agent.window.filing.begun
    assert not agent.window.session.unsaved
    agent.window.session.end()
    agent.window.session.begin()
    sign_in_for_real(agent)
    place, row = aside(agent)
    assert row.tag == "没填完"
    assert "李*英" in row.text
    assert ELDER_ID not in agent.everything()
    agent.window.controller(DeskController).open(place)
    agent.window.settle()
    assert agent.shows(Page.NOTICE), "where something is still open"
    assert agent.application == before
    agent.back()
    agent.window.session.leave()
    agent.window.settle()
    agent.window.tap("不要了，退出")
    sign_in_for_real(agent)
    assert aside(agent)[1].tag == "没填完", "it stays until it is saved"


def test_after_a_new_pin_it_waits_for_the_township(agent: Stepping) -> None:
    put_aside(agent)
    agent.window.session.end()
    with Casebook.open(Home(agent.home), agent.window.clock) as casebook:
        Agents(casebook).set_pin(AGENT[0], AGENT[2])
    agent.window.session.begin()
    sign_in_for_real(agent)
    place, _ = aside(agent)
    agent.window.controller(DeskController).open(place)
    agent.window.settle()
    assert agent.shows(Page.TROUBLE)
    assert "镇街" in agent.everything()


def test_a_resident_has_nothing_to_put_aside(person: Stepping) -> None:
    person.start(SUBSIDY)
    person.choose("self")
    person.go_on("李桂英")
    person.window.session.unsaved = True
    person.window.session.leave()
    person.window.settle()
    assert person.shows(Page.LEAVE)
    assert not person.window.controller(LeaveController).view.can_keep
    assert "先放下" not in person.everything()


def test_looks(agent: Stepping) -> None:
    window, found = agent.window, []
    window.session.leave()
    window.settle()
    for size in (PORTRAIT, LANDSCAPE):
        for large in (False, True):
            window.look(size, large=large)
            found += [f"leave {size} {large}: {one}" for one in window.faults()]
    window.look(PORTRAIT)
    window.tap("先放下，改天接着办")
    for size in (PORTRAIT, LANDSCAPE):
        for large in (False, True):
            window.look(size, large=large)
            found += [f"desk {size} {large}: {one}" for one in window.faults()]
    window.look(PORTRAIT)
    assert found == []
