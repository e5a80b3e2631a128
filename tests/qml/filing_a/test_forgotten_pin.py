"""忘了密码: the township's code on the keypad, a new PIN twice, and the agent is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from kiosk.domain.agents import Order, OrderKind
from kiosk.main.demonstration import AGENT
from kiosk.sealing.office_codes import office_code, office_secret
from kiosk.store.agents import Agents
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from sync.platform.secrets import PlatformSecrets
from tests.qml.filing_a.stepping import Stepping
from ui.app import LANDSCAPE, PORTRAIT
from ui.bridge.signing_in import SignInController
from ui.navigation import Page

NEW_PIN = "730518"
_counters = count(1)


class AtSignIn:
    """An agent at the page of names and PINs."""

    def __init__(self, person: Stepping) -> None:
        self.person = person
        self.window = person.window
        self.window.go(Page.SIGN_IN)

    @property
    def now(self) -> SignInController:
        return self.window.controller(SignInController)

    def code(self) -> str:
        """What the township reads over the telephone."""
        device = load_device(Home(self.person.home))
        secrets = PlatformSecrets.load_or_create(self.person.home.parent / "data")
        order = Order(OrderKind.RESET_PIN, device.terminal, AGENT[0])
        secret = office_secret(secrets.sealing, device.reply.public, device.terminal)
        return office_code(secret, order, next(_counters))

    def give(self, digits: str) -> None:
        for digit in digits:
            self.now.key(digit)
        self.now.submit()
        self.window.settle()

    def forgot(self) -> None:
        self.now.forgot()
        self.window.settle()


@pytest.fixture
def agent(person: Stepping) -> Iterator[AtSignIn]:
    """The demonstration's agent; the PIN is as it was afterwards."""
    yield AtSignIn(person)
    with Casebook.open(Home(person.home), person.window.clock) as casebook:
        Agents(casebook).set_pin(AGENT[0], AGENT[2])
        with casebook.write() as tx:
            tx.exec_driver_sql("DELETE FROM lockout")


def test_a_forgotten_pin_is_set_anew(agent: AtSignIn) -> None:
    agent.give("111119")
    assert "忘了密码" in agent.now.view.error
    agent.window.tap("忘了密码")
    assert agent.now.view.stage == "code"
    agent.give(agent.code())
    assert agent.now.view.stage == "new", agent.now.view.error
    agent.give(NEW_PIN)
    agent.give(NEW_PIN)
    assert agent.window.page() is Page.DESK
    session = agent.window.session
    assert session.agent is not None
    assert session.agent.id == AGENT[0]
    assert session.agent.details is None, "what was sealed under the old PIN is given up"
    session.end()
    session.begin()
    again = AtSignIn(agent.person)
    again.give(AGENT[2])
    assert again.now.view.error
    again.give(NEW_PIN)
    assert agent.window.page() is Page.DESK


def test_a_code_is_shown_a_pin_never(agent: AtSignIn) -> None:
    agent.forgot()
    for digit in "123456":
        agent.now.key(digit)
    assert agent.now.view.typed == "123456"
    agent.now.submit()
    assert agent.now.view.error == "还差6位，一共12位。"
    agent.now.erase()
    assert agent.now.view.typed == "12345"
    agent.now.back()
    agent.forgot()
    agent.give(agent.code())
    for digit in NEW_PIN:
        agent.now.key(digit)
    assert agent.now.view.typed == "●" * 6
    assert NEW_PIN not in agent.person.everything()
    assert NEW_PIN not in agent.now.speech(Page.SIGN_IN)


def test_two_different_pins_are_chosen_anew_and_the_code_is_still_good(agent: AtSignIn) -> None:
    agent.forgot()
    agent.give(agent.code())
    agent.give(NEW_PIN)
    agent.give("915204")
    assert agent.now.view.stage == "new"
    assert "不一样" in agent.now.view.error
    agent.give("111111")
    agent.give("111111")
    assert agent.now.view.stage == "new"
    assert "太好猜" in agent.now.view.error
    agent.give(NEW_PIN)
    agent.give(NEW_PIN)
    assert agent.window.page() is Page.DESK


def test_wrong_codes_wait_and_the_pin_does_not(agent: AtSignIn) -> None:
    agent.forgot()
    for _ in range(3):
        agent.give("000000000000")
    assert "过一会儿再试" in agent.now.view.error
    assert "乡亲们照样能办事" in agent.now.view.error
    assert agent.now.view.stage == "code"
    agent.now.back()
    agent.give(AGENT[2])
    assert agent.window.page() is Page.DESK


def test_steps_lead_back_and_nothing_stays(agent: AtSignIn) -> None:
    agent.forgot()
    agent.give(agent.code())
    agent.give(NEW_PIN)
    for stage in ("new", "code", "pin"):
        assert agent.now.back()
        assert (agent.now.view.stage, agent.now.view.typed) == (stage, "")
    agent.window.session.end()
    assert [agent.now._code, agent.now._new, agent.now._digits] == ["", "", ""]
    agent.window.session.begin()


@pytest.mark.parametrize("stage", ["pin", "code", "new"])
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("large", [False, True])
def test_looks(agent: AtSignIn, stage: str, size: tuple[int, int], large: bool) -> None:
    if stage != "pin":
        agent.forgot()
    if stage == "new":
        agent.give(agent.code())
    if stage == "code":
        agent.give("1234567")
    assert agent.now.view.stage == stage
    agent.window.look(size, large=large)
    assert agent.window.faults() == []
    agent.window.look(PORTRAIT)
