"""Rows of the outbox as the rest of the kiosk sees them.

Rules: frozen; nothing in them tells who a submission is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Row

from kiosk.domain.clock import from_text, to_text
from kiosk.domain.lifecycle import OWED, Signal, State, after
from kiosk.domain.submissions import Kind


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One submission as the casebook knows it: nothing that would tell who it is about."""

    id: UUID
    sequence: int
    local_number: str
    item_id: str
    item_name: str
    kind: Kind
    state: State
    attempts: int
    next_at: datetime | None
    last_problem: str | None
    last_problem_at: datetime | None
    envelope_digest: str
    masked_name: str
    sealed_at: datetime
    received_at: datetime | None
    receipt_number: str | None
    case_number: str | None
    about: UUID | None
    supersedes: UUID | None
    agent_id: str | None
    urgent: bool


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One step of a submission."""

    at: datetime
    signal: Signal
    before: State
    after: State
    problem: str | None


class ReceiptFacts(Protocol):
    """What is kept of a proven receipt; ``sync.protocol.messages.Receipt`` has it."""

    @property
    def number(self) -> str:
        """The receipt number 收件号."""
        ...

    @property
    def received_at(self) -> datetime:
        """When the platform received the submission."""
        ...


def optional_text(value: UUID | None) -> str | None:
    """An id as it stands in the casebook."""
    return None if value is None else str(value)


def _moment(value: str | None) -> datetime | None:
    return None if value is None else from_text(value)


def row_of(found: Mapping[Any, Any]) -> OutboxRow:
    """Read the columns of ``submission``."""
    return OutboxRow(
        id=UUID(found["id"]),
        sequence=found["sequence"],
        local_number=found["local_number"],
        item_id=found["item_id"],
        item_name=found["item_name"],
        kind=Kind(found["kind"]),
        state=State(found["state"]),
        attempts=found["attempts"],
        next_at=_moment(found["next_at"]),
        last_problem=found["last_problem"],
        last_problem_at=_moment(found["last_problem_at"]),
        envelope_digest=found["envelope_digest"],
        masked_name=found["masked_name"],
        sealed_at=from_text(found["sealed_at"]),
        received_at=_moment(found["received_at"]),
        receipt_number=found["receipt_number"],
        case_number=found["case_number"],
        about=None if found["about"] is None else UUID(found["about"]),
        supersedes=None if found["supersedes"] is None else UUID(found["supersedes"]),
        agent_id=found["agent_id"],
        urgent=bool(found["urgent"]),
    )


def history_row_of(found: Row[tuple[object, ...]]) -> HistoryRow:
    """Read a row of ``event``."""
    return HistoryRow(
        from_text(found.at),
        Signal(found.signal),
        State(found.from_state),
        State(found.to_state),
        found.problem,
    )


def retry_columns(
    row: OutboxRow, signal: Signal, now: datetime, problem: str | None, next_at: datetime | None
) -> dict[str, object]:
    """What a step of the life-cycle does to attempts, next turn and last problem."""
    if signal is Signal.TAKE:
        return {"attempts": row.attempts + 1, "next_at": None}
    if problem is None and after(row.state, signal) not in OWED:
        return {"next_at": None, "last_problem": None, "last_problem_at": None}
    return problem_columns(problem, now, next_at)


def problem_columns(
    problem: str | None, now: datetime, next_at: datetime | None
) -> dict[str, object]:
    """The columns of the last problem and of the next turn."""
    return {
        "next_at": None if next_at is None else to_text(next_at),
        "last_problem": problem,
        "last_problem_at": None if problem is None else to_text(now),
    }
