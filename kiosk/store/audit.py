"""The audit trail: what was done at this station, in a chain that shows every later change.

Rules: rows are written in the transaction of what they record; events are fixed ids, details are
short tokens, subjects are ids – the trail names no person; each row's digest covers the row and
the digest before it, and the head is kept apart, so a changed, removed or cut-off row is found.
It does not protect against somebody who can rewrite the whole casebook: the head is reported to
the platform for that.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Row, insert, select

from kiosk.domain.clock import to_text
from kiosk.sealing.canonical import canonical
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.schema import audit

_TOKEN: Final = re.compile(r"[A-Za-z0-9_.:>/-]{0,80}")
_HEAD: Final = "audit_head"
_START: Final = bytes(32)
_PAGE: Final = 5_000
_APPEND: Final = insert(audit)


class AuditEvent(StrEnum):
    """Everything that is ever recorded."""

    STATION_SET_UP = "station_set_up"
    STATION_CHANGED = "station_changed"
    CASEBOOK_REBUILT = "casebook_rebuilt"
    SAVED = "saved"
    ADOPTED = "adopted"
    QUARANTINED = "quarantined"
    MOVED = "moved"
    EPOCH_CHANGED = "epoch_changed"
    AGENT_ADDED = "agent_added"
    AGENT_CHANGED = "agent_changed"
    AGENT_SIGNED_IN = "agent_signed_in"
    AGENT_REFUSED = "agent_refused"
    AGENT_LOCKED = "agent_locked"
    CARD_STORED = "card_stored"
    CARD_OPENED = "card_opened"
    CARD_ERASED = "card_erased"
    CLAIM_REFUSED = "claim_refused"
    MANDATE_READ_ALOUD = "mandate_read_aloud"
    COURIER_EXPORTED = "courier_exported"
    COURIER_IMPORTED = "courier_imported"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What :meth:`Audit.verify` found. ``fault`` is the first row that does not fit, if any."""

    rows: int
    head: str
    fault: int | None

    @property
    def ok(self) -> bool:
        """Whether the whole chain holds."""
        return self.fault is None


class Audit:
    """The audit trail of a casebook."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook

    def record(
        self,
        tx: Transaction,
        event: AuditEvent,
        *,
        at: datetime,
        subject: str = "",
        detail: str = "",
    ) -> None:
        """Append a row.

        Args:
            tx: the transaction of what is recorded.
            event: what happened.
            at: when.
            subject: the id of what it happened to (submission, agent).
            detail: a short token; never words about a person.
        """
        if _TOKEN.fullmatch(subject) is None or _TOKEN.fullmatch(detail) is None:
            raise ValueError("the audit trail takes ids and tokens only")
        number, previous = self._head(tx)
        row = (number + 1, to_text(at), event.value, subject, detail)
        digest = _digest(row, previous)
        names = ("number", "at", "event", "subject", "detail")
        values = dict(zip(names, row, strict=True))
        tx.execute(_APPEND, values | {"previous": previous, "digest": digest})
        self._casebook.set_meta(tx, _HEAD, f"{number + 1}:{digest.hex()}")

    def head(self) -> tuple[int, str]:
        """Number and digest (hex) of the last row."""
        with self._casebook.read() as tx:
            number, digest = self._head(tx)
        return number, digest.hex()

    def verify(self) -> AuditReport:
        """Walk the whole chain."""
        number, previous = 0, _START
        with self._casebook.read() as tx:
            kept = self._head(tx)
            while page := tx.execute(
                select(audit).where(audit.c.number > number).order_by(audit.c.number).limit(_PAGE)
            ).all():
                for row in page:
                    if not _follows(row, number, previous):
                        return AuditReport(number, previous.hex(), number + 1)
                    number, previous = row.number, row.digest
        fault = None if (number, previous) == kept else number + 1
        return AuditReport(number, previous.hex(), fault)

    def _head(self, tx: Transaction) -> tuple[int, bytes]:
        kept = self._casebook.meta(tx, _HEAD)
        if kept is None:
            return 0, _START
        number, _, digest = kept.partition(":")
        return int(number), bytes.fromhex(digest)


def _digest(row: tuple[int, str, str, str, str], previous: bytes) -> bytes:
    return hashlib.sha256(previous + canonical({"row": list(row)})).digest()


def _follows(row: Row[tuple[object, ...]], number: int, previous: bytes) -> bool:
    if row.number != number + 1 or row.previous != previous:
        return False
    content = (row.number, row.at, row.event, row.subject, row.detail)
    return bool(row.digest == _digest(content, previous))
