"""Flags: one word each beside a submission, for officers.

Rules: a flag never refuses anything. Some hold: what is held was received (saved means saved) and
has its receipt, but nothing happens by itself: a filing waits for an officer's decision, what acts
on a case waits until it is released. The flag :data:`RELEASED` lifts a hold, the others stay to be
read.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, insert, select

from kiosk.sealing.canonical import Json
from sync.platform.tables import flags

REVOKED: Final = "terminal-revoked"
"""Of a terminal that was revoked; sealed before it was lost, by the terminal's own word."""
AFTER_THE_THEFT: Final = "sealed-after-theft"
"""Of a revoked terminal, sealed when it was gone already, or by a clock that cannot be believed."""
RELEASED: Final = "released"
MANDATE: Final = "mandate-"
"""What keeps a mandate from carrying its filing begins so."""
_HOLDING: Final = frozenset({REVOKED, AFTER_THE_THEFT})


def put_flags(tx: Connection, submission_id: str, *found: str) -> None:
    """Flag a submission; a flag that it has already stays one."""
    known = set(flags_of(tx, submission_id))
    for flag in sorted(set(found) - known):
        tx.execute(insert(flags).values(submission_id=submission_id, flag=flag))


def flags_of(tx: Connection, submission_id: str) -> list[Json]:
    """The flags of a submission, sorted."""
    mine = flags.c.submission_id == submission_id
    return list(tx.execute(select(flags.c.flag).where(mine).order_by(flags.c.flag)).scalars())


def is_held(tx: Connection, submission_id: str) -> bool:
    """Whether a submission waits for staff, whatever else it could do by itself."""
    found = {str(flag) for flag in flags_of(tx, submission_id)}
    holding = found & _HOLDING or any(flag.startswith(MANDATE) for flag in found)
    return bool(holding) and RELEASED not in found
