"""What the casebook does with the life-cycle: every state, every signal, the order of sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kiosk.domain.lifecycle import OWED, IllegalTransitionError, Signal, State, after
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.store.audit import Audit
from kiosk.store.inbox import Inbox
from kiosk.store.packages import Packages
from kiosk.store.rows import OutboxRow
from tests.helpers.stores import START, Site, about_other_bytes, event_about, save, sealed

STORED = [state for state in State if state is not State.DRAFT]


def force(site: Site, row: OutboxRow, state: State) -> None:
    with site.casebook.write() as tx:
        statement = text("UPDATE submission SET state = :state WHERE id = :id")
        tx.execute(statement, {"state": state.value, "id": str(row.id)})


@pytest.mark.parametrize("state", STORED)
def test_every_signal_leads_where_the_table_says_and_stays_there(site: Site, state: State) -> None:
    expected: dict[UUID, State] = {}
    for signal in Signal:
        row = save(site)
        force(site, row, state)
        steps = len(site.outbox.proofs(row.id))
        try:
            following = after(state, signal)
        except IllegalTransitionError:
            with pytest.raises(IllegalTransitionError):
                site.outbox.apply(row.id, signal, now=START)
            following = state
        else:
            assert site.outbox.apply(row.id, signal, now=START).state is following
        history = site.outbox.proofs(row.id)[steps:]
        assert [(step.before, step.signal, step.after) for step in history] == (
            [(state, signal, following)] if following is not state else []
        )
        expected[row.id] = following
    site.casebook.close()
    with site.reopened() as casebook:
        again = Site(site.home, site.clock, site.device, casebook)
        assert {id_: again.outbox.require(id_).state for id_ in expected} == expected
        assert Audit(casebook).verify().ok


def test_the_whole_road_of_one_submission(site: Site) -> None:
    row = save(site)
    later = START + timedelta(minutes=5)
    steps: Sequence[tuple[Signal, State]] = [
        (Signal.TAKE, State.SENDING),
        (Signal.LOST_REPLY, State.UNKNOWN),
        (Signal.TAKE, State.SENDING),
        (Signal.FILED, State.FILED),
        (Signal.RECEIVED, State.RECEIVED),
    ]
    for signal, state in steps:
        problem = "lost" if signal is Signal.LOST_REPLY else None
        next_at = later if problem else None
        row = site.outbox.apply(row.id, signal, now=START, problem=problem, next_at=next_at)
        assert row.state is state
    assert row.attempts == 2
    assert (row.last_problem, row.next_at) == (None, None)
    history = site.outbox.proofs(row.id)
    assert all(one.after is two.before for one, two in pairwise(history))


def test_restart_makes_sending_unknown(site: Site) -> None:
    rows = [save(site) for _ in range(3)]
    site.outbox.apply(rows[1].id, Signal.TAKE, now=START)
    assert site.outbox.recover(START) == 1
    states = [site.outbox.require(row.id).state for row in rows]
    assert states == [State.QUEUED, State.UNKNOWN, State.QUEUED]
    assert site.outbox.recover(START) == 0


def test_the_same_package_again_is_the_same_row(site: Site) -> None:
    row = save(site)
    package = Packages(site.home).read(row.id)
    with site.casebook.write() as tx:
        again = site.outbox.adopt(
            tx,
            sealed(site.device, row.sequence, submission_id=row.id).head,
            envelope_digest=row.envelope_digest,
            now=START,
        )
    assert again == row
    with pytest.raises(InputProblem) as caught:
        save(site, submission_id=row.id)
    assert caught.value.code == "id-reused"
    assert Packages(site.home).read(row.id) == package
    assert site.outbox.page() == (row,)


def test_a_refused_save_gives_its_number_back_and_leaves_nothing(site: Site) -> None:
    row = save(site)
    with pytest.raises(InputProblem):
        save(site, submission_id=row.id)
    assert save(site).sequence == row.sequence + 1


@pytest.mark.parametrize("column", ["id", "sequence", "item_id", "envelope_digest", "about"])
def test_sealed_columns_cannot_be_changed(site: Site, column: str) -> None:
    save(site)
    with pytest.raises(IntegrityError, match="never changes"), site.casebook.write() as tx:
        tx.execute(text(f"UPDATE submission SET {column} = {column}"))


@pytest.mark.parametrize("state", sorted(OWED | {State.PARKED}))
def test_what_is_owed_cannot_be_deleted(site: Site, state: State) -> None:
    force(site, save(site), state)
    with pytest.raises(IntegrityError, match="never deleted"), site.casebook.write() as tx:
        tx.execute(text("DELETE FROM submission"))


def test_history_cannot_be_changed_and_goes_with_its_submission_only(site: Site) -> None:
    row = save(site)
    for statement in ("DELETE FROM event", "UPDATE event SET at = ''"):
        with pytest.raises(IntegrityError), site.casebook.write() as tx:
            tx.execute(text(statement))
    force(site, row, State.CLOSED)
    with site.casebook.write() as tx:
        tx.execute(text("DELETE FROM submission"))
    assert site.outbox.proofs(row.id) == ()


def test_order_of_sending(site: Site) -> None:
    early, plain, urgent = save(site), save(site), save(site, urgent=True)
    assert site.outbox.owed(None) == [urgent.id, early.id, plain.id]
    due = site.outbox.next_due(START)
    assert due is not None
    assert due.id == urgent.id
    later = START + timedelta(minutes=10)
    for row in (urgent, early):
        site.outbox.postpone(row.id, now=START, problem="unreachable", next_at=later)
    due = site.outbox.next_due(START)
    assert due is not None
    assert due.id == plain.id
    assert site.outbox.owed(START) == [plain.id]
    site.outbox.apply(plain.id, Signal.RECEIVED, now=START)
    assert site.outbox.next_due(START) is None
    due = site.outbox.next_due(later)
    assert due is not None
    assert due.id == urgent.id
    assert site.outbox.hurry() == 2
    assert site.outbox.owed(START) == [urgent.id, early.id]


def test_what_is_about_another_waits_until_that_one_is_known(site: Site) -> None:
    filing = save(site)
    more = save(site, about=filing.id, kind=Kind.SUPPLEMENT, urgent=True)
    due = site.outbox.next_due(START)
    assert due is not None
    assert due.id == filing.id
    assert site.outbox.owed(None) == [filing.id, more.id]
    site.outbox.apply(filing.id, Signal.TAKE, now=START)
    assert site.outbox.next_due(START) is None
    site.outbox.apply(filing.id, Signal.FILED, now=START)
    due = site.outbox.next_due(START)
    assert due is not None
    assert due.id == more.id


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.sampled_from(STORED), st.booleans(), st.none() | st.integers(-60, 60)),
        min_size=1,
        max_size=6,
    )
)
def test_next_due_is_the_first_that_is_due(
    site: Site, table: list[tuple[State, bool, int | None]]
) -> None:
    with site.casebook.write() as tx:
        tx.execute(text("UPDATE submission SET state = 'closed'"))
    for state, urgent, offset in table:
        row = save(site, urgent=urgent, blobs=())
        if offset is not None:
            moment = START + timedelta(seconds=offset)
            site.outbox.postpone(row.id, now=START, problem="x", next_at=moment)
        force(site, row, state)
    owed = [site.outbox.require(found) for found in site.outbox.owed(START)]
    due = site.outbox.next_due(START)
    if not owed:
        assert due is None
        return
    best = min(
        owed,
        key=lambda row: (
            not row.urgent,
            row.next_at is not None,
            row.next_at or START,
            row.sequence,
        ),
    )
    assert due is not None
    assert (due.urgent, due.next_at) == (best.urgent, best.next_at)
    assert due.next_at is not None or due.id == best.id


def test_pages_are_complete_and_newest_first(site: Site) -> None:
    rows = [save(site, blobs=()) for _ in range(7)]
    seen: list[UUID] = []
    last: UUID | None = None
    while page := site.outbox.page(limit=3, after=last):
        seen += [row.id for row in page]
        last = page[-1].id
    assert seen == [row.id for row in reversed(rows)]
    assert site.outbox.counts() == {State.QUEUED: 7}
    assert site.outbox.page([State.PARKED]) == ()


CASE_SIGNALS = [
    Signal.RECEIVED,
    Signal.CASE_ACCEPTED,
    Signal.CASE_IN_PROGRESS,
    Signal.CASE_SUSPENDED,
    Signal.CASE_CORRECTION_WANTED,
    Signal.CASE_CORRECTED,
    Signal.CASE_CLOSED,
    Signal.CASE_WITHDRAWN,
    None,
]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_events_end_in_one_state_whatever_the_order_repetition_or_grouping(
    site: Site, data: st.DataObject
) -> None:
    signals = data.draw(st.lists(st.sampled_from(CASE_SIGNALS), min_size=1, max_size=5))
    row = save(site, blobs=())
    events = [event_about(row, seq, signal) for seq, signal in enumerate(signals, 1)]
    arrival = data.draw(st.permutations(events)) + data.draw(st.lists(st.sampled_from(events)))
    inbox = Inbox(site.casebook)
    while arrival:
        size = data.draw(st.integers(1, len(arrival)))
        inbox.apply(arrival[:size], None, START)
        arrival = arrival[size:]
    of_the_case = [signal for signal in signals if signal not in (None, Signal.RECEIVED)]
    if of_the_case:
        expected = after(State.QUEUED, of_the_case[-1])
    else:
        expected = State.RECEIVED if Signal.RECEIVED in signals else State.QUEUED
    assert [stored.event for stored in inbox.events(row.id)] == events
    assert site.outbox.require(row.id).state is expected


def test_events_and_cursor_are_kept_together(site: Site) -> None:
    row, inbox = save(site), Inbox(site.casebook)
    event = event_about(row, 1, Signal.CASE_ACCEPTED)
    assert inbox.apply([event], "c1", START) == {row.id}
    assert inbox.apply([event], "c2", START) == frozenset()
    assert (inbox.cursor(), inbox.epoch()) == ("c2", "e1")
    found = site.outbox.require(row.id)
    assert (found.state, found.case_number) == (State.ACCEPTED, "DEMO-0001")


def test_an_event_about_other_bytes_moves_nothing(site: Site) -> None:
    row, inbox = save(site), Inbox(site.casebook)
    inbox.apply([about_other_bytes(event_about(row, 1, Signal.CASE_CLOSED))], None, START)
    assert site.outbox.require(row.id).state is State.QUEUED


def test_events_about_strangers_are_kept_and_change_nothing(site: Site) -> None:
    row, inbox = save(site), Inbox(site.casebook)
    strange = event_about(row, 1, Signal.CASE_CLOSED)
    object.__setattr__(strange, "submission_id", uuid4())
    assert inbox.apply([strange], "c1", START) == frozenset()
    assert len(inbox.events(strange.submission_id)) == 1


def test_a_restored_platform_is_mirrored_anew(site: Site) -> None:
    row, inbox = save(site), Inbox(site.casebook)
    inbox.apply([event_about(row, 1, Signal.CASE_ACCEPTED)], "c1", START)
    inbox.apply([event_about(row, 2, Signal.CASE_CLOSED)], "c2", START)
    brought = event_about(row, 1, Signal.CASE_ACCEPTED, epoch="e2")
    inbox.apply([brought], None, START)
    assert site.outbox.require(row.id).state is State.CLOSED
    assert inbox.reset("e2") == {row.id}
    assert (inbox.cursor(), inbox.epoch()) == (None, "e2")
    assert site.outbox.require(row.id).state is State.ACCEPTED
    inbox.apply([event_about(row, 3, Signal.CASE_CLOSED, epoch="e1")], None, START)
    assert site.outbox.require(row.id).state is State.ACCEPTED
    assert inbox.reset("e2") == frozenset()
