"""A submission takes effect once, and is refused only with proof."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlcipher3.dbapi2 as sqlite
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.submissions import Kind
from kiosk.sealing.keys import OpenKey, SigningKey, to_text
from kiosk.sealing.package import MAX_PAYLOAD, Package
from sync.protocol.messages import Absence, EventKind, Refusal
from sync.protocol.statements import prove
from tests.helpers.platform_process import PlatformProcess, platform
from tests.helpers.raw_station import RawStation
from tests.loopback.platform.conftest import CODE


def test_a_filing_becomes_one_case_with_a_number(
    served: PlatformProcess, station: RawStation
) -> None:
    package = station.package()
    receipt = station.file(package)
    assert receipt.complete
    assert receipt.envelope_digest == package.envelope_digest
    case = served.case(package.head.id)
    assert re.fullmatch(r"DEMO[0-9A-F]{14}944\d{10}\d{8}\d{4,}", case["case_number"])
    assert (case["state"], case["effects"], case["blobs"]) == ("accepted", 1, 0)
    assert case["item_id"] == "demo-item"
    events, _ = station.events()
    assert events[0].kind is EventKind.RECEIVED
    assert events[-1].kind is EventKind.ACCEPTED
    assert events[-1].case_number == case["case_number"]
    assert [event.case_seq for event in events] == list(range(1, len(events) + 1))


def test_a_coded_item_numbers_its_cases_one_after_the_other(
    served: PlatformProcess, station: RawStation
) -> None:
    numbers = []
    for _ in range(2):
        package = station.package(item_id="coded-item")
        station.file(package)
        numbers.append(served.case(package.head.id)["case_number"])
    assert all(number.startswith(CODE) for number in numbers)
    assert int(numbers[1][39:]) == int(numbers[0][39:]) + 1


def test_a_replay_storm_has_one_effect_and_one_receipt(
    served: PlatformProcess, station: RawStation
) -> None:
    package = station.package()
    first = station.put(package)
    assert first.status_code == 201
    for _ in range(20):
        again = station.put(package)
        assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])
        assert again.json()["received_at"] == first.json()["received_at"]
    assert served.case(package.head.id)["effects"] == 1


def test_identical_requests_at_the_same_moment_have_one_effect(
    served: PlatformProcess, station: RawStation
) -> None:
    package = station.package()
    gate = threading.Barrier(8)
    answers: list[httpx.Response] = []

    def rush() -> None:
        twin = RawStation(served.url, served.keys)
        twin.signing = station.signing
        with twin:
            gate.wait(10)
            answers.append(twin.put(package))

    threads = [threading.Thread(target=rush) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert served.case(package.head.id)["effects"] == 1
    assert len(station.events()[0]) == len({event.id for event in station.events()[0]})


def tampered(package: Package, position: int) -> bytes:
    data = bytearray(package.data)
    data[position] ^= 1
    return bytes(data)


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"item_id": "never-published"}, "unknown-item", "/item_id"),
    ({"item_version": 2}, "item-version", "/item_version"),
    ({"form_id": "never-published"}, "unknown-form", "/form_id"),
    ({"form_version": 9}, "form-version", "/form_version"),
    ({"local_number": "1234-5678-9"}, "local-number", "/local_number"),
    ({"sealed_at": "yesterday"}, "sealed-at", "/sealed_at"),
    ({"sealed_at": "2026-11-22T01:02:03"}, "sealed-at", "/sealed_at"),
    ({"reply_key": to_text(bytes(32))}, "reply-key", "/reply_key"),
    ({"reply_key": "short"}, "reply-key", "/reply_key"),
    ({"device_key_id": "0" * 16}, "bad-device-signature", "/device_key_id"),
    ({"by": SigningKey(bytes(32))}, "bad-device-signature", "/device_key_id"),
    ({"to": OpenKey(bytes(range(32))).public}, "cannot-open", "/payload"),
    ({"kind": Kind.SUPPLEMENT}, "reference", "/about"),
    ({"kind": Kind.SUPPLEMENT, "case_ref": "no such number"}, "unknown-case", "/case_ref"),
]


@pytest.mark.parametrize(("changes", "code", "pointer"), REFUSED)
def test_content_that_cannot_be_taken_is_refused_with_proof(
    served: PlatformProcess,
    station: RawStation,
    changes: dict[str, Any],
    code: str,
    pointer: str,
) -> None:
    package = station.package(**changes)
    for _ in range(2):
        response = station.put(package)
        assert response.status_code == 422
        refusal = station.refusal(response)
        assert (refusal.code, refusal.pointer) == (code, pointer)
        assert refusal.submission_id == package.head.id
        assert refusal.envelope_digest == package.envelope_digest
    assert station.ask(package.head.id).status_code == 404


def test_an_id_that_concerns_itself_is_refused(station: RawStation) -> None:
    identity = uuid4()
    for changes in ({"supersedes": identity}, {"kind": Kind.WITHDRAW, "about": identity}):
        response = station.put(station.package(id=identity, **changes))
        assert station.refusal(response).code == "reference"


def test_another_envelope_under_the_same_id_is_refused(
    served: PlatformProcess, station: RawStation
) -> None:
    package = station.package()
    station.file(package)
    other = station.package(id=package.head.id)
    response = station.put(other)
    assert response.status_code == 409
    refusal = station.refusal(response)
    assert (refusal.code, refusal.envelope_digest) == ("id-reused", other.envelope_digest)
    assert served.case(package.head.id)["effects"] == 1


def test_the_id_of_the_address_must_be_the_envelopes(station: RawStation) -> None:
    refusal = station.refusal(station.put(station.package(), identity=uuid4()))
    assert (refusal.code, refusal.pointer) == ("id-differs", "/id")


def test_a_body_with_something_behind_it_is_refused(station: RawStation) -> None:
    package = station.package(b"photo")
    response = station.send("PUT", f"/v1/submissions/{package.head.id}", package.data)
    assert station.refusal(response).code == "bad-package"


def test_a_large_body_is_refused_with_proof_and_a_huge_one_unread(station: RawStation) -> None:
    package = station.package()
    path = f"/v1/submissions/{package.head.id}"
    response = station.send("PUT", path, package.data + bytes(MAX_PAYLOAD + 200_000))
    refusal = station.refusal(response)
    assert (refusal.code, refusal.status) == ("too-large", 413)
    assert refusal.envelope_digest == package.envelope_digest
    response = station.send("PUT", path, bytes(9 * 1024 * 1024))
    assert response.status_code == 413
    assert "statement" not in response.json()


def test_an_unenrolled_terminal_is_told_to_enrol_and_nothing_is_judged(
    served: PlatformProcess, station: RawStation
) -> None:
    with RawStation(served.url, served.keys) as stranger:
        package = stranger.package()
        response = stranger.put(package)
        assert (response.status_code, response.json()["code"]) == (403, "not-enrolled")
        assert "statement" not in response.json()
        carried = station.put(package)
        assert (carried.status_code, carried.json()["code"]) == (403, "terminal-not-enrolled")
        assert "statement" not in carried.json()
        stranger.enrol(served.fleet_code)
        assert station.put(package).status_code == 201, "a neighbour may carry it"
        assert stranger.put(package).status_code == 200
    assert served.case(package.head.id)["effects"] == 1


def test_a_tampered_package_is_refused(station: RawStation) -> None:
    package = station.package()
    for position in (20, package.payload_offset - 1, package.body_size - 1):
        body = tampered(package, position)
        response = station.send("PUT", f"/v1/submissions/{package.head.id}", body)
        assert response.status_code == 422, position


def test_signature_tampering_is_noticed(station: RawStation) -> None:
    package = station.package()
    path, body = f"/v1/submissions/{package.head.id}", package.data
    for headers in ({}, {"Signature": "x", "Signature-Input": "y"}):
        response = station.send_as_is("PUT", path, body, headers)
        assert (response.status_code, response.json()["code"]) == (401, "unsigned")
    signed = station.send("GET", "/v1/events").request.headers
    stolen = {name: signed[name] for name in ("signature", "signature-input")}
    response = station.send_as_is("PUT", path, body, stolen)
    assert (response.status_code, response.json()["code"]) == (401, "bad-signature")
    assert station.ask(package.head.id).status_code == 404


def test_a_wrong_clock_is_named(station: RawStation) -> None:
    station.clock = lambda: datetime(2001, 1, 1, tzinfo=UTC)
    response = station.put(station.package())
    assert (response.status_code, response.json()["code"]) == (401, "clock")


def test_absence_is_proven_for_this_question(station: RawStation) -> None:
    identity = uuid4()
    response = station.ask(identity, "nonce%204711")
    assert response.status_code == 404
    proven = prove(response.json()["statement"], station.keys.signing, kind="absence")
    absence = Absence.from_json(proven)
    assert (absence.submission_id, absence.nonce) == (identity, "nonce 4711")


def test_the_same_sequence_under_another_id_is_taken_and_flagged(
    served: PlatformProcess, station: RawStation
) -> None:
    first, second = station.package(sequence=500), station.package(sequence=500)
    station.file(first)
    station.file(second)
    assert not served.case(first.head.id)["clone"]
    assert served.case(second.head.id)["clone"]
    assert served.case(second.head.id)["effects"] == 1


def test_before_anything_is_published_nothing_is_judged(tmp_path: Path) -> None:
    with (
        platform(tmp_path / "data") as served,
        RawStation(served.url, served.keys) as station,
    ):
        station.enrol(served.fleet_code)
        response = station.put(station.package())
        assert (response.status_code, response.json()["code"]) == (503, "not-published")
        assert int(response.headers["Retry-After"]) > 0


@pytest.fixture(scope="module")
def fuzzer(served: PlatformProcess) -> Iterator[RawStation]:
    with RawStation(served.url, served.keys) as station:
        station.enrol(served.fleet_code)
        yield station


def mutated(data: bytes, seed: int) -> bytes:
    """Cut, flip, repeat or insert somewhere."""
    dice = random.Random(seed)
    body = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(body) + 1)
        choice = dice.randrange(4)
        if choice == 0:
            del body[at:]
        elif choice == 1 and at < len(body):
            body[at] = dice.randrange(256)
        elif choice == 2:
            body[at:at] = dice.randbytes(dice.randrange(1, 40))
        else:
            body += body[at : at + 100]
        body = body or bytearray(b"x")
    return bytes(body)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), rubbish=st.none() | st.binary(max_size=200))
def test_no_body_whatever_is_a_bug_of_ours(
    fuzzer: RawStation, seed: int, rubbish: bytes | None
) -> None:
    package = fuzzer.package()
    body = rubbish if rubbish is not None else mutated(package.data, seed)
    response = fuzzer.send("PUT", f"/v1/submissions/{package.head.id}", body)
    if body == package.data:
        assert response.status_code == 201
    else:
        assert response.status_code == 422
        refusal = Refusal.from_json(
            prove(response.json()["statement"], fuzzer.keys.signing, kind="refusal")
        )
        assert refusal.submission_id == package.head.id


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(["parties", "form", "materials", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.text(max_size=5) | st.integers(-(2**53) + 1, 2**53 - 1),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["role", "id_number", "id_type"]), inner)
            ),
            max_leaves=8,
        ),
    )
)
def test_any_sealed_answers_are_taken(fuzzer: RawStation, payload: dict[str, Any]) -> None:
    package = fuzzer.package(payload=payload)
    assert fuzzer.put(package).status_code == 201


def test_the_stored_body_is_what_was_sent(served: PlatformProcess, station: RawStation) -> None:
    package = station.package()
    station.file(package)
    connection = sqlite.connect(str(served.data_dir / "platform.db"))
    try:
        (body,) = connection.execute(
            "SELECT body FROM bodies WHERE submission_id = ?", (str(package.head.id),)
        ).fetchone()
    finally:
        connection.close()
    assert body == package.data
