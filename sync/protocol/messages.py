"""The messages inside signed statements, and the unsigned requests beside them.

Rules: every message is parsed into a frozen dataclass at the boundary; unknown members are
ignored (the platform may be newer); a missing or mistyped member raises ``PlatformProblem`` with
code ``bad-reply`` and the JSON Pointer of the fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import Signal
from kiosk.sealing.canonical import JsonObject
from sync.protocol import fields

TUS_CHUNK = 256 * 1024
MAX_REPLY = 4 * 1024 * 1024


class EventKind(StrEnum):
    """What a case event says."""

    RECEIVED = "received"  # the last blob is in
    ACCEPTED = "accepted"  # 受理
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"  # 特别程序
    CORRECTION_WANTED = "correction_wanted"  # 补正
    CORRECTED = "corrected"
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    CLOSED = "closed"  # 办结
    WITHDRAWN = "withdrawn"
    DUPLICATE_OF = "duplicate_of"


EVENT_SIGNALS: Mapping[EventKind, Signal] = {
    EventKind.RECEIVED: Signal.RECEIVED,
    EventKind.ACCEPTED: Signal.CASE_ACCEPTED,
    EventKind.IN_PROGRESS: Signal.CASE_IN_PROGRESS,
    EventKind.SUSPENDED: Signal.CASE_SUSPENDED,
    EventKind.CORRECTION_WANTED: Signal.CASE_CORRECTION_WANTED,
    EventKind.CORRECTED: Signal.CASE_CORRECTED,
    EventKind.NOT_ACCEPTED: Signal.CASE_NOT_ACCEPTED,
    EventKind.CLOSED: Signal.CASE_CLOSED,
    EventKind.WITHDRAWN: Signal.CASE_WITHDRAWN,
}
"""Life-cycle signal of each event; ``duplicate_of`` changes no state."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Proof that this is the platform, now. Times in UTC; ``first_contact_window`` in seconds."""

    time: datetime
    nonce: str
    epoch: str
    durable_before: datetime | None
    max_body: int
    max_blob: int
    first_contact_window: int

    def as_json(self) -> JsonObject:
        """The unsigned statement."""
        return {
            "type": "ping",
            "time": to_text(self.time),
            "nonce": self.nonce,
            "epoch": self.epoch,
            "durable_before": to_text(self.durable_before) if self.durable_before else None,
            "limits": {"max_body": self.max_body, "max_blob": self.max_blob},
            "first_contact_window": self.first_contact_window,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Ping:
        """Parse a proven statement."""
        limits = fields.member(data, "limits")
        mark = data.get("durable_before")
        return cls(
            time=fields.moment(data, "time"),
            nonce=fields.text(data, "nonce"),
            epoch=fields.text(data, "epoch"),
            durable_before=None if mark is None else fields.moment(data, "durable_before"),
            max_body=fields.count(limits, "max_body"),
            max_blob=fields.count(limits, "max_blob"),
            first_contact_window=fields.count(data, "first_contact_window"),
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """收件回执: the platform holds this submission. Not an acceptance 受理.

    ``missing`` lists the digests of blobs still owed; ``number`` is the receipt number shown to
    the resident (收件号), never a case number.
    """

    submission_id: UUID
    envelope_digest: str
    received_at: datetime
    epoch: str
    number: str
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is owed any more."""
        return not self.missing

    def as_json(self) -> JsonObject:
        """The unsigned statement."""
        return {
            "type": "receipt",
            "submission_id": str(self.submission_id),
            "envelope_digest": self.envelope_digest,
            "received_at": to_text(self.received_at),
            "epoch": self.epoch,
            "number": self.number,
            "complete": self.complete,
            "missing": list(self.missing),
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Receipt:
        """Parse a proven statement."""
        return cls(
            submission_id=fields.uuid(data, "submission_id"),
            envelope_digest=fields.text(data, "envelope_digest"),
            received_at=fields.moment(data, "received_at"),
            epoch=fields.text(data, "epoch"),
            number=fields.text(data, "number"),
            missing=fields.texts(data, "missing"),
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """The platform judged the content and will not take it (409, 410, 413, 422).

    ``code`` is a stable kebab-case reason, ``detail`` a sentence for staff, ``pointer`` the place
    in the envelope or payload, ``case_number`` the existing case when one is in the way.
    """

    submission_id: UUID
    envelope_digest: str
    status: int
    code: str
    detail: str
    pointer: str
    case_number: str | None

    def as_json(self) -> JsonObject:
        """The unsigned statement."""
        return {
            "type": "refusal",
            "submission_id": str(self.submission_id),
            "envelope_digest": self.envelope_digest,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "pointer": self.pointer,
            "case_number": self.case_number,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Refusal:
        """Parse a proven statement."""
        number = data.get("case_number")
        return cls(
            submission_id=fields.uuid(data, "submission_id"),
            envelope_digest=fields.text(data, "envelope_digest"),
            status=fields.count(data, "status"),
            code=fields.text(data, "code"),
            detail=fields.text(data, "detail"),
            pointer=fields.text(data, "pointer"),
            case_number=None if number is None else fields.text(data, "case_number"),
        )


@dataclass(frozen=True, slots=True)
class Absence:
    """The signed answer "we do not hold this submission" to ``GET /v1/submissions/{id}``."""

    submission_id: UUID
    nonce: str
    epoch: str

    def as_json(self) -> JsonObject:
        """The unsigned statement."""
        return {
            "type": "absence",
            "submission_id": str(self.submission_id),
            "nonce": self.nonce,
            "epoch": self.epoch,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Absence:
        """Parse a proven statement."""
        return cls(
            fields.uuid(data, "submission_id"),
            fields.text(data, "nonce"),
            fields.text(data, "epoch"),
        )


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One thing to add or mend: ``target`` is ``material:m3`` or ``field:/form/bank_account``."""

    target: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseEvent:
    r"""One signed event of a case.

    Public part (readable by who has the slip): kind, times, numbers, ``by`` (last day to correct,
    given by the platform), ``closing_reason``. Personal part: ``sealed``, base64url, HPKE to the
    terminal's reply key under context ``jinban event\\0{submission_id}``; JSON object with
    ``words`` (the office's words) and ``lines`` (correction lines).
    """

    id: int
    epoch: str
    submission_id: UUID
    envelope_digest: str
    case_seq: int
    kind: EventKind
    at: datetime
    case_number: str | None
    by: str | None
    closing_reason: str | None
    duplicate_of: str | None
    sealed: str | None

    def as_json(self) -> JsonObject:
        """The unsigned statement."""
        return {
            "type": "event",
            "id": self.id,
            "epoch": self.epoch,
            "submission_id": str(self.submission_id),
            "envelope_digest": self.envelope_digest,
            "case_seq": self.case_seq,
            "kind": self.kind.value,
            "at": to_text(self.at),
            "case_number": self.case_number,
            "by": self.by,
            "closing_reason": self.closing_reason,
            "duplicate_of": self.duplicate_of,
            "sealed": self.sealed,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> CaseEvent:
        """Parse a proven statement."""
        try:
            kind = EventKind(fields.text(data, "kind"))
        except ValueError as error:
            raise fields.bad("kind") from error
        return cls(
            id=fields.count(data, "id"),
            epoch=fields.text(data, "epoch"),
            submission_id=fields.uuid(data, "submission_id"),
            envelope_digest=fields.text(data, "envelope_digest"),
            case_seq=fields.count(data, "case_seq"),
            kind=kind,
            at=fields.moment(data, "at"),
            case_number=fields.optional_text(data, "case_number"),
            by=fields.optional_text(data, "by"),
            closing_reason=fields.optional_text(data, "closing_reason"),
            duplicate_of=fields.optional_text(data, "duplicate_of"),
            sealed=fields.optional_text(data, "sealed"),
        )


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The platform knows this device key under this terminal id."""

    terminal: str
    device_key_id: str
    station: str
    epoch: str
    at: datetime

    def as_json(self) -> JsonObject:
        """The unsigned statement."""
        return {
            "type": "enrolment",
            "terminal": self.terminal,
            "device_key_id": self.device_key_id,
            "station": self.station,
            "epoch": self.epoch,
            "at": to_text(self.at),
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Enrolment:
        """Parse a proven statement."""
        return cls(
            terminal=fields.text(data, "terminal"),
            device_key_id=fields.text(data, "device_key_id"),
            station=fields.text(data, "station"),
            epoch=fields.text(data, "epoch"),
            at=fields.moment(data, "at"),
        )


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page of the feed: signed event statements, oldest first.

    ``after`` repeats the cursor asked with (None: from the beginning); ``next`` is the cursor to
    ask with when these are stored; ``more`` whether to ask at once.
    """

    terminal: str
    after: str | None
    events: tuple[JsonObject, ...]
    next: str
    more: bool

    def as_json(self) -> JsonObject:
        """The unsigned statement."""
        return {
            "type": "event_page",
            "terminal": self.terminal,
            "after": self.after,
            "events": list(self.events),
            "next": self.next,
            "more": self.more,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> EventPage:
        """Parse a proven statement; the events inside are still to be proven one by one."""
        entries = data.get("events")
        if not isinstance(entries, list):
            raise fields.bad("events")
        events = tuple(entry for entry in entries if isinstance(entry, dict))
        if len(events) != len(entries):
            raise fields.bad("events")
        return cls(
            terminal=fields.text(data, "terminal"),
            after=fields.optional_text(data, "after"),
            events=events,
            next=fields.text(data, "next"),
            more=data.get("more") is True,
        )


def event_context(submission_id: UUID) -> bytes:
    """The HPKE context of the personal part of an event."""
    return b"jinban event\0" + submission_id.bytes
