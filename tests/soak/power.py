"""Power cuts and failing disks under the statements that the store really issues.

Rules: a recording of the real store is replayed on a simulated disk; a trial cuts the power at one
step of that disk's log (sometimes a second time, during the recovery) and looks at what is left.
The negative controls weaken one thing each (synchronous NORMAL or OFF, the row before the package,
the word before the commit) and must be caught.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Final, cast
from uuid import UUID

import apsw
from sqlalchemy import Row

from kiosk.domain.problems import InputProblem
from kiosk.store.audit import Chain
from kiosk.store.packages import verified
from tests.helpers.crashes import Step
from tests.soak.disk_vfs import Trouble, database
from tests.soak.recording import Act, Moved, Promised, Put, Recording, Sql, Synced, record
from tests.soak.simulated_disk import Change, Said, SimulatedDisk, after_cut

DATABASE: Final = "casebook.db"
_CHECKPOINTS: Final = (6, 40, 1000)
_HEAD: Final = re.compile(r"VALUES \('audit_head', '([0-9]+:[0-9a-f]{64})'\)")
_LAST_STEPS: Final = (
    "SELECT submission_id, to_state FROM event GROUP BY submission_id HAVING number = max(number)"
)
_AUDIT: Final = "SELECT number, at, event, subject, detail, previous, digest FROM audit ORDER BY 1"


@dataclass(slots=True)
class Replay:
    """A recording on a simulated disk: what was promised, what may have been saved."""

    disk: SimulatedDisk
    promised: set[str] = field(default_factory=set)


def replay(
    recording: Recording,
    *,
    checkpoint: int,
    synchronous: str = "FULL",
    trouble: Trouble | None = None,
) -> Replay:
    """Do again, on a simulated disk, what the store did.

    Args:
        recording: of the real store.
        checkpoint: after how many pages the WAL is carried over.
        synchronous: another value than FULL is a negative control.
        trouble: when the disk fails.
    """
    fault = trouble or Trouble()
    done = Replay(SimulatedDisk())
    inode = done.disk.create(DATABASE)
    done.disk.sync(inode)
    done.disk.sync_folder("")
    with (
        contextlib.suppress(apsw.IOError, apsw.FullError),
        database(done.disk, DATABASE, fault) as connection,
    ):
        connection.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}").fetchall()
        for unit in units(recording.acts):
            if not _insisted(unit, done, connection, synchronous, fault):
                break
        if not fault.struck:
            _assert_mode(connection, synchronous)
    return done


def units(acts: tuple[Act, ...]) -> Iterator[list[Act]]:
    """The acts, cut after every transaction and what was promised with it."""
    unit: list[Act] = []
    for act in acts:
        if Sql("COMMIT") in unit and not isinstance(act, Promised):
            yield unit
            unit = []
        unit.append(act)
    yield unit


def _insisted(
    unit: list[Act], done: Replay, connection: apsw.Connection, synchronous: str, trouble: Trouble
) -> bool:
    """Carry out a transaction; whoever is told that it failed looks, then tries once more.

    Before anything was saved nobody tries again: the store gives the connection up.
    """
    rest = list(unit)
    for _ in range(2 if done.promised else 1):
        left = list(rest)
        try:
            while left:
                _act(left[0], done, connection, synchronous, trouble)
                del left[0]
        except (apsw.IOError, apsw.FullError, apsw.CantOpenError):
            if connection.in_transaction:
                with contextlib.suppress(apsw.Error):
                    connection.execute("ROLLBACK")
            elif left[0] == Sql("COMMIT") and _is_there(unit, connection):
                rest = left[1:]
        else:
            return True
    return False


def _is_there(unit: list[Act], connection: apsw.Connection) -> bool:
    """Whether a commit that reported a failure took place after all."""
    heads = [found[1] for act in unit if isinstance(act, Sql) and (found := _HEAD.search(act.text))]
    with contextlib.suppress(apsw.SQLError):
        if not heads:
            return bool(connection.execute("SELECT 1 FROM alembic_version").fetchall())
        query = "SELECT value FROM meta WHERE name = 'audit_head'"
        return connection.execute(query).fetchall() == [(heads[-1],)]
    return False


def _act(
    act: Act, done: Replay, connection: apsw.Connection, synchronous: str, trouble: Trouble
) -> None:
    if isinstance(act, Sql):
        weakened = act.text.replace("synchronous = FULL", f"synchronous = {synchronous}")
        connection.execute(weakened).fetchall()
    elif isinstance(act, Promised):
        done.disk.say(act.what)
        done.promised.add(act.what)
    else:
        trouble.call()
        _file_act(act, done.disk)


def _file_act(act: Act, disk: SimulatedDisk) -> None:
    match act:
        case Put():
            if not act.data:
                disk.create(act.name)
                return
            inode = disk.names[act.name]
            disk.write(inode, len(disk.files[inode]), act.data)
        case Synced(folder=True):
            disk.sync_folder(act.name)
        case Synced():
            disk.sync(disk.names[act.name])
        case Moved(target=None):
            disk.unlink(act.name)
        case Moved() if act.target is not None:
            disk.rename(act.name, act.target)


def _assert_mode(connection: apsw.Connection, synchronous: str) -> None:
    """The replay is worth nothing in another mode than the store's."""
    assert connection.pragma("journal_mode") == "wal"
    assert connection.pragma("synchronous") == {"OFF": 0, "NORMAL": 1, "FULL": 2}[synchronous]


def wrong(disk: SimulatedDisk, promised: set[str], packages: dict[str, bytes]) -> list[str]:
    """Everything that must not be on a disk that was started again."""
    try:
        with database(disk, DATABASE) as connection:
            return _wrong(connection, disk, promised, packages)
    except apsw.Error as error:
        return [f"the casebook does not open: {type(error).__name__}"]


def _wrong(
    connection: apsw.Connection,
    disk: SimulatedDisk,
    promised: set[str],
    packages: dict[str, bytes],
) -> list[str]:
    if connection.pragma("quick_check") != "ok":
        return ["the casebook is damaged"]
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit'").fetchall():
        return ["the casebook is empty"] if promised else []
    found = []
    rows = _pairs(connection, "SELECT id, state FROM submission")
    found += [f"{lost} was promised and is gone" for lost in promised - rows.keys()]
    last = _pairs(connection, _LAST_STEPS)
    if last != rows:
        found.append("state and history differ")
    for row in rows:
        data = _file(disk, f"packages/{row}.sealed")
        if data is None or data != packages[f"{row}.sealed"]:
            found.append(f"{row} has no whole package")
    if not _chained(connection):
        found.append("the audit trail is broken")
    return found


def _pairs(connection: apsw.Connection, query: str) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in connection.execute(query)}


def _file(disk: SimulatedDisk, name: str) -> bytes | None:
    inode = disk.names.get(name)
    return None if inode is None else bytes(disk.files[inode])


def _chained(connection: apsw.Connection) -> bool:
    columns = ("number", "at", "event", "subject", "detail", "previous", "digest")
    chain = Chain({})
    for values in connection.execute(_AUDIT):
        row = SimpleNamespace(**dict(zip(columns, values, strict=True)))
        if chain.follow(cast("Row[tuple[object, ...]]", row)) is not None:
            return False
    kept = connection.execute("SELECT value FROM meta WHERE name = 'audit_head'").fetchall()
    head = kept[0][0] if kept else f"0:{bytes(32).hex()}"
    report = chain.report(None)
    return bool(head == f"{report.rows}:{report.head}")


@dataclass(frozen=True, slots=True)
class Cutter:
    """One recording on one disk, to be cut again and again."""

    log: tuple[Change, ...]
    packages: dict[str, bytes]
    first_promise: int

    @classmethod
    def of(cls, recording: Recording, *, checkpoint: int, synchronous: str = "FULL") -> Cutter:
        """Replay a recording to its end."""
        done = replay(recording, checkpoint=checkpoint, synchronous=synchronous)
        log = tuple(done.disk.log)
        first = next(place for place, change in enumerate(log) if isinstance(change, Said))
        return cls(log, recording.packages, first)

    def cut(self, luck: Random) -> tuple[int, list[str]]:
        """Cut the power once (or again while recovering) and look.

        Returns:
            How much had been promised, and what must not be.
        """
        start = 0 if luck.random() < 0.1 else self.first_promise
        place = luck.randint(start, len(self.log))
        before = self.log[:place]
        promised = {change.what for change in before if isinstance(change, Said)}
        disk = SimulatedDisk.holding(after_cut(before, luck))
        if luck.random() < 0.15:
            disk = self._cut_again(disk, luck)
        return len(promised), wrong(disk, promised, self.packages)

    def _cut_again(self, disk: SimulatedDisk, luck: Random) -> SimulatedDisk:
        start = len(disk.log)
        with contextlib.suppress(apsw.Error), database(disk, DATABASE) as connection:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        place = luck.randint(start, len(disk.log))
        return SimulatedDisk.holding(after_cut(disk.log[:place], luck))


def cutters(
    luck: Random, *, synchronous: str = "FULL", step: Step | None = None
) -> Iterator[Cutter]:
    """Ever new recordings to cut."""
    while True:
        with TemporaryDirectory() as folder:
            recording = record(Path(folder), luck, step, saves=luck.randint(3, 10))
        check_packages(recording)
        for checkpoint in _CHECKPOINTS:
            yield Cutter.of(recording, checkpoint=checkpoint, synchronous=synchronous)


def check_packages(recording: Recording) -> None:
    """Every package of a recording is the one it claims to be."""
    for name, data in recording.packages.items():
        try:
            verified(data, UUID(Path(name).stem))
        except InputProblem as problem:
            raise AssertionError(name) from problem


def fail_every_call(
    recording: Recording, *, lasting: bool, full: bool
) -> tuple[int, int, list[str]]:
    """Fail the first, second… call of a recording, until none is left to fail.

    Returns:
        How many calls were failed, how much had been promised, and what must not be.
    """
    found: list[str] = []
    nth, promises = 0, 0
    while True:
        trouble = Trouble(nth, lasting=lasting, full=full)
        done = replay(recording, checkpoint=12, trouble=trouble)
        if not trouble.struck:
            return nth, promises, found
        promises += len(done.promised)
        for image in (done.disk, _cut_at_the_end(done, nth)):
            faults = wrong(image, done.promised, recording.packages)
            found += [f"call {nth}: {fault}" for fault in faults]
        nth += 1


def _cut_at_the_end(done: Replay, nth: int) -> SimulatedDisk:
    return SimulatedDisk.holding(after_cut(done.disk.log, Random(nth)))
