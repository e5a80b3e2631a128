"""What is wrong with a station's keeping, for the technician and for the platform.

Rules: a finding has a stable code and one English sentence with what to do; it names nobody; none
of them stops a resident by itself (what must be refused is refused where it happens). They are
looked up when somebody asks, so a finding is gone with its cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.domain.clock import from_text
from kiosk.store import ballast
from kiosk.store.casebook import Casebook
from kiosk.store.chores import check_finding
from kiosk.store.home import LEAST_FREE, Home
from kiosk.store.hosts import Hosts
from kiosk.store.outbox import Outbox
from kiosk.store.recovery import unread_casebooks
from kiosk.store.second_copy import SecondCopies

STALLED_AFTER: Final = timedelta(hours=4)
"""How long applications may wait while the line is up before somebody is called."""
_FRESH_CONTACT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a technician should know."""

    code: str
    detail: str


def findings(casebook: Casebook, *, carrier: bool) -> tuple[Finding, ...]:
    """Everything that is wrong now, worst first.

    Args:
        casebook: of the station.
        carrier: whether some cable or radio of this machine carries something.
    """
    found = (
        _damage(casebook),
        _unread(casebook.home),
        _disk(casebook.home),
        nothing_sent(casebook, carrier=carrier),
        _second(casebook),
        _ballast(casebook.home),
        _clock(casebook),
    )
    return tuple(one for one in found if one is not None)


def nothing_sent(casebook: Casebook, *, carrier: bool) -> Finding | None:
    """The line is up and yet nothing was sent for hours: no error says so by itself."""
    outbox, now = Outbox(casebook), casebook.clock.now()
    owed = outbox.owed(None)
    if not owed:
        return None
    facts = Hosts(casebook).facts()
    # Ids carry their time, so the smallest is the oldest.
    oldest = outbox.require(min(owed)).sealed_at
    sent = facts.get("last_sent")
    since = oldest if sent is None else max(oldest, from_text(sent[0]))
    contact = facts.get("last_contact")
    answers = contact is not None and now - contact[1] < _FRESH_CONTACT
    if now - since < STALLED_AFTER or not (carrier or answers):
        return None
    platform = "the platform answers" if answers else "the platform does not answer"
    return Finding(
        "nothing-sent",
        f"the line is up, yet nothing was sent since {_moment(since)}; {len(owed)} applications "
        f"wait and {platform}; run kiosk sync once and look at kiosk queue list, or take them by "
        "stick with kiosk courier export",
    )


def _damage(casebook: Casebook) -> Finding | None:
    found = check_finding(casebook)
    if found is None:
        return None
    return Finding(
        "casebook-damaged",
        f"the daily check found a fault in the casebook ({found}); "
        "run kiosk init --rebuild, which keeps every row that can be read",
    )


def _unread(home: Home) -> Finding | None:
    unread = unread_casebooks(home)
    if not unread:
        return None
    return Finding(
        "casebook-unread",
        f"the casebook in {unread[0]} was put aside and not read; run kiosk init --rebuild",
    )


def _disk(home: Home) -> Finding | None:
    free = home.free_bytes()
    if free >= LEAST_FREE:
        return None
    return Finding(
        "disk-low",
        f"only {free // 2**20} MB are free on the disk of {home.path}: no new application is "
        "taken; free some",
    )


def _second(casebook: Casebook) -> Finding | None:
    second = SecondCopies.of(casebook.home)
    if second is None:
        return None
    state = second.state(Outbox(casebook))
    if not state.present:
        return Finding(
            "second-copy-absent",
            f"{state.folder} is not there; plug the medium of the second copies in "
            f"({state.behind} packages stand on one disk only)",
        )
    if state.behind:
        return Finding(
            "second-copy-behind",
            f"{state.behind} packages have no copy in {state.folder}; look whether it is full",
        )
    return None


def _ballast(home: Home) -> Finding | None:
    if not ballast.wanted(home) or ballast.stands(home) or ballast.fits(home):
        return None
    return Finding(
        "no-ballast",
        f"{home.ballast} was given up; it comes back by itself when the disk has room again",
    )


def _clock(casebook: Casebook) -> Finding | None:
    now = casebook.clock.now()
    if not casebook.clock_suspect(now):
        return None
    return Finding(
        "clock-behind",
        f"the clock says {_moment(now)}, which is before what was recorded; set it",
    )


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
