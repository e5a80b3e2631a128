"""Characters as people mean them.

Rules: full-width letters and digits become ASCII where a number is expected; invisible characters
(bidirectional controls, zero-width, tags, soft hyphens) never survive; rare Han of any plane and
the middle dot of minority names do. Nothing here throws.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_HAN: Final = (
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x40000),  # also blocks newer than this Python's Unicode tables
)
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_DOTS: Final = str.maketrans(dict.fromkeys("•‧∙⋅・･．", "·"))


def strip_invisible(text: str) -> str:
    """Remove bidirectional controls, zero-width and other format or control characters.

    Line breaks and tabs become one space each.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for character in text:
        if character in "\n\r\t":
            kept.append(" ")
        elif character not in _BLANK_LETTERS and (
            unicodedata.category(character) not in {"Cf", "Cc", "Cs", "Zl", "Zp"}
        ):
            kept.append(character)
    return "".join(kept)


def tidy(text: str) -> str:
    """Free text as it is stored: canonical composition, nothing invisible, no outer spaces."""
    return unicodedata.normalize("NFC", strip_invisible(text)).strip()


def tidy_lines(text: str) -> str:
    """Like :func:`tidy`, but line breaks stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(tidy(line) for line in lines).strip("\n")


def tidy_number(text: str) -> str:
    """A number of papers as it is stored: ASCII, upper case, without spaces and hyphens."""
    upper = unicodedata.normalize("NFKC", strip_invisible(text)).upper()
    narrow = unicodedata.normalize("NFKC", upper)  # upper case can take characters apart
    kept = "".join(c for c in narrow if not c.isspace() and c not in "-‐‑‒–—―−－_")
    return unicodedata.normalize("NFC", kept)


def tidy_name(text: str) -> str:
    """A person's name as it is stored.

    Full-width Latin becomes ASCII, every kind of middle dot becomes ``·``, runs of spaces become
    one; spaces between Han characters go. Han of every plane stay exactly as typed (no
    compatibility folding: 䶮 and its like are different people).
    """
    spaced = " ".join(strip_invisible(text).translate(_DOTS).split())
    narrow = "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in spaced
    )
    narrow = narrow.translate(_DOTS)
    if any(is_han(c) for c in narrow):
        narrow = narrow.replace(" ", "")
    return narrow


def is_han(character: str) -> bool:
    """Whether a character is a Han ideograph of any plane (rare and minority names included)."""
    return character in "〇々" or any(ord(character) in block for block in _HAN)
