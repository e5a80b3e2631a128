"""Ballast, the daily check, and what the technician is told."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.devices.printer import NoPrinter
from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import State
from kiosk.domain.parties import Way
from kiosk.domain.problems import EnvironmentProblem
from kiosk.journeys.admitting import ROOM, admit
from kiosk.main.clock import SystemClock
from kiosk.main.services import Services
from kiosk.main.wiring import open_station
from kiosk.store import ballast
from kiosk.store.casebook import Casebook
from kiosk.store.chores import check_when_due, do_chores
from kiosk.store.findings import STALLED_AFTER, findings, nothing_sent
from kiosk.store.home import LEAST_FREE
from kiosk.store.hosts import Hosts
from kiosk.store.keys import load_device
from kiosk.store.outbox import Outbox
from kiosk.store.recovery import sweep
from tests.helpers.command import run_here
from tests.helpers.stores import SETTINGS, HandClock, Site, new_home, save
from ui.bridge.ports import LinkFacts

MB = 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 160 megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("not runnable here: mounting a small tmpfs needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def codes(site: Site) -> set[str]:
    return {one.code for one in findings(site.casebook, carrier=False)}


def fill(folder: Path, *, leaving: int) -> Path:
    """Leave so many bytes of the disk free."""
    file = folder / "rubbish"
    file.unlink(missing_ok=True)
    free = os.statvfs(folder)
    with file.open("wb") as rubbish:
        os.posix_fallocate(rubbish.fileno(), 0, free.f_bavail * free.f_frsize - leaving)
    return file


def test_the_ballast_is_given_up_on_a_full_disk_and_comes_back(disk: Path) -> None:
    home = new_home(disk / "home")
    home.save_settings(replace(SETTINGS, demo=False))
    with Casebook.create(home, HandClock()) as casebook:
        site = Site(home, HandClock(), load_device(home), casebook)
        save(site)
        do_chores(casebook)
        assert ballast.stands(home)
        assert home.ballast.stat().st_blocks * 512 >= ballast.SIZE
        assert codes(site) == set()
        rubbish = fill(disk, leaving=4 * MB)
        with pytest.raises(EnvironmentProblem, match="too little space"):
            home.require_space(0)
        do_chores(casebook)
        assert not home.ballast.exists()
        assert home.free_bytes() > ballast.SIZE
        assert codes(site) == {"disk-low", "no-ballast"}
        with pytest.raises(EnvironmentProblem, match="too little space"):
            home.require_space(0)  # what was given up is not for new applications
        rubbish.unlink()
        do_chores(casebook)
        assert ballast.stands(home)
        assert codes(site) == set()


def test_a_disk_that_is_full_to_the_last_byte_still_opens(disk: Path) -> None:
    home = new_home(disk / "home")
    home.save_settings(replace(SETTINGS, demo=False))
    with Casebook.create(home, HandClock()) as casebook:
        saved = save(Site(home, HandClock(), load_device(home), casebook)).id
        ballast.tend(home)
    fill(disk, leaving=0)
    assert home.free_bytes() == 0
    with Casebook.open(home, HandClock()) as casebook:
        # Recording goes on: nothing that was acknowledged waits for room.
        sweep(casebook, load_device(home))
        Hosts(casebook).note(last_contact="2026-11-22T02:00:00Z")
        assert Outbox(casebook).require(saved).state is State.QUEUED
    assert not home.ballast.exists()


def test_a_demonstration_keeps_no_ballast(site: Site) -> None:
    do_chores(site.casebook)
    assert not site.home.ballast.exists()
    assert codes(site) == set()


def test_a_sparse_file_is_no_ballast(site: Site) -> None:
    with site.home.ballast.open("wb") as file:
        file.truncate(ballast.SIZE)
    assert not ballast.stands(site.home)


def test_the_check_at_the_start_ends_in_time(site: Site) -> None:
    saved = save(site).id
    with site.casebook.write() as tx:
        many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
        row = "INSERT INTO event (submission_id, at, signal, from_state, to_state) "
        tx.execute(text(f"{many}{row}SELECT :id, 'x', 'x', 'x', 'x' FROM n"), {"id": str(saved)})
    assert site.casebook.check(within=0.001) is False
    assert site.casebook.check() is True
    assert site.casebook.damage() is None
    with site.reopened() as casebook:
        assert casebook.check(within=60.0) is True


def test_the_whole_casebook_is_read_once_a_day(site: Site) -> None:
    assert check_when_due(site.casebook)
    assert not check_when_due(site.casebook)
    site.clock.pass_time(23 * 3600)
    assert not check_when_due(site.casebook)
    site.clock.pass_time(3600)
    assert check_when_due(site.casebook)
    site.clock.pass_time(-48 * 3600)  # a clock that was set back does not hold the check back
    assert check_when_due(site.casebook)


def test_what_the_daily_check_finds_is_told(site: Site) -> None:
    save(site)
    with site.casebook.write() as tx:  # an index that misses a row: only the whole check sees it
        tx.execute(text("PRAGMA writable_schema = ON"))
        sql = "UPDATE sqlite_master SET sql = replace(sql, 'local_number)', 'item_name)')"
        tx.execute(text(f"{sql} WHERE name = 'submission_local_number'"))
    site.casebook.close()
    fresh = Casebook(site.casebook._engine, site.home, site.clock)
    try:
        assert fresh.damage() is not None
        assert check_when_due(fresh)
        (told,) = [one for one in findings(fresh, carrier=False) if one.code == "casebook-damaged"]
        assert "kiosk init --rebuild" in told.detail
    finally:
        fresh.close()


@pytest.mark.parametrize("carrier", [True, False])
def test_a_line_that_is_up_and_sends_nothing_is_told(site: Site, carrier: bool) -> None:
    assert nothing_sent(site.casebook, carrier=True) is None  # nothing is owed
    save(site)
    site.clock.pass_time(STALLED_AFTER.total_seconds() - 1)
    assert nothing_sent(site.casebook, carrier=True) is None
    site.clock.pass_time(2)
    if not carrier:
        assert nothing_sent(site.casebook, carrier=False) is None  # no line: that is the weather
        Hosts(site.casebook).note(last_contact=to_text(site.clock.now()))
    told = nothing_sent(site.casebook, carrier=carrier)
    assert told is not None
    assert told.code == "nothing-sent"
    assert ("does not answer" in told.detail) is carrier
    Hosts(site.casebook).note(last_sent=to_text(site.clock.now() - timedelta(hours=1)))
    assert nothing_sent(site.casebook, carrier=carrier) is None
    site.clock.pass_time(STALLED_AFTER.total_seconds())
    Hosts(site.casebook).note(last_contact=to_text(site.clock.now()))
    assert nothing_sent(site.casebook, carrier=carrier) is not None


def test_a_clock_that_fell_behind_is_told(site: Site) -> None:
    save(site)
    site.clock.pass_time(-3600)
    assert codes(site) == {"clock-behind"}


def test_nobody_starts_what_could_not_be_saved(disk: Path) -> None:
    home = disk / "home"
    assert run_here(["--home", home, "init"]).status == 0
    with open_station(home) as station:
        item = next(iter(station.directory.items())).item_id
    filing: list[str | Path] = [
        "--home",
        home,
        "--json",
        "file",
        "--item",
        item,
        "--answers",
        disk / "none",
    ]
    services = Services(home, SystemClock(), NoPrinter(), lambda: None, LinkFacts)
    assert services.begin(item, Way.SELF).item.item_id == item
    rubbish = fill(disk, leaving=LEAST_FREE + ROOM // 2)
    ran = run_here(filing)
    assert (ran.status, ran.json()["error"]["code"]) == (3, "disk-full")
    with pytest.raises(EnvironmentProblem) as caught:
        services.begin(item, Way.SELF)
    assert caught.value.code == "disk-full"
    assert services.guide(item).item_id == item  # whoever only reads is not stopped
    rubbish.unlink()
    assert run_here(filing).json()["error"]["code"] == "cannot-read"
    assert services.begin(item, Way.SELF).item.item_id == item
    services.close()


def test_a_clock_that_is_behind_is_told_and_stops_nobody(site: Site) -> None:
    save(site)
    assert admit(site.casebook) == ()
    site.clock.pass_time(-3600)
    (told,) = admit(site.casebook)
    assert "clock" in told
