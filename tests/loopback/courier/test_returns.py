"""What comes back: the directory, a restored platform, a rebuilt casebook; what is missing."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from kiosk.domain.lifecycle import State
from kiosk.sealing.canonical import canonical
from kiosk.sealing.package import parse
from kiosk.store.directory import Directory
from kiosk.store.packages import Packages
from kiosk.store.recovery import rebuild, sweep
from sync.bundle import layout
from sync.courier.place import Place
from sync.platform.intake import put
from sync.platform.office import Office
from sync.platform.tables import submissions
from sync.platform.terminals import enrol
from tests.helpers.couriers import Desk, Village, new_desk, village
from tests.helpers.platform_process import run_here
from tests.helpers.publishing import Publisher, small_item
from tests.helpers.sync_station import RealClock

CLOCK = RealClock()


def test_the_directory_comes_by_stick_and_proves_itself(tmp_path: Path, stick: Path) -> None:
    publisher = Publisher(tmp_path / "published")
    publisher.publish([small_item("one"), small_item("two")], now=datetime.now(UTC))
    desk = Desk(publisher.data)
    with village(tmp_path / "home", desk) as place:
        place.site.home.save_trust(publisher.trust())
        place.site.save(item_id="one")
        came = place.round(stick, desk)
        assert (came["directory"], came["receipts"], came["parked"]) == ("updated", 1, 0)
        with Directory.open(place.site.home.directory_db) as directory:
            assert [item.item_id for item in directory.items()] == ["one", "two"]
        shutil.copytree(stick, tmp_path / "old")
        assert place.round(stick, desk)["directory"] == "current"
        publisher.publish(
            [small_item("one"), small_item("two"), small_item("three")], now=datetime.now(UTC)
        )
        assert place.round(stick, desk)["directory"] == "updated"
        older = place.kiosk("courier", "import", tmp_path / "old")
        assert (older.status, older.json()["directory"]) == (0, "kept")
        timestamp = stick / "jinban-directory/metadata/timestamp.json"
        timestamp.write_bytes(timestamp.read_bytes().replace(b'"version"', b'"Version"', 1))
        forged = place.kiosk.refused(2, "courier", "import", stick)
        assert forged["code"] in {"unsigned", "bad-metadata"}
        with Directory.open(place.site.home.directory_db) as directory:
            assert len(list(directory.items())) == 3


def test_a_restored_platform_is_given_again_what_it_lost(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    known = place.site.save()
    place.round(stick, desk)
    shutil.copytree(desk.data, tmp_path / "backup")
    lost = place.site.save(blobs=1)
    place.round(stick, desk)
    assert set(place.site.states()) == {"accepted"}
    before = {row.id: row.state for row in place.site.outbox.page()}
    shutil.rmtree(desk.data)
    shutil.copytree(tmp_path / "backup", desk.data)
    run_here(["new-epoch"], desk.data)
    assert len(desk.cases()) == 1
    place.round(stick, desk)  # The station learns that the platform was restored,
    assert {row.id: row.state for row in place.site.outbox.page()} == before
    assert place.export(stick)["packages"] == 2  # and brings what it may have lost.
    desk.take(stick)
    assert {case["submission_id"] for case in desk.cases()} == {str(known), str(lost)}
    desk.give(stick)
    place.import_(stick)
    assert place.export(stick)["packages"] == 0
    assert set(place.site.states()) == {"accepted"}
    numbers = {case["submission_id"]: case["case_number"] for case in desk.cases()}
    assert place.site.outbox.require(lost).case_number == numbers[str(lost)]


def test_what_was_withdrawn_before_it_was_whole_is_owed_nothing(
    place: Village, desk: Desk, stick: Path
) -> None:
    one = place.site.save(blobs=1)
    place.export(stick)
    package = parse(Packages(place.site.home).read(one))
    office = Office.open(desk.data)
    enrol(office, canonical(Place.of(place.site.home, place.site.casebook, CLOCK).enrolment()))
    put(office, one, package.data[: package.body_size])
    with office.database.write() as tx:
        tx.execute(update(submissions).values(state=State.WITHDRAWN.value))
    office.close()
    assert desk.take(stick)["replayed"] == 1
    desk.give(stick)
    assert place.import_(stick)["receipts"] == 1
    assert place.site.outbox.require(one).state is State.FILED


def test_many_pages_of_events_come_home(
    place: Village, desk: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.platform.events.page.__defaults__", (3,))
    for _ in range(5):
        place.site.save()
    assert place.round(stick, desk)["events"] == 10
    assert place.site.states() == ["accepted"] * 5


def test_the_directory_on_a_stick_does_not_grow(tmp_path: Path, stick: Path) -> None:
    publisher = Publisher(tmp_path / "published")
    publisher.publish([small_item("one")])
    desk = Desk(publisher.data)
    desk.give(stick)
    planted = stick / layout.DIRECTORY / "targets" / "old"
    planted.write_bytes(b"left over")
    (stick / layout.DIRECTORY / "metadata" / "theirs").mkdir()
    assert desk.give(stick)["bytes"] == 0
    assert not planted.exists()
    tree = publisher.data / "tuf"
    there = {path.relative_to(tree) for path in tree.rglob("*") if path.is_file()}
    copied = stick / layout.DIRECTORY
    assert {path.relative_to(copied) for path in copied.rglob("*") if path.is_file()} == there


def test_a_rebuilt_casebook_hears_everything_again(place: Village, desk: Desk, stick: Path) -> None:
    one = place.site.save()
    place.round(stick, desk)
    number = place.site.outbox.require(one).case_number
    place.site.casebook.close()
    for key in place.site.home.keys.glob("casebook.key*"):  # nothing can be read of the old one
        key.unlink()
    with rebuild(place.site.home, place.site.clock) as casebook:
        sweep(casebook, place.site.device)
    listed = place.kiosk.ok("queue", "list")
    assert [(row["state"], row["case_number"]) for row in listed] == [("unknown", None)]
    place.round(stick, desk)
    listed = place.kiosk.ok("queue", "list")
    assert [(row["state"], row["case_number"]) for row in listed] == [("accepted", number)]


def test_what_is_missing_is_told_with_the_right_status(
    place: Village, desk: Desk, stick: Path, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    assert place.kiosk.refused(2, "courier", "export", nowhere)["code"] == "no-stick"
    assert place.kiosk.refused(2, "courier", "import", nowhere)["code"] == "no-stick"
    assert place.kiosk.refused(2, "courier", "import", stick)["code"] == "nothing-here"
    assert "no-bundle" in desk.take(stick, status=2)
    assert "no-platform" in Desk(nowhere).take(stick, status=3)
    place.site.home.trust_file.unlink()
    assert place.kiosk.refused(3, "courier", "export", stick)["code"] == "no-platform"
    assert place.kiosk.refused(2, "courier")["code"] == "usage"


def test_nothing_published_yet_judges_nothing(tmp_path: Path, stick: Path) -> None:
    desk = Desk(tmp_path / "platform")
    assert desk.secrets
    with village(tmp_path / "home", desk) as place:
        place.site.save()
        place.export(stick)
        assert desk.take(stick, status=1)["waiting"] == 1
        new_desk(desk.data)
        assert desk.take(stick)["filed"] == 1


def test_without_the_platform_s_courier_key_only_known_terminals_are_taken(
    tmp_path: Path, desk: Desk, stick: Path
) -> None:
    with village(tmp_path / "home", desk) as place:
        trust = json.loads(place.site.home.trust_file.read_bytes())
        del trust["keys"]["courier"]
        place.site.home.save_trust(json.dumps(trust).encode())
        place.site.save()
        told = place.kiosk("courier", "export", stick)
        assert (told.status, "courier key" in told.stderr) == (0, True)
        assert desk.take(stick, status=1)["waiting"] == 1
        office = Office.open(desk.data)
        enrol(office, canonical(Place.of(place.site.home, place.site.casebook, CLOCK).enrolment()))
        office.close()
        assert desk.take(stick)["filed"] == 1
        desk.give(stick)
        assert place.import_(stick)["receipts"] == 1
