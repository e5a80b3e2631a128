"""The engine against a simulated platform: sending, lost replies, refusals, politeness."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.problems import PlatformProblem
from sync.client.outcomes import BusyProblem, ForbiddenProblem
from tests.helpers.simulated_platform import Held, lost
from tests.helpers.sync_scene import Scene, waited
from tests.helpers.sync_station import station


def test_everything_arrives_envelopes_first(scene: Scene) -> None:
    first, second = scene.place.save(blobs=2), scene.place.save()
    done = scene.once()
    assert done.completed
    assert done.tally.received == 2
    assert done.changed == {first, second}
    work = [name for name in scene.far.calls if name in {"put", "upload"}]
    assert work == ["put", "put", "upload", "upload"]
    assert scene.far.acked == ["epoch-1-2"]
    assert scene.far.reports[-1]["queue"] == 0


def test_without_a_proof_nothing_is_taken(scene: Scene) -> None:
    one = scene.place.save()
    scene.far.before["ping"].extend([PlatformProblem("portal", "a page")] * 3)
    done = scene.once()
    assert (done.reached, done.completed) == (False, False)
    assert scene.far.calls == ["ping"] * 3
    assert scene.state(one) is State.QUEUED
    assert scene.place.outbox.require(one).attempts == 0
    assert scene.place.stores.hosts.pause_reason == "portal"


def test_a_lost_ping_is_repeated_but_a_refused_connection_is_not(scene: Scene) -> None:
    scene.far.before["ping"].extend([lost(), lost()])
    assert scene.once().completed
    scene.far.calls.clear()
    scene.far.before["ping"].append(PlatformProblem("unreachable", "no line"))
    assert not scene.once().completed
    assert scene.far.calls == ["ping"]


def test_a_lost_reply_is_unknown_and_then_asked_about(scene: Scene) -> None:
    one = scene.place.save()
    scene.far.after["put"].append(lost())
    scene.far.before["events"].append(PlatformProblem("unproven", "not signed"))
    scene.once()
    assert scene.state(one) is State.UNKNOWN
    scene.far.calls.clear()
    scene.once()
    assert "put" not in scene.far.calls
    assert scene.far.held[one].effects == 1
    assert scene.state(one) is State.RECEIVED


def test_an_event_proves_what_a_lost_reply_left_open(scene: Scene) -> None:
    one = scene.place.save()
    scene.far.after["put"].append(lost())
    scene.once()
    assert scene.state(one) is State.RECEIVED
    assert scene.far.calls.count("put") == 1


def test_a_request_that_never_arrived_is_sent_again_after_proven_absence(scene: Scene) -> None:
    one = scene.place.save()
    scene.far.before["put"].append(lost())
    scene.once()
    assert scene.state(one) is State.UNKNOWN
    scene.far.calls.clear()
    scene.once()
    assert [name for name in scene.far.calls if name in {"ask", "put"}] == ["ask", "put"]
    assert scene.state(one) is State.RECEIVED


def test_when_nothing_left_the_row_is_queued_again_and_the_round_ends(scene: Scene) -> None:
    rows = [scene.place.save() for _ in range(3)]
    scene.far.before["put"].append(PlatformProblem("unreachable", "no line"))
    done = scene.once()
    assert not done.completed
    assert scene.far.calls.count("put") == 1
    assert [scene.state(row) for row in rows] == [State.QUEUED] * 3
    assert scene.place.outbox.require(rows[0]).attempts == 1


def test_a_dead_platform_is_not_tried_a_thousand_times(scene: Scene) -> None:
    rows = [scene.place.save() for _ in range(5)]
    scene.far.before["put"].append(lost())
    scene.far.before["ping"].extend([None, lost(), lost(), lost()])
    scene.once()
    assert scene.far.calls.count("put") == 1
    assert [scene.state(row) for row in rows] == [State.UNKNOWN] + [State.QUEUED] * 4


def test_a_refusal_parks_one_row_and_blocks_no_other(scene: Scene) -> None:
    bad, good = scene.place.save(), scene.place.save()
    scene.far.refused[bad] = "unknown-item"
    done = scene.once()
    assert done.tally.parked == 1
    assert scene.place.outbox.require(bad).last_problem == (
        "unknown-item: the item is unknown [/item_id]"
    )
    assert scene.state(good) is State.RECEIVED
    assert done.tally.owed == 0


def test_a_row_whose_package_is_gone_blocks_no_other(scene: Scene) -> None:
    bad, good = scene.place.save(), scene.place.save()
    scene.place.stores.packages.path(bad).unlink()
    done = scene.once()
    assert done.completed
    row = scene.place.outbox.require(bad)
    assert row.state is State.QUEUED
    assert row.last_problem is not None
    assert row.last_problem.startswith("package-missing")
    assert scene.state(good) is State.RECEIVED


def test_a_package_that_is_not_the_saved_one_is_not_sent(scene: Scene, tmp_path: Path) -> None:
    one = scene.place.save()
    path = scene.place.stores.packages.path(one)
    with station(tmp_path / "other", scene.place.keys, "fleet", clock=scene.clock) as other:
        stranger = other.save(new=one)
        path.unlink()
        path.write_bytes(other.stores.packages.read(stranger))
    scene.once()
    assert scene.state(one) is State.QUEUED
    assert one not in scene.far.held


def test_the_terminal_of_a_package_that_never_enrolled_is_that_row_only(scene: Scene) -> None:
    bad, good = scene.place.save(), scene.place.save()
    scene.far.before["put"].append(ForbiddenProblem(403, "terminal-not-enrolled"))
    scene.once()
    assert scene.state(bad) is State.UNKNOWN
    assert scene.state(good) is State.RECEIVED


def test_a_forgotten_terminal_enrols_again_within_the_round(scene: Scene) -> None:
    scene.once()
    one = scene.place.save()
    scene.far.before["put"].append(ForbiddenProblem(403, "not-enrolled"))
    assert scene.once().completed
    assert scene.far.calls.count("enrol") == 2
    assert scene.state(one) is State.RECEIVED


@pytest.mark.parametrize("reason", ["bad-signature", "fleet-code"])
def test_other_refusals_at_the_door_pause_the_host(scene: Scene, reason: str) -> None:
    scene.far.before["events"].append(ForbiddenProblem(401, reason))
    done = scene.once()
    assert not done.completed
    assert scene.place.stores.hosts.pause_reason == "forbidden"


def test_a_short_retry_after_is_sat_out_once(scene: Scene) -> None:
    one, two = scene.place.save(), scene.place.save()
    scene.far.before["put"].append(BusyProblem(429, 2))
    waits: list[float] = []
    scene.once(wait=waited(waits))
    assert waits == [2]
    assert {scene.state(one), scene.state(two)} == {State.RECEIVED}


def test_a_platform_that_stays_busy_is_left_alone(scene: Scene) -> None:
    scene.place.save()
    scene.far.before["ping"].extend([BusyProblem(503, 2), BusyProblem(503, 2)])
    waits: list[float] = []
    done = scene.once(wait=waited(waits))
    assert waits == [2]
    assert not done.completed
    assert 2 <= done.next_in < 2.3


def test_a_long_retry_after_is_not_sat_out_but_kept(scene: Scene) -> None:
    one = scene.place.save()
    scene.far.before["put"].append(BusyProblem(503, 600))
    done = scene.once(wait=lambda _seconds: pytest.fail("waited"))
    assert 600 <= done.next_in <= 660
    assert scene.state(one) is State.UNKNOWN
    scene.far.calls.clear()
    assert scene.politely().reached is None
    assert scene.far.calls == []
    scene.clock.advance(700)
    assert scene.politely().completed


def test_a_pause_noted_by_a_clock_that_was_wrong_does_not_last(scene: Scene) -> None:
    far_off = scene.clock.now() + timedelta(days=4000)
    scene.place.stores.hosts.pause("busy", far_off)
    assert scene.politely().reached


def test_the_first_contact_after_an_outage_is_spread(scene: Scene) -> None:
    one = scene.place.save()
    scene.far.window = 600
    held = scene.politely()
    assert held.reached
    assert scene.state(one) is State.QUEUED
    assert held.next_in <= 15
    assert scene.politely().reached is None
    scene.clock.advance(600)
    assert scene.politely().completed
    assert scene.state(one) is State.RECEIVED


def test_a_tap_does_not_wait_for_the_spread(scene: Scene) -> None:
    one = scene.place.save()
    scene.far.window = 600
    scene.once()
    assert scene.state(one) is State.RECEIVED


def test_between_two_looks_nothing_is_asked(scene: Scene) -> None:
    first = scene.politely()
    assert first.completed
    assert scene.politely().reached is None
    scene.clock.advance(299)
    assert scene.politely().reached is None
    scene.clock.advance(2)
    assert scene.politely().reached


def test_who_owes_something_looks_again_sooner(scene: Scene) -> None:
    idle = scene.politely()
    assert idle.next_in > 200
    scene.place.save()
    scene.far.before["put"].append(lost())
    scene.far.before["events"].append(PlatformProblem("unproven", "not signed"))
    scene.clock.advance(301)
    assert scene.politely().next_in <= 15


def test_a_row_rests_after_a_failure_and_is_due_again(scene: Scene) -> None:
    one = scene.place.save()
    scene.far.before["put"].append(lost())
    scene.politely()
    row = scene.place.outbox.require(one)
    assert row.next_at is not None
    assert row.next_at > scene.clock.now(), "it rests"
    assert scene.state(one) is State.UNKNOWN
    scene.clock.advance(16)
    scene.politely()
    assert scene.state(one) is State.RECEIVED


def test_blobs_that_do_not_get_through_leave_the_row_filed(scene: Scene) -> None:
    one = scene.place.save(blobs=2)
    scene.far.before["upload"].append(lost())
    done = scene.once()
    assert done.tally.filed == 1
    row = scene.place.outbox.require(one)
    assert row.receipt_number == "R1"
    assert row.last_problem is not None
    scene.again()
    scene.once()
    assert scene.state(one) is State.RECEIVED


def test_an_upload_proves_nothing(scene: Scene) -> None:
    one = scene.place.save(blobs=1)
    # The platform says yes to the upload and keeps nothing.
    scene.far.upload = lambda blob: None  # type: ignore[method-assign]  # noqa: ARG005 (name as in the real one)
    done = scene.once()
    assert done.tally.filed == 1
    row = scene.place.outbox.require(one)
    assert row.last_problem is not None
    assert row.last_problem.startswith("blobs-missing")


def test_a_filed_row_that_the_platform_refuses_later_is_parked(scene: Scene) -> None:
    one = scene.place.save(blobs=1)
    scene.far.before["upload"].append(lost())
    scene.once()
    del scene.far.held[one]
    scene.far.refused[one] = "unknown-item"
    assert scene.once().tally.parked == 1


def test_what_a_dead_process_left_is_asked_about(scene: Scene) -> None:
    one = scene.place.save()
    scene.place.outbox.apply(one, Signal.TAKE, now=scene.clock.now())
    scene.again()
    scene.once()
    assert scene.far.calls.count("ask") == 1
    assert scene.state(one) is State.RECEIVED


def test_stopping_leaves_the_rest_for_later(scene: Scene) -> None:
    rows = [scene.place.save() for _ in range(3)]
    done = scene.once(stopped=lambda: scene.far.calls.count("put") >= 1)
    assert scene.far.calls.count("put") == 1
    assert [scene.state(row) for row in rows] == [State.RECEIVED, State.QUEUED, State.QUEUED]
    assert done.completed


@pytest.mark.parametrize("seed", range(6))
def test_any_trouble_in_any_order_ends_in_one_effect_each(scene: Scene, seed: int) -> None:
    luck = Random(seed)
    # After the effect anything may be said but that nothing left.
    later: list[Callable[[], PlatformProblem]] = [
        lost,
        lambda: PlatformProblem("portal", ""),
        lambda: PlatformProblem("unproven", ""),
        lambda: BusyProblem(503, 3),
    ]
    sooner: list[Callable[[], PlatformProblem]] = [
        *later,
        lambda: PlatformProblem("unreachable", ""),
        lambda: ForbiddenProblem(403, "not-enrolled"),
    ]

    def trouble(name: str) -> None:
        for plan, troubles in ((scene.far.before, sooner), (scene.far.after, later)):
            if luck.random() < 0.15:
                plan[name].append(luck.choice(troubles)())

    scene.far.on_call = trouble
    rows = [scene.place.save(blobs=luck.randrange(3), size=50) for _ in range(6)]
    for _ in range(30):
        done = scene.politely() if luck.random() < 0.5 else scene.once()
        for row in rows:
            held: Held | None = scene.far.held.get(row)
            state = scene.state(row)
            assert state not in {State.PARKED, State.SENDING}
            if state is State.RECEIVED:
                assert held is not None
                assert held.missing == []
            if state is State.QUEUED:
                assert held is None
        if luck.random() < 0.3:
            scene.again()
        scene.clock.advance(done.next_in)
    scene.far.on_call = lambda _name: None
    for plan in (scene.far.before, scene.far.after):
        plan.clear()
    scene.once()
    assert [scene.state(row) for row in rows] == [State.RECEIVED] * 6
    assert len(scene.far.held) == 6


def test_a_clock_that_was_years_ahead_delays_nothing_once_it_is_right(scene: Scene) -> None:
    one = scene.place.save()
    scene.clock.offset = timedelta(days=3650)
    scene.far.before["put"].append(lost())
    scene.once()
    row = scene.place.outbox.require(one)
    assert row.next_at is not None
    scene.clock.offset = timedelta()
    scene.clock.advance(30)
    scene.again()
    scene.politely()
    assert scene.state(one) is State.RECEIVED
