"""Station and reference platform, with every fault of its switchboard, and a bad line between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from kiosk.domain.lifecycle import State
from kiosk.sealing.package import parse
from sync.client.uploads import Blob, Uploader
from tests.helpers.fault_proxy import FaultProxy, Faults
from tests.helpers.platform_process import (
    PlatformProcess,
    platform,
    publish_catalogue,
    run_platform,
)
from tests.helpers.sync_station import SyncStation, station


@contextmanager
def pair(
    folder: Path, *faults: str, seed: int = 0
) -> Iterator[tuple[SyncStation, PlatformProcess]]:
    """A station and a running platform that it belongs to."""
    data = folder / "platform"
    publish_catalogue(data)
    with (
        platform(data, faults=faults, seed=seed) as served,
        station(folder / "home", served.keys, served.fleet_code, served.url) as place,
    ):
        yield place, served


def until_done(place: SyncStation, url: str, rounds: int = 40) -> int:
    """Exchange until nothing is owed; how many replies were lost on the way."""
    lost = 0
    for _ in range(rounds):
        done = place.once(url)
        lost += len(done.problems)
        if done.completed and done.tally.owed == 0:
            return lost
    raise AssertionError(f"still owed after {rounds} rounds: {place.states()}")


def test_thirty_submissions_over_a_platform_that_drops_replies(tmp_path: Path) -> None:
    with pair(tmp_path, "drop-reply=0.3", seed=5) as (place, served):
        for n in range(30):
            place.save(blobs=1 if n % 10 == 0 else 0)
        lost = until_done(place, served.url)
        cases = served.cases()
        assert set(place.states()) == {"accepted"}
    assert lost >= 3
    assert len(cases) == 30
    assert sum(case["effects"] for case in cases) == 30


@pytest.mark.parametrize("fault", ["portal", "wrong-id=1", "huge"])
def test_when_somebody_else_answers_nothing_is_taken(tmp_path: Path, fault: str) -> None:
    with pair(tmp_path, fault) as (place, served):
        rows = [place.save() for _ in range(2)]
        done = place.once(served.url)
        assert not done.reached
        for row in rows:
            found = place.outbox.require(row)
            assert (found.state, found.attempts) == (State.QUEUED, 0)
        assert served.cases() == []


def test_a_busy_platform_is_asked_later(tmp_path: Path) -> None:
    with pair(tmp_path, "429=9000") as (place, served):
        place.save()
        done = place.once(served.url)
        assert 3600 <= done.next_in <= 3960
        assert place.states() == ["queued"]


def test_all_faults_together_delay_but_lose_and_double_nothing(tmp_path: Path) -> None:
    faults = ["500=0.1", "truncate=0.1", "wrong-id=0.1", "html=0.1", "slow=0.01", "503=1*3"]
    with pair(tmp_path, *faults, seed=3) as (place, served):
        for n in range(8):
            place.save(blobs=n % 2, size=5000)
        until_done(place, served.url)
        assert set(place.states()) == {"accepted"}
        assert [case["effects"] for case in served.cases()] == [1] * 8


def test_what_the_platform_refuses_is_parked_with_its_words(tmp_path: Path) -> None:
    with pair(tmp_path) as (place, served):
        bad, good = place.save(item_id="nobody-knows-this"), place.save()
        done = place.once(served.url)
        assert (done.tally.parked, done.tally.received) == (1, 1)
        found = place.outbox.require(bad)
        assert found.last_problem is not None
        assert found.last_problem.startswith("unknown-item: ")
        assert place.outbox.require(good).state is State.ACCEPTED


def test_every_byte_of_an_exchange_may_be_the_last(tmp_path: Path) -> None:
    """The line breaks after N bytes, up or down, for many N: one effect, and honest states."""
    with pair(tmp_path) as (place, served):
        port = int(served.url.rpartition(":")[2])
        place.once(served.url)
        rows = []
        for cut in range(0, 4200, 300):
            rows.append(place.save())
            for faults in (Faults(cut_up=cut), Faults(cut_down=cut)):
                with FaultProxy(port, faults) as proxy:
                    place.once(proxy.url)
            held = {case["submission_id"] for case in served.cases()} if cut % 1200 == 0 else None
            for row in rows:
                state = place.outbox.require(row).state
                assert state not in {State.SENDING, State.PARKED}
                if held is not None and state is State.QUEUED:
                    assert str(row) not in held
        until_done(place, served.url)
        cases = served.cases()
        assert sorted(case["submission_id"] for case in cases) == sorted(map(str, rows))
        assert {case["effects"] for case in cases} == {1}


@pytest.mark.parametrize("seed", [1, 2])
def test_an_upload_over_a_line_cut_every_300_kb_costs_little_more(
    tmp_path: Path, seed: int
) -> None:
    with pair(tmp_path) as (place, served):
        port = int(served.url.rpartition(":")[2])
        one = place.save(blobs=5, size=400_000)
        package = parse(place.stores.packages.read(one))
        with place.client(served.url) as client:
            client.enrol(place.fleet_code, {"code": "DEMO01"})
            client.put(one, package.data[: package.body_size], package.envelope_digest)
        bad_line = Faults(cut_mean=300_000)
        with FaultProxy(port, bad_line, seed=seed) as proxy, place.client(proxy.url) as client:
            uploader = Uploader(client, lambda _seconds: None)
            for index, part in enumerate(package.blobs):
                start = package.blob_offset(index)
                uploader.upload(Blob(one, part.digest, package.data[start : start + part.size]))
            assert proxy.counters.cuts >= 2
            sent = proxy.counters.up
        place.once(served.url)
        size = sum(part.size for part in package.blobs)
        assert sent <= 1.15 * size, sent / size
        assert place.outbox.require(one).state is State.ACCEPTED


def test_a_platform_restored_from_a_backup_gets_back_what_it_lost(tmp_path: Path) -> None:
    data = tmp_path / "platform"
    publish_catalogue(data)
    with ExitStack() as stack:
        with platform(data) as served:
            place = stack.enter_context(
                station(tmp_path / "home", served.keys, served.fleet_code, served.url)
            )
            before = place.save(blobs=1)
            place.once(served.url)
        shutil.copytree(data, tmp_path / "backup")
        with platform(data) as served:
            after = place.save(blobs=1)
            place.once(served.url)
            assert place.outbox.require(after).state is State.ACCEPTED
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "backup", data)
        run_platform(["new-epoch"], data)
        with platform(data) as served:
            old = place.stores.inbox.epoch()
            done = place.once(served.url)
            assert done.completed
            assert place.stores.inbox.epoch() != old
            cases = served.cases()
        assert {case["submission_id"] for case in cases} == {str(before), str(after)}
        assert {case["effects"] for case in cases} == {1}


def test_decisions_of_the_office_come_home(tmp_path: Path) -> None:
    data = tmp_path / "platform"
    publish_catalogue(data)
    with (
        platform(data, manual=True) as served,
        station(tmp_path / "home", served.keys, served.fleet_code, served.url) as place,
    ):
        one = place.save()
        place.once(served.url)
        assert place.outbox.require(one).state is State.RECEIVED
        served.decide(one, "accept")
        done = place.once(served.url)
        found = place.outbox.require(one)
        assert found.state is State.ACCEPTED
        assert found.case_number is not None
        assert done.changed == {one}
