"""What goes into a round of exchange and what comes out of it.

Rules: what comes out is frozen; what is under way belongs to the engine alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from kiosk.domain.problems import Problem
from kiosk.sealing.canonical import JsonObject
from kiosk.store.hosts import Hosts
from kiosk.store.inbox import Inbox
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.second_copy import SecondCopies
from sync.engine.decisions import Tally


@dataclass(frozen=True, slots=True)
class Self:
    """Who exchanges: what the platform is told about this terminal; nothing personal.

    Args:
        fleet_code: from the trust file, for enrolment.
        station: code, name and division of the place.
        facts: read at every status report: version, directory version, free disk bytes.
    """

    fleet_code: str
    station: JsonObject
    facts: Callable[[], JsonObject]


@dataclass(frozen=True, slots=True)
class Stores:
    """What the engine works on. ``second``: the second copies, where a path is set."""

    outbox: Outbox
    inbox: Inbox
    hosts: Hosts
    packages: Packages
    second: SecondCopies | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did.

    ``reached``: the platform proved itself; None when it was not asked. ``completed``: nothing of
    the road cut it short. ``notes``: what went wrong beside the exchange. ``changed``: submissions
    that may stand elsewhere now. ``directory``: a newer one is in place. ``next_in``: seconds until
    the next call.
    """

    reached: bool | None
    completed: bool
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    changed: frozenset[UUID]
    directory: bool
    tally: Tally
    next_in: float


@dataclass(slots=True)
class Running:
    """The round under way."""

    brisk: bool
    wait: Callable[[float], bool]
    stopped: Callable[[], bool]
    reached: bool | None = None
    completed: bool = False
    directory: bool = False
    patient: bool = True
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changed: set[UUID] = field(default_factory=set)
