"""Cases: opened once per submission, acted upon by later submissions and by officers.

Rules:

* What a submission does, it does in the transaction in which its last blob (or, with none, its
  envelope) is committed; :func:`complete` passes one gate, a guarded change of state, so it happens
  once however often and by whatever roads the submission arrives.
* ``supplement``, ``withdraw`` and ``revoke_mandate`` act on a case, all other kinds open one. What
  comes before the filing that it names waits for it, except a withdrawal: that refuses the filing
  for good.
* What is held (``sync.platform.flags``) opens its case and waits for an officer, or does not act
  until it is released.
* :data:`DECISIONS` says which decision is possible in which state; a case that has ended never
  moves again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import State
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from sync.platform.events import Said, emit
from sync.platform.flags import MANDATE, RELEASED, is_held, put_flags
from sync.platform.numbers import case_number, demo_code
from sync.platform.office import Office
from sync.platform.tables import blobs, cases, effects, parts, submissions, tombstones
from sync.protocol.messages import EventKind

ENDED: Final = frozenset({State.CLOSED, State.NOT_ACCEPTED, State.WITHDRAWN})
ACTING: Final = frozenset({Kind.SUPPLEMENT, Kind.WITHDRAW, Kind.REVOKE_MANDATE})

DECISIONS: Final = {
    "accept": (
        frozenset({State.RECEIVED, State.CORRECTION_WANTED, State.IN_PROGRESS}),
        State.ACCEPTED,
        EventKind.ACCEPTED,
    ),
    "progress": (frozenset({State.ACCEPTED}), State.IN_PROGRESS, EventKind.IN_PROGRESS),
    "suspend": (
        frozenset({State.ACCEPTED, State.IN_PROGRESS}),
        State.SUSPENDED,
        EventKind.SUSPENDED,
    ),
    "resume": (frozenset({State.SUSPENDED}), State.IN_PROGRESS, EventKind.IN_PROGRESS),
    "correct": (
        frozenset({State.RECEIVED, State.ACCEPTED, State.IN_PROGRESS}),
        State.CORRECTION_WANTED,
        EventKind.CORRECTION_WANTED,
    ),
    "refuse": (
        frozenset({State.RECEIVED, State.CORRECTION_WANTED, State.IN_PROGRESS}),
        State.NOT_ACCEPTED,
        EventKind.NOT_ACCEPTED,
    ),
    "close": (
        frozenset({State.ACCEPTED, State.IN_PROGRESS, State.SUSPENDED, State.CORRECTION_WANTED}),
        State.CLOSED,
        EventKind.CLOSED,
    ),
}
"""Decision → (states in which it is possible, state afterwards, event)."""

_BEFORE_ACCEPTANCE: Final = frozenset({"accept", "refuse"})


def missing(tx: Connection, submission_id: str) -> tuple[str, ...]:
    """Digests of the blobs that a submission still owes, in order."""
    rows = tx.execute(
        select(parts.c.digest)
        .outerjoin(blobs, blobs.c.digest == parts.c.digest)
        .where(parts.c.submission_id == submission_id, blobs.c.digest.is_(None))
        .order_by(parts.c.position)
    )
    return tuple(dict.fromkeys(str(row.digest) for row in rows))


def find_submission(tx: Connection, submission_id: str | None) -> Row[Any] | None:
    """The row of a submission that the platform holds."""
    return tx.execute(select(submissions).where(submissions.c.id == submission_id)).one_or_none()


def find_case(tx: Connection, about: str | None, case_ref: str | None) -> Row[Any] | None:
    """The case of a submission id, else of a case number."""
    for column, value in ((cases.c.submission_id, about), (cases.c.case_number, case_ref)):
        if value is not None:
            row = tx.execute(select(cases).where(column == value)).one_or_none()
            if row is not None:
                return row
    return None


def complete(tx: Connection, office: Office, submission_id: str) -> None:
    """Let a submission take effect if nothing is owed any more; otherwise, or again: nothing."""
    if missing(tx, submission_id):
        return
    gate = tx.execute(
        update(submissions)
        .where(submissions.c.id == submission_id, submissions.c.state == State.FILED.value)
        .values(state=State.RECEIVED.value, completed_at=to_text(office.clock.now()))
    )
    row = find_submission(tx, submission_id)
    if gate.rowcount == 1 and row is not None:
        if Kind(row.kind) in ACTING:
            _act(tx, office, row)
        else:
            _open(tx, office, row)


def release(tx: Connection, office: Office, row: Row[Any]) -> None:
    """Let a held submission do what it would have done by itself; a filing's case stays to decide.

    Raises:
        InputProblem: nothing holds it (``not-held``).
    """
    if not is_held(tx, row.id):
        raise InputProblem("not-held", f"{row.id} is not held; see 'cases'", path="SUBMISSION")
    put_flags(tx, row.id, RELEASED)
    if row.supersedes is not None:
        supersede(tx, row.supersedes, row.id)
    if row.state == State.RECEIVED.value and Kind(row.kind) in ACTING:
        _take_effect(tx, office, row)


def decide(tx: Connection, office: Office, case: Row[Any], decision: str, said: Said) -> None:
    """Apply an officer's decision to a case.

    Raises:
        InputProblem: the decision is not possible in the case's state.
    """
    possible, state, kind = DECISIONS[decision]
    numbered = case.case_number is not None
    if State(case.state) not in possible or (numbered and decision in _BEFORE_ACCEPTANCE):
        raise InputProblem(
            "not-possible", f"{decision} is not possible: the case is {case.state}", path="CASE"
        )
    number = case.case_number
    if kind is EventKind.ACCEPTED:
        number = _give_number(tx, office, case)
    _move(tx, office, case, state, kind, replace(said, case_number=number))


def _open(tx: Connection, office: Office, row: Row[Any]) -> None:
    other = _open_case_of_same_person(tx, row)
    result = tx.execute(
        insert(cases).values(
            submission_id=row.id,
            item_id=row.item_id,
            case_number=None,
            state=State.RECEIVED.value,
            subject_tag=row.subject_tag,
            opened_at=to_text(office.clock.now()),
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    _effect(tx, office, row, "case opened", int(key[0]))
    emit(tx, office, row, EventKind.RECEIVED, Said())
    if other is not None:
        emit(tx, office, row, EventKind.DUPLICATE_OF, Said(duplicate_of=other))
    acting = [one for one in tx.execute(_waiting_for(row.id)).all() if not is_held(tx, one.id)]
    if any(one.kind == Kind.REVOKE_MANDATE.value for one in acting):
        put_flags(tx, row.id, f"{MANDATE}revoked")
    if not office.manual and not is_held(tx, row.id):
        case = find_case(tx, row.id, None)
        assert case is not None
        decide(tx, office, case, "accept", Said())
    for waiting in acting:
        case = find_case(tx, row.id, None)
        assert case is not None
        _act_on(tx, office, waiting, case)


def _open_case_of_same_person(tx: Connection, row: Row[Any]) -> str | None:
    """The number (else the receipt number) of an open case of the same matter and person."""
    if row.subject_tag is None or row.kind != Kind.FILING.value:
        return None
    other = tx.execute(
        select(cases.c.case_number, submissions.c.receipt_number)
        .join(submissions, submissions.c.id == cases.c.submission_id)
        .where(
            cases.c.item_id == row.item_id,
            cases.c.subject_tag == row.subject_tag,
            cases.c.state.not_in([state.value for state in ENDED]),
            submissions.c.kind == Kind.FILING.value,
        )
        .order_by(cases.c.id)
        .limit(1)
    ).one_or_none()
    return None if other is None else str(other.case_number or other.receipt_number)


def _act(tx: Connection, office: Office, row: Row[Any]) -> None:
    case = find_case(tx, row.about, row.case_ref)
    number = None if case is None else case.case_number
    emit(tx, office, row, EventKind.RECEIVED, Said(case_number=number))
    if not is_held(tx, row.id):
        _take_effect(tx, office, row)


def _take_effect(tx: Connection, office: Office, row: Row[Any]) -> None:
    case = find_case(tx, row.about, row.case_ref)
    if case is not None:
        _act_on(tx, office, row, case)
    elif row.kind == Kind.WITHDRAW.value:
        _withdraw_before_the_case(tx, office, row)


def _act_on(tx: Connection, office: Office, row: Row[Any], case: Row[Any]) -> None:
    """One supplement, withdrawal or revocation meets its case."""
    kind, state = Kind(row.kind), State(case.state)
    _effect(tx, office, row, kind.value, case.id)
    said = Said(case_number=case.case_number)
    if state in ENDED:
        return
    if kind is Kind.WITHDRAW:
        _move(tx, office, case, State.WITHDRAWN, EventKind.WITHDRAWN, said)
    elif kind is Kind.REVOKE_MANDATE:
        _move(tx, office, case, State.SUSPENDED, EventKind.SUSPENDED, said)
    elif state not in {State.RECEIVED, State.SUSPENDED}:
        _move(tx, office, case, State.IN_PROGRESS, EventKind.CORRECTED, said)


def _withdraw_before_the_case(tx: Connection, office: Office, row: Row[Any]) -> None:
    _effect(tx, office, row, "withdraw", None)
    filing = find_submission(tx, row.about)
    if filing is None:
        bury(tx, row.about, "withdrawn", row.id)
    elif filing.state == State.FILED.value:
        tx.execute(
            update(submissions)
            .where(submissions.c.id == filing.id)
            .values(state=State.WITHDRAWN.value)
        )
        emit(tx, office, filing, EventKind.WITHDRAWN, Said())


def supersede(tx: Connection, old: str, by: str) -> None:
    """Put ``by`` in the place of ``old``: it is refused for good, or was never taken further."""
    changed = tx.execute(
        update(submissions)
        .where(submissions.c.id == old, submissions.c.state == State.FILED.value)
        .values(state=State.SUPERSEDED.value)
    )
    if changed.rowcount == 0 and find_case(tx, old, None) is None:
        bury(tx, old, "superseded", by)


def bury(tx: Connection, submission_id: str, code: str, by: str) -> None:
    """Refuse an id for good: it was ``withdrawn`` or ``superseded`` before it arrived."""
    known = tx.execute(
        select(tombstones.c.code).where(tombstones.c.submission_id == submission_id)
    ).one_or_none()
    if known is None:
        tx.execute(
            insert(tombstones).values(submission_id=submission_id, code=code, by_submission=by)
        )


def _waiting_for(filing_id: str) -> Any:  # noqa: ANN401 (a statement; its type says nothing here)
    return (
        select(submissions)
        .outerjoin(effects, effects.c.submission_id == submissions.c.id)
        .where(
            submissions.c.about == filing_id,
            submissions.c.state == State.RECEIVED.value,
            submissions.c.kind.in_([kind.value for kind in ACTING]),
            effects.c.id.is_(None),
        )
        .order_by(submissions.c.receipt_number)
    )


def _give_number(tx: Connection, office: Office, case: Row[Any]) -> str:
    item = office.catalogue.current().items.get(case.item_id)
    code = item.implementation_code if item is not None else None
    number = case_number(tx, code or demo_code(case.item_id), office.clock.now())
    tx.execute(update(cases).where(cases.c.id == case.id).values(case_number=number))
    return number


def _move(  # noqa: PLR0913, PLR0917 (a move is exactly this)
    tx: Connection, office: Office, case: Row[Any], state: State, kind: EventKind, said: Said
) -> None:
    tx.execute(update(cases).where(cases.c.id == case.id).values(state=state.value))
    row = find_submission(tx, case.submission_id)
    assert row is not None
    emit(tx, office, row, kind, said)


def _effect(tx: Connection, office: Office, row: Row[Any], what: str, case_id: int | None) -> None:
    tx.execute(
        insert(effects).values(
            submission_id=row.id, case_id=case_id, what=what, at=to_text(office.clock.now())
        )
    )
