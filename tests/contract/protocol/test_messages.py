"""Messages survive the wire, and nothing half-right is believed."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.problems import InputProblem, PlatformProblem
from kiosk.sealing.canonical import JsonObject, canonical
from kiosk.sealing.keys import OpenKey, SigningKey
from sync.protocol.messages import (
    Absence,
    CaseEvent,
    Enrolment,
    EventPage,
    Ping,
    Receipt,
    Refusal,
    event_context,
)
from sync.protocol.request_signing import declared_digest, sign_headers, verify_headers
from sync.protocol.statements import prove, sign
from sync.protocol.trust import PlatformKeys, Trust
from tests.contract.protocol.test_openapi import KEY, MESSAGES, NOW

KINDS: dict[str, Any] = {
    "Ping": Ping,
    "Receipt": Receipt,
    "Refusal": Refusal,
    "Absence": Absence,
    "Enrolment": Enrolment,
    "Event": CaseEvent,
    "EventPage": EventPage,
}
MEMBERS = [
    (name, member)
    for name in sorted(KINDS)
    for member in MESSAGES[name]
    # Redundant, or lenient on purpose: ``more`` counts only when it is true.
    if (name, member) not in {("Receipt", "complete"), ("EventPage", "more")} and member != "type"
]
NULLABLE = {"durable_before", "case_number", "by", "closing_reason", "duplicate_of", "sealed"}
NULLABLE |= {"after"}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_message_is_read_as_it_was_written(name: str) -> None:
    assert KINDS[name].from_json(MESSAGES[name]).as_json() == MESSAGES[name]
    newer = {**MESSAGES[name], "unheard_of": [1]}
    assert KINDS[name].from_json(newer).as_json() == MESSAGES[name]


@pytest.mark.parametrize(("name", "member"), MEMBERS)
def test_a_mistyped_member_is_named(name: str, member: str) -> None:
    for wrong in ([7], {"x": 1}, -1, True, 1.5):
        if member == "limits" and wrong == {"x": 1}:
            continue
        with pytest.raises(PlatformProblem) as caught:
            KINDS[name].from_json({**MESSAGES[name], member: wrong})
        assert (caught.value.code, caught.value.path) == ("bad-reply", f"/{member}")


@pytest.mark.parametrize(("name", "member"), MEMBERS)
def test_a_missing_member_is_named_unless_it_may_be_null(name: str, member: str) -> None:
    less = {key: value for key, value in MESSAGES[name].items() if key != member}
    if member in NULLABLE:
        assert KINDS[name].from_json(less).as_json()[member] is None
        return
    with pytest.raises(PlatformProblem, match=member):
        KINDS[name].from_json(less)


@pytest.mark.parametrize(
    ("name", "member", "text"),
    [
        ("Ping", "time", "yesterday"),
        ("Ping", "time", "2026-11-22T01:02:03"),
        ("Receipt", "submission_id", "x"),
        ("Event", "kind", "unheard-of"),
    ],
)
def test_a_text_that_means_nothing_is_named(name: str, member: str, text: str) -> None:
    with pytest.raises(PlatformProblem, match=member):
        KINDS[name].from_json({**MESSAGES[name], member: text})


def test_the_personal_part_is_bound_to_its_submission() -> None:
    one, other = OpenKey.generate(), UUID(int=1)
    sealed = one.public.seal(b"words", context=event_context(UUID(int=2)))
    assert one.open(sealed, context=event_context(UUID(int=2))) == b"words"
    with pytest.raises(InputProblem):
        one.open(sealed, context=event_context(other))


def test_a_ping_without_a_mark() -> None:
    ping = Ping.from_json({**MESSAGES["Ping"], "durable_before": None})
    assert ping.durable_before is None
    assert ping.as_json()["durable_before"] is None


def test_a_statement_is_proven_by_a_known_key_only() -> None:
    signed = sign(MESSAGES["Receipt"], KEY)
    other = SigningKey.generate()
    assert prove(signed, [other.public, KEY.public], kind="receipt") == MESSAGES["Receipt"]
    assert sign(signed, KEY) == signed
    for keys, kind in (([], "receipt"), ([other.public], "receipt"), ([KEY.public], "refusal")):
        with pytest.raises(PlatformProblem) as caught:
            prove(signed, keys, kind=kind)
        assert caught.value.code == "unproven"


SIGNATURES: list[Any] = [
    None,
    "x",
    {},
    {"key_id": KEY.public.id},
    {"key_id": KEY.public.id, "value": 7},
    {"key_id": KEY.public.id, "value": "x"},
    {"key_id": KEY.public.id, "value": "A" * 86},
    {"key_id": 7, "value": "x"},
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_senseless_signature_proves_nothing(signature: Any) -> None:  # noqa: ANN401 (any JSON)
    with pytest.raises(PlatformProblem):
        prove({**MESSAGES["Receipt"], "signature": signature}, [KEY.public], kind="receipt")


@given(st.sampled_from(sorted(MESSAGES["Event"])), st.text() | st.integers(0, 9) | st.none())
def test_no_changed_member_is_proven(member: str, value: JsonObject | None) -> None:
    signed = sign(MESSAGES["Event"], KEY)
    if signed[member] != value or type(signed[member]) is not type(value):
        with pytest.raises(PlatformProblem):
            prove({**signed, member: value}, [KEY.public], kind="event")


def trust() -> Trust:
    keys = PlatformKeys((KEY.public,), OpenKey.generate().public)
    return Trust({"signed": {"version": 1}}, "http://127.0.0.1:1", "code", keys)


def test_a_trust_file_is_read_as_it_was_written() -> None:
    written = trust()
    assert Trust.parse(written.as_bytes()) == written
    assert len(written.root_digest) == 64


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format", 2),
        ("root", {}),
        ("root", None),
        ("url", None),
        ("fleet_code", 7),
        ("keys", None),
        ("keys", {"signing": [], "sealing": "x"}),
        ("keys", {"signing": [7], "sealing": "x"}),
        ("keys", {"signing": ["x"], "sealing": "x"}),
    ],
)
def test_a_damaged_trust_file_is_refused(member: str, value: Any) -> None:  # noqa: ANN401 (JSON)
    written = trust()
    document: JsonObject = {
        "format": 1,
        "root": written.root,
        "url": written.url,
        "fleet_code": written.fleet_code,
        "keys": written.keys.as_json(),
        member: value,
    }
    with pytest.raises(InputProblem):
        Trust.parse(canonical(document))


def test_a_body_still_to_come_is_announced() -> None:
    headers = sign_headers("PATCH", "http://h/x", {}, b"abc", key=KEY, created=NOW)
    verify_headers("PATCH", "http://h/x", headers, None, key=KEY.public, now=NOW)
    assert declared_digest(headers).hex().startswith("ba7816bf")
    for text in ("", "x", "ä", "sha-512=:AA==:", "sha-256=7", "sha-256"):
        with pytest.raises(InputProblem):
            declared_digest({"Content-Digest": text})


@pytest.mark.parametrize("created", ["", ";created=999999999999999", ";created=-99999999999999"])
def test_a_signature_says_when_it_was_made(created: str) -> None:
    base = f'("@method" "@path" "@query"){created};keyid="{KEY.public.id}";tag="jinban-device"'
    lines = f'"@method": GET\n"@path": /x\n"@query": ?\n"@signature-params": {base}'
    value = base64.b64encode(KEY.sign(lines.encode())).decode()
    headers = {"Signature-Input": f"jinban={base}", "Signature": f"jinban=:{value}:"}
    with pytest.raises(InputProblem) as caught:
        verify_headers("GET", "http://h/x", headers, b"", key=KEY.public, now=NOW)
    assert caught.value.code == ("clock" if created else "bad-signature")
