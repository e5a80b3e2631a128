"""Who answered a correction, answered late, twice or off line: what they read (rule 17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.submissions import Kind
from kiosk.journeys.applying import Continues, new_id
from kiosk.journeys.progress import (
    ANSWER_OWED,
    ANSWER_PARKED,
    ANSWER_RECEIVED,
    STATE_WORDS,
    Tracked,
)
from kiosk.journeys.slips import Saved
from kiosk.journeys.submitting import submit
from kiosk.journeys.withdrawing import withdraw
from kiosk.main.wiring import Station
from kiosk.store.inbox import ProvenEvent
from sync.protocol.messages import EVENT_SIGNALS, EventKind, Receipt
from tests.helpers.counter import ITEM, application, bring_to, filed, tell
from tests.helpers.stores import HandClock
from ui.bridge.words import due_words

ASKED = STATE_WORDS[State.CORRECTION_WANTED]


def wanted(station: Station, saved: Saved, number: int) -> None:
    """The office wants something."""
    kind, row = EventKind.CORRECTION_WANTED, station.outbox.require(saved.id)
    tell(
        station,
        ProvenEvent(
            id=number,
            epoch="e1",
            submission_id=row.id,
            envelope_digest=row.envelope_digest,
            case_seq=number,
            kind=kind.value,
            signal=EVENT_SIGNALS[kind],
            at=station.clock.now(),
        ),
    )


def answer(station: Station, saved: Saved) -> Saved:
    """A supplement is saved."""
    made = replace(application(station), id=new_id(), kind=Kind.SUPPLEMENT)
    return submit(station.desk(), replace(made, continues=Continues(about=saved.id)))


def seen(station: Station, saved: Saved) -> Tracked:
    """What whoever has the slip reads."""
    return station.tracking.by_slip(saved.code)


def received(station: Station, saved: Saved) -> None:
    """The platform has it."""
    now, row = station.clock.now(), station.outbox.require(saved.id)
    receipt = Receipt(row.id, row.envelope_digest, now, "e1", "R1", ())
    station.outbox.apply(saved.id, Signal.TAKE, now=now)
    station.outbox.apply(saved.id, Signal.RECEIVED, now=now, receipt=receipt)


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.UNKNOWN])
def test_an_answer_saved_off_line_is_told_as_not_yet_there(station: Station, state: State) -> None:
    saved = filed(station)
    wanted(station, saved, 1)
    assert (seen(station, saved).words, seen(station, saved).answered) == (ASKED, False)
    given = answer(station, saved)
    bring_to(station, given.id, state)
    now = seen(station, saved)
    assert (now.state, now.words, now.answered) == (State.CORRECTION_WANTED, ANSWER_OWED, True)
    assert "还没送到" in now.words.title
    assert now.correction is not None, "who wants to may answer again"


def test_an_answer_that_arrived_is_told_before_the_office_has_looked(
    station: Station, clock: HandClock
) -> None:
    saved = filed(station)
    wanted(station, saved, 1)
    clock.pass_time(60)
    received(station, answer(station, saved))
    assert seen(station, saved).words == ANSWER_RECEIVED


def test_a_second_notice_is_not_answered_by_the_first_answer(
    station: Station, clock: HandClock
) -> None:
    saved = filed(station)
    wanted(station, saved, 1)
    clock.pass_time(60)
    received(station, answer(station, saved))
    clock.pass_time(60)
    wanted(station, saved, 2)
    assert (seen(station, saved).words, seen(station, saved).answered) == (ASKED, False)
    answer(station, saved)
    assert seen(station, saved).words == ANSWER_OWED


def test_an_answer_that_was_refused_or_taken_back_leaves_the_person_wanted(
    station: Station,
) -> None:
    saved = filed(station)
    wanted(station, saved, 1)
    given = answer(station, saved)
    bring_to(station, given.id, State.PARKED)
    assert seen(station, saved).words == ANSWER_PARKED
    item = station.directory.item(ITEM)
    withdraw(station.desk(), given.id, item, station.directory.form(item.form_id, item))
    assert seen(station, saved).words == ASKED


def test_another_request_about_the_case_is_no_answer(station: Station) -> None:
    saved, item = filed(station), station.directory.item(ITEM)
    wanted(station, saved, 1)
    withdraw(station.desk(), saved.id, item, station.directory.form(item.form_id, item))
    assert seen(station, saved).words == ASKED


def test_what_the_office_said_next_stands_over_every_answer(station: Station) -> None:
    saved = filed(station)
    wanted(station, saved, 1)
    answer(station, saved)
    station.outbox.apply(saved.id, Signal.CASE_CORRECTED, now=station.clock.now())
    assert seen(station, saved).words == STATE_WORDS[State.IN_PROGRESS]


def test_a_day_that_is_over_is_told_and_keeps_nobody_from_answering() -> None:
    last = date(2026, 12, 4)
    assert due_words("2026-12-04", last) == "12月4日前要送到部门。"
    late = due_words("2026-12-04", last + timedelta(days=1))
    assert late == "12月4日前要送到部门，已经过了。还可以补，收不收由部门定。"
    assert due_words("不久", last) == "不久前要送到部门。"
    assert due_words(None, last) == ""
