"""A platform in memory for the engine: no bytes, no signatures, any trouble at any call.

Rules: it behaves as the protocol says (idempotent by id, receipts, absence, events by cursor); a
trouble is planned per method and strikes before or after the effect.
"""

# ruff: noqa: ARG002 (methods keep the signatures of the real road)

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kiosk.domain.problems import PlatformProblem
from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.package import parse
from sync.client.outcomes import CURSOR_GONE, LOST
from sync.client.session import ProvenPage
from sync.client.uploads import Blob
from sync.protocol.messages import (
    Absence,
    CaseEvent,
    Enrolment,
    EventKind,
    Ping,
    Receipt,
    Refusal,
)


class SimulatedClock:
    """Time that moves only when a test says so."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self.offset = timedelta()

    def now(self) -> datetime:
        start = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
        return start + timedelta(seconds=self._seconds) + self.offset

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, seconds: float) -> None:
        self._seconds += seconds


@dataclass
class Held:
    """What the platform holds of one submission."""

    digest: str
    missing: list[str]
    at: datetime
    effects: int = 1


@dataclass
class SimulatedPlatform:
    """See the module."""

    clock: SimulatedClock
    epoch: str = "epoch-1"
    durable_before: datetime | None = None
    window: int = 0
    page_size: int = 2
    enrolled: bool = False
    held: dict[UUID, Held] = field(default_factory=dict)
    refused: dict[UUID, str] = field(default_factory=dict)
    feed: list[CaseEvent] = field(default_factory=list)
    acked: list[str] = field(default_factory=list)
    reports: list[JsonObject] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    before: dict[str, deque[PlatformProblem | None]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    after: dict[str, deque[PlatformProblem | None]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    on_call: Callable[[str], None] = lambda _name: None
    cursors_gone: bool = False

    def ping(self) -> Ping:
        self._enter("ping")
        return Ping(
            self.clock.now(), "nonce", self.epoch, self.durable_before, 2**20, 2**23, self.window
        )

    def now(self) -> datetime:
        return self.clock.now()

    def enrol(self, fleet_code: str, station: JsonObject) -> Enrolment:
        self._enter("enrol")
        self.enrolled = True
        self._leave("enrol")
        return Enrolment("T1", "key", "DEMO01", self.epoch, self.clock.now())

    def put(self, submission_id: UUID, body: bytes, envelope_digest: str) -> Receipt | Refusal:
        self._enter("put")
        package = parse(body)
        assert package.head.id == submission_id
        assert package.envelope_digest == envelope_digest
        if submission_id in self.refused:
            return self._refusal(submission_id, envelope_digest)
        if submission_id not in self.held:
            parts = [part.digest for part in package.blobs]
            self.held[submission_id] = Held(envelope_digest, parts, self.clock.now())
            self._event_if_whole(submission_id)
        self._leave("put")
        return self._receipt(submission_id)

    def ask(self, submission_id: UUID, envelope_digest: str) -> Receipt | Refusal | Absence:
        self._enter("ask")
        if submission_id in self.held:
            return self._receipt(submission_id)
        return Absence(submission_id, "nonce", self.epoch)

    def upload(self, blob: Blob) -> None:
        self._enter("upload")
        held = self.held[blob.submission_id]
        if blob.digest in held.missing:
            held.missing.remove(blob.digest)
            self._event_if_whole(blob.submission_id)
        self._leave("upload")

    def events(self, cursor: str | None) -> ProvenPage:
        self._enter("events")
        if cursor is not None and self.cursors_gone:
            raise PlatformProblem(CURSOR_GONE, "gone")
        start = 0 if cursor is None else int(cursor.rpartition("-")[2])
        shown = self.feed[start : start + self.page_size]
        end = start + len(shown)
        return ProvenPage(tuple(shown), f"{self.epoch}-{end}", end < len(self.feed), 0)

    def ack(self, cursor: str) -> None:
        self._enter("ack")
        self.acked.append(cursor)
        self._leave("ack")

    def status(self, report: JsonObject) -> None:
        self._enter("status")
        self.reports.append(report)

    def say(self, submission_id: UUID, kind: EventKind, seq: int, **facts: str) -> None:
        """Something happened to a case."""
        event = CaseEvent(
            id=len(self.feed) + 1,
            epoch=self.epoch,
            submission_id=submission_id,
            envelope_digest=self.held[submission_id].digest,
            case_seq=seq,
            kind=kind,
            at=self.clock.now(),
            case_number=None,
            by=None,
            closing_reason=None,
            duplicate_of=None,
            sealed=None,
        )
        self.feed.append(replace(event, **facts))  # type: ignore[arg-type] # text members only

    def restore(self, epoch: str, *lost: UUID) -> None:
        """The platform comes back from a backup without these."""
        self.epoch = epoch
        for submission_id in lost:
            del self.held[submission_id]
        kept = [event for event in self.feed if event.submission_id in self.held]
        self.feed = [replace(event, epoch=epoch) for event in kept]

    def _event_if_whole(self, submission_id: UUID) -> None:
        if not self.held[submission_id].missing:
            self.say(submission_id, EventKind.RECEIVED, 1)

    def _receipt(self, submission_id: UUID) -> Receipt:
        held = self.held[submission_id]
        return Receipt(submission_id, held.digest, held.at, self.epoch, "R1", tuple(held.missing))

    def _refusal(self, submission_id: UUID, digest: str) -> Refusal:
        code = self.refused[submission_id]
        return Refusal(submission_id, digest, 422, code, "the item is unknown", "/item_id", None)

    def _enter(self, name: str) -> None:
        self.calls.append(name)
        self.on_call(name)
        self._strike(self.before[name])

    def _leave(self, name: str) -> None:
        self._strike(self.after[name])

    def _strike(self, plan: deque[PlatformProblem | None]) -> None:
        problem = plan.popleft() if plan else None
        if problem is not None:
            raise problem


def lost() -> PlatformProblem:
    """A lost reply."""
    return PlatformProblem(LOST, "the line broke")
