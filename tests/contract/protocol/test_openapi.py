"""docs/protocol/openapi.yaml is valid, and is what the platform and the messages really are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from fastapi.routing import APIRoute
from openapi_spec_validator import validate
from starlette.routing import Mount

from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.keys import SigningKey
from sync.platform.app import build
from sync.platform.desk import CLOSING_REASONS
from sync.platform.faults import NAMES
from sync.platform.office import Office
from sync.protocol.messages import (
    Absence,
    CaseEvent,
    Enrolment,
    EventKind,
    EventPage,
    Ping,
    Receipt,
    Refusal,
)
from sync.protocol.statements import sign
from tests.helpers.contract import CONTRACT, contract

NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
ID = UUID("019a0000-0000-7000-8000-000000000001")
DIGEST, EPOCH = "ab" * 32, "0123456789abcdef"
KEY = SigningKey(bytes(32))
EVENT = CaseEvent(
    1, EPOCH, ID, DIGEST, 1, EventKind.CLOSED, NOW, "N", "2026-12-01", "granted", None, "c2VhbGVk"
)
MESSAGES: dict[str, JsonObject] = {
    "Ping": Ping(NOW, "n", EPOCH, NOW, 1, 1, 0).as_json(),
    "Receipt": Receipt(ID, DIGEST, NOW, EPOCH, "S20261122-000001", (DIGEST,)).as_json(),
    "Refusal": Refusal(ID, DIGEST, 409, "id-reused", "words", "/id", None).as_json(),
    "Absence": Absence(ID, "n", EPOCH).as_json(),
    "Enrolment": Enrolment("T0123456789ab", EPOCH, "S", EPOCH, NOW).as_json(),
    "Event": EVENT.as_json(),
    "EventPage": EventPage("T", None, (sign(EVENT.as_json(), KEY),), "c", more=False).as_json(),
}


def schemas() -> dict[str, Any]:
    found: dict[str, Any] = contract()["components"]["schemas"]
    return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office.open(tmp_path / "data")
    yield opened
    opened.close()


def routes(found: Any) -> Iterator[Any]:  # noqa: ANN401 (routes of two libraries)
    """All routes, those of included routers too, whatever the framework's release calls them."""
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner.routes)
        else:
            yield route


def test_the_contract_is_valid_openapi() -> None:
    validate(contract())


def test_the_contract_lists_exactly_what_the_platform_serves(office: Office) -> None:
    served = set()
    for route in routes(build(office).routes):
        if isinstance(route, APIRoute):
            served |= {(method, route.path, route.name) for method in route.methods or ()}
        else:
            assert isinstance(route, Mount)
            served.add(("GET", f"{route.path}/{{path}}", f"tuf_{route.name}"))
    described = {
        (method.upper(), path, operation["operationId"])
        for path, operations in contract()["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    }
    assert served == described


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_is_described_member_by_member(name: str) -> None:
    schema = schemas()[name]
    signed = sign(MESSAGES[name], KEY)
    assert set(schema["required"]) == set(schema["properties"]) == set(signed)
    whole = {**schema, "components": contract()["components"]}
    jsonschema_rs.Draft202012Validator(whole).validate(signed)
    for member in schema["required"]:
        less = {key: value for key, value in signed.items() if key != member}
        assert not jsonschema_rs.Draft202012Validator(whole).is_valid(less)


def test_enumerations_are_the_same() -> None:
    event = schemas()["Event"]["properties"]
    assert set(event["kind"]["enum"]) == {kind.value for kind in EventKind}
    assert set(event["closing_reason"]["enum"]) == {*CLOSING_REASONS, None}


@pytest.mark.parametrize("name", ["Enrolment", "EventPage"])
def test_what_was_written_is_read_again(name: str) -> None:
    kind: Any = {"Enrolment": Enrolment, "EventPage": EventPage}[name]
    message = kind.from_json(MESSAGES[name])
    assert message.as_json() == MESSAGES[name]


def test_every_code_that_the_platform_gives_is_explained() -> None:
    prose = (CONTRACT.parent / "README.md").read_text("utf-8")
    explained = set(re.findall(r"`([a-z-]+)`", prose))
    given = set()
    folder = CONTRACT.parents[2] / "sync" / "platform"
    for name in ("intake", "terminals", "uploads", "tus", "app", "events", "gate"):
        source = (folder / f"{name}.py").read_text("utf-8")
        given |= set(re.findall(r"(?:Judgement|ProblemAnswer)\(\s*[\w.]+,\s*\"([a-z-]+)\"", source))
    assert len(given) > 30
    assert given <= explained, given - explained


def test_every_fault_is_explained() -> None:
    prose = (CONTRACT.parent / "README.md").read_text("utf-8")
    assert all(f"`{name}" in prose for name in NAMES)
