"""Flags on filings by another: told beside the case, never a refusal."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, TypeAlias

import pytest

from kiosk.sealing.canonical import Json, JsonObject, canonical, digest
from kiosk.sealing.package import MAGIC, Package, parse
from sync.platform.proxies import MANY_A_DAY, SHARED_BY
from tests.helpers.platform_process import PlatformProcess
from tests.helpers.proxy_filings import filing, person
from tests.helpers.raw_station import RawStation, blob

Flags: TypeAlias = Callable[[JsonObject], list[str]]
_phones = count(13900000001)


@pytest.fixture
def flags(served: PlatformProcess, station: RawStation) -> Flags:
    def put(payload: JsonObject) -> list[str]:
        package = station.package(payload=payload)
        identity = package.head.id
        assert station.put(package).status_code == 201
        return list(served.case(identity)["flags"])

    return put


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("none", []),
        ("own", ["interest-own"]),
        ("relative", ["interest-relative"]),
        (None, ["interest-unsaid"]),
    ],
)
def test_what_the_agent_declares_stands_beside_the_case(
    flags: Flags,
    said: str | None,
    expected: list[str],
) -> None:
    assert flags(filing(person(), person("agent"), interest=said)) == expected


def test_a_filing_for_oneself_has_no_flags(flags: Flags) -> None:
    phone = str(next(_phones))
    for _ in range(SHARED_BY + 1):
        assert flags({"way": "self", "mandate": None, "parties": [person(phone=phone)]}) == []


def test_an_agent_among_those_concerned_is_flagged(flags: Flags) -> None:
    agent = person("agent")
    member = {**agent, "role": "household_member"}
    assert flags(filing(person(), agent, member)) == ["agent-concerned"]


def test_the_agents_phone_as_the_contacts_is_flagged(flags: Flags) -> None:
    phone = str(next(_phones))
    spoken = f"+86 {phone[:3]}-{phone[3:]}"
    assert flags(filing(person(phone=spoken), person("agent", phone))) == ["agent-phone"]


def test_one_phone_for_many_people_is_flagged_a_household_is_not(flags: Flags) -> None:
    phone = str(next(_phones))
    mother = person(phone=phone)
    assert flags(filing(mother)) == []
    assert flags(filing(mother)) == []
    for number in range(2, SHARED_BY + 2):
        expected = ["phone-repeated"] if number >= SHARED_BY else []
        assert flags(filing(person(phone=phone))) == expected
    family = filing(person(phone=phone), way="family")
    assert flags(family) == ["phone-repeated"]


@pytest.mark.parametrize(
    "parties", [None, {}, [], [None, 1, "x"], [{"role": 5, "phone": ["1"], "id_number": {}}]]
)
def test_a_strange_shape_is_taken_all_the_same(flags: Flags, parties: Any) -> None:  # noqa: ANN401
    assert flags(filing(parties=parties)) == []


def test_one_picture_for_many_people_is_flagged_a_family_book_is_not(
    served: PlatformProcess, station: RawStation
) -> None:
    """The sealed bytes differ each time: what is compared is what is in them."""
    picture, mother = f"one picture {next(_phones)}".encode(), person()

    def shown(who: JsonObject) -> list[str]:
        package = station.package(picture, b"of their own", payload=filing(who))
        station.file(package)
        assert served.case(package.head.id)["flags"] == []
        station.upload(package, 0)
        station.upload(package, 1)
        station.upload(package, 0)
        entry = served.case(package.head.id)
        assert entry["state"] == "accepted"
        return list(entry["flags"])

    assert shown(mother) == []
    assert shown(mother) == []
    assert shown(person()) == []
    # The second picture was the same in every filing as well; one word tells both.
    assert shown(person()) == ["picture-repeated"]


def test_a_file_that_nobody_can_open_is_told(served: PlatformProcess, station: RawStation) -> None:
    package = station.package(b"picture")
    stranger = RawStation(served.url, served.keys)
    with stranger:
        other = stranger.package(b"picture", id=package.head.id)
    forged = reseal(station, package, other)
    station.file(forged)
    station.upload(forged)
    assert served.case(forged.head.id)["flags"] == ["file-unreadable"]


def reseal(station: RawStation, package: Package, other: Package) -> Package:
    """A package whose attachment was sealed for another one."""
    strange = blob(other)
    listed: list[Json] = [{"digest": digest(strange), "size": len(strange)}]
    head = {k: v for k, v in package.envelope.items() if k not in {"payload", "blobs"}}
    context: JsonObject = {**head, "blobs": listed}
    plain = canonical({"parties": [person()], "blobs": [digest(strange)]})
    under = b"jinban payload\0" + bytes.fromhex(digest(canonical(context)))
    sealed = station.keys.sealing.seal(plain, context=under)
    described: JsonObject = {"digest": digest(sealed), "size": len(sealed)}
    envelope = canonical({**context, "payload": described})
    length = len(envelope).to_bytes(4, "big")
    return parse(MAGIC + length + envelope + station.signing.sign(envelope) + sealed + strange)


def test_more_filings_than_can_be_made_with_people_are_flagged(
    flags: Flags, served: PlatformProcess, station: RawStation
) -> None:
    agent = person("agent")
    for _ in range(MANY_A_DAY):
        station.file(station.package(payload=filing(person(), agent)))
    assert flags(filing(person(), agent)) == ["agent-many"]
    assert flags(filing(person(), person("agent"))) == []
    assert flags(filing(person(), agent, way="family")) == []
    tomorrow = station.package(payload=filing(person(), agent), sealed_at="2026-11-23T01:02:03Z")
    station.file(tomorrow)
    assert served.case(tomorrow.head.id)["flags"] == []


def test_an_agent_without_a_number_is_counted_by_the_account(flags: Flags) -> None:
    nobody = f"account-{next(_phones)}"
    for _ in range(MANY_A_DAY):
        assert flags(filing(person(), agent=nobody)) == []
    assert flags(filing(person(), agent=nobody)) == ["agent-many"]
