"""Flags on filings by another: told beside the case, never a refusal."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, TypeAlias

import pytest

from kiosk.sealing.canonical import JsonObject
from sync.platform.proxies import SHARED_BY
from tests.helpers.platform_process import PlatformProcess
from tests.helpers.proxy_filings import filing, person
from tests.helpers.raw_station import RawStation

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
