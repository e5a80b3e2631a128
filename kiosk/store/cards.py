"""Contact cards: how to reach a person when an act is needed.

Rules: the card is sealed to the station's staff role before it comes here; every opening is
written to the audit trail; it is erased at the outcome.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.clock import to_text
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.schema import card


class Cards:
    """The sealed contact cards of a casebook."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook
        self._audit = Audit(casebook)

    def put(self, tx: Transaction, submission_id: UUID, sealed: bytes) -> None:
        """Keep the card of a saved submission, in the transaction that saves it."""
        now = self._casebook.clock.now()
        values = {"sealed": sealed, "stored_at": to_text(now)}
        row = insert(card).values(submission_id=str(submission_id), **values)
        tx.execute(row.on_conflict_do_update(index_elements=["submission_id"], set_=values))
        self._record(tx, AuditEvent.CARD_STORED, submission_id)

    def exists(self, submission_id: UUID) -> bool:
        """Whether a card was left; looking whether there is one is not opening it."""
        mine = card.c.submission_id == str(submission_id)
        with self._casebook.read() as tx:
            return tx.execute(select(card.c.submission_id).where(mine)).first() is not None

    def take(self, submission_id: UUID, *, by: str) -> bytes | None:
        """The sealed card, for opening; who took it is recorded first.

        Args:
            submission_id: whose.
            by: agent id or ``technician``.
        """
        mine = card.c.submission_id == str(submission_id)
        with self._casebook.write() as tx:
            sealed: bytes | None = tx.execute(select(card.c.sealed).where(mine)).scalar()
            if sealed is not None:
                self._record(tx, AuditEvent.CARD_OPENED, submission_id, by)
        return sealed

    def erase(self, submission_id: UUID) -> bool:
        """Forget a card; whether there was one."""
        with self._casebook.write() as tx:
            query = card.delete().where(card.c.submission_id == str(submission_id))
            erased = tx.execute(query).rowcount == 1
            if erased:
                self._record(tx, AuditEvent.CARD_ERASED, submission_id)
        return erased

    def _record(
        self, tx: Transaction, event: AuditEvent, submission_id: UUID, detail: str = ""
    ) -> None:
        now = self._casebook.clock.now()
        self._audit.record(tx, event, at=now, subject=str(submission_id), detail=detail)
