"""怎么找您: the contact card at the window, as somebody leaves it, refuses it, or gets it wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.contacts import MOST, ContactCard
from kiosk.domain.lifecycle import State
from kiosk.domain.parties import Party, Role
from kiosk.main.wiring import open_station
from tests.helpers.counter import bring_to
from tests.helpers.filing_window import ELDER
from tests.qml.filing_a.stepping import AGENT_ID, Stepping
from ui.bridge.contact_steps import NO_CARD
from ui.navigation import Page

ITEM = "old-age-allowance-jieyang"
QUESTION = "要补材料时，怎么找您？"


@pytest.fixture
def asked(person: Stepping) -> Stepping:
    """An elder with a phone, asked how to be found."""
    return at_the_question(person, ELDER)


def at_the_question(person: Stepping, *people: Party) -> Stepping:
    """Somebody who filled everything in."""
    person.window.begin(ITEM)
    person.fill_in()
    person.window.filing.replace(replace(person.application, parties=people))
    person.window.go(Page.SIGN)
    person.go_on("1234")
    assert person.title == QUESTION
    return person


def save(person: Stepping) -> None:
    """Sign and save."""
    person.sign()
    person.go_on()
    assert person.shows(Page.SAVED)


def kept(person: Stepping) -> str:
    """The place on the card, if one was left."""
    card = person.application.contact
    return card.place if card else ""


def opened(person: Stepping) -> ContactCard:
    """What the agent finds when the filing comes back."""
    saved = person.window.filing.saved
    assert saved is not None
    with open_station(person.home) as station:
        bring_to(station, saved.id, State.PARKED)
        return station.contacting.open(saved.id, by="agent1")


def test_nothing_is_chosen_beforehand_and_one_touch_leaves_it_out(asked: Stepping) -> None:
    assert asked.now.chosen == ()
    asked.go_on()
    assert "不留也行" in asked.now.view.error
    asked.window.tap(NO_CARD)
    save(asked)
    assert asked.application.contact is None
    saved = asked.window.filing.saved
    assert saved is not None
    with open_station(asked.home) as station:
        assert not station.contacting.cards.exists(saved.id)


def test_a_place_as_people_say_it(asked: Stepping) -> None:
    asked.choose("other-place")
    asked.go_on()
    asked.go_on()
    assert "不留也行" in asked.now.view.error
    asked.choose("place:田里")
    asked.go_on()
    save(asked)
    assert opened(asked) == ContactCard("李*英", place="田里")


def test_the_phone_told_before_is_offered_masked(asked: Stepping) -> None:
    shown = asked.everything()
    assert "138****5678" in shown
    assert "13800005678" not in shown
    asked.choose("phone:13800005678")
    asked.go_on()
    save(asked)
    assert opened(asked) == ContactCard("李*英", phone="13800005678")


def test_a_landline_of_a_relative_who_agreed(asked: Stepping) -> None:
    asked.choose("other-phone")
    asked.go_on()
    assert "先问他同意不同意" in asked.everything()
    asked.go_on()
    assert "电话还没填" in asked.now.view.error
    asked.go_on("5550011")
    save(asked)
    assert opened(asked).phone == "5550011"


def test_a_wrong_phone_stays_in_the_field_and_may_be_left_out_after_all(asked: Stepping) -> None:
    asked.choose("other-phone")
    asked.go_on()
    asked.go_on("1380000")
    assert "还差4位" in asked.now.view.error
    assert asked.now.view.entry == "1380000"
    asked.skip()
    save(asked)
    assert asked.application.contact is None


def test_a_place_of_ones_own(asked: Stepping) -> None:
    asked.choose("other-place")
    asked.go_on()
    asked.choose("written")
    asked.go_on()
    asked.go_on("  ")
    assert "还没写" in asked.now.view.error
    asked.go_on("祠堂边上的小店" + "店" * MOST)
    assert len(asked.now.view.entry) <= MOST
    save(asked)
    assert opened(asked).place.startswith("祠堂边上的小店")


def test_the_helpers_phone_is_neither_offered_nor_taken(person: Stepping) -> None:
    helper = Party(Role.AGENT, "陈志强", id_number=AGENT_ID, phone="13900001111")
    shared = replace(ELDER, phone="13900001111")
    asked = at_the_question(person, shared, helper)
    assert "139****1111" not in asked.everything()
    asked.choose("other-phone")
    asked.go_on()
    asked.go_on("13900001111")
    assert asked.now.view.error == "这是代办人的电话，请留本人或家里的。"


def test_back_asks_again_and_forgets_what_was_chosen(asked: Stepping) -> None:
    asked.choose("place:家里")
    asked.go_on()
    assert kept(asked) == "家里"
    asked.back()
    assert asked.title == QUESTION
    assert asked.now.chosen == ()
    asked.skip()
    assert kept(asked) == ""
    asked.back()
    asked.back()
    assert asked.title == "定4位查询码"


def test_a_dead_person_is_not_the_one_to_be_found(person: Stepping) -> None:
    dead = Party(Role.SUBJECT, "李演祖", id_number=None, deceased=True)
    asked = at_the_question(person, ELDER, dead)
    asked.choose("other-place")
    asked.go_on()
    asked.choose("place:村委会")
    asked.go_on()
    assert asked.application.contact == ContactCard("李*英", place="村委会")
