"""The inbox 收件箱: what the platform has said about submissions.

Rules:

* Events are kept once, by (epoch, id), whatever roads they came by and in whatever order; cursor
  and events become durable together.
* Only events of the platform's present epoch move a state, only forward in ``case_seq``, and only
  when they quote the digest of the package that is here; only what speaks of the case counts as
  "forward". So any order, repetition or grouping of the same events ends in the same state.
* A new epoch (the platform was restored) starts the mirror anew: what is stored for that epoch is
  replayed, older epochs stay as history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, select

from kiosk.domain.clock import from_text, to_text
from kiosk.domain.lifecycle import Signal
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.outbox import Outbox
from kiosk.store.schema import inbox_event, submission
from kiosk.store.sqlite import insert_text

_CURSOR: Final = "inbox_cursor"
_EPOCH: Final = "inbox_epoch"
FEED: Final = frozenset({_CURSOR, _EPOCH})
"""Names of the casebook's notes of where it stands in the platform's feed."""

_KEEP: Final = f"{insert_text(inbox_event)} ON CONFLICT DO NOTHING"
_WHOLE_SINCE: Final = (
    "SELECT max(at) FROM inbox_event WHERE submission_id = :id AND signal = 'received'"
)
_STANDING: Final = (
    "SELECT case_epoch, case_seq, envelope_digest, received_at FROM submission WHERE id = :id"
)
_FRESH: Final = (
    "SELECT signal, case_seq, case_number, at FROM inbox_event WHERE submission_id = :id "
    "AND epoch = :epoch AND envelope_digest = :digest AND signal IS NOT NULL "
    "AND case_seq > :applied ORDER BY case_seq, event_id"
)
_SINCE: Final = "UPDATE submission SET received_at = :at WHERE id = :id"
_APPLIED: Final = "UPDATE submission SET case_epoch = :epoch, case_seq = :applied WHERE id = :id"


@dataclass(frozen=True, slots=True)
class ProvenEvent:
    """One proven event; mirrors ``sync.protocol.messages.CaseEvent``.

    ``signal`` is what it does to the life-cycle (None: nothing, as ``duplicate_of``); ``by`` the
    last day to correct as the platform gave it; ``sealed`` the personal part, still sealed.
    """

    id: int
    epoch: str
    submission_id: UUID
    envelope_digest: str
    case_seq: int
    kind: str
    signal: Signal | None
    at: datetime
    case_number: str | None = None
    by: str | None = None
    closing_reason: str | None = None
    duplicate_of: str | None = None
    sealed: str | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A kept event and when this station first heard it."""

    event: ProvenEvent
    stored_at: datetime


class Inbox:
    """The events of a casebook."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook
        self._outbox = Outbox(casebook)

    def cursor(self) -> str | None:
        """Where to go on asking; None: from the beginning."""
        with self._casebook.read() as tx:
            return self._casebook.meta(tx, _CURSOR)

    def epoch(self) -> str | None:
        """The platform's epoch as last proven."""
        with self._casebook.read() as tx:
            return self._casebook.meta(tx, _EPOCH)

    def apply(
        self, events: Sequence[ProvenEvent], cursor: str | None, now: datetime
    ) -> frozenset[UUID]:
        """Keep events and move states, in one transaction with the cursor.

        Args:
            events: proven ones, in any order.
            cursor: where to go on; None (a stick brought them): the cursor stays.
            now: when they arrived.

        Returns:
            The submissions of this station about which something new was learnt.
        """
        with self._casebook.write() as tx:
            if events and self._casebook.meta(tx, _EPOCH) is None:
                self._casebook.set_meta(tx, _EPOCH, events[0].epoch)
            concerned = {event.submission_id for event in events if self._keep(tx, event, now)}
            changed = {found for found in concerned if self._outbox.get(found, tx) is not None}
            for found in sorted(changed):
                self.replay(tx, found, now)
            if cursor is not None:
                self._casebook.set_meta(tx, _CURSOR, cursor)
        return frozenset(changed)

    def reset(self, epoch: str, now: datetime | None = None) -> frozenset[UUID]:
        """Begin a new epoch: forget the cursor and replay what is already stored for it.

        Returns:
            The submissions that the stored events of the new epoch concern.
        """
        moment = self._casebook.clock.now() if now is None else now
        with self._casebook.write() as tx:
            if self._casebook.meta(tx, _EPOCH) == epoch:
                return frozenset()
            self._casebook.set_meta(tx, _EPOCH, epoch)
            self._casebook.set_meta(tx, _CURSOR, None)
            Audit(self._casebook).record(tx, AuditEvent.EPOCH_CHANGED, at=moment)
            stored = (
                select(inbox_event.c.submission_id)
                .join(submission, submission.c.id == inbox_event.c.submission_id)
                .where(inbox_event.c.epoch == epoch)
                .distinct()
            )
            concerned = [UUID(found) for found in tx.execute(stored).scalars()]
            for found in concerned:
                self.replay(tx, found, moment)
        return frozenset(concerned)

    def events(self, submission_id: UUID) -> tuple[StoredEvent, ...]:
        """What the platform has said about a submission: by epoch of arrival, then ``case_seq``."""
        query = select(inbox_event).where(inbox_event.c.submission_id == str(submission_id))
        with self._casebook.read() as tx:
            rows = tx.execute(query.order_by(inbox_event.c.case_seq, inbox_event.c.event_id)).all()
            present = self._casebook.meta(tx, _EPOCH)
        old = [_stored(row) for row in rows if row.epoch != present]
        new = [_stored(row) for row in rows if row.epoch == present]
        return (*old, *new)

    def whole_since(self, submission_id: UUID) -> datetime | None:
        """When the platform last got all of a submission, attachments too, as it told itself."""
        with self._casebook.read() as tx:
            found = tx.exec_driver_sql(_WHOLE_SINCE, {"id": str(submission_id)}).scalar()
        return None if found is None else from_text(found)

    def replay(self, tx: Transaction, submission_id: UUID, now: datetime) -> None:
        """Apply the kept events of the present epoch that go beyond what was applied."""
        epoch, identity = self._casebook.meta(tx, _EPOCH), str(submission_id)
        row = tx.exec_driver_sql(_STANDING, {"id": identity}).one()
        applied = row.case_seq if row.case_epoch == epoch else -1
        wanted = {
            "id": identity,
            "epoch": epoch,
            "digest": row.envelope_digest,
            "applied": applied,
        }
        for found in tx.exec_driver_sql(_FRESH, wanted).all():
            signal = Signal(found.signal)
            if signal is not Signal.RECEIVED:
                applied = found.case_seq
            elif applied >= 0:
                continue  # The case is beyond delivery already.
            number = found.case_number
            self._outbox.apply(submission_id, signal, now=now, case_number=number, tx=tx)
            if row.received_at is None:
                tx.exec_driver_sql(_SINCE, {"id": identity, "at": found.at})
        if applied >= 0:
            step = {"id": identity, "epoch": epoch, "applied": applied}
            tx.exec_driver_sql(_APPLIED, step)

    def _keep(self, tx: Transaction, event: ProvenEvent, now: datetime) -> bool:
        row = {
            "epoch": event.epoch,
            "event_id": event.id,
            "submission_id": str(event.submission_id),
            "envelope_digest": event.envelope_digest,
            "case_seq": event.case_seq,
            "kind": event.kind,
            "signal": None if event.signal is None else event.signal.value,
            "at": to_text(event.at),
            "case_number": event.case_number,
            "last_day": event.by,
            "closing_reason": event.closing_reason,
            "duplicate_of": event.duplicate_of,
            "sealed": event.sealed,
            "stored_at": to_text(now),
        }
        return tx.exec_driver_sql(_KEEP, row).rowcount == 1


def _stored(row: Row[tuple[object, ...]]) -> StoredEvent:
    event = ProvenEvent(
        id=row.event_id,
        epoch=row.epoch,
        submission_id=UUID(row.submission_id),
        envelope_digest=row.envelope_digest,
        case_seq=row.case_seq,
        kind=row.kind,
        signal=None if row.signal is None else Signal(row.signal),
        at=from_text(row.at),
        case_number=row.case_number,
        by=row.last_day,
        closing_reason=row.closing_reason,
        duplicate_of=row.duplicate_of,
        sealed=row.sealed,
    )
    return StoredEvent(event, from_text(row.stored_at))
