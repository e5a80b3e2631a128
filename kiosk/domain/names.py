"""Names of people and bodies.

Rules: one to fifty characters; Han of every plane (輋𣒍, 䶮), the middle dot of minority names
and Latin names of foreigners are names; digits and signs are not; nothing invisible is stored.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from kiosk.domain.characters import is_han, tidy, tidy_name
from kiosk.domain.faults import Flaw

MOST: Final = 50
_IN_NAMES: Final = frozenset("· -'’.()（）")
_IN_BODIES: Final = _IN_NAMES | frozenset('《》、&＆,，/“”"—')


def name_flaw(text: str) -> Flaw | None:
    """What is wrong with a person's name; None when it can be one."""
    name = tidy_name(text)
    if not name:
        return Flaw("name-empty", "名字还没填。")
    if len(name) > MOST:
        return Flaw("name-long", f"名字太长了，最多{MOST}个字。")
    if any(c.isdigit() and c != "〇" for c in name):
        return Flaw("name-digits", "名字里有数字，请看看。")
    if any(not _is_letter(c) and c not in _IN_NAMES for c in name):
        return Flaw("name-signs", "名字里有别的符号，请看看。")
    if name[0] in _IN_NAMES or not any(_is_letter(c) for c in name):
        return Flaw("name-dot", "点要写在名字中间，请看看。")
    return None


def body_name_flaw(text: str) -> Flaw | None:
    """What is wrong with the name of a shop, co-operative or committee; None when it can be one."""
    name = tidy(text)
    if not name:
        return Flaw("name-empty", "名称还没填。")
    if len(name) > 2 * MOST:
        return Flaw("name-long", f"名称太长了，最多{2 * MOST}个字。")
    if any(not _is_letter(c) and not c.isdigit() and c not in _IN_BODIES for c in name):
        return Flaw("name-signs", "名称里有别的符号，请看看。")
    return None


def _is_letter(character: str) -> bool:
    # Private-use characters (Co) are how older card readers give rare names: a name is a name.
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Co" or is_han(character)
