"""Contact cards: how to reach a person when an act is needed.

Rules: the card is sealed to the station's staff role before it comes here; every opening is
written to the audit trail, in the transaction that hands it out; it is erased at the outcome, with
the step of the life-cycle that is one, and half a year after it was left at the latest.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.clock import to_text
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.schema import card, submission

CARD_DAYS: Final = 180
"""After so many days a card is forgotten, whatever became of the case."""


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
        self._record(tx, AuditEvent.CARD_STORED, str(submission_id))

    def exists(self, submission_id: UUID) -> bool:
        """Whether a card was left; looking whether there is one is not opening it."""
        mine = card.c.submission_id == str(submission_id), self._kept()
        with self._casebook.read() as tx:
            return tx.execute(select(card.c.submission_id).where(*mine)).first() is not None

    def of(self, submission_ids: list[UUID]) -> frozenset[UUID]:
        """Those of some submissions for which a card was left; none is opened."""
        mine = card.c.submission_id.in_([str(one) for one in submission_ids]), self._kept()
        with self._casebook.read() as tx:
            found = tx.execute(select(card.c.submission_id).where(*mine)).scalars()
            return frozenset(map(UUID, found))

    def take(self, submission_id: UUID, *, by: str) -> bytes | None:
        """The sealed card, for opening; who took it is recorded first.

        Args:
            submission_id: whose.
            by: agent id or ``technician``.
        """
        mine = card.c.submission_id == str(submission_id), self._kept()
        with self._casebook.write() as tx:
            sealed: bytes | None = tx.execute(select(card.c.sealed).where(*mine)).scalar()
            if sealed is not None:
                self._record(tx, AuditEvent.CARD_OPENED, str(submission_id), by)
        return sealed

    def erase(self, submission_id: UUID) -> bool:
        """Forget a card; whether there was one."""
        with self._casebook.write() as tx:
            return self._erase(tx, card.c.submission_id == str(submission_id)) == 1

    def erase_about(self, tx: Transaction, submission_id: UUID) -> int:
        """Forget the card of a submission that is over, and those of what was about it."""
        about = select(submission.c.id).where(submission.c.about == str(submission_id))
        column = card.c.submission_id
        return self._erase(tx, or_(column == str(submission_id), column.in_(about)))

    def forget(self, now: datetime) -> int:
        """Erase cards that were left too long ago; how many there were."""
        with self._casebook.write() as tx:
            return self._erase(tx, ~_left_since(now - timedelta(days=CARD_DAYS)))

    def _erase(self, tx: Transaction, which: ColumnElement[bool]) -> int:
        erased = tx.execute(card.delete().where(which).returning(card.c.submission_id)).scalars()
        ids = sorted(erased)
        for one in ids:
            self._record(tx, AuditEvent.CARD_ERASED, one)
        return len(ids)

    def _kept(self) -> ColumnElement[bool]:
        """Not kept too long yet: what is due to be forgotten is not shown either."""
        return _left_since(self._casebook.clock.now() - timedelta(days=CARD_DAYS))

    def _record(
        self, tx: Transaction, event: AuditEvent, submission_id: str, detail: str = ""
    ) -> None:
        now = self._casebook.clock.now()
        self._audit.record(tx, event, at=now, subject=submission_id, detail=detail)


def _left_since(moment: datetime) -> ColumnElement[bool]:
    return card.c.stored_at > to_text(moment)
