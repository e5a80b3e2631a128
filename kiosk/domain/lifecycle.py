"""The life-cycle of a submission: one table, one function.

Rules:

* ``sending`` is committed before the first byte leaves, so a crash leaves ``sending``, which the
  next holder of the sync lock turns into ``unknown``.
* Anything unproven (a lost reply, a 500, a login page) leads to ``unknown`` and never further.
* A *proven* statement of the platform (signed, our id, our digest) is legal from every state that
  has a sealed package: a stick may bring it first. It never leads backwards from a later state.
* States after ``received`` mirror the platform's events in ``case_seq`` order; we never drive them.
* ``parked`` is left by hand only: released, withdrawn, or superseded by a new submission.
* ``withdrawn`` is a tombstone: what was never sent is never sent as a filing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """Where a submission stands, as far as this station can prove it."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    FILED = "filed"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    CORRECTION_WANTED = "correction_wanted"
    NOT_ACCEPTED = "not_accepted"
    CLOSED = "closed"


class Signal(StrEnum):
    """What can happen to a submission."""

    # By people and by this machine.
    SEAL = "seal"
    TAKE = "take"
    NOT_SENT = "not_sent"
    LOST_REPLY = "lost_reply"
    RESTART = "restart"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    # Proven statements of the platform about the delivery.
    REFUSED = "refused"
    FILED = "filed"
    RECEIVED = "received"
    # Proven events of the case.
    CASE_ACCEPTED = "case_accepted"
    CASE_IN_PROGRESS = "case_in_progress"
    CASE_SUSPENDED = "case_suspended"
    CASE_CORRECTION_WANTED = "case_correction_wanted"
    CASE_CORRECTED = "case_corrected"
    CASE_NOT_ACCEPTED = "case_not_accepted"
    CASE_CLOSED = "case_closed"
    CASE_WITHDRAWN = "case_withdrawn"


class IllegalTransitionError(Exception):
    """A signal that the state does not allow: a bug in the caller, never a state of the world."""


OWED: Final = frozenset({State.QUEUED, State.SENDING, State.UNKNOWN, State.FILED})
"""States in which the platform is still owed something by this station."""

CASE_STATES: Final = frozenset(
    {
        State.ACCEPTED,
        State.IN_PROGRESS,
        State.SUSPENDED,
        State.CORRECTION_WANTED,
        State.NOT_ACCEPTED,
        State.CLOSED,
    }
)
"""States that mirror the platform's own case."""

OVER: Final = frozenset({State.WITHDRAWN, State.SUPERSEDED, State.NOT_ACCEPTED, State.CLOSED})
"""States in which nothing more is wanted of the person: nobody has to reach them any more."""

PROVEN: Final = frozenset(
    {
        Signal.REFUSED,
        Signal.FILED,
        Signal.RECEIVED,
        Signal.CASE_ACCEPTED,
        Signal.CASE_IN_PROGRESS,
        Signal.CASE_SUSPENDED,
        Signal.CASE_CORRECTION_WANTED,
        Signal.CASE_CORRECTED,
        Signal.CASE_NOT_ACCEPTED,
        Signal.CASE_CLOSED,
        Signal.CASE_WITHDRAWN,
    }
)
"""Signals that only a signed statement of the platform can raise."""

_LOCAL: Final[Mapping[tuple[State, Signal], State]] = MappingProxyType(
    {
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
)

_CASE: Final[Mapping[Signal, State]] = MappingProxyType(
    {
        Signal.CASE_ACCEPTED: State.ACCEPTED,
        Signal.CASE_IN_PROGRESS: State.IN_PROGRESS,
        Signal.CASE_SUSPENDED: State.SUSPENDED,
        Signal.CASE_CORRECTION_WANTED: State.CORRECTION_WANTED,
        Signal.CASE_CORRECTED: State.IN_PROGRESS,
        Signal.CASE_NOT_ACCEPTED: State.NOT_ACCEPTED,
        Signal.CASE_CLOSED: State.CLOSED,
        Signal.CASE_WITHDRAWN: State.WITHDRAWN,
    }
)

_BEYOND_DELIVERY: Final = CASE_STATES | {State.RECEIVED}
_REFUSABLE: Final = OWED | {State.PARKED}


def after(state: State, signal: Signal) -> State:
    """The state that follows; equal to ``state`` when a proven statement tells nothing new.

    Args:
        state: where the submission stands.
        signal: what happened.

    Returns:
        The next state.

    Raises:
        IllegalTransitionError: a local signal that the state does not allow, or anything but
            ``SEAL`` for a draft.
    """
    if signal not in PROVEN:
        following = _LOCAL.get((state, signal))
        if following is None:
            raise IllegalTransitionError(f"{signal} is not possible in {state}")
        return following
    if state is State.DRAFT:
        raise IllegalTransitionError(f"{signal} cannot concern a draft: it was never sealed")
    return _after_proven(state, signal)


def _after_proven(state: State, signal: Signal) -> State:
    if signal is Signal.REFUSED:
        return State.PARKED if state in _REFUSABLE else state
    if signal is Signal.FILED:
        return state if state in _BEYOND_DELIVERY else State.FILED
    if signal is Signal.RECEIVED:
        return state if state in CASE_STATES else State.RECEIVED
    return _CASE[signal]


def is_owed(state: State) -> bool:
    """Whether the platform is still owed this submission or parts of it."""
    return state in OWED
