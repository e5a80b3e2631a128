"""How a fleet that comes back is received: the window over which it spreads.

Rules:

* A terminal that was away holds back a random part of the window that the ping names; nobody who
  stands at a terminal waits for it: a tap, a save and a link that comes up go at once.
* The window is as long as it takes to serve everybody who is still away, so the rate of those who
  return does not exceed what this platform serves; it shrinks while they arrive.
* A handful of terminals need not wait at all.
* Who is away is counted every few seconds, not at every ping.
* What would wait longer than about a second is turned away at the door: 503 and a ``Retry-After``
  as long as the work that waits, and up to as long again at random, so that those who were turned
  away do not return together. A ping is never turned away, nor is the rest of an upload that was
  taken: the one tells a terminal that we are here, the other would be sent in vain.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Final

from sqlalchemy import Connection

from sync.platform.answers import ProblemAnswer
from sync.platform.terminals import absent_of

CAPACITY: Final = 200
"""Requests a second that one reference server takes with ease (it was measured at more)."""
VISIT: Final = 29
"""Requests of a terminal that returns after a day: its own and those of its submissions."""
LONGEST: Final = 3600
"""Seconds; no terminal waits longer for its turn."""
AWAY: Final = timedelta(minutes=15)
"""A terminal that reported within this time is not away: three times its usual pause."""
_HANDFUL: Final = 5
_FRESH: Final = timedelta(seconds=5)


def window(absent: int, capacity: int = CAPACITY) -> int:
    """Seconds over which so many absent terminals are to spread."""
    seconds = absent * VISIT // capacity
    return min(LONGEST, seconds) if seconds > _HANDFUL else 0


@dataclass(slots=True)
class Reception:
    """Remembers how many terminals were away a moment ago."""

    _absent: int = 0
    _counted_at: datetime | None = None

    def window(self, tx: Connection, now: datetime) -> int:
        """The window for whoever pings now."""
        if self._counted_at is None or abs(now - self._counted_at) > _FRESH:
            self._absent, self._counted_at = absent_of(tx, now - AWAY), now
        return window(self._absent)


@dataclass(slots=True)
class Door:
    """Lets in what can be served soon. Entered on the event loop only, so it needs no lock.

    Args:
        most: requests that may be at work or wait for a worker at the same time.
        luck: for the hints.
    """

    most: int = CAPACITY
    luck: Random = field(default_factory=SystemRandom)
    inside: int = 0

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be one of those inside.

        Raises:
            ProblemAnswer: 503, there are enough already.
        """
        if self.inside >= self.most:
            raise ProblemAnswer(
                503, "busy", "too many at once", headers={"Retry-After": str(self._hint())}
            )
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    def _hint(self) -> int:
        """Whole seconds after which to come again."""
        work = max(1.0, self.inside / CAPACITY)
        return math.ceil(work * (1 + self.luck.random()))
