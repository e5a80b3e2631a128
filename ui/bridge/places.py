"""Choosing a place: from the city down to the village, by lists and by typing a name.

Rules:

* A :class:`Picker` is a frozen value: where one stands, what was typed, what is listed.
* Typing a name searches everything below the city or county where one stands; in the province it
  finds cities alone, so that a key stays quick.
* Nothing is preselected: the picker opens where the item counts (its coverage), never at a village.
* The station's own village and town stand first, wherever they lie below: one touch for most. They
  are the same places as further down, told as 本村 and 本镇, and chosen by nobody but the person.
* Looking things up touches the directory alone, which the GUI thread may read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kiosk.domain.divisions import Level, normalise_code

if TYPE_CHECKING:
    from kiosk.domain.divisions import Division, DivisionLookup

PROVINCE: Final = "440000000000"
MOST_FOUND: Final = 24
"""More names than that are not looked through; one more character is typed instead."""
_NEAR: Final = 2
_PREFIXES: Final = (12, 9, 6, 4)  # digits of a village, a town, a county, a city
_BY_NAME: Final = {level.name.lower(): level for level in Level}


@dataclass(frozen=True, slots=True)
class Place:
    """One place to choose; ``within``: where it lies, when that is not plain, or 本村, 本镇.

    ``near``: it is the station's own.
    """

    code: str
    name: str
    within: str
    final: bool
    near: bool = False


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


def listed(picker: Picker, divisions: DivisionLookup, station: str = "") -> tuple[Place, ...]:
    """What can be chosen now: the places below, or those with the typed name.

    Args:
        picker: where one stands, and what was typed.
        divisions: the directory's.
        station: the station's own division; its places stand first.
    """
    if not picker.typed:
        near = _near(picker, divisions, station)
        own = {one.code for one in near}
        below = (one for one in divisions.children(picker.here) if one.code not in own)
        return (*near, *(_place(one, "", picker, divisions) for one in below))
    found: list[Place] = []
    least = Level.CITY if picker.here == PROVINCE else picker.least
    for one, within in _below(picker.here, divisions, least):
        if picker.typed in one.name:
            found.append(_place(one, within, picker, divisions))
            if len(found) == MOST_FOUND:
                break
    return tuple(found)


def _near(picker: Picker, divisions: DivisionLookup, station: str) -> tuple[Place, ...]:
    """The station's own place that ends the choosing, and the one above it; the narrower first.

    Of a station whose village the directory does not know, the nearest places that it knows.
    """
    path = _known_path(station, divisions)
    codes = [one.code for one in path]
    if picker.here not in codes:
        return ()
    below = [one for one in path[codes.index(picker.here) + 1 :] if one.level <= picker.least]
    return tuple(
        replace(_place(one, _own(one), picker, divisions), near=True)
        for one in reversed(below[-_NEAR:])
    )


def _known_path(station: str, divisions: DivisionLookup) -> Sequence[Division]:
    code = normalise_code(station) if station else ""
    for length in _PREFIXES:
        known = divisions.path(code[:length].ljust(len(code), "0")) if code else ()
        if known:
            return known
    return ()


def _own(one: Division) -> str:
    """本村, 本社区, 本镇, 本街道, 本县 …: as people there say it."""
    if one.level is Level.VILLAGE:
        return "本社区" if "社区" in one.name or "居" in one.name else "本村"
    kind = next(
        (end for end in ("街道", "镇", "乡", "区", "县", "市") if one.name.endswith(end)), "地"
    )
    return f"本{kind}"


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
