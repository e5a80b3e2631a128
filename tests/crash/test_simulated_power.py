"""Power cuts and failing disks under the store's own statements; `make soak` runs many more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from kiosk.store.directory_apply import build_full
from tests.soak.kills import ORIGIN, two_directories
from tests.soak.power import Cutter, cutters, fail_every_call, replay, wrong
from tests.soak.power_batches import CONTROLS, control
from tests.soak.recording import Moved, Promised, Put, Recording, Sql, Synced, record, recorded
from tests.soak.simulated_disk import SimulatedDisk, after_cut

CUTS = 120


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(tmp_path_factory.mktemp("recording"), Random(3), saves=1)


def test_no_power_cut_loses_or_halves_what_was_promised() -> None:
    luck = Random(20261122)
    promises = 0
    for cutter in islice(cutters(luck), 3):
        for _ in range(CUTS):
            promised, found = cutter.cut(luck)
            promises += promised
            assert found == []
    assert promises > 3 * CUTS


@pytest.mark.parametrize("name", CONTROLS)
def test_a_weakened_store_is_noticed(name: str) -> None:
    assert control(name, Random(4), 80).caught


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("full", [False, True])
def test_whichever_call_of_the_disk_fails(recording: Recording, lasting: bool, full: bool) -> None:
    failed, _, found = fail_every_call(recording, lasting=lasting, full=full)
    assert found == []
    assert failed > 100


def test_an_undisturbed_replay_is_the_real_store(recording: Recording) -> None:
    done = replay(recording, checkpoint=1000)
    assert done.promised == {Path(name).stem for name in recording.packages}
    assert wrong(done.disk, done.promised, recording.packages) == []


def test_what_is_not_there_is_noticed(recording: Recording) -> None:
    done = replay(recording, checkpoint=1000)
    name = next(iter(recording.packages))
    done.disk.write(done.disk.names[f"packages/{name}"], 40, b"!")
    assert wrong(done.disk, {"another"}, recording.packages) == [
        "another was promised and is gone",
        f"{Path(name).stem} has no whole package",
    ]


def test_the_recording_has_the_order_of_saving(recording: Recording) -> None:
    """Package written, synced, renamed, folder synced; then the row; then the word."""
    acts = list(recording.acts)
    word = next(place for place, act in enumerate(acts) if isinstance(act, Promised))
    commit = max(place for place, act in enumerate(acts[:word]) if act == Sql("COMMIT"))
    packages = [act for act in acts[:commit] if getattr(act, "name", "").startswith("packages")]
    match packages:
        case [Put() as made, Put() as written, synced, Moved() as moved, folder]:
            assert made.data == b"" != written.data
            assert synced == Synced(made.name, folder=False)
            assert (moved.name, moved.target) == (made.name, next(_files(recording)))
            assert folder == Synced("packages", folder=True)
        case _:
            pytest.fail(f"these are the acts: {packages}")
    after = [act for act in acts[commit:word] if getattr(act, "name", "") != "committed"]
    assert after == [Sql("COMMIT")], "the witness beside the casebook is not waited for"


def _files(recording: Recording) -> Iterator[str]:
    return (f"packages/{name}" for name in recording.packages)


def test_the_directory_is_synced_before_it_takes_its_place(tmp_path: Path) -> None:
    first, second = two_directories(tmp_path)
    target = tmp_path / "served" / "directory.db"
    target.parent.mkdir()
    build_full(first, target, ORIGIN)
    with recorded(target.parent) as watching:
        build_full(second, target, ORIGIN)
    (moved,) = [act for act in watching.acts if isinstance(act, Moved)]
    place = watching.acts.index(moved)
    assert moved.target == target.name
    assert Synced(moved.name, folder=False) in watching.acts[:place]
    assert watching.acts[place + 1] == Synced("", folder=True)


def test_the_disk_keeps_what_was_synced_and_may_forget_the_rest() -> None:
    disk = SimulatedDisk()
    inode = disk.create("a/file")
    disk.write(inode, 0, b"1" * 1000)
    disk.sync(inode)
    disk.sync_folder("a")
    disk.write(inode, 500, b"2" * 1000)
    disk.rename("a/file", "a/other")
    seen = {tuple(after_cut(disk.log, Random(seed)).items()) for seed in range(200)}
    assert {name for ((name, _),) in seen} == {"a/file", "a/other"}
    for ((_, data),) in seen:
        assert data[:500] == b"1" * 500
        assert set(data) <= {0, ord("1"), ord("2")}
    assert len({data for ((_, data),) in seen}) > 4
    disk.sync_folder("a")
    disk.sync(inode)
    assert after_cut(disk.log, Random(1)) == {"a/other": b"1" * 500 + b"2" * 1000}


def test_the_same_seed_cuts_the_same(recording: Recording) -> None:
    log = Cutter.of(recording, checkpoint=6).log
    assert after_cut(log[:400], Random(9)) == after_cut(log[:400], Random(9))
