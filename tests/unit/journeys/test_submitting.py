"""Saved means saved: kills, full disks, doubtful commits, repeats."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from kiosk.domain.lifecycle import State
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.domain.slips import SlipCode
from kiosk.journeys.applying import Attachment, Declaration, new_id
from kiosk.journeys.submitting import new_track_code, submit
from kiosk.main.wiring import Station, open_station
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.packages import Packages, verified
from kiosk.store.recovery import sweep
from sync.platform.secrets import PlatformSecrets
from tests.helpers.counter import application, copy_of_home, filed, published
from tests.helpers.stores import HandClock


def opened_by_the_platform(station: Station, submission_id: UUID) -> dict[str, object]:
    """What the platform reads in a package."""
    package = verified(
        Packages(station.home).read(submission_id),
        submission_id,
        station.device.signing.public,
    )
    return dict(package.open_payload(PlatformSecrets.load_or_create(published()).sealing))


def test_what_is_saved_is_what_the_platform_opens(station: Station) -> None:
    made = application(station)
    photo = Attachment("m1", "身份证.png", "image/png", b"\x89PNG...")
    made = made.with_attachment(photo)
    made = replace(made, signature=b"drawn")
    saved = submit(station.desk(), made)
    plain = opened_by_the_platform(station, saved.id)
    assert plain["item"] == made.item.item_id
    assert plain["form"] == made.answers
    assert plain["signature"] == 1
    assert plain["claim"] == saved.code.claim.hex()
    materials = plain["materials"]
    assert isinstance(materials, list)
    assert materials[0]["files"] == [{"blob": 0, "name": "身份证.png", "media_type": "image/png"}]
    assert saved.state is State.QUEUED


def test_nothing_of_the_person_stays_readable(station: Station) -> None:
    made = application(station)
    person = made.principal
    assert person is not None
    assert person.id_number is not None
    saved = submit(station.desk(), made)
    assert saved.masked_name == "李*示"
    station.casebook.close()
    for path in station.home.path.rglob("*"):
        if path.is_file() and path.name != "directory.db":
            data = path.read_bytes()
            assert person.id_number.encode() not in data, path
            assert person.name.encode() not in data, path


def test_the_same_again_is_the_same_row_and_slip(station: Station, clock: HandClock) -> None:
    made = application(station)
    first = submit(station.desk(), made)
    clock.pass_time(60)
    declared = Declaration(made.parties[0].role, "李演示", "我填的都是真的", clock.now())
    assert submit(station.desk(), replace(made, declarations=(declared,))) == first
    assert len(station.outbox.page()) == 1
    assert len(list(station.home.packages.iterdir())) == 1


def test_another_application_under_the_same_id_changes_nothing(station: Station) -> None:
    made = application(station)
    first = submit(station.desk(), made)
    before = Packages(station.home).read(made.id)
    for other in (
        replace(made, answers={**made.answers, "more": "1"}),
        replace(made, agent_id="a1"),
        replace(made, signature=b"drawn"),
        made.with_attachment(Attachment("m1", "a.png", "image/png", b"x")),
    ):
        with pytest.raises(InputProblem) as caught:
            submit(station.desk(), other)
        assert caught.value.code == "id-reused"
        assert caught.value.path == "/id"
    assert Packages(station.home).read(made.id) == before
    assert submit(station.desk(), made) == first


@pytest.fixture
def dialect(station: Station) -> object:
    """What commits; its ``do_commit`` is made to fail."""
    return station.casebook._engine.dialect


def full_disk() -> sqlcipher.OperationalError:
    error = sqlcipher.OperationalError("database or disk is full")
    error.sqlite_errorcode = 13
    return error


def test_a_failed_save_leaves_half_of_nothing(
    station: Station, dialect: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, made = station.desk(), application(station)

    with monkeypatch.context() as broken:
        broken.setattr(dialect, "do_commit", once_when_placed(station, before=full_disk))
        with pytest.raises(EnvironmentProblem) as caught:
            submit(desk, made)
    assert caught.value.code == "disk-full"
    assert station.outbox.page() == ()
    assert Audit(station.casebook).verify().ok
    assert submit(desk, made).state is State.QUEUED  # the orphan package makes way
    assert sweep(station.casebook, station.device).missing == ()


def test_a_commit_that_happened_though_it_failed_is_told_as_saved(
    station: Station, dialect: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, made = station.desk(), application(station)
    with monkeypatch.context() as broken:
        broken.setattr(dialect, "do_commit", once_when_placed(station, after=full_disk))
        saved = submit(desk, made)
    assert station.outbox.require(made.id).state is saved.state is State.QUEUED
    assert submit(desk, made) == saved


def test_when_even_reading_fails_it_says_so(
    station: Station, dialect: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, made = station.desk(), application(station)
    really = Casebook.read

    def gone(self: Casebook) -> AbstractContextManager[Transaction]:
        if any(station.home.packages.iterdir()):
            raise EnvironmentProblem("disk-error", "the disk is gone")
        return really(self)

    with monkeypatch.context() as broken:
        broken.setattr(Casebook, "read", gone)
        broken.setattr(dialect, "do_commit", once_when_placed(station, after=full_disk))
        with pytest.raises(EnvironmentProblem) as caught:
            submit(desk, made)
    assert caught.value.code == "saving-unknown"
    assert str(made.id) in caught.value.message
    assert station.outbox.get(made.id) is not None


def once_when_placed(
    station: Station,
    before: Callable[[], Exception] | None = None,
    after: Callable[[], Exception] | None = None,
) -> Callable[[sqlcipher.Connection], None]:
    """A commit that fails once, when a package stands on the disk."""
    failed: list[bool] = []

    def commit(connection: sqlcipher.Connection) -> None:
        now = not failed and any(station.home.packages.iterdir())
        failed.extend([True] if now else [])
        if now and before:
            raise before()
        connection.commit()
        if now and after:
            raise after()

    return commit


def test_there_must_be_room_before_anything_is_sealed(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.store.home.LEAST_FREE", 1 << 60)
    with pytest.raises(EnvironmentProblem) as caught:
        filed(station)
    assert caught.value.code == "disk-full"
    assert list(station.home.packages.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("not runnable here: mounting a small tmpfs needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_up_never_loses_a_word_given(
    small_disk: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.store.home.LEAST_FREE", 0)
    monkeypatch.setattr("kiosk.journeys.submitting._BESIDE_BLOBS", 0)
    home = copy_of_home(small_disk)
    promised: set[UUID] = set()
    refused: set[str] = set()
    with open_station(home, clock) as station:
        made = application(station)
        for size in [700_000] * 8 + [40_000] * 8 + [4_000] * 8 + [0] * 8:
            photo = Attachment("m1", "a.png", "image/png", os.urandom(size))
            one = replace(made, id=new_id(), attachments=(photo,) if size else ())
            try:
                promised.add(submit(station.desk(), one).id)
            except EnvironmentProblem as problem:
                refused.add(problem.code)
    assert refused == {"disk-full"}
    with open_station(home, clock) as station:
        assert {row.id for row in station.outbox.page()} == promised
        for kept in promised:
            verified(Packages(station.home).read(kept), kept)


def test_a_killed_terminal_keeps_what_it_said(home: Path, clock: HandClock) -> None:
    """The child says an id only after saving; it is killed while it saves the next ones."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException), open_station(home, clock) as station:
            made = application(station, track_code=None)
            while True:
                saved = submit(station.desk(), replace(made, id=new_id()))
                os.write(writing, saved.id.bytes)
        os._exit(70)
    os.close(writing)
    promised = [UUID(bytes=os.read(reading, 16)) for _ in range(4)]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as rest:
        left = rest.read()
    promised += [UUID(bytes=left[at : at + 16]) for at in range(0, len(left), 16)]
    with open_station(home, clock) as station:
        station.casebook.check()
        rows = {row.id for row in station.outbox.page()}
        assert set(promised) <= rows
        assert len(rows) <= len(promised) + 1
        for one in rows:
            verified(Packages(station.home).read(one), one, station.device.signing.public)


def test_the_slip_is_the_same_for_every_repeat_and_for_no_other(station: Station) -> None:
    first, second = filed(station), filed(station)
    assert first.code.claim != second.code.claim
    assert SlipCode.parse(first.code.as_text()) == first.code
    row = station.outbox.require(first.id)
    assert row.envelope_digest == first.code.envelope_digest


def test_it_takes_no_id_that_is_not_free(station: Station) -> None:
    chosen = uuid4()
    filed(station, submission_id=chosen)
    with pytest.raises(InputProblem):
        filed(station, "minimum-living", submission_id=chosen)


def test_a_proposed_code_has_four_digits() -> None:
    codes = {new_track_code() for _ in range(50)}
    assert all(len(code) == 4 and code.isdigit() for code in codes)
    assert len(codes) > 10


def test_repr_shows_no_person(station: Station) -> None:
    made = application(station)
    assert "李" not in repr(made)
