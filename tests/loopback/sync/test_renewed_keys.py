"""The platform's keys are renewed while applications wait: none is lost, none misjudged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from kiosk.domain.agents import Order, OrderKind
from kiosk.domain.lifecycle import State
from kiosk.domain.problems import PlatformProblem
from kiosk.sealing.keys import SealKey
from kiosk.sealing.office_codes import counter_of, office_secret
from kiosk.sealing.package import parse
from sync.client.outcomes import PORTAL, OtherKeyProblem
from sync.engine.assembly import exchange, present_keys
from sync.engine.directory_update import known_config
from sync.engine.rounds import Round
from sync.platform.office import Office
from sync.platform.secrets import PlatformSecrets
from sync.protocol.trust import Trust
from tests.helpers.platform_process import PlatformProcess, platform, run_here
from tests.helpers.publishing import Publisher, small_item
from tests.helpers.sync_station import RealClock, SyncStation, station


@dataclass
class Scene:
    """A published platform that serves, and a station that was set up with its trust file."""

    served: PlatformProcess
    place: SyncStation

    def renew(self, *arguments: str) -> dict[str, object]:
        """``office rotate-keys`` beside the running server."""
        said = run_here(["office", "rotate-keys", *arguments], self.served.data_dir)
        found: dict[str, object] = json.loads(said)
        return found

    def once(self, **more: object) -> Round:
        """One round as the product makes it, the directory included."""
        home, book = self.place.home, self.place.casebook
        with exchange(home, book, RealClock(), Random(1)) as made, home.sync_lock():
            return made.engine.run(brisk=True, **more)  # type: ignore[arg-type] # of run

    def newest(self) -> SyncStation:
        """The station, sealing to the key that it knows now."""
        trust = Trust.parse(self.place.home.trust_bytes() or b"")
        return replace(self.place, keys=present_keys(self.place.home, trust))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    publisher = Publisher(tmp_path / "platform")
    publisher.publish([small_item("demo-item")], datetime.now(UTC))
    with (
        platform(publisher.data) as served,
        station(tmp_path / "home", served.keys, served.fleet_code, served.url) as place,
    ):
        place.home.save_trust(publisher.trust())
        yield Scene(served, place)


@pytest.mark.parametrize("arguments", [(), ("--compromised",)])
def test_what_waited_is_opened_and_what_follows_is_sealed_to_the_new_key(
    scene: Scene, arguments: tuple[str, ...]
) -> None:
    scene.once()
    old = scene.place.keys.sealing.id
    waiting = [scene.place.save(), scene.place.save(blobs=1)]
    renewed = scene.renew(*arguments)
    assert (renewed["published"], renewed["retired"]) == (True, [old])
    result = scene.once()
    assert (result.completed, result.tally.owed) == (True, 0)
    states = {scene.place.outbox.require(one).state for one in waiting}
    assert states == {State.ACCEPTED}
    fresh = scene.newest().save()
    package = parse(scene.place.stores.packages.read(fresh))
    assert package.head.hpke_key_id == renewed["sealing"] != old
    scene.once()
    assert scene.place.outbox.require(fresh).state is State.ACCEPTED


def test_old_keys_are_believed_unless_they_are_lost(scene: Scene) -> None:
    before = scene.place.keys.signing[0]
    scene.renew()
    scene.once()
    assert before in scene.newest().keys.signing
    scene.renew("--compromised")
    scene.once()
    (only,) = scene.newest().keys.signing
    assert only != before


def test_events_of_before_are_told_under_the_new_key(scene: Scene) -> None:
    waiting = scene.place.save()
    scene.once()
    scene.served.decide(waiting, "progress")
    scene.renew("--compromised")
    scene.once()
    assert scene.place.outbox.require(waiting).state is State.IN_PROGRESS


@contextmanager
def no_directory(scene: Scene) -> Iterator[None]:
    """The published tree cannot be read for a while."""
    timestamp = scene.served.data_dir / "tuf" / "metadata" / "timestamp.json"
    aside = timestamp.with_suffix(".aside")
    timestamp.rename(aside)
    try:
        yield
    finally:
        aside.rename(timestamp)


def test_who_has_not_heard_of_the_new_key_believes_nothing_and_loses_nothing(scene: Scene) -> None:
    scene.once()
    waiting = scene.place.save()
    scene.renew("--compromised")
    with no_directory(scene):
        result = scene.once()
    assert (result.reached, result.completed) == (False, False)
    assert scene.place.outbox.require(waiting).state is State.QUEUED
    assert scene.place.stores.hosts.pause_reason == PORTAL
    assert scene.served.cases() == []
    scene.once()
    assert scene.place.outbox.require(waiting).state is State.ACCEPTED


def test_a_renewal_in_the_middle_of_a_round_leaves_unknown_what_it_touched(scene: Scene) -> None:
    scene.once()
    waiting = [scene.place.save(), scene.place.save()]
    orders = ["--compromised"]

    def renewing() -> bool:
        """Asked before each row: the ping was proven by the old key already."""
        if orders:
            scene.renew(orders.pop())
        return False

    scene.once(stopped=renewing)
    assert scene.place.states() == ["unknown", "unknown"]
    scene.once()
    assert {scene.place.outbox.require(one).state for one in waiting} == {State.ACCEPTED}
    assert {case["effects"] for case in scene.served.cases()} == {1}


def test_a_stranger_who_echoes_the_nonce_is_told_apart_but_never_believed(scene: Scene) -> None:
    stranger = PlatformSecrets.load_or_create(scene.place.home.path.parent / "stranger")
    with scene.place.client(scene.served.url) as client:
        client.adopt(stranger.public.signing)
        with pytest.raises(OtherKeyProblem) as caught:
            client.ping()
    problem: PlatformProblem = caught.value
    assert problem.code == PORTAL


def test_a_renewal_that_was_broken_off_is_finished_with_the_same_keys(scene: Scene) -> None:
    data = scene.served.data_dir
    begun = PlatformSecrets.load_or_create(data).announced()
    begun.keep(data)
    assert begun.coming is not None
    # Meanwhile everything works, also what somebody sealed to the announced key.
    ahead = replace(scene.place, keys=begun.public).save()
    scene.once()
    assert scene.place.outbox.require(ahead).state is State.ACCEPTED
    assert scene.renew()["sealing"] == begun.coming.sealing.public.id


def test_codes_of_the_township_follow_the_key_that_the_terminal_knows(scene: Scene) -> None:
    terminal = scene.place.device.terminal
    scene.once()
    order = Order(OrderKind.RESET_PIN, terminal, "A1")

    def works(known: SealKey) -> bool:
        said = run_here(
            ["office", "pin-reset", "--terminal", terminal, "--agent", "A1"], scene.served.data_dir
        )
        secret = office_secret(scene.place.device.reply, known, terminal)
        return counter_of(secret, order, json.loads(said)["code"], 0) is not None

    old = scene.place.keys.sealing
    scene.renew()
    assert works(old)
    scene.once()
    assert works(scene.newest().keys.sealing)


def test_people_are_recognised_across_a_renewal(scene: Scene) -> None:
    office = Office.open(scene.served.data_dir)
    before = office.subject_tag("resident_id", "x"), office.tag("picture", "y")
    scene.renew()
    scene.renew("--compromised")
    assert (office.subject_tag("resident_id", "x"), office.tag("picture", "y")) == before
    assert len(office.secrets.retired_sealing) == 2
    sealed = office.secrets.retired_sealing[0].public.seal(b"draft", context=b"c")
    assert office.secrets.open(sealed, context=b"c") == b"draft"
    office.close()


def test_keys_can_be_renewed_before_anything_was_published(tmp_path: Path) -> None:
    office = Office.open(tmp_path / "data")
    office.close()
    said = json.loads(run_here(["office", "rotate-keys"], tmp_path / "data"))
    assert said["published"] is False
    assert "usage" in run_here_without_folder()


def run_here_without_folder() -> str:
    import contextlib
    import io

    from sync.platform.__main__ import main

    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        assert main(["office", "rotate-keys"]) == 2
    return told.getvalue()


def test_the_configuration_keeps_its_directory(scene: Scene) -> None:
    scene.once()
    before = scene.place.home.directory_db.read_bytes()
    scene.renew()
    result = scene.once()
    config = known_config(scene.place.home)
    assert config is not None
    assert config.keys == PlatformSecrets.load_or_create(scene.served.data_dir).public
    assert result.directory is False
    assert scene.place.home.directory_db.read_bytes() == before
