"""The audit trail: what was done at this station, in a chain that shows every later change.

Rules: rows are written in the transaction of what they record; events are fixed ids, details are
short tokens, subjects are ids – the trail names no person; each row's digest covers the row and
the digest before it, and the head is kept apart, so a changed, removed or cut-off row is found.
Somebody who can rewrite the whole casebook can rewrite the head too: it is reported to the platform
with every status, and a head that was noted elsewhere (an anchor) shows such a rewriting.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Row, select

from kiosk.domain.clock import to_text
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.schema import audit
from kiosk.store.sqlite import insert_text

_TOKEN: Final = re.compile(r"[A-Za-z0-9_.:>/-]{0,80}")
HEAD_NAME: Final = "audit_head"
"""Name of the casebook's note of the last row: its number and its digest."""
_START: Final = bytes(32)
_PAGE: Final = 5_000
_APPEND: Final = insert_text(audit)
_ENCODE: Final = json.JSONEncoder(separators=(",", ":")).encode


class AuditEvent(StrEnum):
    """Everything that is ever recorded."""

    STATION_SET_UP = "station_set_up"
    STATION_CHANGED = "station_changed"
    CASEBOOK_REBUILT = "casebook_rebuilt"
    CASEBOOK_BEHIND = "casebook_behind"
    CASEBOOK_SALVAGED = "casebook_salvaged"
    STATION_LEFT = "station_left"
    MOVE_CALLED_OFF = "move_called_off"
    STATION_ARRIVED = "station_arrived"
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
    AGENT_HANDED_OVER = "agent_handed_over"
    AGENT_INTEREST = "agent_interest"
    DRAFT_KEPT = "draft_kept"
    DRAFT_OPENED = "draft_opened"
    DRAFT_FORGOTTEN = "draft_forgotten"
    CARD_STORED = "card_stored"
    CARD_OPENED = "card_opened"
    CARD_ERASED = "card_erased"
    HELP_ASKED = "help_asked"
    HELP_OPENED = "help_opened"
    HELP_DONE = "help_done"
    CLAIM_REFUSED = "claim_refused"
    MANDATE_READ_ALOUD = "mandate_read_aloud"
    COURIER_EXPORTED = "courier_exported"
    COURIER_IMPORTED = "courier_imported"


class AuditFault(StrEnum):
    """How a row does not fit."""

    MISSING = "missing"
    """Its number is not there."""
    UNLINKED = "unlinked"
    """It does not follow the row before it."""
    EDITED = "edited"
    """It is not what was recorded."""
    CUT = "cut"
    """It and whatever followed were cut off."""
    ADDED = "added"
    """It stands behind the last row that was recorded."""
    REPLACED = "replaced"
    """The chain up to it holds, but is not the chain whose head was noted."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What :meth:`Audit.verify` found. ``fault`` is the first row that does not fit, if any."""

    rows: int
    head: str
    fault: int | None
    reason: AuditFault | None = None

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
        tx.exec_driver_sql(_APPEND, values | {"previous": previous, "digest": digest})
        self._casebook.set_meta(tx, HEAD_NAME, f"{number + 1}:{digest.hex()}")

    def head(self) -> tuple[int, str]:
        """Number and digest (hex) of the last row."""
        with self._casebook.read() as tx:
            number, digest = self._head(tx)
        return number, digest.hex()

    def verify(self, anchors: Mapping[int, str] | None = None) -> AuditReport:
        """Walk the whole chain.

        Args:
            anchors: heads (row number, digest in hex) that were noted outside this casebook.
        """
        chain = Chain(anchors or {})
        with self._casebook.read() as tx:
            kept = self._head(tx)
            while page := tx.execute(
                select(audit)
                .where(audit.c.number > chain.number)
                .order_by(audit.c.number)
                .limit(_PAGE)
            ).all():
                for row in page:
                    fault = chain.follow(row)
                    if fault is not None:
                        return chain.report((chain.number + 1, fault))
        return chain.report(chain.ending(kept))

    def _head(self, tx: Transaction) -> tuple[int, bytes]:
        kept = self._casebook.meta(tx, HEAD_NAME)
        if kept is None:
            return 0, _START
        number, _, digest = kept.partition(":")
        return int(number), bytes.fromhex(digest)


def _digest(row: tuple[int, str, str, str, str], previous: bytes) -> bytes:
    # RFC 8785 of a row: its texts are tokens, for which the plain encoder writes the same bytes.
    return hashlib.sha256(previous + _ENCODE({"row": row}).encode()).digest()


class Chain:
    """The part of the chain that was walked so far."""

    def __init__(self, anchors: Mapping[int, str]) -> None:
        self.number = 0
        self._digest = _START
        self._anchors = anchors

    def follow(self, row: Row[tuple[object, ...]]) -> AuditFault | None:
        """Go on by one row, if it fits."""
        if row.number != self.number + 1:
            return AuditFault.MISSING
        if row.previous != self._digest:
            return AuditFault.UNLINKED
        content = (row.number, row.at, row.event, row.subject, row.detail)
        if row.digest != _digest(content, self._digest):
            return AuditFault.EDITED
        if self._anchors.get(row.number, row.digest.hex()) != row.digest.hex():
            return AuditFault.REPLACED
        self.number, self._digest = row.number, row.digest
        return None

    def head(self) -> str:
        """Where it has come to, as the casebook notes it."""
        return f"{self.number}:{self._digest.hex()}"

    def ending(self, kept: tuple[int, bytes]) -> tuple[int, AuditFault] | None:
        """What is wrong with where the chain ends."""
        number, digest = kept
        if self.number < max(number, *self._anchors, 0):
            return self.number + 1, AuditFault.CUT
        if self.number > number:
            return number + 1, AuditFault.ADDED
        return None if self._digest == digest else (number, AuditFault.REPLACED)

    def report(self, found: tuple[int, AuditFault] | None) -> AuditReport:
        """The findings about what was walked."""
        fault, reason = found or (None, None)
        return AuditReport(self.number, self._digest.hex(), fault, reason)
