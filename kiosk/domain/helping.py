"""The note somebody leaves when nobody is there to help 写下来，明天找您.

Rules (of the counter, 14 and 19): it asks for as little as finds a person: how to call them, one
way to find them, a word of what they need; any name will do (阿婆, 李叔), for this is no filing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from kiosk.domain.characters import tidy
from kiosk.domain.contacts import ContactCard, card_by_phone, card_by_place
from kiosk.domain.faults import Flaw

LONGEST_NAME: Final = 20
LONGEST_WISH: Final = 60


@dataclass(frozen=True, slots=True, repr=False)
class HelpRequest:
    """What a person left. ``card`` says how to call and find them; ``repr`` shows nothing."""

    card: ContactCard
    wish: str

    def __repr__(self) -> str:
        return "HelpRequest()"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note that waits: when it was left, and whether somebody opened it already."""

    id: UUID
    left_at: datetime
    seen: bool


def called_flaw(text: str) -> Flaw | None:
    """What is wrong with how somebody wants to be called; None when it will do."""
    name = tidy(text)
    if not name:
        return Flaw("name-empty", "怎么称呼您？写个姓也行。")
    if len(name) > LONGEST_NAME:
        return Flaw("name-long", f"太长了，最多{LONGEST_NAME}个字。")
    return None


def wish_flaw(text: str) -> Flaw | None:
    """What is wrong with the word of what is needed; None when it will do."""
    wish = tidy(text)
    if not wish:
        return Flaw("wish-empty", "要帮什么？写几个字就行。")
    if len(wish) > LONGEST_WISH:
        return Flaw("wish-long", f"太长了，最多{LONGEST_WISH}个字。")
    return None


def help_request(name: str, phone: str, place: str, wish: str) -> HelpRequest | Flaw:
    """The note, tidied, or the first thing that is wrong with it.

    Args:
        name: how to call the person.
        phone: empty, or the number to ring.
        place: where to find the person, if there is no phone.
        wish: what is needed.
    """
    flaw = called_flaw(name) or wish_flaw(wish)
    if flaw is not None:
        return flaw
    called = tidy(name)
    card = card_by_phone(called, phone) if phone else card_by_place(called, place)
    return card if isinstance(card, Flaw) else HelpRequest(card, tidy(wish))
