"""The fault switchboard: everything that a village line, a proxy or a tired server does.

Rules:

* Faults act between the socket and the application, on ``/v1`` unless written ``tuf-NAME``; the
  application never knows.
* ``drop-reply``, ``500``, ``truncate``, ``wrong-id``, ``html``, ``slow`` and ``huge`` strike after
  the durable effect; ``portal``, ``redirect``, ``429`` and ``503`` before any; ``cut-after`` where
  it strikes. A dropped connection is a real reset of the TCP connection.
* The dice are seeded. ``ARG*N`` strikes at most N times.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import uuid4
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import JsonObject

PROBABILITY: Final = frozenset({"drop-reply", "500", "truncate", "wrong-id", "html"})
SECONDS: Final = frozenset({"slow", "429", "503"})
BYTES: Final = frozenset({"cut-after"})
BARE: Final = frozenset({"portal", "redirect", "huge"})
NAMES: Final = tuple(sorted(PROBABILITY | SECONDS | BYTES | BARE))
HUGE: Final = 64 * 1024 * 1024
TRANSPORT: Final = "jinban.transport"
_TUF: Final = "tuf-"
_BEFORE: Final = frozenset({"portal", "redirect", "429", "503"})
_AFTER: Final = ("slow", "drop-reply", "truncate", "500", "wrong-id", "html", "huge")
_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>欢迎使用公共网络</title></head>"
    "<body><form action='/login'><input name='phone'><button>登录</button></form></body></html>"
).encode()
_PIECE: Final = 64 * 1024

Signer = Callable[[JsonObject], JsonObject]


@dataclass(slots=True)
class Fault:
    """One switched-on fault. ``left``: strikes left, None without end."""

    name: str
    argument: float = 1.0
    tuf: bool = False
    left: int | None = None


def parse(text: str) -> Fault:
    """Read ``NAME[=ARG[*N]]``.

    Raises:
        InputProblem: unknown name or senseless argument, with the list of names.
    """
    name, equals, argument = text.partition("=")
    argument, star, times = argument.partition("*")
    bare = name.removeprefix(_TUF)
    try:
        value = float(argument) if argument else 1.0
        left = int(times) if star else None
    except ValueError:
        value, left = -1.0, None
    needs = bare in SECONDS | BYTES
    sensible = value >= 0 and (left is None or left > 0)
    if bare in PROBABILITY and value > 1:
        sensible = False
    if bare not in NAMES or not sensible or (needs and not (equals and argument)):
        raise InputProblem(
            "bad-fault",
            f"{text!r} is no fault; known, each also as tuf-NAME: {', '.join(NAMES)} "
            "(P of 0…1, S in seconds, BYTES; ARG*N strikes N times)",
            path="--fault",
        )
    return Fault(bare, value, name.startswith(_TUF), left)


@dataclass(slots=True)
class _Reply:
    """A reply held back while faults decide about it."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    async def collect(self, message: Message) -> None:
        """An ASGI ``send``."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
        else:
            self.body += message.get("body", b"")

    def replace(self, status: int, kind: str, body: bytes, *extra: tuple[bytes, bytes]) -> None:
        """Another reply altogether."""
        self.status, self.body = status, bytearray(body)
        self.headers = [(b"content-type", kind.encode()), *extra]

    def start(self, length: int) -> Message:
        """The first message."""
        headers = [pair for pair in self.headers if pair[0].lower() != b"content-length"]
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": [*headers, (b"content-length", str(length).encode())],
        }

    async def send(self, send: Send) -> None:
        """The whole reply."""
        if self.status in {204, 304}:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status,
                    "headers": [pair for pair in self.headers if pair[0] != b"content-length"],
                }
            )
        else:
            await send(self.start(len(self.body)))
        await send({"type": "http.response.body", "body": bytes(self.body)})


class _CutError(Exception):
    """The line was cut in the middle of this request."""


class Switchboard:
    """ASGI middleware that makes the switched-on faults happen.

    Args:
        app: the platform.
        faults: what is switched on.
        seed: of the dice.
        sign: signs a statement as the platform (for ``wrong-id``).
    """

    def __init__(self, app: ASGIApp, faults: Sequence[Fault], seed: int, sign: Signer) -> None:
        self._app = app
        self._faults = faults
        self._dice = random.Random(seed)  # noqa: S311 (faults, not secrets)
        self._sign = sign
        self._carried: MutableMapping[Any, int] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with faults."""
        faults = self._of(scope) if scope["type"] == "http" else {}
        if not faults:
            await self._app(scope, receive, send)
            return
        if "cut-after" in faults:
            limit = faults["cut-after"]
            receive, send = self._cut_receive(scope, receive, limit), self._cut(scope, send, limit)
        try:
            await self._with(faults, scope, receive, send)
        except _CutError:
            await _abort(scope)

    async def _with(
        self, faults: dict[str, Fault], scope: Scope, receive: Receive, send: Send
    ) -> None:
        reply = _Reply()
        for name in _BEFORE & faults.keys():
            if self._strikes(faults[name]):
                _instead(reply, faults[name])
                await reply.send(send)
                return
        if not any(name in faults for name in _AFTER):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, reply.collect)
        for name in _AFTER:
            if name in faults and self._strikes(faults[name]):
                if name in {"drop-reply", "truncate", "huge"}:
                    await _unfinished(name, reply, scope, send)
                    return
                await self._change(faults[name], reply)
        await reply.send(send)

    async def _change(self, fault: Fault, reply: _Reply) -> None:
        if fault.name == "slow":
            await asyncio.sleep(fault.argument)
        elif fault.name == "500":
            reply.replace(500, "text/plain", b"Internal Server Error")
        elif fault.name == "html":
            reply.replace(200, "text/html; charset=utf-8", _PAGE)
        elif reply.body.startswith(b"{"):
            document = self._about_another(json.loads(reply.body))
            reply.body = bytearray(json.dumps(document).encode())

    def _of(self, scope: Scope) -> dict[str, Fault]:
        path = scope["path"]
        tuf = path.startswith("/tuf/")
        if not tuf and not path.startswith("/v1/"):
            return {}
        return {fault.name: fault for fault in self._faults if fault.tuf is tuf}

    def _strikes(self, fault: Fault) -> bool:
        if fault.left == 0:
            return False
        if fault.name in PROBABILITY and self._dice.random() >= fault.argument:
            return False
        if fault.left is not None:
            fault.left -= 1
        return True

    def _about_another(self, value: Any) -> Any:  # noqa: ANN401 (any JSON)
        """The same document about another submission or nonce, with valid signatures."""
        if isinstance(value, list):
            return [self._about_another(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        changed = {name: self._about_another(entry) for name, entry in value.items()}
        for name in ("submission_id", "nonce", "device_key_id"):
            if name in changed:
                changed[name] = str(uuid4())
        return self._sign(changed) if "signature" in changed else changed

    def _carry(self, scope: Scope, fault: Fault, size: int) -> int:
        """How many of ``size`` bytes still pass on this connection."""
        transport = scope["extensions"][TRANSPORT]
        before = self._carried.get(transport, 0)
        room = int(fault.argument) - before
        if size <= room or fault.left == 0:
            self._carried[transport] = before + size
            return size
        self._strikes(fault)
        return max(room, 0)

    def _cut_receive(self, scope: Scope, receive: Receive, fault: Fault) -> Receive:
        state = {"cut": False}

        async def cutting() -> Message:
            if state["cut"]:
                raise _CutError
            message = await receive()
            body = message.get("body", b"")
            passing = self._carry(scope, fault, len(body))
            if passing < len(body):
                # What came through before the cut did arrive; then the line is dead.
                state["cut"] = True
                return {"type": "http.request", "body": body[:passing], "more_body": True}
            return message

        async def receive_or_die() -> Message:
            try:
                return await cutting()
            except _CutError:
                await _abort(scope)
                return {"type": "http.disconnect"}

        return receive_or_die

    def _cut(self, scope: Scope, send: Send, fault: Fault) -> Send:
        async def cutting(message: Message) -> None:
            body = message.get("body", b"")
            passing = self._carry(scope, fault, len(body))
            if passing < len(body):
                await send({**message, "body": body[:passing], "more_body": True})
                raise _CutError
            await send(message)

        return cutting


def _instead(reply: _Reply, fault: Fault) -> None:
    if fault.name == "portal":
        reply.replace(200, "text/html; charset=utf-8", _PAGE)
    elif fault.name == "redirect":
        target = (b"location", b"http://portal.invalid/login")
        reply.replace(302, "text/html; charset=utf-8", _PAGE, target)
    else:
        seconds = (b"retry-after", str(round(fault.argument)).encode())
        reply.replace(int(fault.name), "text/plain", b"busy", seconds)


async def _unfinished(name: str, reply: _Reply, scope: Scope, send: Send) -> None:
    if name == "truncate":
        await send(reply.start(len(reply.body) or 1))
        half = bytes(reply.body[: len(reply.body) // 2])
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0.05)  # let the half leave before the reset
    if name == "huge":
        reply.headers = [(b"content-type", b"application/json")]
        await send(reply.start(HUGE))
        for _ in range(HUGE // _PIECE):
            await send({"type": "http.response.body", "body": b" " * _PIECE, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return
    await _abort(scope)


async def _abort(scope: Scope) -> None:
    """Reset the TCP connection, now."""
    transport = cast("asyncio.Transport", scope["extensions"][TRANSPORT])
    transport.abort()
    # The server learns of the loss in the next turns of the loop; before that it would answer 500.
    for _ in range(3):
        await asyncio.sleep(0)


class ResettableProtocol(H11Protocol):
    """uvicorn's protocol, with the transport within a fault's reach."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection."""
        super().connection_made(transport)
        app = self.app

        async def reachable(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 (ASGI)
            scope["extensions"] = {**scope.get("extensions", {}), TRANSPORT: transport}
            await app(scope, receive, send)

        self.app = reachable
