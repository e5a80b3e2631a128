"""Who appears in the demonstration: invented people, their words, their papers, their handwriting.

Rules: ID numbers of region 440000 with valid check digits, a village that does not exist; everybody
is marked 演示 by the station itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.main.puppet.hand import Stroke


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person. ``code``: the four digits chosen for asking later."""

    name: str
    id_number: str
    phone: str
    code: str


ELDER: Final = Person("李桂英", "440000194305060021", "13800005678", "4827")
DISABLED: Final = Person("陈秀珍", "440000195210120049", "13900001234", "6153")
THIRD: Final = Person("黄伯成", "440000193903180037", "13700004321", "7390")
AGENT_PERSON: Final = Person("陈志强", "440000198001020053", "13600007788", "")
ACCOUNT: Final = "6220000000000000008"

ALLOWANCE: Final = "old-age-allowance-jieyang"
SUBSIDY: Final = "disability-care-subsidy"

_READINGS: Final = {
    "李": "li",
    "桂": "gui",
    "英": "ying",
    "陈": "chen",
    "秀": "xiu",
    "珍": "zhen",
    "黄": "huang",
    "伯": "bo",
    "成": "cheng",
    "邮": "you",
    "政": "zheng",
    "储": "chu",
    "蓄": "xu",
    "银": "yin",
    "行": "hang",
}


def readings(text: str) -> Sequence[str]:
    """Pinyin of what the people of the demonstration type, one syllable a character."""
    return [_READINGS[one] for one in text]


_CHARACTERS: Final[dict[str, list[list[tuple[int, int]]]]] = {
    "李": [
        [(15, 22), (85, 20)],
        [(50, 5), (50, 52)],
        [(48, 24), (34, 40), (12, 52)],
        [(52, 24), (66, 40), (90, 52)],
        [(28, 57), (72, 55), (54, 68)],
        [(52, 68), (56, 84), (50, 97), (40, 90)],
        [(10, 76), (92, 74)],
    ],
    "桂": [
        [(4, 30), (42, 28)],
        [(24, 7), (24, 96)],
        [(23, 32), (16, 48), (4, 62)],
        [(27, 36), (40, 50)],
        [(54, 22), (92, 20)],
        [(72, 7), (72, 44)],
        [(50, 45), (96, 44)],
        [(55, 66), (91, 65)],
        [(72, 50), (72, 90)],
        [(47, 92), (98, 90)],
    ],
    "英": [
        [(8, 18), (92, 16)],
        [(34, 5), (35, 30)],
        [(66, 5), (65, 30)],
        [(24, 42), (27, 66)],
        [(24, 42), (78, 40), (74, 66)],
        [(4, 67), (97, 65)],
        [(51, 30), (49, 66), (34, 84), (8, 97)],
        [(53, 68), (68, 84), (93, 96)],
    ],
    "陈": [
        [(12, 8), (12, 96)],
        [(12, 10), (38, 10), (24, 36)],
        [(24, 36), (38, 48), (30, 66), (20, 62)],
        [(46, 22), (94, 20)],
        [(62, 6), (50, 48), (94, 46)],
        [(72, 32), (72, 94), (62, 88)],
        [(58, 60), (46, 84)],
        [(84, 58), (97, 82)],
    ],
    "秀": [
        [(66, 4), (36, 12)],
        [(10, 24), (90, 22)],
        [(50, 10), (50, 52)],
        [(48, 24), (32, 40), (8, 50)],
        [(52, 24), (68, 40), (92, 50)],
        [(22, 60), (70, 58), (60, 74), (80, 74), (74, 94), (62, 90)],
        [(40, 60), (34, 80), (12, 97)],
    ],
    "珍": [
        [(6, 18), (40, 17)],
        [(8, 46), (38, 45)],
        [(23, 18), (23, 80)],
        [(4, 84), (42, 76)],
        [(70, 6), (60, 26), (44, 40)],
        [(70, 8), (82, 26), (98, 38)],
        [(74, 34), (50, 52)],
        [(80, 50), (50, 72)],
        [(88, 66), (70, 84), (44, 98)],
    ],
    "黄": [
        [(22, 14), (78, 13)],
        [(36, 4), (36, 26)],
        [(64, 4), (64, 26)],
        [(6, 28), (94, 27)],
        [(24, 40), (24, 76)],
        [(24, 40), (76, 39), (76, 76)],
        [(24, 57), (76, 56)],
        [(50, 28), (50, 76)],
        [(24, 76), (76, 75)],
        [(38, 80), (14, 97)],
        [(62, 80), (88, 96)],
    ],
    "伯": [
        [(26, 6), (6, 46)],
        [(17, 32), (17, 96)],
        [(66, 4), (52, 22)],
        [(42, 26), (42, 94)],
        [(42, 26), (90, 25), (90, 94)],
        [(42, 58), (90, 57)],
        [(42, 92), (90, 91)],
    ],
    "志": [
        [(20, 14), (80, 13)],
        [(50, 3), (50, 36)],
        [(28, 36), (72, 35)],
        [(20, 58), (12, 80)],
        [(36, 52), (40, 84), (70, 88), (78, 76)],
        [(50, 54), (58, 66)],
        [(78, 52), (90, 68)],
    ],
    "强": [
        [(10, 14), (38, 13), (38, 34)],
        [(12, 34), (38, 33)],
        [(12, 34), (10, 56), (40, 55), (36, 92), (26, 86)],
        [(54, 8), (54, 30)],
        [(54, 8), (88, 7), (88, 30)],
        [(54, 29), (88, 28)],
        [(50, 42), (50, 68)],
        [(50, 42), (92, 41), (92, 68)],
        [(50, 66), (92, 65)],
        [(71, 34), (71, 92)],
        [(46, 92), (92, 88)],
        [(84, 78), (94, 96)],
    ],
    "成": [
        [(18, 26), (86, 24)],
        [(18, 26), (18, 66), (4, 96)],
        [(18, 52), (46, 51), (44, 82), (34, 78)],
        [(52, 5), (62, 56), (92, 94), (94, 80)],
        [(84, 42), (72, 66), (46, 94)],
        [(68, 6), (80, 18)],
    ],
}
_MARGIN: Final = 0.08
_TOP: Final = 0.18
_HEIGHT: Final = 0.55
_CROSS: Final = [[(20, 20), (80, 80)], [(80, 20), (20, 80)]]


def handwriting(name: str) -> list[Stroke]:
    """The strokes of a name, side by side in a field from (0, 0) to (1, 1).

    Characters that nobody in the play writes are signed as a cross.
    """
    wide = (1 - 2 * _MARGIN) / max(len(name), 1)
    written: list[Stroke] = []
    for place, character in enumerate(name):
        left = _MARGIN + place * wide
        written += [
            [(left + wide * (0.1 + 0.8 * x / 100), _TOP + _HEIGHT * y / 100) for x, y in stroke]
            for stroke in _CHARACTERS.get(character, _CROSS)
        ]
    return written
