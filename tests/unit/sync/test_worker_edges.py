"""The exchange in the background when nothing goes as it should; no platform is needed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kiosk.domain.problems import PlatformProblem
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.hosts import Hosts
from sync.engine.decisions import Tally
from sync.engine.rounds import Round
from sync.engine.worker import SyncFacts, SyncWorker
from tests.helpers.stores import HandClock, new_home
from tests.helpers.sync_station import RealClock


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = new_home(tmp_path / "home")
    Casebook.create(made, HandClock()).close()
    return made


class Ear:
    """Hears what the worker tells."""

    def __init__(self) -> None:
        self.told: list[SyncFacts] = []
        self.heard = threading.Event()

    def __call__(self, facts: SyncFacts) -> None:
        self.told.append(facts)
        self.heard.set()


@pytest.fixture
def ear() -> Ear:
    return Ear()


def test_without_a_platform_it_says_so_and_can_be_stopped(home: Home, ear: Ear) -> None:
    worker = SyncWorker(home, RealClock(), ear)
    worker.start()
    assert ear.heard.wait(10)
    assert worker.stop()
    assert ear.told[0].problem == "no-platform"
    assert ear.told[0].online is None


@pytest.mark.expected_log("the exchange failed")
def test_a_bug_ends_nothing(home: Home, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr("sync.engine.worker.exchange", broken)
    monkeypatch.setattr("sync.engine.worker.MACHINE_PAUSE", 0.01)
    worker = SyncWorker(home, RealClock(), ear)
    worker.start()
    assert ear.heard.wait(10)
    ear.heard.clear()
    assert ear.heard.wait(10)  # it tries again
    assert worker.stop()
    assert ear.told[0].problem == "bug"


def test_the_same_twice_is_told_once(home: Home, ear: Ear) -> None:
    done = Round(
        reached=False,
        completed=False,
        problems=(PlatformProblem("unreachable", "nobody answers"),),
        notes=(),
        changed=frozenset(),
        directory=False,
        tally=Tally(0, 0, 0, 0, 0),
        next_in=1.0,
    )
    worker = SyncWorker(home, RealClock(), ear)
    with Casebook.open(home, RealClock()) as casebook:
        for _ in range(2):
            worker._digest(done, Hosts(casebook))
    assert [facts.problem for facts in ear.told] == ["unreachable"]
    assert ear.told[0].last_contact is None


def test_a_short_wait_is_sat_out_unless_told_to_stop(
    home: Home, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = SyncWorker(home, RealClock(), ear)
    assert worker._sit_out(0.01)
    worker._stopping.set()
    assert not worker._sit_out(60)
