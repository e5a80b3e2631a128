"""Saved means saved: kills, full disks, damage, two processes at once.

Each crash is real: a forked process saves in a loop, writes an id to a pipe only after its commit
returned, and is killed at a random instant. The checker is itself checked: a store that commits
the row before the package, or acknowledges before the commit, must be caught by it.
"""

from __future__ import annotations

import errno
import itertools
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kiosk.domain.lifecycle import State
from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.recovery import rebuild, sweep
from tests.helpers.crashes import (
    Say,
    Step,
    acknowledged,
    faults,
    for_ever,
    honest,
    in_child,
    killed_while,
    opened,
    row_first,
    word_first,
)
from tests.helpers.stores import HandClock, Site, new_home, save, sealed


@pytest.fixture
def home(tmp_path: Path, pristine: Path) -> Home:
    """A closed station."""
    subprocess.run(["cp", "-r", str(pristine), str(tmp_path / "home")], check=True)
    return Home(tmp_path / "home")


def test_no_kill_loses_what_was_acknowledged(home: Home) -> None:
    luck, promised = random.Random(20261122), set[UUID]()
    for _ in range(25):
        promised.update(killed_while(home, for_ever(honest), luck))
        assert faults(home, promised) == []
    assert len(promised) > 20
    with opened(home).casebook as casebook:
        swept = sweep(casebook, load_device(home))
        assert swept.adopted == swept.missing == ()
        assert not any(path.name.endswith(".tmp") for path in home.packages.iterdir())
        assert len(list(home.packages.iterdir())) == sum(Outbox(casebook).counts().values())


@pytest.mark.parametrize("work", [row_first, word_first])
def test_the_checker_catches_a_store_that_saves_in_the_wrong_order(home: Home, work: Step) -> None:
    luck, promised = random.Random(7), set[UUID]()
    for _ in range(60):
        promised.update(killed_while(home, for_ever(work), luck))
        if faults(home, promised):
            return
    pytest.fail("sixty kills, and the wrong order was not noticed")


def test_two_processes_save_at_once(home: Home) -> None:
    def twenty(site: Site, say: Say) -> None:
        for _ in range(20):
            say(save(site, blobs=()).id)

    children = [in_child(home, twenty) for _ in range(2)]
    promised = {saved for _, pipe in children for saved in acknowledged(pipe)}
    assert [os.waitpid(pid, 0)[1] for pid, _ in children] == [0, 0]
    assert len(promised) == 40
    assert faults(home, promised) == []
    with opened(home).casebook as casebook:
        numbers = [row.sequence for row in Outbox(casebook).page(limit=100)]
    assert sorted(numbers) == list(range(1, 41))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("not runnable here: mounting a small tmpfs needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_two_stations_are_never_made_in_one_folder(tmp_path: Path) -> None:
    children = []
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            status = 70
            try:
                home = new_home(tmp_path / "home")
                with Casebook.create(home, HandClock()) as casebook:
                    save(Site(home, HandClock(), load_device(home), casebook), blobs=())
                status = 0
            finally:
                os._exit(status)
        children.append(pid)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 4
    home = Home(tmp_path / "home")
    with opened(home).casebook as casebook:
        assert Outbox(casebook).counts() == {State.QUEUED: 4}
    assert faults(home, set()) == []


def test_a_full_disk_refuses_and_keeps_what_was_saved(small_disk: Path) -> None:
    home = new_home(small_disk / "home")
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(200_000))
    promised: set[UUID] = set()
    with Casebook.create(home, HandClock()) as casebook:
        site = Site(home, HandClock(), load_device(home), casebook)
        with pytest.raises(EnvironmentProblem) as caught:
            for_ever(honest)(site, promised.add)
        assert caught.value.code == "disk-full"
        assert len(promised) > 5
        assert not any(path.name.endswith(".tmp") for path in home.packages.iterdir())
        # Whatever byte was the last: smaller and smaller saves are refused or kept, never halved.
        for size in (20_000, 5_000, 1_000, 0):
            with suppress(EnvironmentProblem):
                promised.add(save(site, blobs=(bytes(size),)).id)
    ballast.unlink()
    assert faults(home, promised) == []
    with opened(home).casebook as casebook:
        again = Site(home, HandClock(), load_device(home), casebook)
        assert save(again, blobs=()).id not in promised


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_whichever_file_call_fails_a_save_is_whole_or_not_at_all(
    site: Site, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    """Fails the first, second… call of every kind that a save makes, until none is left to fail."""
    promised: set[UUID] = set()
    for owner, name in ((os, "open"), (os, "write"), (os, "fsync"), (Path, "replace")):
        real, failed = getattr(owner, name), True
        for nth in itertools.count():
            calls = itertools.count()

            def call(
                *args: object,
                real: Callable[..., object] = real,
                calls: Iterator[int] = calls,
                nth: int = nth,
                **more: object,
            ) -> object:
                if next(calls) == nth:
                    raise OSError(reason, os.strerror(reason))
                return real(*args, **more)

            monkeypatch.setattr(owner, name, call)
            try:
                promised.add(save(site, blobs=()).id)
                failed = False
            except EnvironmentProblem:
                failed = True
            finally:
                monkeypatch.setattr(owner, name, real)
            if not failed:
                break
        assert not failed
        assert {row.id for row in site.outbox.page()} == promised
    assert len(promised) == 4
    sweep(site.casebook, site.device)
    assert faults(site.home, promised) == []
    assert sorted(path.stem for path in site.home.packages.iterdir()) == sorted(map(str, promised))


def test_a_read_only_package_folder_is_one_sentence(site: Site) -> None:
    if os.geteuid() == 0:
        # Root may write anywhere; a file in the place of the folder stops it too.
        site.home.packages.rmdir()
        site.home.packages.write_bytes(b"")
    else:
        site.home.packages.chmod(0o500)
    with pytest.raises(EnvironmentProblem) as caught:
        save(site)
    assert caught.value.code in {"unwritable", "disk-error"}
    assert site.outbox.page() == ()


@pytest.mark.parametrize("keep", [0.5, 0.02])
def test_a_truncated_casebook_is_told_and_rebuilt_from_packages(home: Home, keep: float) -> None:
    site = opened(home)
    with site.casebook:
        promised = {save(site, blobs=()).id for _ in range(5)}
    size = home.casebook.stat().st_size
    with home.casebook.open("r+b") as file:
        file.truncate(int(size * keep))
    with pytest.raises(EnvironmentProblem) as caught:
        Casebook.open(home, HandClock())
    assert caught.value.code in {"casebook-corrupt", "casebook-unreadable", "casebook-schema"}
    assert_rebuilds(home, promised)


def test_noise_in_the_casebook_is_told(home: Home) -> None:
    site = opened(home)
    with site.casebook:
        save(site)
    data = bytearray(home.casebook.read_bytes())
    for place in range(4096 * 2 + 100, len(data), 4096):
        data[place] ^= 0xFF
    home.casebook.write_bytes(data)
    with pytest.raises(EnvironmentProblem) as caught:
        Casebook.open(home, HandClock())
    assert caught.value.code in {"casebook-corrupt", "casebook-unreadable"}


def test_a_lost_key_never_starts_an_empty_casebook(home: Home) -> None:
    site = opened(home)
    with site.casebook:
        promised = {save(site, blobs=()).id for _ in range(3)}
    before = home.casebook.read_bytes()
    for file in home.keys.glob("casebook.key*"):
        file.unlink()
    for road in (Casebook.open, Casebook.create):
        with pytest.raises(EnvironmentProblem) as caught:
            road(home, HandClock())
        assert caught.value.code == "casebook-key-missing"
    assert home.casebook.read_bytes() == before
    assert_rebuilds(home, promised)


def assert_rebuilds(home: Home, promised: set[UUID]) -> None:
    """The packages bring every submission back, as unknown."""
    with rebuild(home, HandClock()) as casebook:
        swept = sweep(casebook, load_device(home))
        assert set(swept.adopted) == promised
        outbox = Outbox(casebook)
        assert outbox.counts() == {State.UNKNOWN: len(promised)}
        again = Site(home, HandClock(), load_device(home), casebook)
        assert save(again).sequence > max(row.sequence for row in outbox.page(limit=99)[1:])
        assert Audit(casebook).verify().ok


def test_files_without_a_row_go_to_quarantine(site: Site) -> None:
    row = save(site)
    orphan = sealed(site.device, 2)
    packages = Packages(site.home)
    packages.write(orphan.head.id, orphan.data)
    (site.home.packages / "notes.txt").write_text("?")
    (site.home.packages / ".x.sealed.abc.tmp").write_text("half")
    swept = sweep(site.casebook, site.device)
    assert set(swept.quarantined) == {f"{orphan.head.id}.sealed", "notes.txt"}
    assert [path.name for path in site.home.packages.iterdir()] == [f"{row.id}.sealed"]
    assert (site.home.quarantine / f"{orphan.head.id}.sealed").read_bytes() == orphan.data


def test_only_verified_packages_of_this_terminal_are_adopted(site: Site, tmp_path: Path) -> None:
    stranger = new_home(tmp_path / "other")
    foreign = sealed(load_device(stranger), 1)
    good, cut = sealed(site.device, 5), sealed(site.device, 6)
    misnamed = uuid4()
    for name, data in (
        (foreign.head.id, foreign.data),
        (good.head.id, good.data),
        (cut.head.id, cut.data[:-3]),
        (misnamed, good.data),
    ):
        Packages(site.home).path(name).write_bytes(data)
    swept = sweep(site.casebook, site.device, adopt=True)
    assert swept.adopted == (good.head.id,)
    assert len(swept.quarantined) == 3
    assert sweep(site.casebook, site.device, adopt=True).adopted == ()


def test_an_owed_row_without_its_package_is_reported(site: Site) -> None:
    row = save(site)
    Packages(site.home).remove(row.id)
    assert sweep(site.casebook, site.device).missing == (row.id,)


def test_an_interrupted_save_makes_way_for_the_next(site: Site) -> None:
    left = sealed(site.device, 1)
    Packages(site.home).write(left.head.id, left.data)
    row = save(site, submission_id=left.head.id)
    assert Packages(site.home).read(row.id) != left.data
    (aside,) = site.home.quarantine.iterdir()
    assert aside.read_bytes() == left.data


def test_a_held_lock_is_seen_by_another_process(home: Home) -> None:
    code = (
        "import sys, pathlib\n"
        "from kiosk.store.home import Home\n"
        "with Home(pathlib.Path(sys.argv[1])).ui_lock():\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(EnvironmentProblem) as caught, home.ui_lock():
            pass
        assert (caught.value.code, caught.value.exit_status) == ("already-open", 3)
        holder.kill()
    with home.ui_lock():
        pass
