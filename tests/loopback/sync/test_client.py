"""The client against a stranger who says anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.problems import PlatformProblem
from kiosk.sealing.canonical import JsonObject, canonical
from kiosk.sealing.keys import SigningKey
from sync.client.session import PlatformClient
from sync.client.uploads import Blob
from sync.protocol.statements import sign
from tests.helpers.client_line import (
    DEVICE,
    PING,
    PLATFORM,
    client_of,
    code_of,
    ping_statement,
    reply,
    saying,
    signed,
)
from tests.helpers.fault_proxy import PAGE, FaultProxy, Faults


def test_a_proven_ping_sets_the_time() -> None:
    with saying(reply(PING)) as client:
        assert client.ping().epoch == "e"
        assert client.now().isoformat().startswith("2026-11-22T02:00:0")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (PAGE, "portal"),
        (reply(b"<html>", "200 OK", "Content-Type: application/json"), "portal"),
        (reply(b"", "302 Found", "Location: http://127.0.0.1:1/"), "portal"),
        (reply(b"", "511 Network Authentication Required"), "portal"),
        (reply(signed(ping_statement("another"))), "portal"),
        (reply(canonical(sign(ping_statement(), SigningKey.generate()))), "portal"),
        (reply(b"{}"), "portal"),
        (reply(b""), "portal"),
        (reply(b"[" * 100_000), "bad-reply"),
        (reply(b"{}", "404 Not Found"), "portal"),
        (reply(b"no", "403 Forbidden"), "forbidden"),
        (reply(b'{"code": "clock"}', "401 Unauthorized"), "clock"),
        (reply(b"", "503 Busy", "Retry-After: 7"), "busy"),
        (reply(b"", "500 Oh"), "lost"),
        (reply(b"", "502 Bad Gateway", "Content-Type: text/html"), "lost"),
        (reply(PING).replace(b"Content-Length: ", b"Content-Length: 1"), "lost"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "lost"),
        (b"", "lost"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b" " * 70_000, "bad-reply"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "lost"),
    ],
)
def test_whatever_is_not_the_platform_is_named(answer: bytes, code: str) -> None:
    with saying(answer) as client:
        assert code_of(client) == code


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(reply(PING)) - 1))
def test_a_reply_cut_anywhere_is_never_believed(length: int) -> None:
    with saying(reply(PING)[:length]) as client:
        assert code_of(client) in {"lost", "portal", "bad-reply"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "signature", "events", "next", "id"]), inner)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def stranger() -> Iterator[FaultProxy]:
    with FaultProxy(None, Faults()) as proxy:
        yield proxy


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=60) | _JSON.map(lambda value: repr(value).encode()),
    status=st.sampled_from([200, 201, 204, 304, 404, 409, 410, 418, 422, 200, 201]),
    ask=st.sampled_from(["ping", "put", "ask", "enrol", "events", "upload"]),
)
def test_nothing_that_a_stranger_says_is_more_than_a_problem(
    stranger: FaultProxy, body: bytes, status: int, ask: str
) -> None:
    stranger.faults.answer = lambda: reply(body, f"{status} X", "Location: /v1/uploads/1")
    with client_of(stranger.url) as client, pytest.raises(PlatformProblem):
        _ask(client, ask)


def _ask(client: PlatformClient, name: str) -> None:
    one = uuid4()
    match name:
        case "ping":
            client.ping()
        case "put":
            client.put(one, b"body", "digest")
        case "ask":
            client.ask(one, "digest")
        case "enrol":
            client.enrol("code", {"code": "DEMO01"})
        case "events":
            client.events("cursor/?&")
        case _:
            client.upload(Blob(one, "d" * 64, b"x" * 10))


def test_proofs_about_something_else_are_noise() -> None:
    one, other = uuid4(), uuid4()
    receipt: JsonObject = {
        "type": "receipt",
        "submission_id": str(other),
        "envelope_digest": "digest",
        "received_at": "2026-11-22T02:00:00Z",
        "epoch": "e",
        "number": "R1",
        "missing": [],
    }
    refusal: JsonObject = {
        "type": "refusal",
        "submission_id": str(one),
        "envelope_digest": "another",
        "status": 422,
        "code": "x",
        "detail": "",
        "pointer": "",
        "case_number": None,
    }
    absence: JsonObject = {
        "type": "absence",
        "submission_id": str(one),
        "nonce": "old",
        "epoch": "e",
    }
    page: JsonObject = {
        "type": "event_page",
        "terminal": DEVICE.terminal,
        "after": "c9",
        "events": [],
        "next": "c",
        "more": False,
    }
    asks: list[tuple[bytes, Callable[[PlatformClient], object]]] = [
        (reply(signed(receipt)), lambda client: client.put(one, b"body", "digest")),
        (
            reply(canonical({"statement": sign(refusal, PLATFORM)}), "422 No"),
            lambda client: client.put(one, b"body", "digest"),
        ),
        (
            reply(canonical({"statement": sign(absence, PLATFORM)}), "404 No"),
            lambda client: client.ask(one, "digest"),
        ),
        (reply(signed(page)), lambda client: client.events("c")),
    ]
    for answer, ask in asks:
        with saying(answer) as client, pytest.raises(PlatformProblem) as caught:
            ask(client)
        assert caught.value.code == "unproven"


def test_an_event_of_a_newer_platform_does_not_block_the_feed() -> None:
    strange = sign({"type": "event", "kind": "teleported"}, PLATFORM)
    page: JsonObject = {
        "type": "event_page",
        "terminal": DEVICE.terminal,
        "after": None,
        "events": [strange],
        "next": "c1",
        "more": False,
    }
    with saying(reply(signed(page))) as client:
        found = client.events(None)
    assert (found.events, found.skipped, found.cursor) == ((), 1, "c1")


def test_an_unsigned_event_spoils_the_page() -> None:
    page: JsonObject = {
        "type": "event_page",
        "terminal": DEVICE.terminal,
        "after": None,
        "events": [{"type": "event", "kind": "closed"}],
        "next": "c1",
        "more": False,
    }
    with saying(reply(signed(page))) as client, pytest.raises(PlatformProblem) as caught:
        client.events(None)
    assert caught.value.code == "unproven"
