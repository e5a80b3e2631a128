"""Events of cases: written with their cause, read by cursor.

Rules:

* An event is signed when it happens, inside the transaction of its cause. What a restored platform
  still knows it tells again under its present epoch, in words that are otherwise the same: a
  terminal that had not heard it before the restore must believe it, and one that believes what the
  platform has lost must learn better.
* What was signed by a key that was renewed since is told under the present one.
* ``id`` counts over the whole platform, ``case_seq`` within one submission; both are gapless in
  committed order because writers take turns.
* A terminal reads the events of its own submissions only. What an office wrote to a person is
  sealed to the reply key that the package itself named.
* A cursor is ``epoch-id``; of another epoch, beyond the end, or before what is still kept: gone.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from kiosk.domain.clock import to_text
from kiosk.sealing.canonical import Json, JsonObject, canonical
from kiosk.sealing.keys import SealKey, from_text
from kiosk.sealing.keys import to_text as key_text
from sync.platform.answers import ProblemAnswer
from sync.platform.database import count, epoch
from sync.platform.office import Office
from sync.platform.tables import counters, events, submissions, terminals
from sync.protocol.messages import CaseEvent, CorrectionLine, EventKind, EventPage, event_context

PAGE = 100
KEPT = timedelta(days=90)
_CURSOR = re.compile(r"([0-9a-f]{16})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Said:
    """What an event tells beside its kind. ``words`` and ``lines`` travel sealed."""

    case_number: str | None = None
    by: str | None = None
    closing_reason: str | None = None
    duplicate_of: str | None = None
    words: str | None = None
    lines: tuple[CorrectionLine, ...] = ()


def emit(tx: Connection, office: Office, submission: Row[Any], kind: EventKind, said: Said) -> None:
    """Write one event of a submission."""
    tx.execute(
        update(submissions)
        .where(submissions.c.id == submission.id)
        .values(last_case_seq=submissions.c.last_case_seq + 1)
    )
    case_seq = tx.execute(
        select(submissions.c.last_case_seq).where(submissions.c.id == submission.id)
    ).scalar_one()
    now = office.clock.now()
    event = CaseEvent(
        id=count(tx, "event"),
        epoch=epoch(tx),
        submission_id=UUID(submission.id),
        envelope_digest=submission.envelope_digest,
        case_seq=case_seq,
        kind=kind,
        at=now,
        case_number=said.case_number,
        by=said.by,
        closing_reason=said.closing_reason,
        duplicate_of=said.duplicate_of,
        sealed=_sealed(submission, said),
    )
    tx.execute(
        insert(events).values(
            id=event.id,
            terminal=submission.terminal,
            submission_id=submission.id,
            case_seq=case_seq,
            at=to_text(now),
            statement=json.dumps(office.sign(event.as_json()), ensure_ascii=False),
        )
    )


def page(
    tx: Connection, office: Office, terminal: str, after: str | None, limit: int = PAGE
) -> EventPage:
    """The events of a terminal after a cursor.

    Raises:
        ProblemAnswer: 410, the cursor is gone.
    """
    start = 0 if after is None else position(tx, terminal, after)
    rows = tx.execute(
        select(events.c.id, events.c.statement)
        .where(events.c.terminal == terminal, events.c.id > start)
        .order_by(events.c.id)
        .limit(limit + 1)
    ).all()
    shown, present = rows[:limit], epoch(tx)
    last = shown[-1].id if shown else max(start, _floor(tx, terminal))
    return EventPage(
        terminal=terminal,
        after=after,
        events=tuple(_present(office, json.loads(row.statement), present) for row in shown),
        next=f"{present}-{last}",
        more=len(rows) > limit,
    )


def _present(office: Office, statement: JsonObject, present: str) -> JsonObject:
    if statement["epoch"] == present:
        return office.signed_now(statement)
    return office.sign({**statement, "epoch": present})


def etag(tx: Connection, terminal: str, after: str | None) -> str:
    """Changes exactly when the page for this cursor may have changed."""
    newest = tx.execute(
        select(func.max(events.c.id)).where(events.c.terminal == terminal)
    ).scalar_one()
    text = f"{epoch(tx)} {terminal} {after} {newest} {_floor(tx, terminal)}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def position(tx: Connection, terminal: str, cursor: str) -> int:
    """The event id in a cursor.

    Raises:
        ProblemAnswer: 410, the cursor is gone.
    """
    match = _CURSOR.fullmatch(cursor)
    if match is not None and match[1] == epoch(tx):
        newest = tx.execute(
            select(counters.c.value).where(counters.c.name == "event")
        ).scalar_one_or_none()
        if _floor(tx, terminal) <= int(match[2]) <= (newest or 0):
            return int(match[2])
    raise ProblemAnswer(410, "cursor-gone", "this cursor is gone; read the feed from its beginning")


def acknowledge(tx: Connection, terminal: str, cursor: str) -> None:
    """Note how far a terminal has stored its events.

    Raises:
        ProblemAnswer: 410, the cursor is gone.
    """
    reached = position(tx, terminal, cursor)
    tx.execute(
        update(terminals)
        .where(terminals.c.terminal == terminal, terminals.c.acked < reached)
        .values(acked=reached)
    )


def prune(tx: Connection, now: datetime) -> None:
    """Drop events that are acknowledged and old; cursors before them are gone from then on."""
    horizon = to_text(now - KEPT)
    for row in tx.execute(select(terminals.c.terminal, terminals.c.acked)).all():
        old = (
            (events.c.terminal == row.terminal)
            & (events.c.id <= row.acked)
            & (events.c.at < horizon)
        )
        last = tx.execute(select(func.max(events.c.id)).where(old)).scalar_one()
        if last is not None:
            tx.execute(delete(events).where(old))
            tx.execute(
                update(terminals)
                .where(terminals.c.terminal == row.terminal)
                .values(events_floor=last)
            )


def _floor(tx: Connection, terminal: str) -> int:
    return int(
        tx.execute(
            select(terminals.c.events_floor).where(terminals.c.terminal == terminal)
        ).scalar_one()
    )


def _sealed(submission: Row[Any], said: Said) -> str | None:
    if said.words is None and not said.lines:
        return None
    lines: list[Json] = [
        {"target": line.target, "label": line.label, "reason": line.reason} for line in said.lines
    ]
    plain = canonical({"words": said.words, "lines": lines})
    key = SealKey(from_text(submission.reply_key))
    return key_text(key.seal(plain, context=event_context(UUID(submission.id))))
