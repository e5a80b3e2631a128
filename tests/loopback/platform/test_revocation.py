"""A stolen terminal: let in nowhere, and nothing that residents saved with it is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import State
from kiosk.domain.submissions import Kind
from sync.client.outcomes import FORBIDDEN
from tests.helpers.couriers import new_desk, village
from tests.helpers.platform_process import PlatformProcess, platform, publish_catalogue, run_here
from tests.helpers.raw_station import RawStation, blob
from tests.helpers.sync_station import station as sync_station

STOLEN = "2026-11-20T00:00:00Z"
BEFORE, AFTER = "2026-11-19T08:00:00Z", "2026-11-21T08:00:00Z"


def order(served: PlatformProcess, *arguments: str, status: int = 0) -> str:
    return run_here(["office", *arguments], served.data_dir, status=status)


def revoke(served: PlatformProcess, terminal: str, since: str = STOLEN) -> None:
    order(served, "revoke", "--terminal", terminal, "--stolen-since", since)


@pytest.fixture
def neighbour(served: PlatformProcess) -> Iterator[RawStation]:
    """Another enrolled terminal, which brings over what it was handed."""
    with RawStation(served.url, served.keys) as other:
        assert other.enrol(served.fleet_code).status_code == 201
        yield other


def test_a_revoked_terminal_is_let_in_nowhere(served: PlatformProcess, station: RawStation) -> None:
    held = station.package(b"picture")
    station.file(held)
    revoke(served, station.terminal)
    fresh = station.package(sealed_at=BEFORE)
    answers = [
        station.put(fresh),
        station.put(held),
        station.ask(held.head.id),
        station.create(held),
        station.send("GET", "/v1/events"),
        station.send("PUT", f"/v1/terminals/{station.terminal}/status", b"{}"),
        station.enrol(served.fleet_code),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (403, "terminal-revoked")
    order(served, "reinstate", "--terminal", station.terminal)
    assert station.ask(held.head.id).status_code == 200


def test_only_the_right_signature_learns_that_it_was_revoked(
    served: PlatformProcess, station: RawStation, neighbour: RawStation
) -> None:
    revoke(served, station.terminal)
    neighbour.signing, own = station.signing, neighbour.signing
    answer = neighbour.send_as_is("GET", "/v1/events", b"", {"Signature-Input": "nonsense"})
    assert answer.status_code == 401
    neighbour.signing = own
    assert neighbour.send("GET", "/v1/events").status_code == 200


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"sealed_at": BEFORE}, "terminal-revoked"),
        ({"sealed_at": STOLEN}, "sealed-after-theft"),
        ({"sealed_at": AFTER}, "sealed-after-theft"),
        ({"sealed_at": BEFORE, "clock_suspect": True}, "sealed-after-theft"),
    ],
)
def test_what_others_bring_of_it_is_received_and_waits_for_staff(
    served: PlatformProcess,
    station: RawStation,
    neighbour: RawStation,
    changes: dict[str, Any],
    flag: str,
) -> None:
    package = station.package(**changes)
    revoke(served, station.terminal)
    receipt = neighbour.file(package)
    assert receipt.complete
    entry = served.case(package.head.id)
    assert (entry["state"], entry["case_number"]) == ("received", None)
    assert (entry["flags"], entry["held"]) == ([flag], True)
    assert neighbour.file(package) == receipt
    assert served.decide(package.head.id, "accept")["state"] == "accepted"
    assert served.case(package.head.id)["held"] is False


def test_who_stole_it_withdraws_nobodys_case(
    served: PlatformProcess, station: RawStation, neighbour: RawStation
) -> None:
    filed = station.package()
    station.file(filed)
    revoke(served, station.terminal)
    taking_back = station.package(kind=Kind.WITHDRAW, about=filed.head.id, sealed_at=AFTER)
    neighbour.file(taking_back)
    assert served.case(filed.head.id)["state"] == "accepted"
    order(served, "release", str(taking_back.head.id))
    assert served.case(filed.head.id)["state"] == "withdrawn"
    assert "not-held" in order(served, "release", str(taking_back.head.id), status=2)


def test_who_stole_it_puts_nothing_in_the_place_of_what_is_on_its_way(
    served: PlatformProcess, station: RawStation, neighbour: RawStation
) -> None:
    true, picture = uuid4(), b"picture"
    on_its_way = station.package(picture, id=true)
    station.file(on_its_way)
    revoke(served, station.terminal)
    forged = station.package(supersedes=true, sealed_at=AFTER)
    neighbour.file(forged)
    assert served.case(true)["state"] == "filed"
    assert served.decide(forged.head.id, "refuse", "--words", "不是本人")["state"] == "not_accepted"
    assert served.case(true)["state"] == "filed"
    genuine = station.package(supersedes=true, sealed_at=BEFORE)
    neighbour.file(genuine)
    served.decide(genuine.head.id, "accept")
    assert served.case(true)["state"] == "superseded"
    assert blob(on_its_way)


def test_a_withdrawal_that_waits_for_staff_waits_also_when_its_filing_comes(
    served: PlatformProcess, station: RawStation, neighbour: RawStation
) -> None:
    filing = neighbour.package()
    forged = station.package(kind=Kind.WITHDRAW, about=filing.head.id, sealed_at=AFTER)
    revoke(served, station.terminal)
    neighbour.file(forged)
    neighbour.file(filing)
    assert served.case(filing.head.id)["state"] == "accepted"


def test_what_came_since_the_theft_is_flagged_and_what_is_not_whole_is_held(
    served: PlatformProcess, station: RawStation
) -> None:
    whole, half = station.package(), station.package(b"picture")
    station.file(whole)
    station.file(half)
    said = order(
        served, "revoke", "--terminal", station.terminal, "--stolen-since", "2020-01-01T00:00:00Z"
    )
    assert json.loads(said)["flagged"] == 2
    assert served.case(whole.head.id)["flags"] == ["sealed-after-theft"]
    assert served.case(whole.head.id)["state"] == "accepted"
    order(served, "reinstate", "--terminal", station.terminal)
    station.upload(half)
    entry = served.case(half.head.id)
    assert (entry["state"], entry["held"]) == ("received", True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["revoke", "--terminal", "T000000000000"], "unknown-terminal"),
        (["reinstate", "--terminal", "T000000000000"], "not-revoked"),
        (["release", "nothing"], "unknown-submission"),
    ],
)
def test_orders_about_nobody_are_refused(
    served: PlatformProcess, arguments: list[str], code: str
) -> None:
    assert code in order(served, *arguments, status=2)


def test_the_theft_is_a_moment_that_has_come(served: PlatformProcess, station: RawStation) -> None:
    tomorrow = to_text(datetime.now(UTC) + timedelta(days=1))
    for moment in ("yesterday", tomorrow):
        arguments = ["revoke", "--terminal", station.terminal, "--stolen-since", moment]
        assert "bad-moment" in order(served, *arguments, status=2)
    assert station.send("GET", "/v1/events").status_code == 200


def test_the_terminal_goes_on_saving_and_tells_its_technician(tmp_path: Path) -> None:
    data = tmp_path / "platform"
    publish_catalogue(data)
    with (
        platform(data) as served,
        sync_station(tmp_path / "home", served.keys, served.fleet_code, served.url) as place,
    ):
        first = place.save()
        place.once(served.url)
        order(served, "revoke", "--terminal", place.device.terminal)
        second = place.save()
        result = place.once(served.url)
        assert [problem.code for problem in result.problems] == [FORBIDDEN]
        assert place.outbox.require(first).state is State.ACCEPTED
        assert place.outbox.require(second).state is State.UNKNOWN
        hosts = place.stores.hosts
        assert (hosts.pause_reason, hosts.paused_until is not None) == (FORBIDDEN, True)
        assert "terminal-revoked" in hosts.facts()["last_problem"][0]
        third = place.save()
        assert place.outbox.require(third).state is State.QUEUED
        order(served, "reinstate", "--terminal", place.device.terminal)
        place.once(served.url)
        place.once(served.url)
        states = {place.outbox.require(one).state for one in (first, second, third)}
        assert states == {State.ACCEPTED}


def test_a_stick_brings_its_packages_and_takes_nothing_back(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "data")
    stick = tmp_path / "stick"
    stick.mkdir()
    with village(tmp_path / "home", desk) as place:
        place.site.save()
        place.round(stick, desk)
        terminal = place.site.device.terminal
        waiting = place.site.save(blobs=1)
        run_here(["office", "revoke", "--terminal", terminal], desk.data)
        place.export(stick)
        taken = desk.take(stick)
        assert (taken["filed"], taken["waiting"]) == (1, 0)
        (entry,) = [one for one in desk.cases() if one["submission_id"] == str(waiting)]
        assert (entry["state"], entry["held"], entry["blobs"]) == ("received", True, 1)
        told = desk.give(stick)
        assert (told["terminals"], told["receipts"], told["events"]) == (0, 0, 0)
