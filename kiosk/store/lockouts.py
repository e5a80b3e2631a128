"""Lock-outs that neither a restart nor a changed clock can shorten.

Rules: after three free tries each failure locks its subject, and nobody else, for twice as long as
the one before, up to fifteen minutes. Time is counted in ticks: seconds that this machine was
provably running, kept in the casebook and driven by the monotonic clock; the wall clock has no say.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.schema import lockout

FREE_TRIES: Final = 3
FIRST_WAIT: Final = 30
LONGEST_WAIT: Final = 15 * 60

_TICKS: Final = "ticks"
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def read_boot_id() -> str:
    """Which run of this machine we are in; empty where the system does not tell."""
    return _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""


def wait_after(failures: int) -> int:
    """Seconds of lock-out after the n-th failure in a row."""
    beyond = failures - FREE_TRIES
    return 0 if beyond < 0 else min(FIRST_WAIT << min(beyond, 16), LONGEST_WAIT)


class Lockouts:
    """Failures and lock-outs by subject (``agent:a1``, ``claim:{id}``).

    Args:
        casebook: where they are kept.
        boot_id: of this run of the machine; None: read from the system.
    """

    def __init__(self, casebook: Casebook, *, boot_id: str | None = None) -> None:
        self._casebook = casebook
        self._boot_id = read_boot_id() if boot_id is None else boot_id

    def wait(self, tx: Transaction, subject: str) -> int:
        """Seconds that a subject is still locked out; 0: it may try. ``tx`` must be a write."""
        until = tx.execute(
            select(lockout.c.until_tick).where(lockout.c.subject == subject)
        ).scalar()
        return 0 if until is None else max(0, until - self._tick(tx))

    def failed(self, tx: Transaction, subject: str) -> int:
        """Count a failure; the seconds of lock-out that follow."""
        query = select(lockout.c.failures).where(lockout.c.subject == subject)
        failures = (tx.execute(query).scalar() or 0) + 1
        seconds = wait_after(failures)
        values = {"failures": failures, "until_tick": self._tick(tx) + seconds}
        row = insert(lockout).values(subject=subject, **values)
        tx.execute(row.on_conflict_do_update(index_elements=["subject"], set_=values))
        return seconds

    def succeeded(self, tx: Transaction, subject: str) -> None:
        """Forget the failures of a subject."""
        tx.execute(lockout.delete().where(lockout.c.subject == subject))

    def _tick(self, tx: Transaction) -> int:
        now = self._casebook.clock.monotonic()
        kept = (self._casebook.meta(tx, _TICKS) or "0 0 ").split(" ", 2)
        total, last, boot_id = float(kept[0]), float(kept[1]), kept[2]
        # Between two runs, and when the clock went back, nothing is proven to have passed.
        passed = now - last if boot_id == self._boot_id else 0.0
        total += max(0.0, passed)
        self._casebook.set_meta(tx, _TICKS, f"{total!r} {now!r} {self._boot_id}")
        return math.floor(total)
