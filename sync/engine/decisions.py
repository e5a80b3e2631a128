"""What the engine decides, without doing it: pure functions of what is known.

Rules:

* A proven statement moves a submission; a problem moves it to ``unknown``, or back to ``queued``
  when the row was queued and it is certain that nothing left.
* Refused because its withdrawal came first is withdrawn, whatever was proven before: after a
  restore the request may reach the platform before the filing that it takes back.
* Trouble with the road (no line, certificate, clock, 401, 403, 429, 503) pauses the host and ends
  the round: a thousand rows are not thrown against a dead platform. After a lost reply or a login
  page a ping tells whether the platform is there.
* Waiting is full jitter: a random part of a doubling span, two seconds to a quarter of an hour, at
  least one second. What the platform asks for (``Retry-After``) counts as asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kiosk.domain.lifecycle import CASE_STATES, Signal, State
from kiosk.domain.problems import PlatformProblem, Problem
from sync.client import outcomes
from sync.client.outcomes import (
    RETRY_AFTER_MOST,
    BusyProblem,
    ForbiddenProblem,
    concerns_host,
    nothing_left,
)
from sync.protocol.messages import Receipt, Refusal

BASE: Final = 2.0
CAP: Final = 900.0
LEAST: Final = 1.0
POLL: Final = 300.0
"""Seconds between two looks at the feed when nothing else happens."""
TICK: Final = 15.0
"""Seconds between two looks at the outbox when something is owed but not due."""
TRIES: Final = 3
"""How often a question that may be repeated at will is asked before the line counts as dead."""
BRISK_WAIT: Final = 5.0
"""The longest ``Retry-After`` that a single run sits out."""
_PACKAGE_ONLY: Final = frozenset({"terminal-not-enrolled"})
_DOUBLINGS: Final = 20
_TAKEN_BACK: Final = "withdrawn"
"""Code of a refusal for good: the platform had the request to withdraw before the filing."""


@dataclass(frozen=True, slots=True)
class Move:
    """A step of a submission's life and what is noted with it."""

    signal: Signal
    problem: str | None
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """The outbox in the five numbers that a run answers with."""

    received: int
    filed: int
    parked: int
    unknown: int
    waiting: int

    @property
    def owed(self) -> int:
        """How many submissions the platform is still owed, in whole or in part."""
        return self.filed + self.unknown + self.waiting


def tally(counts: Mapping[State, int]) -> Tally:
    """Sum up the outbox: ``received`` counts every state from there on."""
    beyond = CASE_STATES | {State.RECEIVED}
    return Tally(
        received=sum(counts.get(state, 0) for state in beyond),
        filed=counts.get(State.FILED, 0),
        parked=counts.get(State.PARKED, 0),
        unknown=counts.get(State.UNKNOWN, 0),
        waiting=counts.get(State.QUEUED, 0) + counts.get(State.SENDING, 0),
    )


def on_reply(reply: Receipt | Refusal) -> Move:
    """What a proven statement about the delivery does."""
    if isinstance(reply, Refusal):
        if reply.code == _TAKEN_BACK:
            return Move(Signal.CASE_WITHDRAWN, None)
        return Move(Signal.REFUSED, _refusal_words(reply))
    return Move(Signal.RECEIVED if reply.complete else Signal.FILED, None, reply)


def on_problem(origin: State, problem: Problem) -> Move:
    """What a failure does to a row that was taken from ``origin`` (queued or unknown)."""
    nothing_happened = not isinstance(problem, PlatformProblem) or nothing_left(problem)
    back = origin is State.QUEUED and nothing_happened
    return Move(Signal.NOT_SENT if back else Signal.LOST_REPLY, note(problem))


def ends_round(problem: Problem) -> bool:
    """Whether the next row would meet the same problem."""
    if isinstance(problem, ForbiddenProblem) and problem.reason in _PACKAGE_ONLY:
        return False
    return isinstance(problem, PlatformProblem) and concerns_host(problem)


def is_doubtful(problem: Problem) -> bool:
    """Whether it must be asked if the platform is there at all before the next row."""
    return isinstance(problem, PlatformProblem) and outcomes.is_doubtful(problem)


def note(problem: Problem) -> str:
    """How a problem is noted on a row: the code, then a sentence for the technician."""
    return f"{problem.code}: {problem.message}"


def wait_after(attempts: int, luck: float) -> timedelta:
    """How long a row rests after its ``attempts``-th failure; ``luck`` in [0, 1)."""
    return timedelta(seconds=_jitter(attempts, luck))


def pause_after(problem: Problem, failures: int, luck: float) -> float:
    """Seconds for which the host is left alone after its ``failures``-th failure in a row."""
    if isinstance(problem, BusyProblem):
        # A tenth more, at random: the whole fleet was told the same number.
        return problem.retry_after * (1 + luck / 10)
    return _jitter(failures, luck)


def first_contact(window: int, luck: float) -> float:
    """Seconds to hold back after an outage, so that the fleet does not return at once."""
    return min(window, RETRY_AFTER_MOST) * luck


def next_look(*, anything_owed: bool, until_poll: float) -> float:
    """Seconds until the engine wants to be called again."""
    return max(LEAST, min(TICK if anything_owed else POLL, until_poll))


def _jitter(failures: int, luck: float) -> float:
    span = min(CAP, BASE * 2.0 ** min(max(failures - 1, 0), _DOUBLINGS))
    return max(LEAST, span * luck)


def _refusal_words(refusal: Refusal) -> str:
    where = f" [{refusal.pointer}]" if refusal.pointer else ""
    case = f" ({refusal.case_number})" if refusal.case_number else ""
    return f"{refusal.code}: {refusal.detail}{where}{case}"
