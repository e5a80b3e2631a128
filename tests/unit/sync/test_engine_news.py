"""What the engine hears back: events, marks and restores, the directory, status and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import State
from kiosk.domain.problems import PlatformProblem
from sync.engine.directory_update import Outcome, UpdateResult
from sync.protocol.messages import EventKind, Receipt
from tests.helpers.simulated_platform import lost
from tests.helpers.sync_scene import Scene


def test_events_move_cases_and_repeat_without_harm(scene: Scene) -> None:
    one = scene.place.save()
    scene.once()
    scene.far.say(one, EventKind.ACCEPTED, 2, case_number="DEMO1")
    scene.far.say(one, EventKind.CLOSED, 3)
    done = scene.once()
    assert done.changed == {one}
    assert scene.state(one) is State.CLOSED
    assert scene.place.outbox.require(one).case_number == "DEMO1"
    scene.far.cursors_gone = True
    assert scene.once().changed == frozenset()
    assert scene.state(one) is State.CLOSED


def test_an_unusable_feed_ends_the_round(scene: Scene) -> None:
    scene.far.before["events"].append(PlatformProblem("unproven", "not signed"))
    assert not scene.once().completed


def test_a_lost_acknowledgement_is_made_up_for(scene: Scene) -> None:
    scene.place.save()
    scene.far.before["ack"].extend([lost(), lost(), lost()])
    assert not scene.once().completed
    assert scene.far.acked == []
    scene.once()
    scene.once()
    assert scene.far.acked == ["epoch-1-1"]


def test_a_restored_platform_gets_back_what_it_lost(scene: Scene) -> None:
    lost_one, kept = scene.place.save(blobs=1), scene.place.save()
    scene.once()
    scene.far.restore("epoch-2", lost_one)
    scene.far.before["upload"].append(lost())
    assert scene.once().completed
    assert scene.place.stores.inbox.epoch() == "epoch-1"
    assert scene.state(lost_one) is State.RECEIVED
    scene.far.calls.clear()
    done = scene.once()
    assert done.completed
    assert scene.place.stores.inbox.epoch() == "epoch-2"
    assert set(scene.far.held) == {lost_one, kept}
    assert scene.far.held[lost_one].missing == []
    # What was proven in the first of the two rounds is not asked again.
    assert scene.far.calls.count("ask") == 2


def test_a_restored_platform_that_still_misses_parts_is_not_done(scene: Scene) -> None:
    one = scene.place.save(blobs=1)
    scene.once()
    scene.far.restore("epoch-2", one)
    real = scene.far.upload
    scene.far.upload = lambda blob: None  # type: ignore[method-assign]  # noqa: ARG005 (name as in the real one)
    scene.once()
    assert scene.place.stores.inbox.epoch() == "epoch-1"
    scene.far.upload = real  # type: ignore[method-assign]
    scene.once()
    assert scene.place.stores.inbox.epoch() == "epoch-2"


def test_what_a_restored_platform_refuses_now_keeps_its_proof(scene: Scene) -> None:
    one = scene.place.save()
    scene.once()
    scene.far.restore("epoch-2", one)
    scene.far.refused[one] = "unknown-item"
    scene.once()
    assert scene.state(one) is State.RECEIVED
    assert scene.place.stores.inbox.epoch() == "epoch-2"


def test_a_withdrawal_that_reaches_a_restored_platform_first_withdraws_its_filing(
    scene: Scene,
) -> None:
    """The request was queued when the platform was restored: it arrives before what is renewed."""
    one = scene.place.save()
    scene.once()
    scene.far.restore("epoch-2", one)
    scene.far.refused[one] = "withdrawn"
    scene.once()
    row = scene.place.outbox.require(one)
    assert (row.state, row.last_problem) == (State.WITHDRAWN, None)
    assert scene.place.stores.inbox.epoch() == "epoch-2"


def test_after_a_restore_everything_that_is_here_is_at_stake_whatever_the_new_mark(
    scene: Scene,
) -> None:
    old, young = scene.place.save(), scene.place.save()
    scene.once()
    # Away while the platform is restored without it and makes its next backup.
    scene.clock.advance(100)
    scene.far.restore("epoch-2", young)
    scene.far.durable_before = scene.clock.now()
    scene.far.calls.clear()
    scene.once()
    assert scene.far.calls.count("ask") == 2
    assert young in scene.far.held
    packages = scene.place.stores.packages
    assert (packages.exists(old), packages.exists(young)) == (False, True)


def test_a_backup_between_envelope_and_attachments_holds_no_package_for_good(scene: Scene) -> None:
    one = scene.place.save(blobs=1)
    scene.far.before["upload"].append(lost())
    scene.once()
    assert scene.state(one) is State.FILED
    scene.clock.advance(100)
    backup = scene.clock.now()
    scene.clock.advance(100)
    scene.once()
    assert scene.state(one) is State.RECEIVED
    scene.far.durable_before = backup
    scene.once()
    assert scene.place.stores.packages.exists(one)
    scene.far.durable_before = scene.clock.now() + timedelta(seconds=1)
    scene.once()
    assert not scene.place.stores.packages.exists(one)


def test_a_round_cut_off_before_the_epoch_was_known_loses_nothing_at_a_restore(
    scene: Scene,
) -> None:
    one, _ = scene.place.save(), scene.place.save()
    scene.far.before["put"].extend([None, PlatformProblem("unreachable", "down")])
    scene.once()
    assert scene.state(one) is State.RECEIVED
    assert scene.place.stores.inbox.epoch() is None
    scene.far.restore("epoch-2", one)
    scene.again()
    scene.once()
    assert one in scene.far.held


def test_a_receipt_of_a_passed_epoch_proves_nothing(scene: Scene) -> None:
    one = scene.place.save()
    honest = scene.far._receipt

    def stale(submission_id: UUID) -> Receipt:
        return replace(honest(submission_id), epoch="epoch-0")

    scene.far._receipt = stale  # type: ignore[method-assign]
    scene.far.before["events"].append(PlatformProblem("unreachable", "down"))
    scene.once()
    assert scene.state(one) is State.UNKNOWN


def test_packages_stay_until_the_mark_has_passed(scene: Scene) -> None:
    sent, owed = scene.place.save(), scene.place.save()
    scene.far.before["put"].extend([None, lost()])
    scene.once()
    assert scene.state(owed) is State.UNKNOWN
    (scene.place.home.packages / "notes.txt").write_text("not a package")
    (scene.place.home.packages / f"{uuid4()}.sealed").write_bytes(b"nobody's")
    scene.far.before["ask"].extend([lost()])
    scene.far.durable_before = scene.clock.now() + timedelta(days=1)
    scene.once()
    packages = scene.place.stores.packages
    assert (packages.exists(sent), packages.exists(owed)) == (False, True)
    scene.once()


def test_a_newer_directory_is_told(scene: Scene) -> None:
    looks: list[int] = []

    def update() -> UpdateResult:
        looks.append(1)
        return UpdateResult(Outcome.UPDATED, version=2)

    scene.engine = scene.place.engine(scene.far, Random(1), update)
    assert scene.politely().directory
    scene.clock.advance(301)
    assert not scene.politely().directory
    assert len(looks) == 1
    assert scene.once().directory


def test_a_directory_that_stays_is_a_note_and_no_error(scene: Scene) -> None:
    kept = UpdateResult(Outcome.KEPT, "expired", "what is published has run out")
    scene.engine = scene.place.engine(scene.far, Random(1), lambda: kept)
    done = scene.once()
    assert done.completed
    assert done.notes == ("the directory stays as it is: what is published has run out (expired)",)


def test_a_status_that_is_not_taken_is_a_note(scene: Scene) -> None:
    scene.far.before["status"].append(PlatformProblem("unproven", "400"))
    done = scene.once()
    assert done.completed
    assert len(done.notes) == 1


def test_the_status_tells_age_and_clock_and_no_person(scene: Scene) -> None:
    one = scene.place.save()
    scene.far.before["put"].append(PlatformProblem("unproven", "404"))
    sealed = scene.clock.now()
    scene.clock.advance(50)
    scene.once()
    assert scene.far.reports == [
        {"version": "test", "queue": 1, "oldest": to_text(sealed), "clock_offset": 0}
    ]
    assert scene.state(one) is State.UNKNOWN


def test_the_time_floor_rises_from_proof_only(scene: Scene) -> None:
    scene.far.before["ping"].append(PlatformProblem("unreachable", ""))
    scene.once()
    assert scene.place.stores.hosts.proven_time() is None
    scene.once()
    assert scene.place.stores.hosts.proven_time() == scene.clock.now()
