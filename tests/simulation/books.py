"""The books of the simulated platform: what a backup holds.

Rules: entries are frozen, so a copy of the containers is a backup; ``effects`` is the only thing
that the oracle believes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from kiosk.domain.lifecycle import State
from kiosk.domain.submissions import Kind
from sync.protocol.messages import CaseEvent, EventKind

CASE: Final = {
    EventKind.ACCEPTED: State.ACCEPTED,
    EventKind.IN_PROGRESS: State.IN_PROGRESS,
    EventKind.SUSPENDED: State.SUSPENDED,
    EventKind.CORRECTION_WANTED: State.CORRECTION_WANTED,
    EventKind.CLOSED: State.CLOSED,
    EventKind.CORRECTED: State.IN_PROGRESS,
    EventKind.WITHDRAWN: State.WITHDRAWN,
}
ENDED: Final = frozenset({State.CLOSED, State.WITHDRAWN})
OPEN: Final = frozenset(CASE.values()) - ENDED | {State.RECEIVED}


@dataclass(frozen=True, slots=True)
class Holding:
    """A submission at the platform. ``state`` is ``filed`` until the last part is in."""

    terminal: str
    envelope_digest: str
    parts: tuple[tuple[str, int], ...]
    at: datetime
    number: str
    kind: Kind = Kind.FILING
    about: UUID | None = None
    state: State = State.FILED
    case_seq: int = 0
    acted: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A tus upload."""

    terminal: str
    submission_id: UUID
    digest: str
    size: int
    data: bytes


@dataclass(slots=True)
class Books:
    """Everything that a backup holds."""

    epoch: str
    enrolled: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    held: dict[UUID, Holding] = field(default_factory=dict)
    blobs: set[str] = field(default_factory=set)
    uploads: dict[str, Upload] = field(default_factory=dict)
    feed: dict[str, list[CaseEvent]] = field(default_factory=dict)
    events: int = 0
    effects: list[UUID] = field(default_factory=list)
    buried: set[UUID] = field(default_factory=set)

    def copy(self) -> Books:
        """As it stands now; entries are frozen, so the containers suffice."""
        return Books(
            self.epoch,
            dict(self.enrolled),
            dict(self.held),
            set(self.blobs),
            dict(self.uploads),
            {terminal: list(events) for terminal, events in self.feed.items()},
            self.events,
            list(self.effects),
            set(self.buried),
        )
