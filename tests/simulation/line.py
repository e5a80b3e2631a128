"""The road between a terminal and the office: everything that can happen to bytes on their way.

Rules:

* It stands where the real transport stands, below the real client, and raises what that raises.
* Weather decides how often something happens; every mishap that took effect is counted by its
  name: a cut behind the last byte, a mix-up without a second answer and the like are not.
* A request that was late or doubled arrives at the office later, whatever happened meanwhile:
  that is how requests are reordered.
* Nothing here is random but by the given ``luck``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from random import Random
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from kiosk.domain.problems import PlatformProblem
from kiosk.sealing.canonical import JsonObject
from sync.client.outcomes import BAD_REPLY, LOST, TLS, TLS_CLOCK, UNREACHABLE
from sync.client.transport import Answer, Transport
from sync.protocol.statements import sign
from tests.simulation.quick import QuickSigningKey

_STRANGER: Final = QuickSigningKey(bytes(range(101, 133)))
_PAGE: Final = Answer(200, {"content-type": "text/html"}, b"<html>log in</html>")
_AWAY: Final = Answer(302, {"location": "http://portal.invalid/", "content-type": "text/html"}, b"")
_ENDLESS: Final = Answer(200, {"content-type": "application/json"}, b" " * 5_000_000)
_WAITS: Final = ("0", "-5", "3", "30", "120", "1000000000", "soon", "Sun, 22 Nov 2026 03:00:00 GMT")
_LATEST: Final = 4 * 3600.0
_MAY_MISS: Final = frozenset({"replayed", "doubled", "reply-cut", "reply-altered", "mixed-up"})
"""Mishaps that are counted where they happen, because they may have nothing to act upon."""


class Weather(Enum):
    """How the line is; the number is the share of exchanges that meet with something."""

    CLEAR = 0.0
    FINE = 0.01
    BAD = 0.35
    DOWN = 1.0
    PORTAL = 0.99
    BUSY = 0.6
    HOSTILE = 0.5


_MISHAPS: Final[dict[Weather, tuple[str, ...]]] = {
    Weather.FINE: ("request-lost", "reply-lost", "slow", "doubled", "500-before", "500-after"),
    Weather.BAD: (
        "request-lost",
        "reply-lost",
        "reply-lost",
        "late",
        "doubled",
        "reply-cut",
        "reply-altered",
        "request-altered",
        "slow",
        "unreachable",
        "500-after",
    ),
    Weather.DOWN: ("unreachable", "unreachable", "unreachable", "request-lost"),
    Weather.PORTAL: ("portal", "redirect", "portal-511"),
    Weather.BUSY: ("429", "503", "503-after", "500-before", "500-after", "slow"),
    Weather.HOSTILE: (
        "forged",
        "stale",
        "mixed-up",
        "reply-altered",
        "endless",
        "tls",
        "tls-clock",
        "forbidden",
        "replayed",
    ),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it left the terminal."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    touched: bool = False


@dataclass(slots=True)
class Surroundings:
    """What the line needs of the world.

    Args:
        deliver: the office's answer to a request that arrives now.
        later: has a request arrive after so many seconds, by the name of the mishap.
        pass_time: lets time go by, with everything that falls due.
        point: a place where the power may go.
        note: for the trace.
    """

    deliver: Callable[[Request], Answer]
    later: Callable[[float, Request, str], None]
    pass_time: Callable[[float], None]
    point: Callable[[str], None]
    note: Callable[[str, str], None]


@dataclass(slots=True)
class Faults:
    """How often what happened."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """It happened once more."""
        self.counts[name] = self.counts.get(name, 0) + 1

    @property
    def total(self) -> int:
        """All together."""
        return sum(self.counts.values())


class Line(Transport):
    """The transport of one terminal.

    Args:
        around: the world.
        faults: where mishaps are counted.
        luck: of this world.
    """

    def __init__(self, around: Surroundings, faults: Faults, luck: Random) -> None:
        # Not the parent's: no session and no socket is wanted.
        self.around = around
        self.faults = faults
        self.luck = luck
        self.weather = Weather.FINE
        self.brought: set[UUID] = set()
        self._seen: dict[str, Answer] = {}
        self._requests: list[Request] = []

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        seconds: float,
        limit: int,
    ) -> Answer:
        request = Request(method, url, dict(headers or {}), body or b"")
        self.around.point("before a request")
        self.around.pass_time(self.luck.uniform(0.02, 0.4))
        mishap = ""
        if self.luck.random() < self.weather.value:
            mishap = self.luck.choice(_MISHAPS[self.weather])
            if mishap not in _MAY_MISS:
                self.faults.add(mishap)
        answer = self._through(request, mishap, seconds)
        self.around.note(f"{method} {urlsplit(url).path}", f"{mishap or 'ok'} {answer.status}")
        self.around.point("after a reply")
        if len(answer.body) > limit:
            raise PlatformProblem(BAD_REPLY, "the reply is larger than the limit")
        return answer

    def close(self) -> None:
        """Nothing is open."""

    def abandon(self) -> None:
        """Nothing is under way."""

    def _through(self, request: Request, mishap: str, seconds: float) -> Answer:
        early = self._before_arrival(request, mishap, seconds)
        if early is not None:
            return early
        if mishap == "request-altered":
            request = _tampered(request, self.luck)
        if request.method == "PUT" and "/submissions/" in request.url:
            self.brought.add(UUID(request.url[-36:]))
        answer = self.around.deliver(request)
        self.around.point("after the effect")
        self._requests = [*self._requests[-20:], request]
        if mishap == "doubled":
            self.around.later(self.luck.uniform(0, _LATEST), request, mishap)
        answer = self._after_effect(answer, mishap)
        self._seen[_place(request)] = answer
        return answer

    def _before_arrival(self, request: Request, mishap: str, seconds: float) -> Answer | None:
        refused = {"unreachable": UNREACHABLE, "tls": TLS, "tls-clock": TLS_CLOCK}
        if mishap in refused:
            self.around.pass_time(self.luck.uniform(0, 10))
            raise PlatformProblem(refused[mishap], "simulated")
        if mishap in {"request-lost", "late"}:
            if mishap == "late":
                self.around.later(self.luck.uniform(0, _LATEST), request, "arrived-late")
            self.around.pass_time(seconds)
            raise PlatformProblem(LOST, "simulated")
        if mishap == "slow":
            self.around.pass_time(self.luck.uniform(0, seconds))
        if mishap == "stale":
            return self._seen.get(_place(request), _PAGE)
        if mishap == "replayed" and self._requests:
            self.faults.add(mishap)
            self.around.deliver(self.luck.choice(self._requests))
        made = {
            "portal": _PAGE,
            "redirect": _AWAY,
            "portal-511": Answer(511, {"content-type": "text/html"}, b"<html>"),
            "429": Answer(429, {"retry-after": self.luck.choice(_WAITS)}, b""),
            "503": Answer(503, {"retry-after": self.luck.choice(_WAITS)}, b""),
            "500-before": Answer(500, {}, b"oops"),
            "forbidden": Answer(403, {}, b"{}"),
            "endless": _ENDLESS,
        }
        return made.get(mishap)

    def _after_effect(self, answer: Answer, mishap: str) -> Answer:
        if mishap == "reply-lost":
            self.around.pass_time(self.luck.uniform(0, 20))
            raise PlatformProblem(LOST, "simulated")
        if mishap in {"500-after", "503-after"}:
            wait = {"retry-after": self.luck.choice(_WAITS)} if mishap == "503-after" else {}
            return Answer(int(mishap[:3]), wait, b"oops")
        if mishap == "forged":
            return _forged(answer)
        other = answer
        if mishap == "reply-cut" and answer.body:
            other = _with(answer, answer.body[: self.luck.randrange(len(answer.body))])
        if mishap == "reply-altered":
            other = _with(answer, _altered(answer.body, self.luck))
        if mishap == "mixed-up" and self._seen:
            other = self._seen[self.luck.choice(sorted(self._seen))]
        if other.body != answer.body:
            self.faults.add(mishap)
        return other


def _with(answer: Answer, body: bytes) -> Answer:
    return Answer(answer.status, answer.headers, body)


def _tampered(request: Request, luck: Random) -> Request:
    """Another body or, where there is none, another place."""
    if request.body:
        return replace(request, body=_altered(request.body, luck), touched=True)
    return replace(request, url=f"{request.url}{luck.randrange(10)}", touched=True)


def _place(request: Request) -> str:
    """What a bad cache files answers under: everything but the query."""
    return f"{request.method} {urlsplit(request.url).path}"


def _altered(data: bytes, luck: Random) -> bytes:
    if not data:
        return data
    place = luck.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << luck.randrange(8))]) + data[place + 1 :]


def _forged(answer: Answer) -> Answer:
    """The same words under a key of one's own, as somebody in between could make them."""
    try:
        document: JsonObject = json.loads(answer.body)
    except ValueError:
        return _PAGE
    inner = document.get("statement", document)
    assert isinstance(inner, dict)
    forged = sign(inner, _STRANGER)
    signatures = inner.get("signature"), forged["signature"]
    if isinstance(signatures[0], dict) and isinstance(signatures[1], dict):
        # Even under the platform's own key id.
        signatures[1]["key_id"] = signatures[0]["key_id"]
    body: JsonObject = {**document, "statement": forged} if "statement" in document else forged
    return Answer(answer.status, answer.headers, json.dumps(body).encode())
