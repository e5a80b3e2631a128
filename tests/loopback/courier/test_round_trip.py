"""To a case number and back by stick alone; by stick and network at once: one case each."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from kiosk.domain.lifecycle import State
from kiosk.sealing.package import parse
from kiosk.store.packages import Packages
from sync.client.uploads import Blob
from sync.platform.catalogue import PublishedItem, record
from tests.helpers.command import environment
from tests.helpers.couriers import Desk, Village, bundles, village
from tests.helpers.platform_process import ROOT, platform
from tests.helpers.sync_station import SyncStation


def test_from_a_station_without_a_line_to_case_numbers_and_back(
    place: Village, desk: Desk, stick: Path
) -> None:
    plain, photos = place.site.save(), place.site.save(blobs=2, size=200_000)
    before = place.kiosk.ok("queue", "list")
    exported = place.export(stick)
    assert (exported["packages"], exported["skipped"]) == (2, 0)
    assert exported["bytes"] > 400_000
    assert place.kiosk.ok("queue", "list") == before
    ((folder, manifest),) = bundles(stick)
    assert folder.name == exported["bundle"]
    assert [identity for identity, _ in manifest.packages] == [plain, photos]
    taken = desk.take(stick)
    assert taken == {
        "bundles": 1,
        "filed": 2,
        "replayed": 0,
        "refused": 0,
        "waiting": 0,
        "torn": 0,
    }
    assert desk.give(stick)["terminals"] == 1
    assert place.import_(stick) == {
        "receipts": 2,
        "events": 4,
        "directory": "none",
        "refused": 0,
        "parked": 0,
    }
    for row, case in ((place.site.outbox.require(case_id), case_id) for case_id in (plain, photos)):
        assert row.state is State.ACCEPTED
        assert row.receipt_number is not None
        (found,) = [entry for entry in desk.cases() if entry["submission_id"] == str(case)]
        assert found["case_number"] == row.case_number
        assert found["effects"] == 1
    assert place.kiosk.ok("audit", "verify")


def test_the_same_stick_again_and_again_changes_nothing(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    place.site.save(blobs=1)
    place.export(stick)
    shutil.copytree(stick, tmp_path / "old")
    assert desk.take(stick)["filed"] == 1
    assert desk.take(stick)["replayed"] == 1
    desk.give(stick)
    first = place.import_(stick)
    assert (first["receipts"], first["events"]) == (1, 2)
    history = [place.site.outbox.proofs(row.id) for row in place.site.outbox.page()]
    again = place.import_(stick)
    assert (again["receipts"], again["events"], again["refused"]) == (0, 0, 0)
    assert [place.site.outbox.proofs(row.id) for row in place.site.outbox.page()] == history
    assert desk.take(tmp_path / "old")["replayed"] == 1
    assert [case["effects"] for case in desk.cases()] == [1]


def test_what_is_on_the_stick_already_is_not_written_twice_and_done_bundles_go(
    place: Village, desk: Desk, stick: Path
) -> None:
    first = place.site.save()
    one = place.export(stick)
    two = place.export(stick)
    assert (two["packages"], two["skipped"]) == (0, 1)
    assert two["bundle"] > one["bundle"]
    second = place.site.save()
    three = place.export(stick)
    assert (three["packages"], three["skipped"]) == (1, 1)
    listed = [[found for found, _ in manifest.packages] for _, manifest in bundles(stick)]
    assert listed == [[first], [second]]  # the bundle with a letter only went
    assert desk.take(stick)["filed"] == 2
    desk.give(stick)
    place.import_(stick)
    last = place.export(stick)
    assert [folder.name for folder, _ in bundles(stick)] == [last["bundle"]]
    assert (last["packages"], last["skipped"]) == (0, 0)
    assert desk.give(stick)["events"] == 0  # the letter says what the station has


def test_network_and_stick_give_one_case_each(desk: Desk, tmp_path: Path) -> None:
    roads = ("both at once", "network first", "half the files by network")
    ids: list[UUID] = []
    with platform(desk.data) as served, ExitStack() as stack:
        for road in roads:
            place = stack.enter_context(village(tmp_path / road, desk))
            stick = tmp_path / f"stick {road}"
            stick.mkdir()
            site = place.site
            mine = [site.save(blobs=count, size=50_000) for count in (0, 2, 1)]
            ids += mine
            place.export(stick)
            if road == "half the files by network":
                _upload_half(site, served.url)
            if road == "network first":
                site.once(served.url)
            if road == "both at once":
                taking = Thread(target=_take_apart, args=(desk, stick))
                taking.start()
                site.once(served.url)
                taking.join()
            assert desk.take(stick)["waiting"] == 0
            desk.give(stick)
            place.import_(stick)
            assert set(site.states()) == {"accepted"}
            assert site.once(served.url).completed
    cases = desk.cases()
    assert sorted(case["submission_id"] for case in cases) == sorted(map(str, ids))
    assert {(case["effects"], case["state"]) for case in cases} == {(1, "accepted")}
    assert not list((desk.data / "blobs" / "parts").iterdir())


def _take_apart(desk: Desk, stick: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "sync.platform", "courier", "import", stick, "--data", desk.data],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
    )


def _upload_half(site: SyncStation, url: str) -> None:
    """Envelopes and the first file of each go by network; then the line is cut."""
    with site.client(url) as client:
        client.ping()
        client.enrol(site.fleet_code, {"code": "DEMO01"})
        for identity in site.outbox.owed(None):
            package = parse(Packages(site.home).read(identity))
            client.put(identity, package.data[: package.body_size], package.envelope_digest)
            for part in package.blobs[:1]:
                start = package.blob_offset(0)
                client.upload(Blob(identity, part.digest, package.data[start : start + part.size]))


def test_a_signed_refusal_travels_back_and_what_was_mended_is_taken_later(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    good, bad = place.site.save(), place.site.save(item_id="not-yet-published")
    place.export(stick)
    assert desk.take(stick)["refused"] == 1
    desk.give(stick)
    shutil.copytree(stick, tmp_path / "old")
    assert place.import_(stick)["parked"] == 1
    row = place.site.outbox.require(bad)
    assert row.state is State.PARKED
    assert row.last_problem is not None
    assert row.last_problem.startswith("unknown-item: ")
    assert place.site.outbox.require(good).state is State.ACCEPTED
    record(desk.data, [PublishedItem("not-yet-published", frozenset({1}), None)], {"generic": [1]})
    place.kiosk.ok("queue", "release", str(bad))
    result = place.round(stick, desk)
    assert (result["parked"], result["receipts"]) == (0, 1)
    assert place.site.outbox.require(bad).state is State.ACCEPTED
    # An old stick with the old refusal takes nothing back.
    again = place.import_(tmp_path / "old")
    assert (again["parked"], again["refused"]) == (0, 0)
    assert place.site.outbox.require(bad).state is State.ACCEPTED


def test_an_old_stick_does_not_bring_a_withdrawn_case_back(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    one = place.site.save()
    place.export(stick)
    desk.take(stick, "--manual")
    desk.give(stick)
    place.import_(stick)
    assert place.site.outbox.require(one).state is State.RECEIVED
    shutil.copytree(stick, tmp_path / "old")
    desk.decide(one, "accept")
    desk.decide(one, "close", "--reason", "granted")
    place.export(stick)
    desk.take(stick)
    desk.give(stick)
    place.import_(stick)
    assert place.site.outbox.require(one).state is State.CLOSED
    assert place.import_(tmp_path / "old")["refused"] == 0
    assert place.site.outbox.require(one).state is State.CLOSED


def test_words_of_the_office_travel_sealed(place: Village, desk: Desk, stick: Path) -> None:
    one = place.site.save()
    place.export(stick)
    desk.take(stick, "--manual")
    desk.decide(one, "correct", "--reason", "请补一张照片", "--material", "m1")
    desk.give(stick)
    everything = b"".join(path.read_bytes() for path in stick.rglob("*") if path.is_file())
    assert "请补".encode() not in everything
    assert b"correction_wanted" not in everything
    assert b"S2026" not in everything
    assert desk.secrets.fleet_code.encode() not in everything
    place.import_(stick)
    assert place.site.outbox.require(one).state is State.CORRECTION_WANTED


def test_one_stick_for_two_villages(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    with village(tmp_path / "second", desk) as other:
        place.site.save()
        other.site.save(blobs=1)
        place.export(stick)
        other.export(stick)
        assert desk.take(stick) == {
            "bundles": 2,
            "filed": 2,
            "replayed": 0,
            "refused": 0,
            "waiting": 0,
            "torn": 0,
        }
        assert desk.give(stick)["terminals"] == 2
        for each in (place, other):
            assert each.import_(stick)["receipts"] == 1
            assert each.site.states() == ["accepted"]


def test_a_fresh_stick_brings_answers_to_everybody(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    place.site.save()
    place.export(stick)
    desk.take(stick)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert desk.give(fresh)["receipts"] == 1
    assert place.import_(fresh)["receipts"] == 1
    assert place.site.states() == ["accepted"]
    empty = tmp_path / "empty"
    empty.mkdir()
    told = desk.give(empty, "--terminal", "T000000000000", status=2)
    assert "unknown-terminal" in told
    assert desk.give(empty, "--terminal", place.site.device.terminal)["terminals"] == 1


def test_the_letter_opens_with_the_age_tool(place: Village, desk: Desk, stick: Path) -> None:
    if shutil.which("age") is None:
        pytest.skip("not runnable here: age is not installed")
    one = place.site.save()
    place.export(stick)
    ((folder, _),) = bundles(stick)
    key = desk.data / "private" / "courier.agekey"
    done = subprocess.run(
        ["age", "-d", "-i", key, folder / "letter.age"], capture_output=True, check=True
    )
    letter = json.loads(done.stdout)
    assert letter["wanted"] == [str(one)]
    assert letter["enrolment"]["fleet_code"] == desk.secrets.fleet_code
    assert letter["status"]["queue"] == 1
