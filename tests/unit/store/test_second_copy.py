"""The second copy: it follows every save, blocks nothing, and brings back what was lost."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kiosk.domain.lifecycle import State
from kiosk.domain.problems import EnvironmentProblem
from kiosk.main.clock import SystemClock
from kiosk.main.parts import parts
from kiosk.main.wiring import open_station
from kiosk.store.chores import copy_again, do_chores
from kiosk.store.findings import findings
from kiosk.store.home import Home
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.recovery import rebuild, sweep
from kiosk.store.second_copy import MendingPackages, SecondCopies
from tests.helpers.command import run_here
from tests.helpers.stores import Site, save, sealed
from ui.bridge.ports import LinkFacts


@pytest.fixture
def second(site: Site, tmp_path: Path) -> SecondCopies:
    """The second copies of the station, on a medium of their own."""
    medium = tmp_path / "medium"
    medium.mkdir()
    site.home.save_settings(replace(site.home.settings(), second_path=str(medium)))
    found = SecondCopies.of(site.home)
    assert found is not None
    found.prepare()
    return found


def codes(site: Site) -> set[str]:
    """What the technician is told."""
    return {one.code for one in findings(site.casebook, carrier=False)}


def test_every_saved_package_gets_a_copy_of_the_same_bytes(
    site: Site, second: SecondCopies
) -> None:
    ids = {save(site).id for _ in range(3)}
    assert codes(site) == {"second-copy-behind"}
    assert copy_again(site.casebook).copied == 3
    assert second.ids() == ids
    for one in ids:
        copy = second.folder / f"{one}.sealed"
        assert copy.read_bytes() == Packages(site.home).path(one).read_bytes()
        assert stat.S_IMODE(copy.stat().st_mode) == 0o400
    assert copy_again(site.casebook).copied == 0
    assert codes(site) == set()


def test_without_a_second_path_nothing_is_asked_of_any_disk(site: Site) -> None:
    save(site)
    assert copy_again(site.casebook).copied == 0
    assert codes(site) == set()


def test_an_absent_medium_is_told_and_stops_nothing(site: Site, second: SecondCopies) -> None:
    first = save(site).id
    do_chores(site.casebook)
    shutil.move(second.folder.parent, second.folder.parent.with_name("pulled-out"))
    second.folder.parent.mkdir()  # the empty mount point is still there
    later = save(site).id
    do_chores(site.casebook)
    problem = copy_again(site.casebook).problem
    assert problem is not None
    assert problem.code == "no-second-path"
    assert codes(site) == {"second-copy-absent"}
    assert list(second.folder.parent.iterdir()) == []
    second.folder.parent.rmdir()
    shutil.move(second.folder.parent.with_name("pulled-out"), second.folder.parent)
    do_chores(site.casebook)
    assert second.ids() == {first, later}
    assert codes(site) == set()


def test_a_full_medium_is_told_and_gone_on_with(
    site: Site, second: SecondCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(site), save(site)
    real, written = os.write, 0

    def write(handle: int, data: bytes) -> int:
        nonlocal written
        written += 1
        if written > 1:
            raise OSError(28, "No space left on device")
        return real(handle, data)

    monkeypatch.setattr(os, "write", write)
    caught = copy_again(site.casebook)
    monkeypatch.undo()
    assert caught.copied == 1
    assert caught.problem is not None
    assert caught.problem.code == "disk-full"
    assert codes(site) == {"second-copy-behind"}
    assert len(list(second.folder.iterdir())) == 1
    assert copy_again(site.casebook).copied == 1


def test_an_interrupted_save_is_not_copied(site: Site, second: SecondCopies) -> None:
    left = sealed(site.device, 1)
    Packages(site.home).write(left.head.id, left.data)
    assert copy_again(site.casebook).copied == 0
    assert second.ids() == frozenset()


def test_what_a_broken_off_copy_left_is_tidied_away(site: Site, second: SecondCopies) -> None:
    (second.folder / ".half.sealed.0123.tmp").write_bytes(b"half")
    saved = save(site).id
    do_chores(site.casebook)
    assert [path.name for path in second.folder.iterdir()] == [f"{saved}.sealed"]


@pytest.mark.parametrize("fault", ["missing", "damaged"])
def test_a_lost_package_comes_back_when_it_is_read(
    site: Site, second: SecondCopies, fault: str
) -> None:
    saved = save(site).id
    do_chores(site.casebook)
    path = Packages(site.home).path(saved)
    whole = path.read_bytes()
    path.unlink()
    if fault == "damaged":
        path.write_bytes(whole[:-3] + b"!!!")
    with pytest.raises(EnvironmentProblem):
        Packages(site.home).read(saved)
    assert MendingPackages(site.home).read(saved) == whole
    assert path.read_bytes() == whole
    assert len(list(site.home.quarantine.iterdir())) == (fault == "damaged")


def test_a_damaged_copy_mends_nothing(site: Site, second: SecondCopies) -> None:
    saved = save(site).id
    do_chores(site.casebook)
    copy, path = second.folder / f"{saved}.sealed", Packages(site.home).path(saved)
    data = copy.read_bytes()
    copy.unlink()
    copy.write_bytes(data[:-1])
    path.unlink()
    with pytest.raises(EnvironmentProblem) as caught:
        MendingPackages(site.home).read(saved)
    assert caught.value.code == "package-missing"
    assert not path.exists()


def test_starting_brings_missing_packages_back(site: Site, second: SecondCopies) -> None:
    saved = save(site).id
    do_chores(site.casebook)
    Packages(site.home).path(saved).unlink()
    swept = sweep(site.casebook, site.device)
    assert swept.missing == ()
    assert Packages(site.home).exists(saved)


def test_a_single_row_that_was_lost_is_proven_by_its_copy(site: Site, second: SecondCopies) -> None:
    """Without a copy one lost row looks like an interrupted save."""
    kept = save(site).id
    do_chores(site.casebook)
    shutil.copytree(site.home.path, site.home.path.with_name("older"))
    lost = save(site).id
    do_chores(site.casebook)
    site.casebook.close()
    for name in ("casebook.db", "casebook.db-wal"):
        older = site.home.path.with_name("older") / name
        (site.home.path / name).unlink(missing_ok=True)
        if older.exists():
            shutil.copy(older, site.home.path / name)
    (site.home.path / "casebook.db-shm").unlink(missing_ok=True)
    with site.reopened() as casebook:
        swept = sweep(casebook, site.device)
        assert swept.adopted == (lost,)
        assert swept.quarantined == ()
        assert Outbox(casebook).require(kept).state is State.QUEUED


def test_a_rebuilt_casebook_adopts_from_the_second_path_alone(
    site: Site, second: SecondCopies
) -> None:
    saved = {save(site).id for _ in range(3)}
    do_chores(site.casebook)
    site.casebook.close()
    for path in (*site.home.packages.iterdir(), *site.home.keys.glob("casebook.key*")):
        path.unlink()  # neither rows nor packages are left here
    with rebuild(site.home, site.clock) as casebook:
        swept = sweep(casebook, site.device)
        assert set(swept.adopted) == saved
        assert Outbox(casebook).counts() == {State.UNKNOWN: 3}
    assert {UUID(path.stem) for path in site.home.packages.iterdir()} == saved


def test_a_strangers_copy_is_never_adopted(site: Site, second: SecondCopies) -> None:
    from kiosk.sealing.keys import OpenKey, SigningKey
    from kiosk.store.keys import Device

    signing = SigningKey.generate()
    stranger = sealed(Device(signing, OpenKey.generate(), "T0123456789ab"), 7)
    (second.folder / f"{stranger.head.id}.sealed").write_bytes(stranger.data)
    assert sweep(site.casebook, site.device, adopt=True).adopted == ()
    assert list(site.home.packages.iterdir()) == []


def test_the_technician_sets_it_and_sees_it(tmp_path: Path) -> None:
    home, medium = tmp_path / "home", tmp_path / "medium"
    refused = run_here(["--home", home, "--json", "init", "--second-path", medium])
    assert (refused.status, refused.json()["error"]["code"]) == (3, "no-second-path")
    medium.mkdir()
    made = run_here(["--home", home, "init", "--second-path", medium])
    assert made.status == 0
    assert "same disk" in made.stderr
    again = run_here(["--home", home, "init"])
    assert again.status == 0
    assert Home(home).settings().second_path == str(medium)
    keeping = next(one for one in checks(home) if one["name"] == "keeping")
    assert (keeping["ok"], str(medium) in keeping["detail"]) == (True, True)
    medium.rename(tmp_path / "pulled-out")
    keeping = next(one for one in checks(home) if one["name"] == "keeping")
    assert (keeping["ok"], keeping["required"]) == (False, False)
    status = run_here(["--home", home, "--json", "sync", "status"]).json()
    assert [one["code"] for one in status["alarms"]] == ["second-copy-absent"]
    with open_station(home) as station:
        clock = SystemClock()
        shown = parts(home, clock, lambda: station, lambda: station, LinkFacts())
        assert [part.name for part in shown if part.key == "second-copy-absent"] == ["第二份"]
    assert run_here(["--home", home, "init", "--second-path", ""]).status == 0
    assert Home(home).settings().second_path == ""


def checks(home: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run_here(["--home", home, "--json", "doctor"]).json()["checks"]
    return found
