"""Files without a row, and casebooks without files.

Rules: a package without a row is never deleted. Normally nobody was promised it, and it goes to
quarantine for staff to decide; when the casebook was restored, salvaged or rebuilt, every verified
package is adopted as ``unknown``, so that the platform is asked and nothing is lost. A casebook
that lost its last commits (a WAL that is gone, an older copy put in its place) says nothing of it,
but its packages do: an interrupted save leaves at most the next number, so a higher one proves that
rows are missing, and so does the witness (:mod:`kiosk.store.witness`) of a number past the counter;
then every package past the counter is adopted. Both need the home lock, so that no
save is under way. What stands on the second path
only comes back first; a copy is made after the commit, so one past the counter proves a lost row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select

from kiosk.domain.clock import Clock
from kiosk.domain.problems import InputProblem
from kiosk.sealing.package import Package
from kiosk.store.agent_drafts import AgentDrafts
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.cards import Cards
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.claims import Claims
from kiosk.store.files import disk, fsync_folder, write_durably
from kiosk.store.home import Home
from kiosk.store.hosts import Hosts
from kiosk.store.inbox import Inbox
from kiosk.store.keys import CASEBOOK_KEYS, Device, casebook_key_in
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages, verified
from kiosk.store.salvage import Salvaged, salvage
from kiosk.store.schema import submission
from kiosk.store.second_copy import SecondCopies
from kiosk.store.witness import noted

_ASIDE: Final = "casebook-"
_READ: Final = "read"
"""Marks a casebook that was put aside and read for what it still holds."""
ADOPTING: Final = "adopt_packages"
"""Name of the casebook's note that it was restored and packages are to be adopted."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of files without a row; ``missing`` are owed rows without a file."""

    adopted: tuple[UUID, ...]
    quarantined: tuple[str, ...]
    missing: tuple[UUID, ...]


def sweep(casebook: Casebook, device: Device, *, adopt: bool | None = None) -> Swept:
    """Bring files and rows together.

    Args:
        casebook: an open casebook.
        device: this terminal; only its own packages are adopted.
        adopt: whether verified packages are adopted; None: if the casebook was rebuilt.
    """
    packages, outbox = Packages(casebook.home), Outbox(casebook)
    adopted: list[UUID] = []
    quarantined: list[str] = []
    with casebook.home.home_lock():
        with casebook.read() as tx:
            if adopt is None:
                adopt = casebook.meta(tx, ADOPTING) is not None
            known = set(tx.execute(select(submission.c.id)).scalars())
            counter = casebook.last_sequence(tx)
        packages.sweep_temporaries()
        lost = _bring_back(casebook, device, known, -1 if adopt else counter)
        orphans = [
            (path, None if found is None else _own(packages, found, device))
            for path, found in packages.files()
            if str(found) not in known
        ]
        past = any(one and one.head.sequence > counter + 1 for _, one in orphans)
        seen = noted(casebook.home)
        behind = not adopt and (lost or past or seen > counter)
        for path, package in orphans:
            if package is not None and (adopt or (behind and package.head.sequence > counter)):
                _adopt(casebook, package)
                adopted.append(package.head.id)
            else:
                quarantined.append(packages.quarantine(path).name)
        _finish(casebook, quarantined, behind=behind, seen=seen)
        missing = tuple(id_ for id_ in outbox.owed(None) if not packages.exists(id_))
        proven = Hosts(casebook).proven_time()
        if proven is not None:
            packages.expire_quarantine(proven)
    return Swept(tuple(adopted), tuple(quarantined), missing)


def tidy(casebook: Casebook, device: Device) -> Swept:
    """What every start of a long-running command does first: sweep, forget what is too old."""
    now = casebook.clock.now()
    Claims(casebook).forget(now)
    Cards(casebook).forget(now)
    AgentDrafts(casebook).forget_old(now)
    return sweep(casebook, device)


def _bring_back(casebook: Casebook, device: Device, known: set[str], counter: int) -> bool:
    """Restore packages from the second path; whether there was one that rows should name."""
    second, packages = SecondCopies.of(casebook.home), Packages(casebook.home)
    if second is None:
        return False
    for id_ in Outbox(casebook).owed(None):
        if not packages.exists(id_):
            second.restore(id_)
    lost = False
    for id_ in sorted(second.ids()):
        if str(id_) in known:
            continue
        package = second.package(id_, device.signing.public)
        if package is not None and package.head.sequence > counter:
            lost = True
            if not packages.exists(id_):
                second.restore(id_)
    return lost


def _own(packages: Packages, submission_id: UUID, device: Device) -> Package | None:
    path = packages.path(submission_id)
    with disk(path):
        data = path.read_bytes()
    try:
        return verified(data, submission_id, device.signing.public)
    except InputProblem:
        return None


def _adopt(casebook: Casebook, package: Package) -> None:
    now = casebook.clock.now()
    with casebook.write() as tx:
        Outbox(casebook).adopt(tx, package.head, envelope_digest=package.envelope_digest, now=now)
        Inbox(casebook).replay(tx, package.head.id, now)


def _finish(casebook: Casebook, quarantined: list[str], *, behind: bool, seen: int) -> None:
    now, audit = casebook.clock.now(), Audit(casebook)
    with casebook.write() as tx:
        casebook.raise_sequence(tx, seen)
        casebook.set_meta(tx, ADOPTING, None)
        if behind:
            audit.record(tx, AuditEvent.CASEBOOK_BEHIND, at=now)
        for name in quarantined:
            subject = name.partition(".")[0]
            audit.record(tx, AuditEvent.QUARANTINED, at=now, subject=subject)


def rebuild(
    home: Home, clock: Clock, tell: Callable[[Salvaged], None] = lambda _salvaged: None
) -> Casebook:
    """Put the present casebook and its key aside and begin a new one. Staff asked for it.

    Every row that can still be read comes along. The new casebook knows that packages are to be
    adopted; :func:`sweep` does it.

    Args:
        home: whose.
        clock: its clock.
        tell: hears how much could be read.
    """
    with home.home_lock():
        aside = _new_aside(home, clock)
        with disk(aside):
            aside.mkdir(mode=0o700, parents=True)
            # The database goes first: a crash in between leaves key without casebook, which is
            # told as "no-casebook" and mended by running the same command again.
            for name in ("casebook.db", "casebook.db-wal", "casebook.db-shm"):
                _aside(home.path / name, aside / name)
            for name in CASEBOOK_KEYS:
                _aside(home.keys / name, aside / name)
    casebook = Casebook.create(home, clock)
    unread = unread_casebooks(home)
    with casebook.write() as tx:
        salvaged = _salvaged(tx, casebook, unread)
        casebook.set_meta(tx, ADOPTING, "rebuilt")
        audit = Audit(casebook)
        audit.record(tx, AuditEvent.CASEBOOK_REBUILT, at=clock.now())
        if salvaged.submissions:
            kept = f"submissions:{salvaged.submissions}"
            audit.record(tx, AuditEvent.CASEBOOK_SALVAGED, at=clock.now(), detail=kept)
    for folder in unread:
        write_durably(folder / _READ, b"")
    tell(salvaged)
    return casebook


def unread_casebooks(home: Home) -> tuple[Path, ...]:
    """Casebooks that were put aside and not read yet, newest first."""
    asides = sorted(home.quarantine.glob(f"{_ASIDE}*"), reverse=True)
    return tuple(folder for folder in asides if not (folder / _READ).exists())


def _salvaged(tx: Transaction, casebook: Casebook, unread: Iterable[Path]) -> Salvaged:
    """The newest casebook in which something stands: an interrupted rebuilding left empty ones."""
    done = Salvaged()
    for folder in unread:
        source, key = folder / "casebook.db", casebook_key_in(folder)
        if key is not None and source.exists():
            done = salvage(tx, casebook, source, key)
        if done.submissions:
            break
    return done


def _new_aside(home: Home, clock: Clock) -> Path:
    """A folder of its own each time, whatever the clock says: the newest sorts last."""
    count = sum(1 for _ in home.quarantine.glob(f"{_ASIDE}*"))
    return home.quarantine / f"{_ASIDE}{count:04}-{clock.now():%Y%m%dT%H%M%SZ}"


def _aside(source: Path, target: Path) -> None:
    if source.exists():
        source.replace(target)
        fsync_folder(source.parent)
        fsync_folder(target.parent)
