"""What the engine decides on, without stores or network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.lifecycle import Signal, State, after
from kiosk.domain.problems import EnvironmentProblem, PlatformProblem, Problem
from sync.client.outcomes import BusyProblem, ForbiddenProblem
from sync.engine.decisions import (
    Tally,
    ends_round,
    first_contact,
    is_doubtful,
    next_look,
    note,
    on_problem,
    on_reply,
    pause_after,
    tally,
    wait_after,
)
from sync.protocol.messages import Receipt, Refusal

RECEIPT = Receipt(uuid4(), "d", datetime(2026, 1, 1, tzinfo=UTC), "e", "R1", ())
REFUSAL = Refusal(uuid4(), "d", 409, "case-exists", "there is a case", "", "440100X")


def test_a_whole_receipt_receives_and_a_partial_one_files() -> None:
    assert on_reply(RECEIPT).signal is Signal.RECEIVED
    partial = on_reply(replace(RECEIPT, missing=("x",)))
    assert partial.signal is Signal.FILED
    assert partial.receipt is not None


def test_a_refusal_keeps_code_sentence_place_and_case() -> None:
    move = on_reply(REFUSAL)
    assert move.signal is Signal.REFUSED
    assert move.receipt is None
    assert move.problem == "case-exists: there is a case (440100X)"
    placed = on_reply(replace(REFUSAL, case_number=None, pointer="/item_id"))
    assert placed.problem == "case-exists: there is a case [/item_id]"


def test_refused_because_it_was_taken_back_is_withdrawn() -> None:
    move = on_reply(replace(REFUSAL, status=410, code="withdrawn"))
    assert (move.signal, move.problem) == (Signal.CASE_WITHDRAWN, None)


@pytest.mark.parametrize(
    ("origin", "problem", "signal"),
    [
        (State.QUEUED, PlatformProblem("unreachable", ""), Signal.NOT_SENT),
        (State.QUEUED, PlatformProblem("tls-clock", ""), Signal.NOT_SENT),
        (State.QUEUED, EnvironmentProblem("package-missing", ""), Signal.NOT_SENT),
        (State.QUEUED, PlatformProblem("lost", ""), Signal.LOST_REPLY),
        (State.QUEUED, PlatformProblem("portal", ""), Signal.LOST_REPLY),
        (State.QUEUED, PlatformProblem("unproven", ""), Signal.LOST_REPLY),
        (State.QUEUED, BusyProblem(503, 1), Signal.LOST_REPLY),
        (State.QUEUED, ForbiddenProblem(403, ""), Signal.LOST_REPLY),
        (State.UNKNOWN, PlatformProblem("unreachable", ""), Signal.LOST_REPLY),
        (State.UNKNOWN, EnvironmentProblem("package-missing", ""), Signal.LOST_REPLY),
    ],
)
def test_only_a_queued_row_of_which_nothing_left_is_queued_again(
    origin: State, problem: Problem, signal: Signal
) -> None:
    move = on_problem(origin, problem)
    assert move.signal is signal
    assert move.problem == note(problem)
    assert after(State.SENDING, move.signal) in {State.QUEUED, State.UNKNOWN}


@pytest.mark.parametrize(
    ("problem", "ends", "doubtful"),
    [
        (PlatformProblem("unreachable", ""), True, False),
        (ForbiddenProblem(403, "not-enrolled"), True, False),
        (ForbiddenProblem(403, "terminal-not-enrolled"), False, False),
        (BusyProblem(429, 1), True, False),
        (PlatformProblem("lost", ""), False, True),
        (PlatformProblem("portal", ""), False, True),
        (PlatformProblem("unproven", ""), False, False),
        (EnvironmentProblem("package-missing", ""), False, False),
    ],
)
def test_trouble_with_the_road_ends_the_round(problem: Problem, ends: bool, doubtful: bool) -> None:
    assert ends_round(problem) is ends
    assert is_doubtful(problem) is doubtful


@given(st.integers(0, 10**9), st.floats(0, 1, exclude_max=True))
def test_waits_are_jittered_within_a_doubling_span(attempts: int, luck: float) -> None:
    seconds = wait_after(attempts, luck).total_seconds()
    assert 1 <= seconds <= 900
    span = min(900, 2 * 2 ** min(max(attempts - 1, 0), 30))
    assert seconds <= max(1, span)


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_a_busy_platform_is_left_alone_as_long_as_it_asked(failures: int, luck: float) -> None:
    assert 60 <= pause_after(BusyProblem(503, 60), failures, luck) < 66.01
    assert 1 <= pause_after(PlatformProblem("lost", ""), failures, luck) <= 900


def test_the_fleet_spreads_its_first_contact() -> None:
    assert first_contact(600, 0.5) == 300
    assert first_contact(10**9, 0.999) < 3600


def test_the_next_look() -> None:
    assert next_look(anything_owed=True, until_poll=300) == 15
    assert next_look(anything_owed=False, until_poll=400) == 300
    assert next_look(anything_owed=False, until_poll=-4) == 1


def test_the_tally_counts_every_row_once() -> None:
    counts: dict[State, int] = {state: 1 for state in State if state is not State.DRAFT}
    assert tally(counts) == Tally(received=7, filed=1, parked=1, unknown=1, waiting=2)
    assert tally(counts).owed == 4
    assert tally({}) == Tally(0, 0, 0, 0, 0)


def test_waits_are_times() -> None:
    assert wait_after(3, 0.5) == timedelta(seconds=4)
