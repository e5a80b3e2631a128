"""Terminals that were stolen or lost, and what still comes from them.

Rules:

* From the moment of the order a revoked terminal is let in nowhere (403 ``terminal-revoked``), gets
  no event and no answer by stick, and cannot enrol again under its key.
* Nothing that residents saved is lost with it: packages that arrive all the same, by a stick or by
  a neighbour's line, are received and receipted. ``sealed_at`` is the terminal's own word, and who
  holds the machine holds its key: so every one of them is held for staff, and the flag only says
  what the package claims, sealed before the theft or after it.
* What was received since the theft and before the order is flagged as well; what is not whole yet
  is held.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from kiosk.domain.clock import from_text, to_text
from kiosk.domain.problems import InputProblem
from kiosk.sealing.package import Head
from sync.platform.answers import ProblemAnswer
from sync.platform.flags import AFTER_THE_THEFT, REVOKED, put_flags
from sync.platform.tables import revocations, submissions, terminals


def revoke(tx: Connection, terminal: str, since: datetime, now: datetime) -> int:
    """Revoke a terminal; again: only the moment of the theft moves.

    Returns:
        How many submissions of it were received since it is gone; they are flagged now.

    Raises:
        InputProblem: it was never enrolled.
    """
    known = select(terminals.c.terminal).where(terminals.c.terminal == terminal)
    if tx.execute(known).one_or_none() is None:
        raise InputProblem(
            "unknown-terminal",
            f"no terminal {terminal!r} was ever enrolled here",
            path="--terminal",
        )
    tx.execute(delete(revocations).where(revocations.c.terminal == terminal))
    tx.execute(
        insert(revocations).values(terminal=terminal, revoked_at=to_text(now), since=to_text(since))
    )
    suspect = select(submissions.c.id).where(
        submissions.c.terminal == terminal, submissions.c.received_at >= to_text(since)
    )
    found = list(tx.execute(suspect).scalars())
    for submission_id in found:
        put_flags(tx, submission_id, AFTER_THE_THEFT)
    return len(found)


def reinstate(tx: Connection, terminal: str) -> None:
    """Lift a revocation; what is held stays so until staff has looked at it.

    Raises:
        InputProblem: it is not revoked.
    """
    if tx.execute(delete(revocations).where(revocations.c.terminal == terminal)).rowcount == 0:
        raise InputProblem(
            "not-revoked", f"terminal {terminal!r} is not revoked", path="--terminal"
        )


def is_revoked(tx: Connection, terminal: str) -> bool:
    """Whether a terminal is to be let in nowhere."""
    mine = select(revocations.c.terminal).where(revocations.c.terminal == terminal)
    return tx.execute(mine).one_or_none() is not None


def refuse_revoked(tx: Connection, terminal: str) -> None:
    """Keep a revoked terminal out.

    Raises:
        ProblemAnswer: 403 ``terminal-revoked``.
    """
    if is_revoked(tx, terminal):
        raise ProblemAnswer(
            403, "terminal-revoked", "this terminal was reported lost; call the township"
        )


def note_revoked(tx: Connection, head: Head) -> None:
    """Flag, and so hold, a new submission that a revoked terminal sealed."""
    found = select(revocations.c.since).where(revocations.c.terminal == head.terminal)
    since = tx.execute(found).scalar_one_or_none()
    if since is not None:
        late = head.clock_suspect or from_text(head.sealed_at) >= from_text(since)
        put_flags(tx, str(head.id), AFTER_THE_THEFT if late else REVOKED)
