"""How large a world is and how often something happens in it.

Rules: the numbers of a plan are mean hours between two of a kind unless they say otherwise. In a
plan that *jumps*, the polls of a terminal that owes nothing, has nothing outstanding and met no
trouble are passed over until something concerns it (a save, a tap, an event of a case, a backup, a
restore, a start); one in ten is played all the same. Time that is jumped is time in which such a
terminal would have asked and heard nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Plan:
    """One kind of world.

    Args:
        days: until the mishaps end.
        grace: days after that within which everything owed must have arrived.
        saves_a_day: of one terminal.
        foul: share of the changes of weather that bring mishaps.
        answers: how often somebody answers a correction or takes something back.
        jumps: see the module.
    """

    days: float = 14
    terminals: int = 2
    saves_a_day: float = 5
    weather: float = 3
    foul: float = 0.55
    tap: float = 4
    power: float = 6
    clock: float = 60
    backup: float = 24
    restore: float = 150
    officer: float = 2
    answers: float = 8
    stick: float = 48
    salvage: float = 240
    old_book: float = 400
    clone: float = 500
    grace: float = 2
    jumps: bool = False


PLANS: Final[Mapping[str, Plan]] = MappingProxyType(
    {
        "calm": Plan(),
        "dense": Plan(
            days=1,
            saves_a_day=40,
            weather=0.7,
            foul=0.8,
            tap=0.4,
            power=1.5,
            clock=9,
            backup=5,
            restore=12,
            officer=1,
            answers=1,
            stick=6,
            salvage=30,
            old_book=40,
            clone=100,
        ),
        "years": Plan(
            days=60,
            terminals=3,
            saves_a_day=1.5,
            weather=4,
            foul=0.4,
            tap=48,
            power=24,
            clock=200,
            backup=48,
            restore=360,
            officer=12,
            answers=24,
            stick=120,
            salvage=700,
            old_book=1000,
            clone=3000,
            jumps=True,
        ),
    }
)
