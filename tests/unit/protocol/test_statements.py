"""Statements prove themselves or are noise."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.problems import PlatformProblem
from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.keys import SigningKey
from sync.protocol.messages import (
    EVENT_SIGNALS,
    Absence,
    CaseEvent,
    EventKind,
    Ping,
    Receipt,
    Refusal,
)
from sync.protocol.statements import prove, sign

KEY = SigningKey.generate()
OTHER = SigningKey.generate()
ID = UUID(int=7)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

PING = Ping(NOW, "n", "e1", None, 1, 2, 900)
RECEIPT = Receipt(ID, "d" * 64, NOW, "e1", "S202611220001", ("a" * 64,))
REFUSAL = Refusal(ID, "d" * 64, 422, "unknown-item", "no such item", "/item_id", None)
ABSENCE = Absence(ID, "n", "e1")
EVENT = CaseEvent(
    3,
    "e1",
    ID,
    "d" * 64,
    2,
    EventKind.CORRECTION_WANTED,
    NOW,
    "4403…",
    "2026-12-04",
    None,
    None,
    "AA",
)


@pytest.mark.parametrize("message", [PING, RECEIPT, REFUSAL, ABSENCE, EVENT])
def test_messages_survive_signing(message: Ping | Receipt | Refusal | Absence | CaseEvent) -> None:
    plain = message.as_json()
    signed = sign(plain, KEY)
    bare = prove(signed, [OTHER.public, KEY.public], kind=str(plain["type"]))
    assert type(message).from_json(bare) == message


def test_a_strangers_signature_is_noise() -> None:
    with pytest.raises(PlatformProblem) as caught:
        prove(sign(RECEIPT.as_json(), OTHER), [KEY.public], kind="receipt")
    assert caught.value.code == "unproven"


def test_a_statement_of_another_type_is_noise() -> None:
    with pytest.raises(PlatformProblem):
        prove(sign(PING.as_json(), KEY), [KEY.public], kind="receipt")


@given(st.sampled_from(sorted(RECEIPT.as_json())))
def test_any_changed_member_breaks_the_signature(name: str) -> None:
    signed = sign(RECEIPT.as_json(), KEY)
    with pytest.raises(PlatformProblem):
        prove({**signed, name: "changed"}, [KEY.public], kind="receipt")


@pytest.mark.parametrize("signature", [None, "x", {}, {"key_id": 1}, {"key_id": "k", "value": "*"}])
def test_a_malformed_signature_is_noise(signature: object) -> None:
    statement: JsonObject = {**PING.as_json(), "signature": signature}  # type: ignore[dict-item]
    with pytest.raises(PlatformProblem):
        prove(statement, [KEY.public], kind="ping")


@pytest.mark.parametrize("message", [PING, RECEIPT, REFUSAL, ABSENCE, EVENT])
def test_a_missing_member_is_told_by_name(
    message: Ping | Receipt | Refusal | Absence | CaseEvent,
) -> None:
    plain = message.as_json()
    optional = {"type", "complete", "durable_before", "case_number", "by", "closing_reason"}
    for name in set(plain) - optional - {"duplicate_of", "sealed"}:
        broken = {key: value for key, value in plain.items() if key != name}
        with pytest.raises(PlatformProblem) as caught:
            type(message).from_json(broken)
        assert caught.value.code == "bad-reply"


def test_every_event_but_the_duplicate_moves_the_case() -> None:
    assert set(EVENT_SIGNALS) == set(EventKind) - {EventKind.DUPLICATE_OF}
