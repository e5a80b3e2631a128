"""Sounds: how characters are read, and which readings people confuse.

Rules: readings are toneless pinyin with ``v`` for ü. The station knows characters only, one common
reading and at most two others each; readings of whole words come with the directory, made where
words are understood. Confusable sounds (zh/z, ch/c, sh/s, -ng/-n, v/u) share one *rough* form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from kiosk.search.folding import is_hanzi, is_letter

OTHER = "+"  # prefix of the row that lists characters for which the syllable is a second reading
MAX_READINGS = 3
_HISS = re.compile("([zcs])h")


@lru_cache(maxsize=8192)
def rough(sound: str) -> str:
    """The rough form of one syllable or of a run of letters."""
    return _HISS.sub(r"\1", sound).replace("ng", "n").replace("v", "u")


class Sounds:
    """The table of readings.

    Args:
        rows: syllable → characters, as the directory ships it.
    """

    def __init__(self, rows: Mapping[str, str]) -> None:
        readings: dict[str, tuple[str, ...]] = {}
        for key in sorted(rows, key=lambda key: key.startswith(OTHER)):
            syllable = key.removeprefix(OTHER)
            for char in rows[key]:
                readings[char] = (*readings.get(char, ()), syllable)[:MAX_READINGS]
        self._readings = readings
        self._syllables = frozenset(key.removeprefix(OTHER) for key in rows)
        self._longest = max(map(len, self._syllables), default=0)
        self._starts = frozenset(
            syllable[:length]
            for syllable in self._syllables
            for length in range(1, len(syllable) + 1)
        )

    def readings(self, char: str) -> tuple[str, ...]:
        """The readings of a folded character, the common one first; letters read as themselves."""
        return self._readings.get(char) or (
            (char,) if char.isalnum() and not is_hanzi(char) else ()
        )

    def common(self, text: str) -> tuple[str, ...]:
        """The common reading of every character of a folded text; unknown ones are left out."""
        return tuple(found[0] for char in text if (found := self.readings(char)))

    def syllables(self, text: str) -> tuple[str, ...]:
        """The syllables of a folded text that mixes characters and pinyin, as far as they go."""
        found: list[str] = []
        start = 0
        while start < len(text):
            if not is_letter(text[start]):
                found.extend(self.common(text[start]))
                start += 1
                continue
            end = start
            while end < len(text) and is_letter(text[end]):
                end += 1
            found.extend(self._split(text[start:end]))
            start = end
        return tuple(found)

    def _split(self, letters: str) -> Sequence[str]:
        """Letters as the fewest syllables; the last may be unfinished."""
        best: list[list[str] | None] = [None] * (len(letters) + 1)
        best[0] = []
        for start in range(len(letters)):
            head = best[start]
            if head is None:
                continue
            for end in range(start + 1, min(len(letters), start + self._longest) + 1):
                piece = letters[start:end]
                whole = piece in self._syllables
                if not whole and not (end == len(letters) and piece in self._starts):
                    continue
                known = best[end]
                if known is None or len(head) + 1 < len(known):
                    best[end] = [*head, piece]
        return best[-1] or []
