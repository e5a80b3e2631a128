"""A station moves to another machine: broken off anywhere, tampered with, tried twice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.store import files
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook
from kiosk.store.crate import READY, TAKEN, Crate
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from kiosk.store.moving import call_off, move_in, move_out
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.recovery import sweep
from tests.helpers.stores import HandClock, Site, save

PASSPHRASE = "twelve words or so"


class CutOff(BaseException):
    """The power went; nothing catches it."""


@dataclass(frozen=True)
class Old:
    """A closed station with something in every drawer."""

    home: Home
    stick: Path
    saved: frozenset[UUID]

    @property
    def crate(self) -> Crate:
        return Crate.at(self.stick, load_device(self.home).terminal)


@pytest.fixture(scope="module")
def closed(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Old:
    """Made once."""
    place = tmp_path_factory.mktemp("old")
    shutil.copytree(pristine, place / "home")
    home, clock = Home(place / "home"), HandClock()
    with Casebook.open(home, clock) as casebook:
        site = Site(home, clock, load_device(home), casebook)
        saved = frozenset(save(site).id for _ in range(3))
        site.outbox.apply(min(saved), Signal.TAKE, now=clock.now())
        (home.packages / "notes.txt").write_bytes(b"left behind")
        sweep(casebook, site.device)
    home.save_trust(b"{}")
    (place / "stick").mkdir()
    return Old(home, place / "stick", saved)


@pytest.fixture(scope="module")
def left(closed: Old, tmp_path_factory: pytest.TempPathFactory) -> Old:
    """The same, packed; made once."""
    gone = _copy(closed, tmp_path_factory.mktemp("left") / "place")
    out(gone)
    return gone


@pytest.fixture
def old(closed: Old, tmp_path: Path) -> Old:
    """A station of one's own."""
    return _copy(closed, tmp_path / "place")


@pytest.fixture
def packed(left: Old, tmp_path: Path) -> Old:
    """A packed station of one's own."""
    return _copy(left, tmp_path / "place")


def _copy(source: Old, place: Path) -> Old:
    shutil.copytree(source.home.path.parent, place)
    return Old(Home(place / "home"), place / "stick", source.saved)


def out(old: Old) -> None:
    move_out(old.home, HandClock(), old.stick, PASSPHRASE)


def opened(home: Home) -> Casebook:
    return Casebook.open(home, HandClock())


def works(home: Home) -> bool:
    """Whether a station saves there (and would send)."""
    try:
        with opened(home) as casebook:
            save(Site(home, HandClock(), load_device(home), casebook))
    except EnvironmentProblem as problem:
        if problem.code != "moved-away":
            raise
        return False
    return True


def assert_whole(home: Home, saved: frozenset[UUID]) -> None:
    """Everything that was saved lives here, once."""
    with opened(home) as casebook:
        assert {row.id for row in Outbox(casebook).page()} == saved
        assert Outbox(casebook).counts() == {State.QUEUED: 2, State.UNKNOWN: 1}
        assert Audit(casebook).verify().ok
        for one in saved:
            Packages(home).read(one)
        assert [path.name for path in home.quarantine.iterdir()] == ["notes.txt"]
        assert sweep(casebook, load_device(home)).quarantined == ()
    assert home.trust_bytes() == b"{}"
    assert works(home)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Let the power go when a file of this name is about to arrive; empty: never."""
    real = files.Arriving.arrive

    def at(name: str) -> None:
        def arrive(self: files.Arriving) -> None:
            if self.path.name == name:
                raise CutOff
            real(self)

        monkeypatch.setattr(files.Arriving, "arrive", arrive)

    yield at
    monkeypatch.undo()


def test_packing_goes_on_wherever_it_was_broken_off(
    old: Old, tmp_path: Path, cut: Callable[[str], None]
) -> None:
    new = Home(tmp_path / "new")
    cut("moved.json")
    with pytest.raises(CutOff):
        out(old)
    cut("")
    assert works_unchanged(old)
    # The second "moved.json" is the letting go.
    for name in (f"{max(old.saved)}.sealed", "notes.txt", "list.age", "moved.json", "ready.json"):
        if name == "moved.json":
            assert "leaving" in old.home.moved_file.read_text()
        cut(name)
        with pytest.raises(CutOff):
            out(old)
        cut("")
        assert not works(old.home)
        with pytest.raises((EnvironmentProblem, InputProblem)) as refused:
            move_in(new, HandClock(), old.stick, PASSPHRASE)
        assert refused.value.code in {"crate-not-ready", "no-crate"}
        assert not new.exists()
    out(old)
    assert not works(old.home)
    move_in(new, HandClock(), old.stick, PASSPHRASE)
    assert_whole(new, old.saved)


def works_unchanged(old: Old) -> bool:
    """Whether the old station is as it was."""
    with opened(old.home) as casebook:
        return {row.id for row in Outbox(casebook).page()} == old.saved


def test_unpacking_goes_on_and_nobody_else_may(
    packed: Old, tmp_path: Path, cut: Callable[[str], None]
) -> None:
    first, second = Home(tmp_path / "first"), Home(tmp_path / "second")
    for name in ("taken.json", f"{max(packed.saved)}.sealed", "settings.json"):
        cut(name)
        with pytest.raises(CutOff):
            move_in(first, HandClock(), packed.stick, PASSPHRASE)
        cut("")
        assert not first.exists()
    with pytest.raises(EnvironmentProblem) as caught:
        move_in(second, HandClock(), packed.stick, PASSPHRASE)
    assert caught.value.code == "already-unpacked"
    move_in(first, HandClock(), packed.stick, PASSPHRASE)
    for home in (first, packed.home):
        with pytest.raises(EnvironmentProblem) as caught:
            move_in(home, HandClock(), packed.stick, PASSPHRASE)
        assert caught.value.code == "home-in-use"
    assert not second.exists()
    assert not works(packed.home)
    assert not (first.path / "arriving.json").exists()
    assert_whole(first, packed.saved)


def test_another_crate_is_packed_only_when_somebody_answers_for_it(
    packed: Old, tmp_path: Path
) -> None:
    old = packed
    move_out(old.home, HandClock(), old.stick, PASSPHRASE, again=True)  # it stands: nothing to do
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(EnvironmentProblem) as caught:
        move_out(old.home, HandClock(), elsewhere, PASSPHRASE)
    assert caught.value.code == "moved-away"
    assert list(elsewhere.iterdir()) == []
    shutil.rmtree(old.crate.folder)  # the stick was lost
    move_out(old.home, HandClock(), elsewhere, PASSPHRASE, again=True)
    new = Home(tmp_path / "new")
    move_in(new, HandClock(), elsewhere, PASSPHRASE)
    assert_whole(new, old.saved)


def test_it_can_be_called_off_until_the_crate_is_ready(
    old: Old, packed_elsewhere: Old, cut: Callable[[str], None]
) -> None:
    with pytest.raises(InputProblem):
        call_off(old.home, HandClock())
    cut("notes.txt")
    with pytest.raises(CutOff):
        out(old)
    cut("")
    assert not works(old.home)
    call_off(old.home, HandClock())
    assert works(old.home)
    with pytest.raises(EnvironmentProblem) as caught:
        call_off(packed_elsewhere.home, HandClock())
    assert caught.value.code == "moved-away"


@pytest.fixture
def packed_elsewhere(left: Old, tmp_path: Path) -> Old:
    """A second, packed station."""
    return _copy(left, tmp_path / "elsewhere")


def _package(crate: Crate) -> Path:
    return min((crate.folder / "packages").iterdir())


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda crate: _flip(_package(crate)),
        lambda crate: _flip(crate.path("casebook.db")),
        lambda crate: _flip(crate.path("list.age")),
        lambda crate: crate.path(READY).write_text(json.dumps({"move": "x", "list": "y"})),
        lambda crate: crate.path(READY).unlink(),
    ],
    ids=["package", "casebook", "list", "ready", "no-ready"],
)
def test_a_crate_that_was_tampered_with_is_no_station(
    packed: Old, tmp_path: Path, tamper: Callable[[Crate], object]
) -> None:
    tamper(packed.crate)
    new = Home(tmp_path / "new")
    with pytest.raises((InputProblem, EnvironmentProblem)) as caught:
        move_in(new, HandClock(), packed.stick, PASSPHRASE)
    assert caught.value.code in {"bad-crate", "wrong-passphrase", "crate-not-ready"}
    assert not new.exists()


def test_without_the_passphrase_the_crate_tells_nothing(packed: Old, tmp_path: Path) -> None:
    old = packed
    with pytest.raises(InputProblem) as caught:
        move_in(Home(tmp_path / "new"), HandClock(), old.stick, PASSPHRASE + "!")
    assert caught.value.code == "wrong-passphrase"
    assert not (old.crate.path(TAKEN)).exists()
    keys = {path.read_bytes() for path in old.home.keys.iterdir()}
    assert len(keys) == 2
    content = b"".join(path.read_bytes() for path in old.crate.folder.rglob("*") if path.is_file())
    for key in keys:
        for line in key.splitlines():
            assert len(line) < 20 or line not in content
    assert "长滩村".encode() not in content


def test_a_station_that_is_in_use_does_not_leave(old: Old) -> None:
    with old.home.ui_lock(), pytest.raises(EnvironmentProblem) as caught:
        out(old)
    assert caught.value.code == "busy"
    assert not old.home.moved_file.exists()


def test_a_station_that_lacks_a_package_does_not_leave(old: Old) -> None:
    Packages(old.home).path(max(old.saved)).unlink()
    with pytest.raises(EnvironmentProblem) as caught:
        out(old)
    assert caught.value.code == "package-missing"
    assert not old.home.moved_file.exists()


def test_a_process_that_was_running_saves_and_sends_nothing_afterwards(old: Old) -> None:
    with opened(old.home) as casebook:
        out(old)
        with pytest.raises(EnvironmentProblem) as caught:
            save(Site(old.home, HandClock(), load_device(old.home), casebook))
        assert caught.value.code == "moved-away"
        with pytest.raises(EnvironmentProblem), old.home.sync_lock():
            pytest.fail("this station would send")
        with pytest.raises(EnvironmentProblem), old.home.ui_lock():
            pytest.fail("a window would open")
