"""The platform as seen from a terminal: ask, and believe only what is proven.

Rules:

* What comes back from a method is proven: signed by a platform key that we know, about the id, the
  digest or the nonce that we asked with. Everything else is a ``PlatformProblem`` whose code
  (sync.client.outcomes) tells what is certain.
* Every /v1 request but ping and enrol carries the device's signature. Its time is the platform's
  own proven time carried on by the monotonic clock: a terminal with a dead battery can still sync.
* 200 with a page, any redirect, and a ping without our nonce mean that somebody else answers.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote
from uuid import UUID

from kiosk.domain.clock import Clock
from kiosk.domain.problems import InputProblem, PlatformProblem
from kiosk.sealing.canonical import JsonObject, canonical, parse_object
from kiosk.sealing.keys import VerifyKey, to_text
from kiosk.store.keys import Device
from sync.client.outcomes import (
    BAD_REPLY,
    CLOCK,
    CURSOR_GONE,
    LOST,
    PORTAL,
    UNPROVEN,
    BusyProblem,
    ForbiddenProblem,
    OtherKeyProblem,
    retry_after,
)
from sync.client.transport import Answer, Transport, checked_url
from sync.client.uploads import Blob, Uploader
from sync.protocol.messages import (
    MAX_REPLY,
    Absence,
    CaseEvent,
    Enrolment,
    EventPage,
    Ping,
    Receipt,
    Refusal,
)
from sync.protocol.request_signing import sign_headers
from sync.protocol.statements import prove

SHORT_SECONDS: Final = 15.0
"""For an exchange of a few hundred bytes."""
LONG_SECONDS: Final = 60.0
"""For an exchange whose answer may be large."""
LEAST_RATE: Final = 4096
"""Bytes a second below which sending is given up."""
_SMALL: Final = 64 * 1024
_JSON: Final = {"Content-Type": "application/json"}
_PACKAGE: Final = {"Content-Type": "application/octet-stream"}
_ABSENT: Final = 404
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class ProvenPage:
    """A page of the feed. ``skipped``: proven events of a kind that this version does not know."""

    events: tuple[CaseEvent, ...]
    cursor: str
    more: bool
    skipped: int


class PlatformClient:
    """One terminal's road to its platform; used by one thread.

    Args:
        url: the platform's address.
        device: who asks.
        keys: the platform's signing keys known to this terminal.
        clock: the terminal's clock.
        transport: how bytes travel.
        nonce: makes a fresh nonce.
        wait: sits out the seconds before an upload that is held is asked about again.
    """

    def __init__(  # noqa: PLR0913 (everything is injected)
        self,
        url: str,
        device: Device,
        keys: tuple[VerifyKey, ...],
        clock: Clock,
        *,
        transport: Transport | None = None,
        nonce: Callable[[], str] = lambda: secrets.token_urlsafe(24),
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = checked_url(url)
        self._device = device
        self._keys = keys
        self._clock = clock
        self._transport = transport or Transport()
        self._nonce = nonce
        self._uploader = Uploader(self, wait)
        self._proven: tuple[datetime, float] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def abandon(self) -> None:
        """End whatever is under way at once; the only method for another thread."""
        self._transport.abandon()

    def adopt(self, keys: tuple[VerifyKey, ...]) -> None:
        """Believe these platform keys from now on (a newer signed configuration)."""
        self._keys = keys

    def now(self) -> datetime:
        """The proven present when there was a ping, else this machine's."""
        if self._proven is None:
            return self._clock.now()
        moment, mark = self._proven
        return moment + timedelta(seconds=self._clock.monotonic() - mark)

    def ping(self) -> Ping:
        """Is this the platform, now?

        Raises:
            PlatformProblem: ``portal`` for any answer without our signed nonce, or as usual.
            OtherKeyProblem: ``portal``, but it may be the platform under a renewed key.
        """
        nonce = self._nonce()
        answer = self._transport.send(
            "GET", f"{self.url}/v1/ping?nonce={nonce}", seconds=SHORT_SECONDS, limit=_SMALL
        )
        try:
            ping = Ping.from_json(self._proof(self._document(answer, {200}), "ping"))
        except PlatformProblem as problem:
            if problem.code == UNPROVEN and _echoes(answer, nonce):
                raise OtherKeyProblem(self.url) from problem
            if problem.code in {UNPROVEN, BAD_REPLY}:
                raise self._stranger() from problem
            raise
        if ping.nonce != nonce:
            raise self._stranger()
        self._proven = (ping.time, self._clock.monotonic())
        return ping

    def enrol(self, fleet_code: str, station: JsonObject) -> Enrolment:
        """Make this terminal known; safe to repeat.

        Args:
            fleet_code: from the trust file.
            station: code, name and division of the place.
        """
        document: JsonObject = {
            "fleet_code": fleet_code,
            "terminal": self._device.terminal,
            "signing_key": to_text(self._device.signing.public.raw),
            "reply_key": to_text(self._device.reply.public.raw),
            "station": station,
        }
        answer = self._transport.send(
            "POST",
            f"{self.url}/v1/enrol",
            _JSON,
            canonical(document),
            seconds=SHORT_SECONDS,
            limit=_SMALL,
        )
        enrolment = Enrolment.from_json(
            self._proof(self._document(answer, {200, 201}), "enrolment")
        )
        key = self._device.signing.public.id
        if (enrolment.terminal, enrolment.device_key_id) != (self._device.terminal, key):
            raise _about_another("enrolment")
        return enrolment

    def put(self, submission_id: UUID, body: bytes, envelope_digest: str) -> Receipt | Refusal:
        """Hand over envelope and sealed payload; safe to repeat with the same bytes."""
        answer = self.call("PUT", f"/v1/submissions/{submission_id}", _PACKAGE, body)
        if answer.status in {200, 201, 202}:
            return self._receipt(answer, submission_id, envelope_digest)
        return self._refusal(answer, submission_id, envelope_digest)

    def ask(self, submission_id: UUID, envelope_digest: str) -> Receipt | Refusal | Absence:
        """What does the platform hold under this id?"""
        nonce = self._nonce()
        answer = self.call("GET", f"/v1/submissions/{submission_id}?nonce={nonce}")
        if answer.status == _ABSENT:
            document = self._document(answer, {_ABSENT})
            absence = Absence.from_json(self._proof(_inner(document), "absence"))
            if (absence.submission_id, absence.nonce) != (submission_id, nonce):
                raise _about_another("absence")
            return absence
        if answer.status in {200, 201, 202}:
            return self._receipt(answer, submission_id, envelope_digest)
        return self._refusal(answer, submission_id, envelope_digest)

    def upload(self, blob: Blob) -> None:
        """Bring one sealed attachment over; the receipt afterwards proves that it arrived."""
        self._uploader.upload(blob)

    def events(self, cursor: str | None) -> ProvenPage:
        """The next page of events for this terminal.

        Raises:
            PlatformProblem: ``cursor-gone`` when the platform does not know the cursor;
                ``unproven`` when the page or one event of it is not signed.
        """
        after = f"?after={quote(cursor, safe='')}" if cursor else ""
        answer = self.call("GET", f"/v1/events{after}", seconds=LONG_SECONDS, limit=MAX_REPLY)
        if answer.status == _GONE:
            raise PlatformProblem(CURSOR_GONE, "the platform does not keep our place any more")
        page = EventPage.from_json(self._proof(self._document(answer, {200}), "event_page"))
        if (page.terminal, page.after) != (self._device.terminal, cursor):
            raise _about_another("page of events")
        events = [self._event(entry) for entry in page.events]
        known = tuple(event for event in events if event is not None)
        return ProvenPage(known, page.next, page.more, len(events) - len(known))

    def ack(self, cursor: str) -> None:
        """Tell the platform up to where events are kept here."""
        self._done(self.call("PUT", f"/v1/acks/{quote(cursor, safe='')}"))

    def status(self, report: JsonObject) -> None:
        """Tell how this terminal is; no personal data."""
        path = f"/v1/terminals/{quote(self._device.terminal, safe='')}/status"
        self._done(self.call("PUT", path, _JSON, canonical(report)))

    def call(  # noqa: PLR0913 (a request has this many parts)
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        seconds: float = SHORT_SECONDS,
        limit: int = _SMALL,
    ) -> Answer:
        """A signed exchange; the answer proves nothing, but it is not a pause of the whole host.

        Raises:
            PlatformProblem: as the transport, and ``portal``, ``forbidden``, ``clock``, ``busy``,
                ``lost`` (5xx).
        """
        url = self.url + path
        given = dict(headers or {})
        if method not in {"GET", "HEAD"}:
            given["Content-Length"] = str(len(body))
        signature = sign_headers(
            method, url, given, body, key=self._device.signing, created=self.now()
        )
        answer = self._transport.send(
            method,
            url,
            {**given, **signature},
            body or None,
            seconds=seconds + len(body) / LEAST_RATE,
            limit=limit,
        )
        problem = self._trouble(answer)
        if problem is not None:
            raise problem
        return answer

    def _trouble(self, answer: Answer) -> PlatformProblem | None:
        """What the status alone says about the road, if anything."""
        status = answer.status
        if 300 <= status < 400 or status == 511 or (status < 300 and answer.is_page):  # noqa: PLR2004 (HTTP)
            return self._stranger()
        if status in {401, 403}:
            reason = _problem_code(answer)
            if reason == CLOCK:
                return PlatformProblem(
                    CLOCK, "the platform says that our signature's time is wrong"
                )
            return ForbiddenProblem(status, reason)
        if status in {429, 503}:
            wait = retry_after(answer.headers.get("retry-after"), now=self.now())
            return BusyProblem(status, wait)
        if status >= 500 or status < 200:  # noqa: PLR2004 (HTTP)
            return PlatformProblem(LOST, f"the platform failed ({status}); nothing is proven")
        return None

    def _document(self, answer: Answer, wanted: set[int]) -> JsonObject:
        problem = self._trouble(answer)
        if problem is not None:
            raise problem
        if answer.status not in wanted:
            raise PlatformProblem(
                UNPROVEN, f"the platform answered {answer.status} {_problem_code(answer)}".rstrip()
            )
        try:
            return parse_object(answer.body, what="the platform's reply", limit=MAX_REPLY)
        except InputProblem as fault:
            raise PlatformProblem(BAD_REPLY, fault.message, path=fault.path) from fault

    def _done(self, answer: Answer) -> None:
        if answer.status not in {200, 201, 202, 204}:
            raise PlatformProblem(
                UNPROVEN, f"the platform answered {answer.status} {_problem_code(answer)}".rstrip()
            )

    def _proof(self, statement: JsonObject, kind: str) -> JsonObject:
        return prove(statement, self._keys, kind=kind)

    def _receipt(self, answer: Answer, submission_id: UUID, envelope_digest: str) -> Receipt:
        document = self._document(answer, {200, 201, 202})
        receipt = Receipt.from_json(self._proof(_inner(document), "receipt"))
        if (receipt.submission_id, receipt.envelope_digest) != (submission_id, envelope_digest):
            raise _about_another("receipt")
        return receipt

    def _refusal(self, answer: Answer, submission_id: UUID, envelope_digest: str) -> Refusal:
        document = self._document(answer, {409, 410, 413, 422})
        refusal = Refusal.from_json(self._proof(_inner(document), "refusal"))
        if (refusal.submission_id, refusal.envelope_digest) != (submission_id, envelope_digest):
            raise _about_another("refusal")
        return refusal

    def _event(self, statement: JsonObject) -> CaseEvent | None:
        proven = self._proof(statement, "event")
        try:
            return CaseEvent.from_json(proven)
        except PlatformProblem:
            # Signed, so it is no noise: a newer platform speaks. It must not block the feed.
            return None

    def _stranger(self) -> PlatformProblem:
        return PlatformProblem(
            PORTAL, f"somebody else answers for {self.url}: a login page or a wrong address"
        )


def _inner(document: JsonObject) -> JsonObject:
    """The signed statement: the document itself, or a member of a problem document."""
    statement = document.get("statement")
    return statement if isinstance(statement, dict) else document


def _about_another(kind: str) -> PlatformProblem:
    return PlatformProblem(UNPROVEN, f"the platform's {kind} is about something else")


def _echoes(answer: Answer, nonce: str) -> bool:
    """Whether somebody who has read our nonce answers as a platform would."""
    try:
        document = parse_object(answer.body, what="the ping", limit=_SMALL)
    except InputProblem:
        return False
    return (document.get("type"), document.get("nonce")) == ("ping", nonce)


def _problem_code(answer: Answer) -> str:
    """The ``code`` of a problem document; unproven, for people only."""
    try:
        document = parse_object(answer.body, what="the problem", limit=_SMALL)
    except InputProblem:
        return ""
    code = document.get("code")
    return code[:80] if isinstance(code, str) else ""
