"""What a station does for its own keeping between two rounds of exchange.

Rules: every chore is cheap when there is nothing to do; none waits for the network; what a chore
finds is told (:mod:`kiosk.store.findings`), never repaired by force. The whole casebook is read
once a day, on the connection of the thread that does the chores: opening it looks only as far as
that takes no time; with it goes what was kept long enough.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from kiosk.domain.clock import from_text, to_text
from kiosk.store import ballast
from kiosk.store.cards import Cards
from kiosk.store.casebook import Casebook
from kiosk.store.claims import Claims
from kiosk.store.outbox import Outbox
from kiosk.store.second_copy import Caught, SecondCopies

CHECK_EVERY: Final = timedelta(days=1)
_CHECKED_AT: Final = "checked_at"
_FINDING: Final = "check_finding"


def do_chores(casebook: Casebook) -> None:
    """All of them.

    Raises:
        EnvironmentProblem: the casebook or the station's own disk failed.
    """
    ballast.tend(casebook.home)
    copy_again(casebook)
    if check_when_due(casebook):
        forget(casebook)


def forget(casebook: Casebook) -> None:
    """Once a day: ID tags and contact cards that were kept long enough."""
    now = casebook.clock.now()
    Claims(casebook).forget(now)
    Cards(casebook).forget(now)


def copy_again(casebook: Casebook) -> Caught:
    """Bring the second copies up to date, where a second path is set."""
    second = SecondCopies.of(casebook.home)
    return Caught() if second is None else second.catch_up(Outbox(casebook))


def check_when_due(casebook: Casebook) -> bool:
    """Read the whole casebook once a day and keep what was found; whether it was read now."""
    now = casebook.clock.now()
    with casebook.read() as tx:
        last = casebook.meta(tx, _CHECKED_AT)
    if last is not None and timedelta(0) <= now - from_text(last) < CHECK_EVERY:
        return False
    found = casebook.damage()
    with casebook.write() as tx:
        casebook.set_meta(tx, _CHECKED_AT, to_text(now))
        casebook.set_meta(tx, _FINDING, found)
    return True


def check_finding(casebook: Casebook) -> str | None:
    """What the last reading of the whole casebook found; None: nothing, or it was not read yet."""
    with casebook.read() as tx:
        return casebook.meta(tx, _FINDING)
