"""The platform of the simulation: a model in memory that answers the real client in real bytes.

Rules:

* It keeps the protocol (idempotent by id, signed statements, tus uploads, cursors, epochs) and
  nothing else: no database, no judgement of content but one item that it always refuses.
* Statements carry real Ed25519 signatures, and what was altered on its way is verified, because a
  forged or mixed-up answer must fail for the right reason; of what was not touched, one request in
  sixteen is verified and the time of every one is compared. Sealed parts are never opened.
* A supplement or withdrawal acts on the case that it names and waits for a filing that is not here
  yet; a withdrawal that comes first refuses its filing for good.
* What a case came to is written into ``Books.effects``, the only thing that the oracle believes. A
  backup is a copy of the books; restoring one takes effects back and begins a new epoch.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from kiosk.domain.lifecycle import State
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.sealing.canonical import JsonObject, digest, parse_object
from kiosk.sealing.keys import from_text
from kiosk.sealing.package import Package, parse
from sync.client.transport import Answer
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
from sync.protocol.request_signing import TOLERANCE, claimed_key_id, verify_headers
from sync.protocol.statements import sign
from tests.simulation.books import CASE, ENDED, OPEN, Books, Holding, Upload
from tests.simulation.quick import QuickSigningKey, QuickVerifyKey

FLEET_CODE: Final = "simulated-fleet"
REFUSED_ITEM: Final = "refused-item"
SIGNING: Final = QuickSigningKey(bytes(range(1, 33)))
_PAGE: Final = 5
_SAYS_WHO: Final = re.compile(r'created=(\d+);keyid="([0-9a-f]{16})"')
_ONE_IN: Final = 16


class RefusedError(Exception):
    """Ends a request with a status, a code and, when content was judged, a statement."""

    def __init__(self, status: int, code: str, statement: JsonObject | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.statement = status, code, statement


class Office:
    """One platform; see the module."""

    def __init__(self, now: datetime, window: int) -> None:
        self.now = now
        self.books = Books(_epoch(1))
        self.window = window
        self.mark: datetime | None = None
        self.proven: set[UUID] = set()  # everything that was ever completely held
        self.refused: set[UUID] = set()  # everything that was ever refused by a statement
        self.on_news: Callable[[str], None] = lambda _terminal: None
        self._requests = 0
        self._backup = self.books.copy()
        self._backup_at: datetime | None = None
        self._epochs = 1

    # What its people do.

    def back_up(self) -> None:
        """Copy the books; the mark of an earlier copy is what terminals are told."""
        self._backup, self._backup_at = self.books.copy(), self.now
        self.mark = self.now

    def restore(self) -> None:
        """Lose everything since the last backup."""
        self._epochs += 1
        self.books = self._backup.copy()
        self.books.epoch = _epoch(self._epochs)

    def decide(self, submission_id: UUID, kind: EventKind) -> None:
        """An officer moves a case."""
        self._say(submission_id, kind)
        held = self.books.held[submission_id]
        self.books.held[submission_id] = replace(held, state=CASE[kind])

    def open_cases(self) -> list[UUID]:
        """Cases that an officer may move, oldest first."""
        return [
            id_
            for id_, held in self.books.held.items()
            if held.state in OPEN and held.kind is Kind.FILING
        ]

    # Roads.

    def take(self, package: bytes) -> Receipt | Refusal | None:
        """A whole package from a stick; None: it cannot be judged yet."""
        whole = parse(package)
        body = package[: whole.body_size]
        try:
            receipt = self._put(whole.head.id, body)
        except RefusedError as refused:
            return None if refused.statement is None else Refusal.from_json(refused.statement)
        for index, part in enumerate(whole.blobs):
            start = whole.blob_offset(index)
            if digest(package[start : start + part.size]) == part.digest:
                self.books.blobs.add(part.digest)
        self._complete(whole.head.id)
        return self._receipt(whole.head.id) if receipt.missing else receipt

    def events_of(self, terminal: str, after: int = 0) -> list[CaseEvent]:
        """The feed of a terminal behind an event; all of it for a stick."""
        events = self.books.feed.get(terminal, [])
        start = bisect_right(events, after, key=lambda event: event.id)
        return [replace(event, epoch=self.books.epoch) for event in events[start:]]

    def answer(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes,
        *,
        touched: bool = True,
    ) -> Answer:
        """One HTTP request. ``touched``: it may not be what its terminal sent."""
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        try:
            if parts.path == "/v1/ping":
                return _json(200, sign(self._ping(query["nonce"]).as_json(), SIGNING))
            if parts.path == "/v1/enrol":
                return _json(200, sign(self._enrol(body).as_json(), SIGNING))
            self._requests += 1
            if touched or self._requests % _ONE_IN == 0:
                terminal = self._recognise(method, url, headers, body)
            else:
                terminal = self._believe(headers)
            return self._serve(terminal, method, parts.path, query, headers, body)
        except RefusedError as refused:
            document: JsonObject = {"code": refused.code, "status": refused.status}
            if refused.statement is not None:
                document["statement"] = sign(refused.statement, SIGNING)
            return _json(refused.status, document)

    def _serve(  # noqa: PLR0917 (a request has this many parts)
        self,
        terminal: str,
        method: str,
        path: str,
        query: dict[str, str],
        headers: dict[str, str],
        body: bytes,
    ) -> Answer:
        name, _, rest = path.removeprefix("/v1/").partition("/")
        if name == "submissions":
            submission_id = UUID(rest)
            if method == "PUT":
                return _json(200, sign(self._put(submission_id, body).as_json(), SIGNING))
            return _json(200, sign(self._ask(submission_id, query["nonce"]).as_json(), SIGNING))
        if name == "uploads":
            return self._upload(terminal, method, rest, headers, body)
        if name == "events":
            page = self._page(terminal, query.get("after"))
            return _json(200, sign(page.as_json(), SIGNING))
        if name == "acks":
            self._position(unquote(rest))
        return Answer(204, {}, b"")

    def _ping(self, nonce: str) -> Ping:
        return Ping(self.now, nonce, self.books.epoch, self.mark, 2**21, 2**23, self.window)

    def _enrol(self, body: bytes) -> Enrolment:
        try:
            document = parse_object(body, what="the enrolment", limit=2**16)
            key = QuickVerifyKey(from_text(str(document["signing_key"])))
        except (InputProblem, KeyError) as error:
            raise RefusedError(400, "bad-document") from error
        if document.get("fleet_code") != FLEET_CODE:
            raise RefusedError(403, "fleet-code")
        terminal = f"T{key.id[:12]}"
        self.books.enrolled[key.id] = (terminal, key.raw)
        return Enrolment(terminal, key.id, "SIM", self.books.epoch, self.now)

    def _recognise(self, method: str, url: str, headers: dict[str, str], body: bytes) -> str:
        try:
            known = self.books.enrolled.get(claimed_key_id(headers))
            if known is None:
                raise RefusedError(403, "not-enrolled")
            terminal, raw = known
            verify_headers(method, url, headers, body, key=QuickVerifyKey(raw), now=self.now)
        except InputProblem as problem:
            raise RefusedError(401, problem.code) from problem
        return terminal

    def _believe(self, headers: dict[str, str]) -> str:
        """Whose request it is, when nobody has touched it: only its time can be wrong."""
        said = _SAYS_WHO.search(headers.get("Signature-Input", ""))
        known = None if said is None else self.books.enrolled.get(said[2])
        if said is None or known is None:
            raise RefusedError(403, "not-enrolled")
        if abs(datetime.fromtimestamp(int(said[1]), UTC) - self.now) > TOLERANCE:
            raise RefusedError(401, "clock")
        return known[0]

    def _put(self, submission_id: UUID, body: bytes) -> Receipt:
        package = parse(body)  # the request's signature covers the body: it is as it was sent
        held = self.books.held.get(submission_id)
        if held is None:
            self._judge(submission_id, package)
            parts = tuple((part.digest, part.size) for part in package.blobs)
            head, number = package.head, f"R{len(self.books.held) + 1}"
            self.books.held[submission_id] = Holding(
                head.terminal,
                package.envelope_digest,
                parts,
                self.now,
                number,
                head.kind,
                head.about,
            )
        elif held.envelope_digest != package.envelope_digest:
            raise self._judged(package, 409, "id-reused")
        self._complete(submission_id)
        return self._receipt(submission_id)

    def _judge(self, submission_id: UUID, package: Package) -> None:
        head = package.head
        if head.id != submission_id:
            raise self._judged(package, 422, "id-differs")
        if not any(head.device_key_id == key for key in self.books.enrolled):
            raise RefusedError(403, "terminal-not-enrolled")
        if head.item_id == REFUSED_ITEM:
            raise self._judged(package, 422, "unknown-item")
        if submission_id in self.books.buried:
            raise self._judged(package, 410, "withdrawn")
        case = None if head.about is None else self.books.held.get(head.about)
        twice = head.kind is Kind.WITHDRAW and case and case.state is State.WITHDRAWN
        if case is not None and case.state in ENDED and not twice:
            raise self._judged(package, 409, "case-closed")

    def _judged(self, package: Package, status: int, code: str) -> RefusedError:
        """A refusal by a signed statement."""
        head = package.head
        self.refused.add(head.id)
        refusal = Refusal(head.id, package.envelope_digest, status, code, "refused", "", None)
        return RefusedError(status, code, refusal.as_json())

    def _ask(self, submission_id: UUID, nonce: str) -> Receipt:
        if submission_id not in self.books.held:
            absence = Absence(submission_id, nonce, self.books.epoch)
            raise RefusedError(404, "absent", absence.as_json())
        return self._receipt(submission_id)

    def _receipt(self, submission_id: UUID) -> Receipt:
        held = self.books.held[submission_id]
        missing = tuple(name for name, _ in held.parts if name not in self.books.blobs)
        if not missing:
            self.proven.add(submission_id)
        return Receipt(
            submission_id, held.envelope_digest, held.at, self.books.epoch, held.number, missing
        )

    def _complete(self, submission_id: UUID) -> None:
        held = self.books.held[submission_id]
        whole = all(name in self.books.blobs for name, _ in held.parts)
        if whole:
            self.proven.add(submission_id)
        if whole and held.state is State.FILED:
            self.books.held[submission_id] = replace(held, state=State.RECEIVED)
            self._say(submission_id, EventKind.RECEIVED)
            if held.kind is not Kind.FILING:
                self._act(submission_id)
                return
            self.books.effects.append(submission_id)
            for waiting, other in list(self.books.held.items()):
                if other.about == submission_id and other.state is State.RECEIVED:
                    self._act(waiting)

    def _act(self, request_id: UUID) -> None:
        """A supplement or withdrawal meets its case, once; else it waits or buries the filing."""
        request = self.books.held[request_id]
        assert request.about is not None
        case = self.books.held.get(request.about)
        withdraws = request.kind is Kind.WITHDRAW
        if request.acted or ((case is None or case.state is State.FILED) and not withdraws):
            return
        self.books.held[request_id] = replace(request, acted=True)
        self.books.effects.append(request_id)
        if case is None:
            self.books.buried.add(request.about)
        elif withdraws and case.state is not State.CLOSED:
            self.decide(request.about, EventKind.WITHDRAWN)
        elif case.state is State.CORRECTION_WANTED:
            self.decide(request.about, EventKind.CORRECTED)

    def _say(self, submission_id: UUID, kind: EventKind) -> None:
        held = self.books.held[submission_id]
        self.books.held[submission_id] = replace(held, case_seq=held.case_seq + 1)
        self.books.events += 1
        event = CaseEvent(
            id=self.books.events,
            epoch=self.books.epoch,
            submission_id=submission_id,
            envelope_digest=held.envelope_digest,
            case_seq=held.case_seq + 1,
            kind=kind,
            at=self.now,
            case_number=None if kind is EventKind.RECEIVED else f"DEMO{held.number}",
            by=None,
            closing_reason=None,
            duplicate_of=None,
            sealed=None,
        )
        self.books.feed.setdefault(held.terminal, []).append(event)
        self.on_news(held.terminal)

    def _page(self, terminal: str, after: str | None) -> EventPage:
        start = 0 if after is None else self._position(after)
        rest = self.events_of(terminal, start)
        shown = rest[:_PAGE]
        last = shown[-1].id if shown else start
        statements = tuple(sign(event.as_json(), SIGNING) for event in shown)
        following = f"{self.books.epoch}-{last}"
        return EventPage(terminal, after, statements, following, len(rest) > _PAGE)

    def _position(self, cursor: str) -> int:
        epoch, _, number = cursor.rpartition("-")
        if epoch != self.books.epoch or int(number) > self.books.events:
            raise RefusedError(410, "cursor-gone")
        return int(number)

    def _upload(
        self, terminal: str, method: str, upload_id: str, headers: dict[str, str], body: bytes
    ) -> Answer:
        if method == "POST":
            return self._begin(terminal, headers)
        upload = self.books.uploads.get(upload_id)
        if upload is None or upload.terminal != terminal:
            raise RefusedError(404, "unknown-upload")
        if method == "PATCH":
            if int(headers["Upload-Offset"]) != len(upload.data):
                raise RefusedError(409, "offset-differs")
            upload = replace(upload, data=upload.data + body)
            self.books.uploads[upload_id] = upload
            if len(upload.data) >= upload.size:
                self._arrived(upload_id, upload)
        return Answer(204, {"upload-offset": str(len(upload.data))}, b"")

    def _begin(self, terminal: str, headers: dict[str, str]) -> Answer:
        pairs = [pair.split() for pair in headers["Upload-Metadata"].split(",")]
        fields = {name: base64.b64decode(value).decode() for name, value in pairs}
        submission_id, name = UUID(fields["submission"]), fields["sha256"]
        if submission_id not in self.books.held:
            raise RefusedError(404, "absent")
        upload_id = hashlib.sha256(f"{terminal}{submission_id}{name}".encode()).hexdigest()[:32]
        size = int(headers["Upload-Length"])
        fresh = Upload(terminal, submission_id, name, size, b"")
        upload = self.books.uploads.setdefault(upload_id, fresh)
        offset = size if name in self.books.blobs else len(upload.data)
        place = {"location": f"/v1/uploads/{upload_id}", "upload-offset": str(offset)}
        return Answer(201, place, b"")

    def _arrived(self, upload_id: str, upload: Upload) -> None:
        if digest(upload.data) != upload.digest:
            del self.books.uploads[upload_id]
            raise RefusedError(460, "checksum")
        self.books.blobs.add(upload.digest)
        self._complete(upload.submission_id)


def _epoch(number: int) -> str:
    return f"{number:016x}"


def _json(status: int, document: JsonObject) -> Answer:
    kind = "application/json" if status < 300 else "application/problem+json"
    return Answer(status, {"content-type": kind}, json.dumps(document).encode())
