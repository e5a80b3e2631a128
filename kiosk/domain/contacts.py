"""The contact card: how somebody wants to be found when an act is needed.

Rules (of the counter, 14 and 16): leaving one is free; it holds the masked name and one way, a
phone or a place as people say it (家里, 田里, 村委), never an address that nobody asked for; the
phone may be a relative's who agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.domain.characters import tidy
from kiosk.domain.faults import Flaw
from kiosk.domain.phones import normalise_phone, phone_flaw

MOST: Final = 40
HOME: Final = "家里"
PLACES: Final = ("田里", "村委会", "祠堂边")
"""Where else people in a village are found, as they say it."""


@dataclass(frozen=True, slots=True, repr=False)
class ContactCard:
    """One way to reach a person: ``phone`` or ``place``, never both. ``repr`` shows neither."""

    masked_name: str
    phone: str = ""
    place: str = ""

    @property
    def words(self) -> str:
        """What the agent does to find the person: ``打电话：…`` or ``去找：…``."""
        return f"打电话：{self.phone}" if self.phone else f"去找：{self.place}"

    def __repr__(self) -> str:
        return "ContactCard()"


def place_flaw(text: str) -> Flaw | None:
    """What is wrong with a place in people's own words; None when it can be one."""
    place = tidy(text)
    if not place:
        return Flaw("place-empty", "在哪里找您？还没写。")
    if len(place) > MOST:
        return Flaw("place-long", f"太长了，最多{MOST}个字。")
    if not place.isprintable():
        return Flaw("place-signs", "里面有看不见的符号，请重写。")
    return None


def card_by_phone(masked_name: str, phone: str) -> ContactCard | Flaw:
    """A card with a phone, mobile or landline, or why it cannot be one."""
    digits = normalise_phone(phone)
    return phone_flaw(digits) or ContactCard(masked_name, phone=digits)


def card_by_place(masked_name: str, place: str) -> ContactCard | Flaw:
    """A card with a place, or why it cannot be one."""
    return place_flaw(place) or ContactCard(masked_name, place=tidy(place))
