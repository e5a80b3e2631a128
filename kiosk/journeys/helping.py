"""Helping: a note for the people of the station, when nobody is there 写下来，明天找您.

Rules (of the counter, 14, 18 and 19): the note is sealed to the staff role and bound to its id; it
is opened for a signed-in agent alone, and every opening is recorded before anything is shown; it is
gone when the agent says that it is done. It never leaves the station, and it is no filing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kiosk.domain.contacts import ContactCard
from kiosk.domain.helping import HelpRequest, Waiting
from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import JsonObject, canonical, parse_object
from kiosk.sealing.keys import OpenKey
from kiosk.store.help_requests import HelpRequests

_MOST: Final = 4096


@dataclass(frozen=True, slots=True)
class Helping:
    """Leaves, opens and ends notes. ``staff`` is the private key of the staff role."""

    notes: HelpRequests
    staff: OpenKey

    def leave(self, note_id: UUID, request: HelpRequest) -> None:
        """Keep a note; returns when it is durable, and the same note again changes nothing.

        Raises:
            InputProblem: too many wait already (``help-full``).
            EnvironmentProblem: it could not be kept.
        """
        card = request.card
        plain: JsonObject = {
            "name": card.masked_name,
            "phone": card.phone,
            "place": card.place,
            "wish": request.wish,
        }
        self.notes.put(note_id, self.staff.public.seal(canonical(plain), context=_bound(note_id)))

    def waiting(self) -> tuple[Waiting, ...]:
        """What waits, the oldest first; nothing is opened."""
        return self.notes.waiting()

    def open(self, note_id: UUID, *, by: str) -> HelpRequest:
        """Open a note for a signed-in agent; it is recorded.

        Raises:
            InputProblem: it is gone (``no-note``), damaged or not of this station.
        """
        sealed = self.notes.take(note_id, by=by)
        if sealed is None:
            raise InputProblem("no-note", f"the note {note_id} is gone")
        document = parse_object(
            self.staff.open(sealed, context=_bound(note_id)), what="the note", limit=_MOST
        )
        told = {name: str(document.get(name, "")) for name in ("name", "phone", "place", "wish")}
        return HelpRequest(ContactCard(told["name"], told["phone"], told["place"]), told["wish"])

    def done(self, note_id: UUID, *, by: str) -> None:
        """The person was found, or need not be any more: the note is gone."""
        self.notes.erase(note_id, by=by)


def _bound(note_id: UUID) -> bytes:
    return b"jinban help\0" + note_id.bytes
