"""Targets: what a platform, or somebody who answers in its place, sends to a terminal.

Rules: the real client asks, a canned line answers; what was bent is mostly signed again with the
platform's own key, so that it reaches the parsers behind the proof. The client may raise nothing
but ``PlatformProblem``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from kiosk.domain.clock import to_text
from kiosk.domain.problems import PlatformProblem
from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.keys import OpenKey, SigningKey
from kiosk.store.keys import Device, terminal_id
from sync.client.session import PlatformClient
from sync.client.transport import Answer, Transport
from sync.client.uploads import Blob, Uploader
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
from tests.fuzz.hostile import Hostile
from tests.fuzz.target import Target
from tests.fuzz.values import NOW

_PLATFORM: Final = SigningKey(bytes(32))
_SIGNING: Final = SigningKey(bytes([1] * 32))
_DEVICE: Final = Device(_SIGNING, OpenKey(bytes([2] * 32)), terminal_id(_SIGNING))
_ID: Final = UUID("019a0000-0000-7000-8000-000000000001")
_DIGEST: Final = "d" * 64
_EPOCH: Final = "0123456789abcdef"
_BLOB: Final = Blob(_ID, _DIGEST, bytes(1000))
_RECEIPT: Final = Receipt(_ID, _DIGEST, NOW, _EPOCH, "S20261122-000001", ("e" * 64,))
_REFUSAL: Final = Refusal(_ID, _DIGEST, 422, "unknown-item", "no such item", "/item_id", None)
_ABSENCE: Final = Absence(_ID, "n", _EPOCH)
_PING: Final = Ping(NOW, "n", _EPOCH, NOW, 1000, 2000, 300)
_ENROLMENT: Final = Enrolment(_DEVICE.terminal, _SIGNING.public.id, "S1", _EPOCH, NOW)
_EVENT: Final = CaseEvent(
    7, _EPOCH, _ID, _DIGEST, 1, EventKind.CORRECTION_WANTED, NOW, "DEMO1", "2026-12-01", None,
    None, "AAAA",
)  # fmt: skip
_STATUSES: Final = (200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503, 511)


class _Clock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class _Canned(Transport):
    """A line on which everything is answered alike."""

    def __init__(self) -> None:
        self.answer = Answer(200, {}, b"")

    def send(self, *_: object, **__: object) -> Answer:
        return self.answer

    def close(self) -> None:
        pass


def targets() -> list[Target]:
    """The targets of this module."""
    put: Callable[[PlatformClient], object] = lambda c: c.put(_ID, b"body", _DIGEST)  # noqa: E731 (asked below)
    return [
        _reply("ping", {200}, [_PING.as_json()], lambda client: client.ping()),
        _reply("receipt", {200, 201}, [_RECEIPT.as_json()], put),
        _reply("refusal", {409, 410, 413, 422}, [_REFUSAL.as_json()], put),
        _reply("absence", {404}, [_ABSENCE.as_json()], lambda c: c.ask(_ID, _DIGEST)),
        _reply("enrolment-reply", {200, 201}, [_ENROLMENT.as_json()], lambda c: c.enrol("F", {})),
        _reply("event-page", {200}, [_page(_EVENT.as_json())], lambda c: c.events(None)),
        _event(),
        _uploads(),
    ]


def _page(*events: JsonObject) -> JsonObject:
    signed = tuple(sign(event, _PLATFORM) for event in events)
    return EventPage(_DEVICE.terminal, None, signed, f"{_EPOCH}-7", more=False).as_json()


def _reply(
    name: str, statuses: set[int], valid: list[JsonObject], ask: Callable[[PlatformClient], object]
) -> Target:
    line = _Canned()
    client = PlatformClient(
        "http://platform", _DEVICE, (_PLATFORM.public,), _Clock(), transport=line, nonce=lambda: "n"
    )

    def draw(hostile: Hostile) -> Answer:
        statement = _signed(hostile, hostile.document(hostile.rng.choice(valid)))
        return _answer(hostile, statement, statuses)

    def feed(answer: Answer) -> bool:
        line.answer = answer
        return ask(client) is not None

    return Target(name, f"reply to a terminal: {name}", draw, feed, (PlatformProblem,))


def _event() -> Target:
    """One event inside a page that is itself in order."""
    line = _Canned()
    client = PlatformClient(
        "http://platform", _DEVICE, (_PLATFORM.public,), _Clock(), transport=line, nonce=lambda: "n"
    )

    def draw(hostile: Hostile) -> Answer:
        bent = hostile.document(_EVENT.as_json(), 2)
        try:
            page = sign(_page(bent), _PLATFORM)
        except (ValueError, TypeError, AttributeError, RecursionError):
            page = _page()
        return _answer(hostile, page, {200})

    def feed(answer: Answer) -> bool:
        line.answer = answer
        return bool(client.events(None).events)

    return Target("event", "event of a case", draw, feed, (PlatformProblem,))


class _Caller:
    """A platform whose every answer to an upload is the same."""

    def __init__(self) -> None:
        self.answer = Answer(200, {}, b"")

    def call(
        self,
        method: str,  # noqa: ARG002 (as the uploader calls)
        path: str,  # noqa: ARG002 (the same)
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 (the same)
        body: bytes = b"",  # noqa: ARG002 (the same)
    ) -> Answer:
        return self.answer


def _uploads() -> Target:
    caller = _Caller()
    valid = {"location": "/v1/uploads/abc", "upload-offset": "1000", "tus-resumable": "1.0.0"}

    def draw(hostile: Hostile) -> Answer:
        headers = {name: hostile.text(text) for name, text in valid.items()}
        status = 201 if not hostile.one_in(6) else hostile.rng.choice(_STATUSES)
        return Answer(status, headers, b"")

    def feed(answer: Answer) -> bool:
        caller.answer = answer
        Uploader(caller, lambda _: None).upload(_BLOB)
        return True

    return Target("upload-reply", "reply to an upload (tus)", draw, feed, (PlatformProblem,))


def _signed(hostile: Hostile, document: Any) -> Any:  # noqa: ANN401 (JSON)
    """The document signed again, unless that cannot be done or is not wanted."""
    if hostile.one_in(4) or not isinstance(document, dict):
        return document
    try:
        signed = sign(document, _PLATFORM)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return document
    return signed if not hostile.one_in(10) else hostile.document(signed)


def _answer(hostile: Hostile, statement: Any, statuses: set[int]) -> Answer:  # noqa: ANN401 (JSON)
    document = {"code": "x", "statement": statement} if hostile.one_in(3) else statement
    status = hostile.rng.choice(sorted(statuses))
    if hostile.one_in(8):
        status = hostile.rng.choice(_STATUSES)
    headers = {"content-type": "application/json", "retry-after": to_text(NOW)}
    if hostile.one_in(8):
        headers = {name: hostile.text(text) for name, text in headers.items()}
    return Answer(status, headers, hostile.encoded(document))
