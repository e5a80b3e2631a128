"""The vocabulary: all words that people say, found by writing, by sound and by initials.

Rules: it fits into memory (thousands of words); a sound stands for a word only from two syllables
on, because single syllables mean too much; the same vocabulary reads names at publishing and
questions at the station, so both understand a word alike.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from heapq import nsmallest

from kiosk.search.lexicon import MATTER
from kiosk.search.packing import WordEntry
from kiosk.search.sounds import Sounds, rough

_LOOKED_AT, _TAKEN = 40, 8  # words that begin alike: how many are seen, how many are used


class Vocabulary:
    """Words by writing, sound, letters and initials."""

    def __init__(self, words: Iterable[WordEntry], sounds: Sounds) -> None:
        self.by_writing: dict[str, WordEntry] = {}
        self.by_sound: dict[str, list[WordEntry]] = {}
        self.by_letters: dict[str, list[WordEntry]] = {}
        self.by_initials: dict[str, list[WordEntry]] = {}
        for word in words:
            self.by_writing[word.surface] = word
            for reading in {word.sounds, sounds.common(word.surface)}:
                if len(reading) > 1:
                    self._add(word, reading)
        self.longest = max(map(len, self.by_writing), default=0)
        self.longest_letters = max(map(len, self.by_letters), default=0)
        self._writings = sorted(key for key, word in self.by_writing.items() if _leads(word))
        self._letters = sorted(
            key for key, found in self.by_letters.items() if any(map(_leads, found))
        )

    def _add(self, word: WordEntry, reading: tuple[str, ...]) -> None:
        initials = "".join(syllable[0] for syllable in reading)
        for table, key in (
            (self.by_sound, "".join(map(rough, reading))),
            (self.by_letters, rough("".join(reading))),
            (self.by_initials, initials),
        ):
            known = table.setdefault(key, [])
            if word not in known:
                known.append(word)

    def begun(self, text: str) -> list[WordEntry]:
        """Words whose writing begins with ``text`` and goes on."""
        return [self.by_writing[key] for key in _shortest(self._writings, text)]

    def begun_letters(self, letters: str) -> list[WordEntry]:
        """Words whose rough letters begin with ``letters`` and go on."""
        return [
            word
            for key in _shortest(self._letters, letters)
            for word in self.by_letters[key]
            if _leads(word)
        ]


def _leads(word: WordEntry) -> bool:
    """Whether the beginning of a word may already be taken for it."""
    return word.kind in MATTER


def _shortest(keys: list[str], prefix: str) -> list[str]:
    """The shortest keys that begin with ``prefix`` and go on."""
    start = bisect_left(keys, prefix)
    found = [
        key for key in keys[start : start + _LOOKED_AT] if key.startswith(prefix) and key != prefix
    ]
    return nsmallest(_TAKEN, found, key=len)
