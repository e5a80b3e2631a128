"""The exchange and the second copies; what is noted of what was sent; alarms on their way."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import State
from kiosk.domain.problems import PlatformProblem
from kiosk.store.chores import do_chores
from kiosk.store.findings import STALLED_AFTER
from kiosk.store.second_copy import SecondCopies
from sync.client.outcomes import UNREACHABLE
from sync.engine.assembly import facts_of
from tests.helpers.sync_scene import Scene


@pytest.fixture
def second(scene: Scene, tmp_path: Path) -> SecondCopies:
    """A medium for the scene's station."""
    home = scene.place.home
    (tmp_path / "medium").mkdir()
    home.save_settings(replace(home.settings(), second_path=str(tmp_path / "medium")))
    found = SecondCopies.of(home)
    assert found is not None
    found.prepare()
    scene.again()
    return found


def test_a_copy_goes_with_its_package(scene: Scene, second: SecondCopies) -> None:
    sent = scene.place.save()
    do_chores(scene.place.casebook)
    assert second.ids() == {sent}
    scene.once()
    assert second.ids() == {sent}  # the platform has it, but no backup of it yet
    scene.far.durable_before = scene.clock.now() + timedelta(days=1)
    scene.once()
    scene.once()
    assert scene.state(sent) is State.RECEIVED
    assert not scene.place.stores.packages.exists(sent)
    assert second.ids() == frozenset()
    do_chores(scene.place.casebook)
    assert second.ids() == frozenset()


def test_a_copy_that_was_out_then_goes_at_the_next_mark(scene: Scene, second: SecondCopies) -> None:
    sent = scene.place.save()
    do_chores(scene.place.casebook)
    medium = second.folder.parent
    shutil.move(medium, medium.with_name("out"))
    scene.once()
    scene.far.durable_before = scene.clock.now() + timedelta(days=1)
    scene.once()
    scene.once()
    assert not scene.place.stores.packages.exists(sent)
    shutil.move(medium.with_name("out"), medium)
    do_chores(scene.place.casebook)
    assert second.ids() == {sent}
    scene.far.durable_before = scene.clock.now() + timedelta(days=2)
    scene.once()
    assert second.ids() == frozenset()


def test_what_was_lost_is_sent_from_its_copy(scene: Scene, second: SecondCopies) -> None:
    sent = scene.place.save(blobs=2)
    do_chores(scene.place.casebook)
    scene.place.stores.packages.path(sent).unlink()
    scene.once()
    assert scene.state(sent) is State.RECEIVED


def test_what_was_sent_last_is_noted(scene: Scene) -> None:
    hosts = scene.place.stores.hosts
    scene.place.save()
    scene.far.before["put"].append(PlatformProblem(UNREACHABLE, "down"))
    scene.once()
    assert "last_sent" not in hosts.facts()
    scene.once()
    assert hosts.facts()["last_sent"][0] == to_text(scene.clock.now())
    scene.clock.advance(60)
    scene.once()
    assert hosts.facts()["last_sent"][0] < to_text(scene.clock.now())


def test_the_platform_is_told_of_alarms(scene: Scene, second: SecondCopies) -> None:
    place = scene.place
    assert facts_of(place.home, place.casebook)["alarms"] == []
    place.save()
    scene.clock.advance(STALLED_AFTER.total_seconds() + 1)
    place.stores.hosts.note(last_contact=to_text(scene.clock.now()))
    alarms = facts_of(place.home, place.casebook)["alarms"]
    assert alarms == ["nothing-sent", "second-copy-behind"]
