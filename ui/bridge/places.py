"""Choosing a place: from the city down to the village, by lists and by typing a name.

Rules:

* A :class:`Picker` is a frozen value: where one stands, what was typed, what is listed.
* Typing a name searches everything below the city or county where one stands; in the province it
  finds cities alone, so that a key stays quick.
* Nothing is preselected: the picker opens where the item counts (its coverage), never at a village.
* Looking things up touches the directory alone, which the GUI thread may read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kiosk.domain.divisions import Level, normalise_code

if TYPE_CHECKING:
    from kiosk.domain.divisions import Division, DivisionLookup

PROVINCE: Final = "440000000000"
MOST_FOUND: Final = 24
"""More names than that are not looked through; one more character is typed instead."""
_BY_NAME: Final = {level.name.lower(): level for level in Level}


@dataclass(frozen=True, slots=True)
class Place:
    """One place to choose; ``within`` is where it lies, when that is not plain."""

    code: str
    name: str
    within: str
    final: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """Where one stands (``here``), how deep one must choose, and what was typed."""

    here: str = PROVINCE
    least: Level = Level.VILLAGE
    typed: str = ""

    def into(self, code: str) -> Picker:
        """Standing in another place, with nothing typed."""
        return replace(self, here=code, typed="")

    def spelled(self, text: str) -> Picker:
        """With another name typed."""
        return replace(self, typed=text)


def least_level(name: object) -> Level:
    """The level that a form's ``divisionLevel`` names; the village without one."""
    return _BY_NAME.get(str(name), Level.VILLAGE)


def opening(prefixes: tuple[str, ...], divisions: DivisionLookup, least: Level) -> Picker:
    """A picker that opens where the item counts; at the province when that is several places."""
    if len(prefixes) == 1:
        code = normalise_code(prefixes[0])
        if divisions.get(code) is not None and divisions.children(code):
            return Picker(code, least)
    return Picker(least=least)


def reopened(code: str, divisions: DivisionLookup, least: Level) -> Picker | None:
    """The picker as it stood when ``code`` was chosen; None when the code is not known."""
    path = divisions.path(code)
    return Picker(path[-2].code, least) if len(path) > 1 else None


def trail(picker: Picker, divisions: DivisionLookup) -> tuple[Division, ...]:
    """From the province down to where one stands."""
    return tuple(divisions.path(picker.here))


def listed(picker: Picker, divisions: DivisionLookup) -> tuple[Place, ...]:
    """What can be chosen now: the places below, or those with the typed name."""
    if not picker.typed:
        return tuple(_place(one, "", picker, divisions) for one in divisions.children(picker.here))
    found: list[Place] = []
    least = Level.CITY if picker.here == PROVINCE else picker.least
    for one, within in _below(picker.here, divisions, least):
        if picker.typed in one.name:
            found.append(_place(one, within, picker, divisions))
            if len(found) == MOST_FOUND:
                break
    return tuple(found)


def _place(one: Division, within: str, picker: Picker, divisions: DivisionLookup) -> Place:
    final = one.level >= picker.least or not divisions.children(one.code)
    return Place(one.code, one.name, within, final)


def _below(code: str, divisions: DivisionLookup, least: Level) -> Iterator[tuple[Division, str]]:
    """Everything below a place, nearest first, each with the names on the way to it."""
    waiting = [(code, "")]
    while waiting:
        deeper: list[tuple[str, str]] = []
        for here, way in waiting:
            for one in divisions.children(here):
                yield one, way
                if one.level < least:
                    deeper.append((one.code, f"{way} {one.name}".strip()))
        waiting = deeper
