"""What submissions and officers do to a case, and what the terminal hears of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kiosk.domain.submissions import Kind
from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.keys import from_text
from sync.protocol.messages import CaseEvent, EventKind, event_context
from tests.helpers.platform_process import PlatformProcess, run_here, run_platform
from tests.helpers.raw_station import RawStation


def person(number: str, role: str = "applicant") -> JsonObject:
    return {"parties": [{"role": role, "id_type": "resident_id", "id_number": number}]}


def kinds(station: RawStation, identity: object) -> list[EventKind]:
    return [
        event.kind for event in station.events()[0] if str(event.submission_id) == str(identity)
    ]


def last(station: RawStation) -> CaseEvent:
    return station.events()[0][-1]


def opened(station: RawStation, event: CaseEvent) -> dict[str, Any]:
    assert event.sealed is not None
    plain = station.reply.open(
        from_text(event.sealed, length=None), context=event_context(event.submission_id)
    )
    document: dict[str, Any] = json.loads(plain)
    return document


def test_an_officer_takes_a_case_through_its_life(
    manual: PlatformProcess, manual_station: RawStation
) -> None:
    station = manual_station
    payload: JsonObject = {
        **person("440000199001010018"),
        "materials": [{"key": "m3", "name": "户口簿", "state": "later"}],
    }
    package = station.package(payload=payload)
    identity = package.head.id
    station.file(package)
    assert manual.case(identity)["state"] == "received"
    assert manual.case(identity)["case_number"] is None
    wanted = ("--material", "m3", "--field", "/form/bank", "--reason", "照片看不清")
    manual.decide(identity, "correct", *wanted, "--by", "2026-12-01")
    event = last(station)
    assert (event.kind, event.by) == (EventKind.CORRECTION_WANTED, "2026-12-01")
    assert opened(station, event)["lines"] == [
        {"target": "material:m3", "label": "户口簿", "reason": "照片看不清"},
        {"target": "field:/form/bank", "label": "/form/bank", "reason": "照片看不清"},
    ]
    assert "照片" not in json.dumps(event.as_json(), ensure_ascii=False)
    supplement = station.package(kind=Kind.SUPPLEMENT, about=identity)
    station.file(supplement)
    assert manual.case(supplement.head.id)["effects"] == 1
    number = manual.decide(identity, "accept")["case_number"]
    assert last(station).case_number == number
    for decision in ("progress", "suspend", "resume"):
        manual.decide(number, decision)
    manual.decide(number, "close", "--reason", "granted", "--words", "可以领证了")
    event = last(station)
    assert (event.kind, event.closing_reason) == (EventKind.CLOSED, "granted")
    assert opened(station, event)["words"] == "可以领证了"
    assert [kind.value for kind in kinds(station, identity)] == [
        "received",
        "correction_wanted",
        "corrected",
        "accepted",
        "in_progress",
        "suspended",
        "in_progress",
        "closed",
    ]
    assert manual.case(identity)["effects"] == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("close", "--reason", "granted"), "not-possible"),
        (("resume",), "not-possible"),
        (("correct", "--reason", "x"), "bad-correction"),
        (("correct", "--material", "m1"), "bad-correction"),
        (("correct", "--material", "m1", "--reason", "x", "--by", "tomorrow"), "bad-day"),
        (("accept", "--by", "2026-12-01"), "not-a-correction"),
        (("close", "--reason", "whatever"), "bad-reason"),
    ],
)
def test_a_decision_that_makes_no_sense_changes_nothing(
    manual: PlatformProcess,
    manual_station: RawStation,
    arguments: tuple[str, ...],
    code: str,
) -> None:
    package = manual_station.package()
    manual_station.file(package)
    said = run_here(["decide", str(package.head.id), *arguments], manual.data_dir, status=2)
    assert code in said
    assert kinds(manual_station, package.head.id) == [EventKind.RECEIVED]


def test_a_case_that_nobody_knows_and_a_folder_without_platform(
    manual: PlatformProcess, tmp_path: Path
) -> None:
    assert "unknown-case" in run_here(["decide", "x", "accept"], manual.data_dir, status=2)
    assert "no-platform" in run_platform(["cases"], tmp_path, status=3)


def test_refused_is_the_end(manual: PlatformProcess, manual_station: RawStation) -> None:
    package = manual_station.package()
    manual_station.file(package)
    manual.decide(package.head.id, "refuse", "--reason", "不属于本镇")
    assert last(manual_station).kind is EventKind.NOT_ACCEPTED
    assert opened(manual_station, last(manual_station))["words"] == "不属于本镇"
    late = manual_station.package(kind=Kind.SUPPLEMENT, about=package.head.id)
    response = manual_station.put(late)
    assert response.status_code == 409
    assert manual_station.refusal(response).code == "case-closed"


def test_a_supplement_by_case_number_from_another_station(
    served: PlatformProcess, station: RawStation
) -> None:
    package = station.package()
    station.file(package)
    number = served.case(package.head.id)["case_number"]
    with RawStation(served.url, served.keys) as other:
        other.enrol(served.fleet_code)
        supplement = other.package(kind=Kind.SUPPLEMENT, case_ref=number)
        other.file(supplement)
        (own,) = other.events()[0]
        assert (own.kind, own.case_number) == (EventKind.RECEIVED, number)
    assert last(station).kind is EventKind.CORRECTED
    assert served.case(package.head.id)["state"] == "in_progress"
    assert served.case(supplement.head.id)["case_number"] == number


def test_a_supplement_that_comes_first_waits_for_its_filing(
    served: PlatformProcess, station: RawStation
) -> None:
    filing = station.package()
    supplement = station.package(kind=Kind.SUPPLEMENT, about=filing.head.id)
    station.file(supplement)
    assert served.case(supplement.head.id)["effects"] == 0
    station.file(filing)
    station.file(filing)
    assert served.case(supplement.head.id)["effects"] == 1
    assert kinds(station, filing.head.id)[-1] is EventKind.CORRECTED


def test_a_withdrawal_ends_the_case_once(served: PlatformProcess, station: RawStation) -> None:
    filing = station.package()
    station.file(filing)
    for _ in range(2):
        withdrawal = station.package(kind=Kind.WITHDRAW, about=filing.head.id)
        station.file(withdrawal)
        assert served.case(withdrawal.head.id)["effects"] == 1
    assert kinds(station, filing.head.id).count(EventKind.WITHDRAWN) == 1
    assert served.case(filing.head.id)["state"] == "withdrawn"
    assert station.put(filing).status_code == 200, "it was received, and says so"


def test_a_withdrawal_before_its_filing_refuses_it_for_good(
    served: PlatformProcess, station: RawStation
) -> None:
    filing = station.package()
    withdrawal = station.package(kind=Kind.WITHDRAW, about=filing.head.id)
    assert station.file(withdrawal).complete
    response = station.put(filing)
    assert response.status_code == 410
    refusal = station.refusal(response)
    assert (refusal.code, refusal.envelope_digest) == ("withdrawn", filing.envelope_digest)
    assert station.ask(filing.head.id).status_code == 404
    assert served.case(withdrawal.head.id)["effects"] == 1


def test_a_withdrawal_while_files_are_owed(served: PlatformProcess, station: RawStation) -> None:
    filing = station.package(b"photo")
    assert not station.file(filing).complete
    station.file(station.package(kind=Kind.WITHDRAW, about=filing.head.id))
    assert station.create(filing).status_code == 410
    assert kinds(station, filing.head.id) == [EventKind.WITHDRAWN]
    entry = served.case(filing.head.id)
    assert (entry["state"], entry["effects"]) == ("withdrawn", 0)


def test_a_revoked_mandate_freezes_the_case(served: PlatformProcess, station: RawStation) -> None:
    filing = station.package()
    station.file(filing)
    station.file(station.package(kind=Kind.REVOKE_MANDATE, about=filing.head.id))
    assert served.case(filing.head.id)["state"] == "suspended"
    station.file(station.package(kind=Kind.SUPPLEMENT, about=filing.head.id))
    assert served.case(filing.head.id)["state"] == "suspended"


def test_a_successor_refuses_the_old_id_for_good(
    served: PlatformProcess, station: RawStation
) -> None:
    old = station.package()
    new = station.package(supersedes=old.head.id)
    station.file(new)
    response = station.put(old)
    assert response.status_code == 410
    assert station.refusal(response).code == "superseded"
    assert served.case(new.head.id)["effects"] == 1


def test_a_successor_of_one_that_owes_files(served: PlatformProcess, station: RawStation) -> None:
    old = station.package(b"photo")
    station.file(old)
    station.file(station.package(supersedes=old.head.id))
    assert station.refusal(station.put(old)).code == "superseded"
    assert station.create(old).status_code == 410


def test_a_successor_of_a_case_is_told_its_number(
    served: PlatformProcess, station: RawStation
) -> None:
    old = station.package()
    station.file(old)
    response = station.put(station.package(supersedes=old.head.id))
    assert response.status_code == 409
    refusal = station.refusal(response)
    assert refusal.code == "case-exists"
    assert refusal.case_number == served.case(old.head.id)["case_number"]


def test_somebody_filed_this_before(served: PlatformProcess, station: RawStation) -> None:
    number = f"440000{uuid4().int % 10**12:012d}"
    first = station.package(payload=person(number))
    station.file(first)
    case_number = served.case(first.head.id)["case_number"]
    second = station.package(payload=person(number.lower(), "subject"))
    station.file(second)
    assert kinds(station, second.head.id) == [
        EventKind.RECEIVED,
        EventKind.DUPLICATE_OF,
        EventKind.ACCEPTED,
    ]
    (told,) = [event for event in station.events()[0] if event.duplicate_of]
    assert told.duplicate_of == case_number
    served.decide(case_number, "close", "--reason", "returned")
    served.decide(served.case(second.head.id)["case_number"], "close", "--reason", "granted")
    third = station.package(payload=person(number))
    station.file(third)
    assert EventKind.DUPLICATE_OF not in kinds(station, third.head.id)
    database = (served.data_dir / "platform.db").read_bytes()
    assert number.encode() not in database


def test_other_kinds_open_cases_of_their_own(served: PlatformProcess, station: RawStation) -> None:
    for kind in (Kind.REVIEW, Kind.CONSULTATION, Kind.COMPLAINT, Kind.REPORT, Kind.APPOINTMENT):
        package = station.package(kind=kind)
        station.file(package)
        entry = served.case(package.head.id)
        assert (entry["state"], entry["effects"]) == ("accepted", 1)


def test_the_list_for_people(served: PlatformProcess, station: RawStation) -> None:
    package = station.package()
    station.file(package)
    assert str(package.head.id) in run_platform(["cases"], served.data_dir)
