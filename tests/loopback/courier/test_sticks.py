"""Sticks that are full, locked, pulled, slow to die or lying: a bundle is whole or is not one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.casebook import Casebook
from sync.bundle import layout
from sync.bundle.layout import BundleName
from sync.bundle.stick import StickFolder
from sync.courier.exporting import due, export
from sync.courier.place import Place
from tests.helpers.couriers import (
    Desk,
    Village,
    bundles,
    ext4_stick,
    is_whole,
    mounted,
    pull,
)
from tests.helpers.sync_station import RealClock


def test_killed_at_any_instant_it_is_whole_or_not_a_bundle(
    place: Village, desk: Desk, stick: Path
) -> None:
    luck = random.Random(8)
    ids = {place.site.save(blobs=1, size=150_000) for _ in range(4)}
    home, kills, broken = place.site.home, 0, 0
    for _ in range(14):
        child = os.fork()
        if child == 0:
            status = 70
            try:
                with Casebook.open(home, RealClock()) as casebook, StickFolder.open(stick) as open_:
                    export(Place.of(home, casebook, RealClock()), open_)
                status = 0
            finally:
                os._exit(status)
        time.sleep(luck.random() * 0.06)
        os.kill(child, signal.SIGKILL)
        _, ended = os.waitpid(child, 0)
        kills += os.WIFSIGNALED(ended)
        found = bundles(stick)
        assert is_whole(stick, home.path)
        if not found and any(stick.iterdir()):
            told = desk.take(stick, status=2)
            assert "unfinished" in told
            broken += 1
        if found and luck.random() < 0.7:
            shutil.rmtree(stick)
            stick.mkdir()
    assert kills > 3
    assert broken > 0
    place.export(stick)
    assert len(list(stick.iterdir())) == len(bundles(stick))
    assert not list(stick.rglob("*.tmp"))
    assert {found for _, manifest in bundles(stick) for found, _ in manifest.packages} == ids
    assert desk.take(stick)["filed"] == 4


def test_what_else_was_broken_off_is_tidied_away(place: Village, desk: Desk, stick: Path) -> None:
    one = place.site.save()
    terminal = place.site.device.terminal
    for number in (1, 2, 999_999_999_999):
        folder = stick / str(BundleName(terminal, number))
        folder.mkdir()
        (folder / layout.package_name(one)).write_bytes(b"half")
        (folder / "manifest.json.tmp").write_bytes(b"half")
    theirs = stick / str(BundleName("T000000000000", 1))
    theirs.mkdir()
    (theirs / layout.package_name(one)).write_bytes(b"half")
    assert place.export(stick)["bundle"] == str(BundleName(terminal, 2))
    assert sorted(path.name for path in stick.iterdir()) == sorted(
        (theirs.name, str(BundleName(terminal, 2)))
    )
    taken = desk.take(stick, status=1)
    assert (taken["filed"], taken["torn"]) == (1, 1)


def test_what_was_broken_off_is_gone_on_with(
    place: Village, desk: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        place.site.save(blobs=1, size=100_000)
    written: list[str] = []
    whole = StickFolder.write

    def cut(self: StickFolder, name: str, data: bytes) -> None:
        if len(written) == 2:
            raise EnvironmentProblem("stick-gone", "pulled")
        whole(self, name, data)
        written.append(name)

    monkeypatch.setattr(StickFolder, "write", cut)
    assert place.kiosk.refused(3, "courier", "export", stick)["code"] == "stick-gone"
    monkeypatch.undo()
    assert "unfinished" in desk.take(stick, status=2)
    exported = place.export(stick)
    assert exported["packages"] == 3
    assert exported["bytes"] < 110_000  # one package and the letter
    assert len(list(stick.iterdir())) == 1
    assert desk.take(stick)["filed"] == 3


def test_a_full_stick_is_told_and_leaves_no_bundle(
    place: Village, desk: Desk, tmp_path: Path
) -> None:
    for _ in range(3):
        place.site.save(blobs=1, size=300_000)
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=800k", "none") as stick:
        ballast = stick / "ballast"
        ballast.write_bytes(bytes(100_000))
        error = place.kiosk.refused(3, "courier", "export", stick)
        assert error["code"] == "stick-full"
        assert bundles(stick) == []
        assert not list(stick.rglob("*.tmp"))
        assert "unfinished" in desk.take(stick, status=2)
        assert place.site.states() == ["queued"] * 3
        subprocess.run(["mount", "-o", "remount,size=2m", str(stick)], check=True)
        exported = place.export(stick)
        assert exported["packages"] == 3
        assert exported["bytes"] < 700_000  # what stood there already was not written again
        assert desk.take(stick)["filed"] == 3
        subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
        assert place.kiosk.refused(3, "courier", "export", stick)["code"] == "stick-read-only"
        assert "stick-read-only" in desk.give(stick, status=3)
        assert desk.take(stick)["replayed"] == 3
        subprocess.run(["mount", "-o", "remount,rw,size=1300k", str(stick)], check=True)
        ballast.write_bytes(bytes(_free(stick) + 100_000))
        assert "stick-full" in desk.give(stick, status=3)
        assert place.kiosk.refused(2, "courier", "import", stick)["code"] == "unfinished"
        ballast.unlink()
        desk.give(stick)
        assert place.import_(stick)["receipts"] == 3


def _free(stick: Path) -> int:
    return shutil.disk_usage(stick).free


def test_pulled_out_while_it_is_written(
    place: Village, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        place.site.save(blobs=1, size=100_000)
    image, point = tmp_path / "stick.img", tmp_path / "point"
    ext4_stick(image, 8)
    whole = StickFolder.write
    for pulled_at in (layout.LETTER, layout.MANIFEST):
        with mounted(point, "-o", "loop", str(image)):

            def pulled(self: StickFolder, name: str, data: bytes, wanted: str = pulled_at) -> None:
                if name == wanted:
                    pull(point)
                whole(self, name, data)

            monkeypatch.setattr(StickFolder, "write", pulled)
            assert place.kiosk.refused(3, "courier", "export", point)["code"] == "stick-gone"
            monkeypatch.undo()
        with mounted(point, "-o", "loop", str(image)):
            assert bundles(point) == []
            assert "unfinished" in desk.take(point, status=2)
    with mounted(point, "-o", "loop", str(image)):
        assert place.export(point)["bytes"] < 5_000  # the packages were durable
        assert desk.take(point)["filed"] == 2


def test_a_stick_that_keeps_nothing_is_found_out(
    place: Village, desk: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.site.save()
    honest = StickFolder._write_new

    def forgetful(self: StickFolder, name: str, data: bytes) -> None:
        honest(self, name, bytes(len(data)))

    monkeypatch.setattr(StickFolder, "_write_new", forgetful)
    assert place.kiosk.refused(3, "courier", "export", stick)["code"] == "stick-lies"
    assert bundles(stick) == []

    def loses_manifests(self: StickFolder, name: str, data: bytes) -> None:
        honest(self, name, bytes(len(data)) if layout.MANIFEST in name else data)

    monkeypatch.setattr(StickFolder, "_write_new", loses_manifests)
    assert place.kiosk.refused(3, "courier", "export", stick)["code"] == "stick-lies"
    assert not list(stick.rglob(layout.MANIFEST))
    monkeypatch.undo()
    place.export(stick)
    desk.take(stick)
    monkeypatch.setattr(StickFolder, "_write_new", forgetful)
    assert "stick-lies" in desk.give(stick, status=3)


def test_what_is_being_sent_goes_along_and_stays_as_it_is(
    place: Village, desk: Desk, stick: Path
) -> None:
    site = place.site
    one, two = site.save(), site.save()
    site.outbox.apply(one, Signal.TAKE, now=site.clock.now())
    assert due(Place.of(site.home, site.casebook, site.clock)) == [one, two]
    assert place.export(stick)["packages"] == 2
    assert site.outbox.require(one).state is State.SENDING
    desk.take(stick)
    desk.give(stick)
    with site.home.sync_lock():
        pass
    assert place.import_(stick)["receipts"] == 2
    assert site.states() == ["accepted", "accepted"]


def test_a_package_that_cannot_be_read_keeps_no_other_from_going(
    place: Village, desk: Desk, stick: Path
) -> None:
    bad, good = place.site.save(), place.site.save()
    path = place.site.home.packages / layout.package_name(bad)
    path.write_bytes(path.read_bytes()[:-1])
    ran = place.kiosk("courier", "export", stick)
    assert (ran.status, ran.json()["packages"], ran.json()["unreadable"]) == (1, 1, 1)
    assert "package-damaged" in ran.stderr
    assert desk.take(stick)["filed"] == 1
    assert [case["submission_id"] for case in desk.cases()] == [str(good)]
