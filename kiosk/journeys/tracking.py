"""Tracking: look up a submission for the person at the machine.

Rules: whoever has the slip sees the state; matter and name need the four-digit code chosen at
saving, or the full ID number and the phone's ending, and stay unsaid even then where the matter is
sensitive (rules of the counter, 16). An answer to a correction that is on its way is told, so that
nobody takes it for arrived or answers twice without knowing (17). Only this station's
submissions are found; those of a person for thirty days. The words are those of
:mod:`kiosk.journeys.progress`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kiosk.domain.clock import Clock
from kiosk.domain.dates import in_words, parse_date, today_in_china
from kiosk.domain.discretion import DISCREET, is_sensitive
from kiosk.domain.identity import normalise_id
from kiosk.domain.lifecycle import State
from kiosk.domain.phones import ending
from kiosk.domain.problems import InputProblem
from kiosk.domain.slips import SlipCode
from kiosk.domain.submissions import Kind, is_local_number, normal_local_number
from kiosk.journeys.progress import (
    ANSWER_OWED,
    ANSWER_PARKED,
    ANSWER_RECEIVED,
    DUPLICATE,
    STATE_WORDS,
    CorrectionLine,
    CorrectionNotice,
    Moment,
    StateWords,
    Tone,
    Tracked,
    words_for,
)
from kiosk.sealing.canonical import JsonObject, parse_object
from kiosk.sealing.keys import OpenKey
from kiosk.sealing.keys import from_text as key_from_text
from kiosk.store.claims import Claims
from kiosk.store.inbox import Inbox, ProvenEvent
from kiosk.store.outbox import Outbox
from kiosk.store.rows import OutboxRow

_MAX_PERSONAL = 64 * 1024


class Tracking:
    """Looks up submissions for the person at the machine.

    Args:
        outbox: rows of this station.
        inbox: events of the platform.
        claims: who may ask about what.
        reply_key: opens the personal parts of events.
        clock: for the thirty days of a look-up by ID.
    """

    def __init__(
        self, outbox: Outbox, inbox: Inbox, claims: Claims, reply_key: OpenKey, clock: Clock
    ) -> None:
        self._outbox = outbox
        self._inbox = inbox
        self._claims = claims
        self._reply_key = reply_key
        self._clock = clock

    def by_slip(self, code: SlipCode) -> Tracked:
        """State and timeline for whoever holds the slip.

        Raises:
            InputProblem: not a slip of this station, or a wrong claim (``no-such-slip``).
        """
        found = self._claims.find(code.claim)
        if found is None or found != code.submission_id:
            raise InputProblem("no-such-slip", "this station does not know that slip")
        return self._tracked(self._outbox.require(found), open_matter=False)

    def by_number(self, number: str, track_code: str) -> Tracked:
        """State, matter and masked name for the local number and the four-digit code.

        Raises:
            InputProblem: the number cannot be right (``bad-number``), number and code do not
                belong together (``no-such-number``), or too many tries (``try-later``).
        """
        if not is_local_number(number):
            raise InputProblem("bad-number", "the local number has a wrong digit")
        row = self._outbox.find(normal_local_number(number))
        if row is None:
            raise _no_such_number()
        right, wait = self._claims.check_code(row.id, track_code)
        if not right and wait:
            raise InputProblem("try-later", f"too many wrong codes; try again in {wait} s")
        if not right:
            raise _no_such_number()
        return self._tracked(row, open_matter=True)

    def by_person(self, id_number: str, phone_ending: str) -> tuple[Tracked, ...]:
        """This station's filings of the last 30 days, for the full ID and the phone's ending."""
        tag = self._claims.id_tag(normalise_id(id_number), ending(phone_ending))
        found = self._claims.of_person(tag, self._clock.now())
        return tuple(self._tracked(self._outbox.require(one), open_matter=True) for one in found)

    def for_staff(self, submission_id: UUID) -> Tracked:
        """One row for the signed-in agent's desk (masked name).

        Raises:
            InputProblem: unknown id (``unknown-submission``).
        """
        row = self._outbox.require(submission_id)
        return self._tracked(row, open_matter=True, staff=True)

    def _tracked(self, row: OutboxRow, *, open_matter: bool, staff: bool = False) -> Tracked:
        events = tuple(stored.event for stored in self._inbox.events(row.id))
        quiet = is_sensitive(row.item_name) and not staff
        answer = self._answer(row, events)
        return Tracked(
            id=row.id,
            local_number=row.local_number,
            state=row.state,
            words=answer or _words(row.state, events),
            timeline=self._timeline(row, events),
            case_number=row.case_number,
            receipt_number=row.receipt_number,
            correction=self._correction(row, events),
            item_id=row.item_id,
            item_name=(DISCREET if quiet else row.item_name) if open_matter else None,
            masked_name=row.masked_name if open_matter and not quiet else None,
            answered=answer is not None,
        )

    def _answer(self, row: OutboxRow, events: tuple[ProvenEvent, ...]) -> StateWords | None:
        """How far the newest answer to the present notice is; None: nobody answered it."""
        if row.state is not State.CORRECTION_WANTED:
            return None
        about = self._outbox.page(about=row.id)
        found = next((one for one in about if one.kind is Kind.SUPPLEMENT), None)
        if found is None or found.state in {State.WITHDRAWN, State.SUPERSEDED}:
            return None
        if found.received_at is not None:
            asked = [event.at for event in events if event.kind == "correction_wanted"]
            return ANSWER_RECEIVED if asked and found.received_at > asked[-1] else None
        return ANSWER_PARKED if found.state is State.PARKED else ANSWER_OWED

    def _timeline(self, row: OutboxRow, events: tuple[ProvenEvent, ...]) -> tuple[Moment, ...]:
        saved = StateWords("circle-check", Tone.OK, "存好了", "存的时间，不是申请日期。")
        moments = [Moment(row.sealed_at, saved)]
        if row.received_at is not None:
            number = f"收件号 {row.receipt_number}（还没有受理）" if row.receipt_number else ""
            words = StateWords("circle-check", Tone.OK, "部门收到申请", number)
            moments.append(Moment(row.received_at, words))
        moments.extend(
            Moment(event.at, _event_words(event)) for event in events if event.kind != "received"
        )
        if row.state in {State.QUEUED, State.UNKNOWN, State.SENDING, State.FILED, State.PARKED}:
            moments.append(Moment(None, STATE_WORDS[row.state]))
        return tuple(moments)

    def _correction(
        self, row: OutboxRow, events: tuple[ProvenEvent, ...]
    ) -> CorrectionNotice | None:
        if row.state is not State.CORRECTION_WANTED:
            return None
        wanted = [event for event in events if event.kind == "correction_wanted"]
        if not wanted:
            return None
        event = wanted[-1]
        personal = self._personal(event)
        words = personal.get("words")
        return CorrectionNotice(
            words=words if isinstance(words, str) else "",
            by=event.by,
            lines=_lines(personal.get("lines")),
        )

    def _personal(self, event: ProvenEvent) -> JsonObject:
        if event.sealed is None:
            return {}
        context = b"jinban event\0" + event.submission_id.bytes
        try:
            sealed = key_from_text(event.sealed, length=None, what="sealed part of an event")
            plain = self._reply_key.open(sealed, context=context)
            return parse_object(plain, what="the event", limit=_MAX_PERSONAL)
        except InputProblem:
            return {}  # what cannot be opened hides no state, number or date


def _no_such_number() -> InputProblem:
    return InputProblem("no-such-number", "number and code do not belong together")


def _words(state: State, events: tuple[ProvenEvent, ...]) -> StateWords:
    """The words of a state; that somebody filed before is told until the office goes on."""
    if state is State.RECEIVED and any(event.kind == "duplicate_of" for event in events):
        return DUPLICATE
    return words_for(state, _closing_reason(events))


def _closing_reason(events: tuple[ProvenEvent, ...]) -> str | None:
    reasons = [event.closing_reason for event in events if event.kind == "closed"]
    return reasons[-1] if reasons else None


_EVENT_STATES: Final[Mapping[str, State]] = MappingProxyType(
    {
        "accepted": State.ACCEPTED,
        "in_progress": State.IN_PROGRESS,
        "corrected": State.IN_PROGRESS,
        "suspended": State.SUSPENDED,
        "correction_wanted": State.CORRECTION_WANTED,
        "not_accepted": State.NOT_ACCEPTED,
        "closed": State.CLOSED,
        "withdrawn": State.WITHDRAWN,
    }
)


def _event_words(event: ProvenEvent) -> StateWords:
    if event.kind == "duplicate_of":
        return DUPLICATE
    if event.kind == "corrected":
        return StateWords("circle-check", Tone.OK, "补的材料收到了", "部门接着办。")
    words = words_for(_EVENT_STATES[event.kind], event.closing_reason)
    if event.kind == "accepted":
        number = f"办件编号 {event.case_number}。" if event.case_number else ""
        day = in_words(today_in_china(event.at))
        return StateWords(words.icon, words.tone, words.title, f"从{day}起算。{number}")
    if event.kind == "correction_wanted" and event.by:
        last = parse_date(event.by)
        day = event.by if last is None else in_words(last)
        return StateWords(words.icon, words.tone, words.title, f"{day}前要送到部门。")
    return words


def _lines(value: object) -> tuple[CorrectionLine, ...]:
    if not isinstance(value, list):
        return ()
    lines = []
    for entry in value:
        if isinstance(entry, dict):
            texts = [entry.get(name) for name in ("target", "label", "reason")]
            if all(isinstance(text, str) for text in texts):
                lines.append(CorrectionLine(*(str(text) for text in texts)))
    return tuple(lines)
