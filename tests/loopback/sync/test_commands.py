"""``kiosk sync`` as a process: statuses, two at once, a kill in the middle, the window's thread."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kiosk.domain.lifecycle import State
from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.home import Settings, Station
from sync.engine.worker import SyncFacts, SyncWorker
from tests.helpers.fault_proxy import PAGE, FaultProxy, Faults
from tests.helpers.platform_process import (
    ROOT,
    PlatformProcess,
    platform,
    publish_catalogue,
)
from tests.helpers.sync_station import RealClock, SyncStation, station

COMMAND = [sys.executable, "-W", "error", "-m", "kiosk.main.cli"]


def kiosk(home: Path, *words: str) -> tuple[int, Any, str]:
    """Run one command; its status, its document and what it said beside."""
    done = subprocess.run(
        [*COMMAND, "--home", str(home), "--json", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture
def served(tmp_path: Path) -> Iterator[PlatformProcess]:
    publish_catalogue(tmp_path / "platform")
    with platform(tmp_path / "platform") as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, served: PlatformProcess) -> Iterator[SyncStation]:
    with station(tmp_path / "home", served.keys, served.fleet_code, served.url) as ready:
        yield ready


def settle(place: SyncStation, url: str) -> None:
    place.home.save_settings(Settings(Station("DEMO01", "演示村", "440000"), url, demo=True))


def test_once_answers_with_the_outbox_and_tells_a_dead_platform(
    place: SyncStation, served: PlatformProcess
) -> None:
    place.save()
    status, counts, _ = kiosk(place.home.path, "sync", "once")
    nothing_owed = {"received": 1, "filed": 0, "parked": 0, "unknown": 0, "waiting": 0}
    assert (status, counts) == (0, nothing_owed)
    place.save()
    served.stop()
    status, counts, words = kiosk(place.home.path, "sync", "once")
    assert (status, counts) == (1, {**nothing_owed, "waiting": 1})
    assert "unreachable" in words
    place.stores.hosts.pause("unreachable", RealClock().now() + timedelta(minutes=5))
    status, facts, _ = kiosk(place.home.path, "sync", "status")
    assert status == 0
    assert facts["owed"] == 1
    assert facts["last_contact"] is not None
    assert facts["pause_reason"] == "unreachable"
    assert facts["last_problem"].startswith("unreachable: ")


def test_without_home_or_platform_it_is_the_environment(tmp_path: Path, place: SyncStation) -> None:
    for way in ("once", "run", "status"):
        status, document, _ = kiosk(tmp_path / "nowhere", "sync", way)
        assert (status, document["error"]["code"]) == (3, "no-home")
    place.home.trust_file.unlink()
    for way in ("once", "run"):
        status, document, _ = kiosk(place.home.path, "sync", way)
        assert (status, document["error"]["code"]) == (3, "no-platform")


def test_two_at_once_take_turns_and_the_second_gives_up(place: SyncStation) -> None:
    with place.home.sync_lock(), pytest.raises(EnvironmentProblem) as caught:
        place.home.sync_lock(wait=0.2).__enter__()
    assert caught.value.exit_status == 3
    rows = [place.save() for _ in range(6)]
    both = [
        subprocess.Popen(
            [*COMMAND, "--home", str(place.home.path), "--json", "sync", "once"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for process in both:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert sum(place.outbox.require(row).attempts for row in rows) == 6


def test_run_ends_with_zero_when_told(place: SyncStation) -> None:
    one = place.save()
    with subprocess.Popen(
        [*COMMAND, "--home", str(place.home.path), "sync", "run"], cwd=ROOT
    ) as process:
        within(20, lambda: place.outbox.require(one).state is State.ACCEPTED)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_kill_in_the_middle_of_sending_leaves_one_case(
    place: SyncStation, served: PlatformProcess
) -> None:
    port = int(served.url.rpartition(":")[2])
    one = place.save()
    # The reply to the ping, to the enrolment, and then nothing: killed while it waits.
    with FaultProxy(port, Faults(latency=0.2)) as proxy:
        settle(place, proxy.url)
        with subprocess.Popen(
            [*COMMAND, "--home", str(place.home.path), "sync", "once"], cwd=ROOT
        ) as process:
            within(20, lambda: place.outbox.require(one).state is State.SENDING)
            os.kill(process.pid, signal.SIGKILL)
    settle(place, served.url)
    assert place.outbox.require(one).state is State.SENDING
    status, _, _ = kiosk(place.home.path, "sync", "once")
    assert status == 0
    assert [case["effects"] for case in served.cases()] == [1]
    history = [(step.before, step.after) for step in place.outbox.proofs(one)]
    assert (State.SENDING, State.UNKNOWN) in history


def test_the_worker_exchanges_tells_and_stops(place: SyncStation) -> None:
    told: list[SyncFacts] = []
    worker = SyncWorker(place.home, RealClock(), told.append)
    worker.start()
    try:
        within(20, lambda: bool(told) and told[-1].online is True)
        one = place.save()
        worker.nudge()
        within(20, lambda: place.outbox.require(one).state is State.ACCEPTED)
        within(5, lambda: told[-1].owed == 0 and any(one in facts.changed for facts in told))
        assert told[-1].last_contact is not None
        with place.home.sync_lock():
            pass
    finally:
        assert worker.stop()


def test_the_worker_tells_a_login_page_and_stops_in_the_middle(
    place: SyncStation, served: PlatformProcess
) -> None:
    port = int(served.url.rpartition(":")[2])
    told: list[SyncFacts] = []
    with FaultProxy(port, Faults(answer=lambda: PAGE)) as proxy:
        settle(place, proxy.url)
        one = place.save()
        worker = SyncWorker(place.home, RealClock(), told.append)
        worker.start()
        within(20, lambda: bool(told) and told[-1].portal)
        assert place.outbox.require(one).state is State.QUEUED
        proxy.faults.answer = None
        proxy.faults.stall_down = 0
        worker.nudge()
        time.sleep(0.5)
        began = time.monotonic()
        assert worker.stop()
        assert time.monotonic() - began < 5


def test_a_cable_that_is_plugged_in_ends_the_wait(
    place: SyncStation, served: PlatformProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.engine.worker.LINK_EVERY", 0.05)
    told: list[SyncFacts] = []
    cables: set[str] = set()
    one = place.save()
    until = RealClock().now() + timedelta(minutes=15)
    place.stores.hosts.pause("unreachable", until)
    worker = SyncWorker(place.home, RealClock(), told.append, Random(1), lambda: frozenset(cables))
    worker.start()
    try:
        within(20, lambda: bool(told))
        time.sleep(0.3)
        assert place.outbox.require(one).state is State.QUEUED
        cables.add("eth0")
        within(20, lambda: place.outbox.require(one).state is State.ACCEPTED)
    finally:
        assert worker.stop()


def test_the_worker_lives_on_when_the_machine_is_in_trouble(
    place: SyncStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[SyncFacts] = []
    monkeypatch.setattr("sync.engine.worker.MACHINE_PAUSE", 0.1)
    trust = place.home.trust_bytes()
    assert trust is not None
    place.home.trust_file.unlink()
    worker = SyncWorker(place.home, RealClock(), told.append)
    worker.start()
    try:
        within(20, lambda: bool(told) and told[-1].problem == "no-platform")
        place.home.save_trust(trust)
        within(20, lambda: told[-1].online is True)
    finally:
        assert worker.stop()


def within(seconds: float, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
