"""The contact card: left at saving, sealed, opened only when somebody has to be reached."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kiosk.domain.contacts import MOST, ContactCard, card_by_phone, card_by_place
from kiosk.domain.faults import Flaw
from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.domain.submissions import Kind
from kiosk.journeys.applying import Continues, new_id
from kiosk.journeys.contacting import ACT_NEEDED, sealed_card
from kiosk.journeys.slips import Saved
from kiosk.journeys.submitting import submit
from kiosk.journeys.withdrawing import withdraw
from kiosk.main.wiring import Station
from kiosk.sealing.package import parse
from kiosk.store.packages import Packages
from tests.helpers.counter import ITEM, application, bring_to
from tests.helpers.stores import HandClock

CARD = ContactCard("李*英", phone="13800005678")
AGENT = "liu"


def left(station: Station, card: ContactCard = CARD) -> Saved:
    """A filing whose person left a card."""
    return submit(station.desk(), replace(application(station), contact=card))


def test_a_card_is_kept_with_the_saving_commit_and_readable_nowhere(station: Station) -> None:
    saved = left(station)
    assert station.contacting.cards.exists(saved.id)
    package = parse(Packages(station.home).read(saved.id))
    assert b"13800005678" not in package.data
    station.casebook.close()
    for file in station.home.path.rglob("*"):
        if file.is_file():
            assert b"13800005678" not in file.read_bytes(), file


def test_without_a_card_there_is_nothing_to_open(station: Station) -> None:
    saved = submit(station.desk(), application(station))
    bring_to(station, saved.id, State.PARKED)
    assert not station.contacting.available((station.outbox.require(saved.id),))
    with pytest.raises(InputProblem, match="nobody left") as caught:
        station.contacting.open(saved.id, by=AGENT)
    assert caught.value.code == "no-card"


@pytest.mark.parametrize("state", sorted(set(State) - {State.DRAFT}))
def test_it_opens_only_while_something_is_wanted_of_the_person(
    station: Station, state: State
) -> None:
    saved = left(station)
    bring_to(station, saved.id, state)
    row = station.outbox.require(saved.id)
    if state in ACT_NEEDED:
        assert station.contacting.available((row,)) == {saved.id}
        assert station.contacting.open(saved.id, by=AGENT) == CARD
        assert opened(station) == [(str(saved.id), AGENT)]
        return
    assert not station.contacting.available((row,))
    with pytest.raises(InputProblem) as caught:
        station.contacting.open(saved.id, by=AGENT)
    assert caught.value.code == "nobody-wanted"
    assert opened(station) == []


def test_every_opening_is_recorded_and_looking_is_not(station: Station) -> None:
    saved = left(station)
    bring_to(station, saved.id, State.PARKED)
    row = station.outbox.require(saved.id)
    for _ in range(3):
        station.contacting.available((row,))
    station.contacting.open(saved.id, by=AGENT)
    station.contacting.open(saved.id, by="chen")
    assert opened(station) == [(str(saved.id), AGENT), (str(saved.id), "chen")]


def test_the_card_of_a_supplement_serves_for_its_case_and_back(station: Station) -> None:
    saved = left(station)
    bring_to(station, saved.id, State.CORRECTION_WANTED)
    answer = answered(station, saved, None)
    bring_to(station, answer.id, State.PARKED)
    assert station.contacting.open(answer.id, by=AGENT) == CARD
    newer = answered(station, saved, ContactCard("", place="田里"))
    assert station.contacting.open(saved.id, by=AGENT).place == "田里"
    station.outbox.apply(saved.id, Signal.CASE_CLOSED, now=station.clock.now())
    assert not station.contacting.cards.of([saved.id, answer.id, newer.id])


def test_taking_back_and_filing_anew_take_the_card_along(station: Station) -> None:
    first, second = left(station), left(station)
    item = station.directory.item(ITEM)
    withdraw(station.desk(), first.id, item, station.directory.form(item.form_id, item))
    assert not station.contacting.cards.exists(first.id)
    bring_to(station, second.id, State.PARKED)
    anew = replace(application(station), continues=Continues(supersedes=second.id), contact=CARD)
    third = submit(station.desk(), anew)
    assert station.contacting.cards.of([second.id, third.id]) == {third.id}


def test_a_card_of_one_submission_says_nothing_under_another(station: Station) -> None:
    mine, yours = left(station), left(station)
    stolen = sealed_card(CARD, station.device.staff.public, mine.id)
    with station.casebook.write() as tx:
        station.contacting.cards.put(tx, yours.id, stolen)
    bring_to(station, yours.id, State.PARKED)
    with pytest.raises(InputProblem) as caught:
        station.contacting.open(yours.id, by=AGENT)
    assert caught.value.code == "cannot-open"


def test_a_save_that_fails_leaves_no_card(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = replace(application(station), contact=CARD)

    def no_room(_needed: int) -> None:
        raise EnvironmentProblem("disk-full", "the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(type(station.home), "require_space", lambda _home, needed: no_room(needed))
        with pytest.raises(EnvironmentProblem):
            submit(station.desk(), filled)
    assert not station.contacting.cards.exists(filled.id)
    saved = submit(station.desk(), filled)
    assert submit(station.desk(), filled).id == saved.id
    assert station.contacting.cards.exists(filled.id)


def test_half_a_year_ends_a_card_that_was_never_needed(station: Station, clock: HandClock) -> None:
    saved = left(station)
    bring_to(station, saved.id, State.CORRECTION_WANTED)
    clock.pass_time(180 * 86_400)
    assert not station.contacting.available((station.outbox.require(saved.id),))
    with pytest.raises(InputProblem, match="or it is gone"):
        station.contacting.open(saved.id, by=AGENT)


@given(st.text(max_size=60))
def test_any_words_are_a_card_or_a_sentence(words: str) -> None:
    for made in (card_by_place("李*英", words), card_by_phone("李*英", words)):
        if isinstance(made, Flaw):
            assert made.words.endswith("。")
        else:
            assert bool(made.phone) is not bool(made.place)
            assert (made.phone or made.place).isprintable()
            assert len(made.place) <= MOST
            assert "李" not in repr(made)


def answered(station: Station, saved: Saved, card: ContactCard | None) -> Saved:
    """A supplement about a saved filing."""
    about = Continues(about=saved.id)
    made = replace(application(station), id=new_id(), kind=Kind.SUPPLEMENT, continues=about)
    return submit(station.desk(), replace(made, contact=card))


def opened(station: Station) -> list[tuple[str, str]]:
    """Who opened what, as the audit trail has it."""
    query = "SELECT subject, detail FROM audit WHERE event = 'card_opened' ORDER BY number"
    with station.casebook.read() as tx:
        return [(row.subject, row.detail) for row in tx.execute(text(query))]


def test_the_staff_key_is_no_other_key(station: Station) -> None:
    device = station.device
    assert len({device.staff.raw, device.reply.raw, device.signing.seed}) == 3
