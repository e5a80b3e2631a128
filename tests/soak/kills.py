"""SIGKILL at random instants, with other processes at work beside.

Rules: every process is forked from this one (an interpreter started for each would cost ten times
as much) and works on the real files; the victim may be any of them or all at once; who is left goes
on, as after a crash of one program. What a saver said before it ended is promised.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random
from typing import Final
from unittest.mock import patch
from uuid import UUID

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import text

from kiosk.domain.directory_rows import Value, full
from kiosk.domain.lifecycle import OWED, Signal, State
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.store import migrate
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook
from kiosk.store.directory import Directory
from kiosk.store.directory_apply import Origin, build_full
from kiosk.store.home import Home
from kiosk.store.keys import load_casebook_key
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.recovery import sweep
from kiosk.store.schema import HEAD
from kiosk.store.sqlite import build_engine
from tests.helpers.crashes import (
    Say,
    Step,
    acknowledged,
    faults,
    for_ever,
    honest,
    in_child,
    opened,
    row_first,
    word_first,
)
from tests.helpers.platform_process import platform, publish_catalogue
from tests.helpers.stores import HandClock, Site, new_home, save
from tests.helpers.sync_station import SyncStation, station
from tests.migrations.test_casebook_migrations import NEXT, scripts_with
from tests.soak.ledger import Batch, Control
from tests.unit.directory.test_rows import header, packed

_KILLS: Final = 30
_LONGEST: Final = 0.06
ORIGIN: Final = Origin("platform", "r" * 64)
CONTROLS: Final[dict[str, Step]] = {
    "row before package": row_first,
    "word before commit": word_first,
}


def kills(luck: Random, folder: Path) -> Batch:
    """Two that save, one that moves rows, one that sweeps, one that verifies: any may die."""
    home = _station(folder / "home")
    promised: set[UUID] = set()
    found: list[str] = []
    trials = 0
    while trials < _KILLS and not found:
        promised |= struck(home, (honest, honest, mover, sweeper, verifier), luck)
        trials += 1
        found = faults(home, promised)
    noticed = {name: control(folder, name, luck, 4) for name in CONTROLS}
    return Batch(trials, len(promised), tuple(found), controls=noticed)


def control(folder: Path, name: str, luck: Random, times: int) -> Control:
    """Kill a store that saves in the wrong order; how often that showed."""
    caught = 0
    for _ in range(times):
        home = _station(folder / "control")
        promised = struck(home, (CONTROLS[name],), luck)
        caught += bool(faults(home, promised))
        shutil.rmtree(home.path)
    return Control(times, caught)


def struck(home: Home, steps: tuple[Step, ...], luck: Random) -> set[UUID]:
    """Let processes work, kill one or all, then end the others; everything that was promised."""
    children = [in_child(home, for_ever(step)) for step in steps]
    for _, pipe in children:
        os.read(pipe, 16)
    time.sleep(luck.random() * _LONGEST)
    pids = [pid for pid, _ in children]
    luck.shuffle(pids)
    if luck.random() < 0.5:
        os.kill(pids[0], signal.SIGKILL)
        time.sleep(luck.random() * _LONGEST)
        pids = pids[1:]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid, _ in children:
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert status == -signal.SIGKILL, f"a worker ended by itself with {status}"
    return {said for _, pipe in children for said in acknowledged(pipe)}


def mover(site: Site, _say: Say) -> None:
    """Takes rows and loses replies, as the exchange does."""
    for row in site.outbox.page(tuple(OWED), limit=4):
        reply = Signal.LOST_REPLY if row.state is State.SENDING else Signal.TAKE
        site.outbox.apply(row.id, reply, now=site.clock.now())


def sweeper(site: Site, _say: Say) -> None:
    """Sweeps, as every start of a long-running command does."""
    sweep(site.casebook, site.device)
    time.sleep(0.01)


def verifier(site: Site, _say: Say) -> None:
    """Looks for damage while others write: no moment may show half of a transaction."""
    with site.reopened() as casebook:
        assert Audit(casebook).verify().ok
        for row in Outbox(casebook).page(limit=20):
            Packages(site.home).read(row.id)


def migrations(luck: Random, folder: Path) -> Batch:
    """A casebook with something in it is migrated and killed: the old schema or the new."""
    original = _station(folder / "original")
    site = opened(original)
    with site.casebook:
        promised = {save(site, blobs=()).id for _ in range(5)}
    scripts = scripts_with(folder, "")
    found: list[str] = []
    for number in range(_KILLS):
        home = Home(folder / f"home-{number}")
        shutil.copytree(original.path, home.path)
        _killed(lambda home=home: _migrate(home, scripts), luck, 0.12)  # type: ignore[misc]
        found += _migrated(home, scripts, promised)
        shutil.rmtree(home.path)
    return Batch(_KILLS, _KILLS * len(promised), tuple(found))


def _migrate(home: Home, scripts: Path) -> None:
    with patch.object(migrate, "MIGRATIONS", scripts), patch.object(migrate, "HEAD", NEXT):
        Casebook.open(home, HandClock()).close()


def _migrated(home: Home, scripts: Path, promised: set[UUID]) -> list[str]:
    key = load_casebook_key(home)
    found = []
    for _ in range(2):  # as it was left, and after it was run again
        engine = build_engine(home.casebook, key)
        with engine.connect() as connection, connection.begin():
            revision = migrate.revision_of(connection)
            rows = set(connection.execute(text("SELECT id FROM submission")).scalars())
            if revision not in {HEAD, NEXT}:
                found.append(f"the schema is {revision}")
            else:
                migrate.check_schema(connection, revision, scripts)
        engine.dispose()
        found += [f"{lost} is gone" for lost in {str(one) for one in promised} - rows]
        _migrate(home, scripts)
    return found


def directories(luck: Random, folder: Path) -> Batch:
    """The directory is replaced again and again and killed: one of two whole versions stands."""
    files, target = two_directories(folder), folder / "directory.db"
    build_full(files[0], target, ORIGIN)
    found = []
    for _ in range(_KILLS):
        _killed(lambda: replacing(files, target), luck, 0.1)
        found += half(target)
    return Batch(_KILLS, 0, tuple(found))


def two_directories(folder: Path) -> tuple[Path, Path]:
    """Two full files that differ in every row."""
    made = []
    for number in (1, 2):
        content: dict[tuple[str, str], Value] = {
            ("division", f"{row:012}"): f"第{number}版" for row in range(1500)
        }
        made.append(packed(folder / f"{number}.zst", header(content, number), full(content)))
    return made[0], made[1]


def replacing(files: tuple[Path, Path], target: Path) -> None:
    """Put one after the other in the place of the directory, for ever."""
    for file in itertools.cycle(reversed(files)):
        build_full(file, target, ORIGIN)


def half(target: Path) -> list[str]:
    """What is wrong with a directory that was cut off while it was replaced."""
    try:
        with Directory.open(target) as directory:
            version = directory.info().version
            words = {one for _, one in directory._rows("SELECT key, value FROM division")}
    except (EnvironmentProblem, InputProblem, sqlcipher.DatabaseError) as error:
        return [f"the directory does not open: {error}"]
    return [] if words == {f"第{version}版"} else [f"version {version} says {words}"]


def deliveries(luck: Random, folder: Path) -> Batch:
    """The exchange with a platform that drops replies is killed; each filing has one effect."""
    data = folder / "platform"
    publish_catalogue(data)
    trouble = ("drop-reply=0.3", "500=0.1")
    promised: set[UUID] = set()
    with platform(data, faults=trouble, seed=luck.randrange(1000)) as served:

        def place() -> AbstractContextManager[SyncStation]:
            return station(folder / "home", served.keys, served.fleet_code, served.url)

        def exchange() -> None:
            with place() as mine:
                while True:
                    mine.once(served.url)

        def file_one() -> None:
            with place() as mine:
                promised.add(mine.save(blobs=luck.randrange(2)))

        file_one()
        for _ in range(_KILLS):
            _killed(exchange, luck, 0.2, beside=file_one)
        left = _drained(place, served.url)
        effects = {case["submission_id"]: case["effects"] for case in served.cases()}
    found = [f"{one} never arrived" for one in promised if str(one) not in effects]
    found += [f"{one} is still owed" for one in left]
    strangers = effects.keys() - {str(one) for one in promised}
    doubles = sum(count > 1 for count in effects.values()) + len(strangers)
    return Batch(_KILLS, len(promised), tuple(found), doubles)


def _drained(place: Callable[[], AbstractContextManager[SyncStation]], url: str) -> list[UUID]:
    """Exchange until nothing is owed; what still is after two minutes."""
    end = time.monotonic() + 120
    with place() as mine:
        while (left := mine.outbox.owed(None)) and time.monotonic() < end:
            mine.once(url)
    return left


def _killed(
    work: Callable[[], None],
    luck: Random,
    longest: float,
    beside: Callable[[], None] = lambda: None,
) -> None:
    """Fork a process that works, do something beside, and kill it within some seconds."""
    pid = os.fork()
    if pid == 0:
        status = 70
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    beside()
    time.sleep(luck.random() * longest)
    os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status in {0, -signal.SIGKILL}, f"the worker ended by itself with {status}"


def _station(path: Path) -> Home:
    home = new_home(path)
    Casebook.create(home, HandClock()).close()
    return home
