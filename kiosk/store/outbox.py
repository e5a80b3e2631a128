"""The outbox 发件箱: what this station owes the platform, and what became of it.

Rules:

* A row exists only for a package that is durably on disk; its commit is the moment of saving.
* Uniqueness is on the id alone: adding the same package again gives the row that is there.
* Every step of the life-cycle is one transaction: state, history row, audit row; at the outcome
  the contact card goes with it.
* Due next: urgent before the rest; fresh ones by sequence, then retries by their time. A
  submission about another one waits until the platform has proven that it knows that one. Each
  question is one index seek at any size.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, text, tuple_, update

from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import OVER, Signal, State, after
from kiosk.domain.problems import InputProblem
from kiosk.sealing.package import Head
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.cards import Cards
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.rows import (
    HistoryRow,
    OutboxRow,
    ReceiptFacts,
    history_row_of,
    optional_text,
    problem_columns,
    retry_columns,
    row_of,
)
from kiosk.store.schema import claim, event, submission
from kiosk.store.sqlite import insert_text

_DUE: Final = ("queued", "unknown", "filed")
_FURTHEST: Final = timedelta(hours=2)
_COLUMNS: Final = tuple(column.name for column in submission.columns)

_ADD: Final = f"{insert_text(submission)} ON CONFLICT (id) DO NOTHING"
_CLAIM: Final = insert_text(claim)
_NOTE: Final = insert_text(
    event, "submission_id", "at", "signal", "from_state", "to_state", "problem"
)
_IN_DUE: Final = "state IN ('queued', 'unknown', 'filed')"  # as the partial indexes say it
_FREE: Final = (
    "NOT EXISTS (SELECT 1 FROM submission AS parent WHERE parent.id = submission.about "
    "AND parent.state IN ('queued', 'sending', 'unknown'))"
)
_ONE: Final = "SELECT * FROM submission WHERE id = :id"
_COUNTS: Final = "SELECT state, count(*) FROM submission GROUP BY state"
_LEFT_SENDING: Final = "SELECT id FROM submission WHERE state = 'sending'"
# A turn further away than is ever noted: the clock was set back meanwhile.
_OWED: Final = (
    f"SELECT id FROM submission WHERE {_IN_DUE} AND (:now IS NULL OR next_at IS NULL "  # noqa: S608 (constants)
    f"OR next_at <= :now OR next_at > :beyond) "
    f"ORDER BY {_FREE} DESC, urgent DESC, sequence, id"
)


def _seek(urgent: int, *, fresh: bool) -> str:
    index = "submission_ready" if fresh else "submission_later"
    due = "next_at IS NULL" if fresh else "next_at IS NOT NULL AND next_at <= :now"
    order = "sequence" if fresh else "next_at"
    return (
        f"SELECT * FROM (SELECT id FROM submission INDEXED BY {index} "  # noqa: S608 (constants)
        f"WHERE urgent = {urgent} AND {_IN_DUE} AND {due} AND {_FREE} ORDER BY {order} LIMIT 1)"
    )


_NEXT_DUE: Final = text(
    " UNION ALL ".join(_seek(urgent, fresh=fresh) for urgent in (1, 0) for fresh in (True, False))
    + " LIMIT 1"
)


class Outbox:
    """The submissions of a casebook."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook
        self._audit = Audit(casebook)

    def add(  # noqa: PLR0913 (each is a column)
        self,
        tx: Transaction,
        head: Head,
        *,
        envelope_digest: str,
        item_name: str,
        masked_name: str,
        claim_hash: str | None,
        id_tag: str | None,
        track_code_tag: str | None,
        agent_id: str | None,
        urgent: bool,
        now: datetime,
        content_tag: str = "",
    ) -> OutboxRow:
        """Insert a sealed submission as queued, in the caller's transaction.

        Args:
            tx: its commit is the moment of saving; the package must be on disk already.
            head: of the package.
            envelope_digest: what receipts will quote.
            item_name: for lists.
            masked_name: for lists, e.g. ``李*英``.
            claim_hash: hash of the slip's random claim.
            id_tag: see :class:`kiosk.store.claims.Claims`.
            track_code_tag: the same.
            agent_id: the village agent who filed, if any.
            urgent: a deadline is near.
            now: when.
            content_tag: keyed digest of the plain content.

        Returns:
            The row; when the very same package was added before, the row as it is today.

        Raises:
            InputProblem: another package was saved under this id (``id-reused``).
        """
        columns = _columns(head, State.QUEUED, envelope_digest) | {
            "content_tag": content_tag,
            "item_name": item_name,
            "masked_name": masked_name,
            "agent_id": agent_id,
            "urgent": int(urgent),
        }
        if tx.exec_driver_sql(_ADD, columns).rowcount == 0:
            return _same(self.require(head.id, tx), envelope_digest)
        if claim_hash is not None:
            tags = {"claim_hash": claim_hash, "id_tag": id_tag, "track_code_tag": track_code_tag}
            tx.exec_driver_sql(
                _CLAIM, tags | {"submission_id": str(head.id), "made_at": to_text(now)}
            )
        self._note(tx, head.id, Signal.SEAL, (State.DRAFT, State.QUEUED), now=now, problem=None)
        self._audit.record(tx, AuditEvent.SAVED, at=now, subject=str(head.id), detail=head.kind)
        return row_of(columns)

    def adopt(
        self, tx: Transaction, head: Head, *, envelope_digest: str, now: datetime
    ) -> OutboxRow:
        """Insert a verified package that a lost or restored casebook does not know, as unknown."""
        columns = _columns(head, State.UNKNOWN, envelope_digest)
        if tx.exec_driver_sql(_ADD, columns).rowcount == 0:
            return _same(self.require(head.id, tx), envelope_digest)
        self._casebook.raise_sequence(tx, head.sequence)
        self._note(
            tx, head.id, Signal.RESTART, (State.SENDING, State.UNKNOWN), now=now, problem="adopted"
        )
        self._audit.record(tx, AuditEvent.ADOPTED, at=now, subject=str(head.id), detail=head.kind)
        return row_of(columns)

    def get(self, submission_id: UUID, tx: Transaction | None = None) -> OutboxRow | None:
        """The row of an id, if there is one."""
        if tx is None:
            with self._casebook.read() as own:
                return self.get(submission_id, own)
        found = tx.exec_driver_sql(_ONE, {"id": str(submission_id)}).mappings().first()
        return None if found is None else row_of(found)

    def require(self, submission_id: UUID, tx: Transaction | None = None) -> OutboxRow:
        """The row of an id.

        Raises:
            InputProblem: ``unknown-submission``.
        """
        row = self.get(submission_id, tx)
        if row is None:
            raise InputProblem(
                "unknown-submission",
                f"this station has no submission {submission_id}; kiosk queue list names all",
            )
        return row

    def find(self, local_number: str) -> OutboxRow | None:
        """The row of a local number (the newest one, should two share it)."""
        same = submission.c.local_number == local_number
        query = select(submission).where(same).order_by(submission.c.sequence.desc()).limit(1)
        with self._casebook.read() as tx:
            found = tx.execute(query).mappings().first()
        return None if found is None else row_of(found)

    def page(
        self,
        states: Collection[State] | None = None,
        limit: int = 100,
        after: UUID | None = None,
        *,
        about: UUID | None = None,
    ) -> tuple[OutboxRow, ...]:
        """Rows, newest first.

        Args:
            states: only these; None: all.
            limit: most rows.
            after: the last row of the page before.
            about: only what is about this submission.
        """
        columns = submission.c
        query = select(submission).order_by(columns.sequence.desc(), columns.id.desc())
        if states is not None:
            query = query.where(columns.state.in_([state.value for state in states]))
        if about is not None:
            query = query.where(columns.about == str(about))
        with self._casebook.read() as tx:
            if after is not None:
                last = self.require(after, tx)
                place = tuple_(columns.sequence, columns.id)
                query = query.where(place < (last.sequence, str(last.id)))
            return tuple(row_of(found) for found in tx.execute(query.limit(limit)).mappings())

    def counts(self) -> dict[State, int]:
        """How many rows stand in each state; states without rows are absent."""
        with self._casebook.read() as tx:
            return {State(state): count for state, count in tx.exec_driver_sql(_COUNTS)}

    def next_due(self, now: datetime) -> OutboxRow | None:
        """What to send next; None: nothing is due."""
        with self._casebook.read() as tx:
            found = tx.execute(_NEXT_DUE, {"now": to_text(now)}).scalar()
            return None if found is None else self.require(UUID(found), tx)

    def owed(self, now: datetime | None) -> list[UUID]:
        """Everything owed and not being sent, in the order of sending.

        Args:
            now: only what is due by then; None: all, whatever their back-off.
        """
        due = {
            "now": None if now is None else to_text(now),
            "beyond": None if now is None else to_text(now + _FURTHEST),
        }
        with self._casebook.read() as tx:
            return [UUID(found) for found in tx.exec_driver_sql(_OWED, due).scalars()]

    def apply(  # noqa: PLR0913 (each is a column)
        self,
        submission_id: UUID,
        signal: Signal,
        *,
        now: datetime,
        problem: str | None = None,
        next_at: datetime | None = None,
        receipt: ReceiptFacts | None = None,
        case_number: str | None = None,
        tx: Transaction | None = None,
    ) -> OutboxRow:
        """One step of the life-cycle, durable when this returns (or with ``tx``).

        Args:
            submission_id: of what.
            signal: what happened.
            now: when.
            problem: code of what went wrong; None clears what was noted.
            next_at: when to try again; None: at once.
            receipt: the proven receipt, if that is what happened.
            case_number: the platform's number, if it is known now.
            tx: the caller's transaction.

        Raises:
            InputProblem: no such submission.
            kiosk.domain.lifecycle.IllegalTransitionError: a bug in the caller.
        """
        with self._casebook.within(tx) as own:
            row = self.require(submission_id, own)
            following = after(row.state, signal)
            values: dict[str, object] = {"state": following.value}
            values |= retry_columns(row, signal, now, problem, next_at)
            if receipt is not None:
                values["receipt_number"] = receipt.number
                values["received_at"] = to_text(receipt.received_at)
            if case_number is not None:
                values["case_number"] = case_number
            self._set(own, submission_id, values)
            if following is not row.state:
                self._note(own, row.id, signal, (row.state, following), now=now, problem=problem)
                step = f"{row.state}>{following}"
                self._audit.record(own, AuditEvent.MOVED, at=now, subject=str(row.id), detail=step)
                if following in OVER:
                    Cards(self._casebook).erase_about(own, row.id)
            return self.require(submission_id, own)

    def postpone(
        self, submission_id: UUID, *, now: datetime, problem: str, next_at: datetime
    ) -> OutboxRow:
        """Count an attempt that changed no state (a blob that did not get through)."""
        with self._casebook.write() as tx:
            row = self.require(submission_id, tx)
            values: dict[str, object] = {"attempts": row.attempts + 1}
            values |= problem_columns(problem, now, next_at)
            self._set(tx, submission_id, values)
            return self.require(submission_id, tx)

    def hurry(self, submission_id: UUID | None = None) -> int:
        """Forget the back-off of one or all (a tap, the line came up); how many had one."""
        query = (
            update(submission)
            .where(submission.c.state.in_(_DUE), submission.c.next_at.is_not(None))
            .values(next_at=None)
        )
        if submission_id is not None:
            query = query.where(submission.c.id == str(submission_id))
        with self._casebook.write() as tx:
            return tx.execute(query).rowcount

    def recover(self, now: datetime) -> int:
        """Turn what a dead process left as sending into unknown. Only with the sync lock held."""
        with self._casebook.write() as tx:
            left = [UUID(found) for found in tx.exec_driver_sql(_LEFT_SENDING).scalars()]
            for submission_id in left:
                self.apply(submission_id, Signal.RESTART, now=now, problem="restart", tx=tx)
        return len(left)

    def proofs(self, submission_id: UUID) -> tuple[HistoryRow, ...]:
        """The history of a submission, oldest first."""
        same = event.c.submission_id == str(submission_id)
        with self._casebook.read() as tx:
            rows = tx.execute(select(event).where(same).order_by(event.c.number))
            return tuple(history_row_of(row) for row in rows)

    def _set(self, tx: Transaction, submission_id: UUID, values: dict[str, object]) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in values)
        row = values | {"id": str(submission_id)}
        tx.exec_driver_sql(f"UPDATE submission SET {columns} WHERE id = :id", row)  # noqa: S608 (our names)

    def _note(  # noqa: PLR0913 (each is a column)
        self,
        tx: Transaction,
        submission_id: UUID,
        signal: Signal,
        states: tuple[State, State],
        *,
        now: datetime,
        problem: str | None,
    ) -> None:
        step = {
            "submission_id": str(submission_id),
            "at": to_text(now),
            "signal": signal.value,
            "from_state": states[0].value,
            "to_state": states[1].value,
            "problem": problem,
        }
        tx.exec_driver_sql(_NOTE, step)


def _columns(head: Head, state: State, envelope_digest: str) -> dict[str, object]:
    """A complete row for a package of which only the envelope is known."""
    known = {
        "id": str(head.id),
        "sequence": head.sequence,
        "terminal": head.terminal,
        "local_number": head.local_number,
        "item_id": head.item_id,
        "kind": head.kind.value,
        "sealed_at": head.sealed_at,
        "envelope_digest": envelope_digest,
        "content_tag": "",
        "about": optional_text(head.about),
        "case_ref": head.case_ref,
        "supersedes": optional_text(head.supersedes),
        "urgent": 0,
        "item_name": head.item_id,
        "masked_name": "",
        "state": state.value,
        "attempts": 0,
        "case_seq": -1,
    }
    return dict.fromkeys(_COLUMNS) | known


def _same(row: OutboxRow, envelope_digest: str) -> OutboxRow:
    if row.envelope_digest != envelope_digest:
        raise InputProblem(
            "id-reused", f"another application was saved under the id {row.id}; use a new id"
        )
    return row
