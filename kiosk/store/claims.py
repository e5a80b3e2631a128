"""Who may ask about a submission: the slip's claim, the code chosen at saving, ID and phone.

Rules: only hashes stand here; the slip's random 128 bits need no slow hash, ID, phone and code do
(argon2id under a salt of this casebook); ID tags are forgotten after thirty days; wrong codes lock
that submission's matter for a while, never its state.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import ColumnElement, select, update

from kiosk.domain.clock import to_text
from kiosk.domain.slips import claim_hash
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.lockouts import Lockouts
from kiosk.store.schema import claim, submission

ID_TAG_DAYS: Final = 30
_SALT: Final = "tag_salt"


class Claims:
    """The claims of a casebook.

    Args:
        casebook: where they are kept.
        lockouts: counts wrong codes; None: those of the casebook.
    """

    def __init__(self, casebook: Casebook, lockouts: Lockouts | None = None) -> None:
        self._casebook = casebook
        self._lockouts = lockouts or Lockouts(casebook)

    def id_tag(self, id_number: str, phone_ending: str = "") -> str:
        """The tag by which a person finds this station's filings. Slow on purpose."""
        return self._tag(f"id\0{id_number.strip().upper()}\0{phone_ending.strip()}")

    def code_tag(self, submission_id: UUID, code: str) -> str:
        """The tag of the code chosen at saving. Slow on purpose."""
        return self._tag(f"code\0{submission_id}\0{code}")

    def content_tag(self, submission_id: UUID) -> str | None:
        """The keyed digest of the plain content, by which a repeat is told from a clash.

        None for an unknown submission, and for one that was adopted from its package alone.
        """
        mine = submission.c.id == str(submission_id)
        with self._casebook.read() as tx:
            return tx.execute(select(submission.c.content_tag).where(mine)).scalar() or None

    def find(self, claim_bits: bytes) -> UUID | None:
        """The submission of a slip."""
        return self._first(claim.c.claim_hash == claim_hash(claim_bits))

    def of_person(self, id_tag: str, now: datetime) -> tuple[UUID, ...]:
        """The submissions of the last thirty days under an ID tag, newest first."""
        query = (
            select(claim.c.submission_id)
            .where(claim.c.id_tag == id_tag, claim.c.made_at > _oldest(now))
            .order_by(claim.c.made_at.desc())
        )
        with self._casebook.read() as tx:
            return tuple(UUID(found) for found in tx.execute(query).scalars())

    def has_code(self, submission_id: UUID) -> bool:
        """Whether a code was chosen at saving."""
        mine = claim.c.submission_id == str(submission_id)
        return self._first(mine & claim.c.track_code_tag.is_not(None)) is not None

    def check_code(self, submission_id: UUID, code: str) -> tuple[bool, int]:
        """Whether the code is right; if it is not, the seconds until the next try is possible."""
        subject = f"claim:{submission_id}"
        given = self.code_tag(submission_id, code)
        kept = select(claim.c.track_code_tag).where(claim.c.submission_id == str(submission_id))
        with self._casebook.write() as tx:
            wait = self._lockouts.wait(tx, subject)
            if wait:
                return False, wait
            tag = tx.execute(kept).scalar()
            if tag is not None and hmac.compare_digest(tag, given):
                self._lockouts.succeeded(tx, subject)
                return True, 0
            Audit(self._casebook).record(
                tx,
                AuditEvent.CLAIM_REFUSED,
                at=self._casebook.clock.now(),
                subject=str(submission_id),
            )
            return False, self._lockouts.failed(tx, subject)

    def forget(self, now: datetime) -> int:
        """Erase the ID tags that are older than thirty days; how many there were."""
        query = (
            update(claim)
            .where(claim.c.made_at <= _oldest(now), claim.c.id_tag.is_not(None))
            .values(id_tag=None)
        )
        with self._casebook.write() as tx:
            return tx.execute(query).rowcount

    def _first(self, condition: ColumnElement[bool]) -> UUID | None:
        with self._casebook.read() as tx:
            found = tx.execute(select(claim.c.submission_id).where(condition)).scalar()
        return None if found is None else UUID(found)

    def _tag(self, secret: str) -> str:
        raw = hash_secret_raw(
            secret.encode(),
            self._salt(),
            time_cost=2,
            memory_cost=19 * 1024,
            parallelism=1,
            hash_len=32,
            type=Type.ID,
        )
        return raw.hex()

    def _salt(self) -> bytes:
        with self._casebook.read() as tx:
            kept = self._casebook.meta(tx, _SALT)
        if kept is None:
            with self._casebook.write() as tx:
                kept = self._new_salt(tx)
        return bytes.fromhex(kept)

    def _new_salt(self, tx: Transaction) -> str:
        kept = self._casebook.meta(tx, _SALT)
        if kept is None:
            kept = secrets.token_hex(16)
            self._casebook.set_meta(tx, _SALT, kept)
        return kept


def _oldest(now: datetime) -> str:
    return to_text(now - timedelta(days=ID_TAG_DAYS))
