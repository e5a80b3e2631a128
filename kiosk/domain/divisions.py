"""Divisions 行政区划: twelve digits, 2 + 2 + 2 + 3 + 3.

Rules: a code says its own level (trailing zeros); 东莞 and 中山 have no county
level, so a township may hang directly under a city; the last three digits tell a residents'
committee 居委 (001–199) from a villagers' committee 村委 (200–399). Which codes exist is data of
the directory, reached through the :class:`DivisionLookup` protocol.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol

from kiosk.domain.characters import tidy_number
from kiosk.domain.faults import Flaw

CODE_LENGTH: Final = 12


class Level(IntEnum):
    """Levels from the top down; comparable."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5


_ENDS: Final = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.COUNTY: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: 12,
}


@dataclass(frozen=True, slots=True)
class Division:
    """One division. ``code`` has twelve digits; ``parent`` is None for the province."""

    code: str
    name: str
    level: Level
    parent: str | None


class DivisionLookup(Protocol):
    """The divisions of the directory."""

    def get(self, code: str) -> Division | None:
        """The division of a twelve-digit code."""
        ...

    def children(self, code: str) -> Sequence[Division]:
        """The divisions directly below."""
        ...

    def path(self, code: str) -> Sequence[Division]:
        """From the province down to the division itself; empty when unknown."""
        ...


def normalise_code(text: str) -> str:
    """Twelve digits from a code written short (``4452``), full-width or with spaces."""
    digits = tidy_number(text)
    return digits.ljust(CODE_LENGTH, "0") if digits.isdigit() and digits.isascii() else digits


def level_of(code: str) -> Level:
    """The level that a twelve-digit code states.

    Raises:
        ValueError: not twelve digits.
    """
    if len(code) != CODE_LENGTH or not (code.isascii() and code.isdigit()):
        raise ValueError(f"{code!r} is not a division code of twelve digits")
    return next(level for level, end in _ENDS.items() if not code[end:].strip("0"))


def significant(code: str) -> str:
    """The digits that say something: ``445222000000`` → ``445222``."""
    return code[: _ENDS[level_of(code)]]


def within(code: str, prefix: str) -> bool:
    """Whether a division is the one of ``prefix`` or lies in it; ``prefix`` may be short."""
    return code.startswith(significant(normalise_code(prefix)))


def is_villagers_committee(code: str) -> bool:
    """村委 rather than 居委, by the last three digits."""
    return level_of(code) is Level.VILLAGE and code[9] in "23"


def division_flaw(
    text: str, divisions: DivisionLookup | None = None, least: Level = Level.VILLAGE
) -> Flaw | None:
    """What is wrong with a division code.

    Args:
        text: the code as given.
        divisions: the known divisions; None checks the shape alone.
        least: the coarsest level that is fine enough.

    Returns:
        None when the code is good.
    """
    code = tidy_number(text)
    if len(code) != CODE_LENGTH or not (code.isascii() and code.isdigit()):
        return Flaw("division-shape", "地方没选好，请重新选。")
    if divisions is not None and divisions.get(code) is None:
        return Flaw("division-unknown", "没找到这个地方，请重新选。")
    if level_of(code) < least and (divisions is None or divisions.children(code)):
        words = {
            Level.VILLAGE: "请选到村（居）。",
            Level.TOWNSHIP: "请选到镇（街道）。",
            Level.COUNTY: "请选到县（区）。",
            Level.CITY: "请选到市。",
        }
        return Flaw("division-coarse", words[least])
    return None
