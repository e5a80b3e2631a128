"""The life-cycle table against every state and every signal."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.lifecycle import (
    CASE_STATES,
    OWED,
    PROVEN,
    IllegalTransitionError,
    Signal,
    State,
    after,
    is_owed,
)

# Every local step that exists; whatever is not here must be refused.
LOCAL = {
    (State.DRAFT, Signal.SEAL): State.QUEUED,
    (State.QUEUED, Signal.TAKE): State.SENDING,
    (State.UNKNOWN, Signal.TAKE): State.SENDING,
    (State.SENDING, Signal.NOT_SENT): State.QUEUED,
    (State.SENDING, Signal.LOST_REPLY): State.UNKNOWN,
    (State.SENDING, Signal.RESTART): State.UNKNOWN,
    (State.PARKED, Signal.RELEASE): State.QUEUED,
    (State.QUEUED, Signal.WITHDRAW): State.WITHDRAWN,
    (State.PARKED, Signal.WITHDRAW): State.WITHDRAWN,
    (State.PARKED, Signal.SUPERSEDE): State.SUPERSEDED,
}
LOCAL_SIGNALS = [signal for signal in Signal if signal not in PROVEN]


@pytest.mark.parametrize(("state", "signal"), list(product(State, LOCAL_SIGNALS)))
def test_local_signals(state: State, signal: Signal) -> None:
    expected = LOCAL.get((state, signal))
    if expected is None:
        with pytest.raises(IllegalTransitionError):
            after(state, signal)
    else:
        assert after(state, signal) is expected


@pytest.mark.parametrize(("state", "signal"), list(product(State, sorted(PROVEN))))
def test_proven_statements_are_legal_from_every_sealed_state(state: State, signal: Signal) -> None:
    if state is State.DRAFT:
        with pytest.raises(IllegalTransitionError):
            after(state, signal)
    else:
        assert after(state, signal) in State


@pytest.mark.parametrize("state", sorted(CASE_STATES | {State.RECEIVED}))
@pytest.mark.parametrize("signal", [Signal.FILED, Signal.REFUSED])
def test_a_late_statement_about_delivery_never_leads_back(state: State, signal: Signal) -> None:
    assert after(state, signal) is state


@pytest.mark.parametrize("state", sorted(CASE_STATES))
def test_a_late_receipt_never_hides_the_case(state: State) -> None:
    assert after(state, Signal.RECEIVED) is state


def test_the_truth_wins_over_a_tombstone() -> None:
    """Withdrawn here, but a stick had brought it to the platform before."""
    assert after(State.WITHDRAWN, Signal.RECEIVED) is State.RECEIVED
    assert after(State.SUPERSEDED, Signal.CASE_ACCEPTED) is State.ACCEPTED


def test_a_refusal_cannot_undo_what_people_did() -> None:
    assert after(State.WITHDRAWN, Signal.REFUSED) is State.WITHDRAWN
    assert after(State.SUPERSEDED, Signal.REFUSED) is State.SUPERSEDED


@given(st.lists(st.sampled_from(sorted(PROVEN)), max_size=12))
def test_proven_statements_can_be_repeated(signals: list[Signal]) -> None:
    state = State.QUEUED
    for signal in signals:
        state = after(state, signal)
        assert after(state, signal) is state


def test_only_unproven_signals_lead_to_unknown() -> None:
    led = {
        signal
        for state, signal in product(State, Signal)
        if state is not State.UNKNOWN and _after_or_none(state, signal) is State.UNKNOWN
    }
    assert led == {Signal.LOST_REPLY, Signal.RESTART}


def test_owed_is_what_the_platform_lacks() -> None:
    assert {state for state in State if is_owed(state)} == OWED
    assert State.PARKED not in OWED


def _after_or_none(state: State, signal: Signal) -> State | None:
    try:
        return after(state, signal)
    except IllegalTransitionError:
        return None
