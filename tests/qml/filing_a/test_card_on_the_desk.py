"""找人 on the agent's desk: who may open a contact card, what is seen, and that it goes away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from kiosk.domain.lifecycle import OVER, Signal, State
from kiosk.main.wiring import open_station
from tests.helpers.counter import bring_to
from tests.helpers.filing_window import ELDER, FilingWindow, StillClock
from tests.qml.filing_a.stepping import Stepping
from ui.app import LANDSCAPE, PORTRAIT
from ui.bridge.desk import DeskController
from ui.bridge.ports import DeskRow, SignedIn
from ui.bridge.reveal import SHOWN_FOR, RevealController
from ui.navigation import Page

ITEM = "old-age-allowance-jieyang"
PHONE = "06635550011"
SIZES = pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])


@pytest.fixture(autouse=True)
def nothing_before(prepared: Path) -> None:
    """What other tests left is closed: its cards are gone, and it wants nobody."""
    with open_station(prepared) as station:
        for row in station.outbox.page(set(State) - OVER - {State.DRAFT}):
            station.outbox.apply(row.id, Signal.CASE_CLOSED, now=station.clock.now())


def left(person: Stepping, key: str | None = "other-phone") -> UUID:
    """A filing whose person left a phone, a place, or nothing."""
    person.window.begin(ITEM)
    person.fill_in()
    person.window.filing.replace(replace(person.application, parties=(ELDER,)))
    person.window.go(Page.SIGN)
    person.go_on("1234")
    if key is None:
        person.skip()
    else:
        person.choose(key)
        person.go_on()
    if key == "other-phone":
        person.go_on(PHONE)
    person.sign()
    person.go_on()
    saved = person.window.filing.saved
    assert saved is not None
    person.window.fresh(PORTRAIT)
    return saved.id


def came_back(person: Stepping, state: State, key: str | None = "other-phone") -> UUID:
    """The same, after the platform spoke."""
    found = left(person, key)
    with open_station(person.home) as station:
        bring_to(station, found, state)
    return found


def at_the_desk(person: Stepping) -> DeskController:
    """The demonstration's agent signs in."""
    person.sign_in()
    person.window.go(Page.DESK)
    return person.window.controller(DeskController)


def card_of(desk: DeskController) -> RevealController:
    """What is shown for a moment."""
    found: object = desk.card
    assert isinstance(found, RevealController)
    return found


def opened(person: Stepping, submission_id: UUID) -> list[str]:
    """Who opened a card, from the audit trail."""
    query = text("SELECT detail FROM audit WHERE event = 'card_opened' AND subject = :id")
    with open_station(person.home) as station, station.casebook.read() as tx:
        return list(tx.execute(query, {"id": str(submission_id)}).scalars())


def find(window: FilingWindow) -> None:
    """Touch 找人 of the one row that has it."""
    (name,) = (
        str(item.property("spokenName"))
        for item in window.items()
        if str(item.property("spokenName") or "").startswith("找人")
    )
    window.tap(name)


def test_only_rows_that_want_their_person_offer_a_card(person: Stepping) -> None:
    parked = came_back(person, State.PARKED)
    silent = came_back(person, State.CORRECTION_WANTED, None)
    refused = came_back(person, State.NOT_ACCEPTED)
    waiting = left(person)
    asked: list[tuple[DeskRow, ...]] = []
    person.window.session.run(lambda station: station.desk(), asked.append)
    person.window.settle()
    cards = {row.id: row.card for row in asked[0]}
    assert [cards[one] for one in (parked, silent, refused, waiting)] == [True, *[False] * 3]
    assert opened(person, parked) == []


def test_a_touch_opens_it_alone_on_the_screen_and_on_the_record(person: Stepping) -> None:
    found = came_back(person, State.PARKED)
    desk = at_the_desk(person)
    assert PHONE not in person.everything()
    find(person.window)
    texts = "".join(person.window.texts())
    assert PHONE in texts
    assert "李*英" in texts
    assert opened(person, found) == ["agent1"]
    assert PHONE not in desk.speech(Page.DESK)
    person.window.tap("看好了")
    assert PHONE not in person.everything()


def test_it_hides_by_itself_after_half_a_minute(
    person: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    came_back(person, State.CORRECTION_WANTED, "place:家里")
    desk = at_the_desk(person)
    began = person.window.clock.monotonic()
    find(person.window)
    assert "去找家里" in "".join(person.everything().split())
    monkeypatch.setattr(StillClock, "monotonic", lambda _: began + SHOWN_FOR - 5)
    card_of(desk).look()
    assert card_of(desk).view.open
    assert card_of(desk).view.remaining <= 6
    monkeypatch.setattr(StillClock, "monotonic", lambda _: began + SHOWN_FOR + 5)
    card_of(desk).look()
    assert not card_of(desk).view.open
    assert card_of(desk).view.text == ""
    assert "去找" not in person.everything()


def test_the_end_of_the_session_takes_it_away(person: Stepping) -> None:
    came_back(person, State.PARKED)
    desk = at_the_desk(person)
    find(person.window)
    person.window.session.end()
    person.window.settle()
    assert not card_of(desk).view.open
    assert PHONE not in person.everything()
    assert PHONE not in repr(card_of(desk).view)


def test_who_is_not_signed_in_or_was_stopped_opens_nothing(person: Stepping) -> None:
    found = came_back(person, State.PARKED)
    desk = at_the_desk(person)
    person.window.session.sign_in(SignedIn("stranger", "没有这个人"))
    desk.find(0)
    person.window.settle()
    assert PHONE not in card_of(desk).view.title
    card_of(desk).hide()
    person.window.session.sign_out()
    desk.find(0)
    person.window.settle()
    assert not card_of(desk).view.open
    assert opened(person, found) == []


def test_a_card_that_went_meanwhile_is_told_in_words(person: Stepping) -> None:
    gone = came_back(person, State.PARKED)
    desk = at_the_desk(person)
    with open_station(person.home) as station:
        station.contacting.cards.erase(gone)
    find(person.window)
    assert card_of(desk).view.title == "没有联系卡"
    assert opened(person, gone) == []


@SIZES
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_nothing_is_cut(person: Stepping, size: tuple[int, int], *, large: bool) -> None:
    came_back(person, State.PARKED)
    person.window.fresh(size)
    if large:
        person.window.window.app.resize()
    at_the_desk(person)
    assert not person.window.faults()
    find(person.window)
    assert not person.window.faults()
