"""Contacting: seal the card that a person leaves at saving, open it when an act is needed.

Rules (of the counter, 14 and 18): the card is sealed to the station's staff role and bound to its
submission; it is opened for a signed-in agent alone, only while something is wanted of the person
(parked, correction wanted), and every opening is recorded before anything is shown. The card of a
supplement serves for its case, the newest one first: whoever answered last is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kiosk.domain.contacts import ContactCard
from kiosk.domain.lifecycle import State
from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import JsonObject, canonical, parse_object
from kiosk.sealing.keys import OpenKey, SealKey
from kiosk.store.cards import Cards
from kiosk.store.outbox import Outbox
from kiosk.store.rows import OutboxRow

ACT_NEEDED: Final = frozenset({State.PARKED, State.CORRECTION_WANTED})
"""States in which somebody has to be reached."""
_MOST: Final = 4096
_RELATED: Final = 20


def sealed_card(card: ContactCard, staff: SealKey, submission_id: UUID) -> bytes:
    """The card as it is kept, bound to its submission."""
    plain: JsonObject = {"name": card.masked_name, "phone": card.phone, "place": card.place}
    return staff.seal(canonical(plain), context=_context(submission_id))


@dataclass(frozen=True, slots=True)
class Contacting:
    """Finds and opens the cards of a station.

    ``staff`` is the private key of the staff role.
    """

    outbox: Outbox
    cards: Cards
    staff: OpenKey

    def available(self, rows: tuple[OutboxRow, ...]) -> frozenset[UUID]:
        """Those of some rows whose person is wanted and left a card; nothing is opened."""
        wanted = [row for row in rows if row.state in ACT_NEEDED]
        kin = {row.id: self._related(row) for row in wanted}
        kept = self.cards.of([one for ids in kin.values() for one in ids])
        return frozenset(id_ for id_, ids in kin.items() if kept & set(ids))

    def open(self, submission_id: UUID, *, by: str) -> ContactCard:
        """Open the card of a submission for a signed-in agent; it is recorded.

        Raises:
            InputProblem: unknown submission; nothing is wanted of the person now
                (``nobody-wanted``); no card was left, or it is gone (``no-card``).
        """
        row = self.outbox.require(submission_id)
        if row.state not in ACT_NEEDED:
            raise InputProblem(
                "nobody-wanted", f"{row.id} is {row.state}; nothing is wanted of the person now"
            )
        for one in self._related(row):
            sealed = self.cards.take(one, by=by)
            if sealed is not None:
                return _read(self.staff.open(sealed, context=_context(one)))
        raise InputProblem("no-card", f"nobody left a contact card for {row.id}, or it is gone")

    def _related(self, row: OutboxRow) -> list[UUID]:
        """The submission, what was sent about it later (newest first), what it is about itself."""
        later = [one.id for one in self.outbox.page(limit=_RELATED, about=row.id)]
        return [*later, row.id, *([row.about] if row.about else [])]


def _read(plain: bytes) -> ContactCard:
    document = parse_object(plain, what="the contact card", limit=_MOST)
    name, phone, place = (str(document.get(one, "")) for one in ("name", "phone", "place"))
    return ContactCard(name, phone, place)


def _context(submission_id: UUID) -> bytes:
    return b"jinban card\0" + submission_id.bytes
