"""Matters that nobody beside the person is to learn of: neither on a list nor by ear.

Rules (of the counter, 16 and 18): what speaks of poverty, disability, orphans, adoption or divorce
is sensitive; on a screen in public such a filing shows its state alone, and reading aloud calls it
"this matter". The words are told apart by the item's name, so that a new item is covered too.
"""

from __future__ import annotations

import re
from typing import Final

DISCREET: Final = "这件事"
_WORDS: Final = "低保|最低生活保障|特困|困难|救助|残疾|孤儿|收养|离婚|计划生育|法律援助"
_SENSITIVE: Final = re.compile(_WORDS)
_QUOTED: Final = re.compile(f"“[^”]*(?:{_WORDS})[^”]*”")


def is_sensitive(name: str) -> bool:
    """Whether the name of a matter tells something that others must not learn."""
    return _SENSITIVE.search(name) is not None


def matter_aloud(name: str) -> str:
    """The name of a matter as it may be said aloud."""
    return DISCREET if is_sensitive(name) else name


def aloud(sentence: str) -> str:
    """A sentence as it may be said aloud: matters that it quotes are not named."""
    return _QUOTED.sub(DISCREET, sentence)
