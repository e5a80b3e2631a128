"""Reading a question: from letters and characters to weighted tokens.

Rules:

* The question is covered by known words as well as it goes. Writing beats sound: a word is heard
  into characters only where the characters themselves say nothing.
* Words inside a found word count too, a little; what no word covers counts by pairs of characters
  and of syllables, so that names nobody put into the lexicon are found as well.
* Fillers weigh nothing. What is not understood weighs against being sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from kiosk.search.folding import MAX_QUERY, fold, is_hanzi, is_letter
from kiosk.search.lexicon import MATTER, Kind
from kiosk.search.packing import WordEntry
from kiosk.search.sounds import Sounds, rough
from kiosk.search.vocabulary import Vocabulary

MEANING, ACTION, PAIR, CHAR, SOUND_PAIR = "c", "a", "g", "u", "s"
_KIND_WEIGHT = {Kind.THING: 1.0, Kind.ACTION: 0.55, Kind.FILLER: 0.0, Kind.ELSEWHERE: 1.5}
_INNER = 0.3  # a word within a longer word that was found
_HEARD, _SPELT, _INITIAL, _BEGUN = 0.7, 0.95, 0.8, 0.5
_UNKNOWN_CHAR, _UNKNOWN_LETTER = 0.4, 0.15
_PAIR_UNKNOWN, _PAIR_KNOWN, _SOUND_PAIR = 0.45, 0.12, 0.2
_MIN_SPELT = 3
_MAX_UNKNOWN = 1.5
_LONG_HEARD = 3  # syllables from which a word that was only heard may be relied on
MAX_INITIALS, MAX_SYLLABLE = 10, 6
_ABBREVIATED = 0.45
MAX_ABBREVIATION = 4  # characters up to which single ones may stand for words: 临救


@dataclass(frozen=True, slots=True)
class Edge:
    """A word laid over a stretch of the question."""

    start: int
    end: int
    word: WordEntry
    quality: float


@dataclass(slots=True)
class Question:
    """What was understood."""

    text: str  # folded
    content: str = ""  # without fillers
    tokens: dict[str, float] = field(default_factory=dict)  # token → weight
    core: set[str] = field(default_factory=set)  # tokens of the words that cover the question
    unknown: float = 0.0  # weight of what no word covers
    actions: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)  # tokens that are written or spelt, not only heard
    relied: bool = False  # an object was written, spelt out or heard at length
    elsewhere: bool = False

    def add(self, token: str, weight: float) -> None:
        """Count a token; the best reason for it decides."""
        if weight > self.tokens.get(token, 0.0):
            self.tokens[token] = weight


def word_tokens(word: WordEntry) -> Iterator[str]:
    """The tokens that a word stands for."""
    if word.kind in MATTER:
        sign = MEANING if word.kind is Kind.THING else ACTION
        for meaning in word.meanings:
            yield sign + meaning


def pairs(text: str) -> Iterator[str]:
    """Tokens of adjacent characters."""
    for first, second in pairwise(text):
        if is_hanzi(first) and is_hanzi(second):
            yield PAIR + first + second


def sound_pairs(syllables: Iterable[str]) -> Iterator[str]:
    """Tokens of adjacent syllables, rough."""
    known = [rough(syllable) for syllable in syllables]
    for first, second in pairwise(known):
        yield f"{SOUND_PAIR}{first} {second}"


def written_words(text: str, vocabulary: Vocabulary) -> Iterator[Edge]:
    """Every word that is written in a folded text, overlapping ones too."""
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + vocabulary.longest) + 1):
            word = vocabulary.by_writing.get(text[start:end])
            if word is not None:
                yield Edge(start, end, word, 1.0)


class Reader:
    """Understands questions by a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, sounds: Sounds) -> None:
        self._vocabulary = vocabulary
        self._sounds = sounds

    def read(self, query: str) -> Question:
        """Understand one question as far as it is typed."""
        text = fold(query)[:MAX_QUERY]
        question = Question(text)
        written = list(written_words(text, self._vocabulary))
        edges = [*written, *self._heard(text, written), *self._begun(text, written)]
        path = _cover(len(text), edges)
        initials = self._initials(text)
        if initials and not _spelt_out(len(text), path):
            path = []
        self._count(question, path)
        for edge in initials:
            self._count_word(question, edge, 1.0, core=not path)
        for edge in written:
            self._count_word(question, edge, _INNER, core=False)
        self._rest(question, path, initials)
        return question

    def _heard(self, text: str, written: list[Edge]) -> Iterator[Edge]:
        """Words that sound like a stretch of the text."""
        taken = {(edge.start, edge.end) for edge in written if edge.end - edge.start > 1}
        readings = [self._sounds.readings(char) for char in text]
        letters = list(map(is_letter, text))
        longest = self._vocabulary.longest_letters + MAX_SYLLABLE
        for start in range(len(text)):
            joined: tuple[str, ...] = ("",)
            roughly: tuple[str, ...] = ("",)
            spelt = False
            for end in range(start + 1, len(text) + 1):
                spelt = spelt or letters[end - 1]
                joined = _grow(joined, readings[end - 1], rough_each=False)
                roughly = () if spelt else _grow(roughly, readings[end - 1], rough_each=True)
                if not joined or len(joined[0]) > longest:
                    break
                if (start, end) not in taken:
                    yield from self._sounding(start, end, joined if spelt else (), roughly)

    def _sounding(
        self, start: int, end: int, spelt: tuple[str, ...], heard: tuple[str, ...]
    ) -> Iterator[Edge]:
        for letters in spelt:
            if len(letters) >= _MIN_SPELT:
                for word in self._vocabulary.by_letters.get(rough(letters), ()):
                    yield Edge(start, end, word, _SPELT)
        for sound in heard:
            for word in self._vocabulary.by_sound.get(sound, ()):
                yield Edge(start, end, word, _HEARD)

    def _begun(self, text: str, written: list[Edge]) -> Iterator[Edge]:
        """Words of which the end of the text is the beginning."""
        end = len(text)
        if not text:
            return
        if is_letter(text[-1]):
            start = end
            while start > 0 and is_letter(text[start - 1]) and end - start < MAX_QUERY:
                start -= 1
            for cut in range(start, end - 1):
                for word in self._vocabulary.begun_letters(rough(text[cut:])):
                    yield Edge(cut, end, word, _BEGUN)
            return
        ends = {edge.end for edge in written}
        if end in ends:
            return
        for length, quality in ((3, _BEGUN), (2, _BEGUN), (1, _BEGUN / 2)):
            start = end - length
            if start == 0 or (start > 0 and (length > 1 or start in ends)):
                for word in self._vocabulary.begun(text[start:]):
                    yield Edge(start, end, word, quality)

    def _initials(self, text: str) -> list[Edge]:
        """Words by initials, when the whole question is letters and they explain all of it."""
        if not 1 < len(text) <= MAX_INITIALS or not all(map(is_letter, text)):
            return []
        found = [
            Edge(start, end, word, _INITIAL)
            for start in range(len(text))
            for end in range(start + 2, len(text) + 1)
            for word in self._vocabulary.by_initials.get(text[start:end], ())
        ]
        path = _cover(len(text), found)
        covered = {at for edge in path for at in range(edge.start, edge.end)}
        return path if len(covered) == len(text) else []

    def _count(self, question: Question, path: list[Edge]) -> None:
        for edge in path:
            self._count_word(question, edge, 1.0, core=True)
            if edge.word.kind is Kind.ELSEWHERE:
                question.elsewhere = True

    def _count_word(self, question: Question, edge: Edge, factor: float, *, core: bool) -> None:
        word = edge.word
        weight = _KIND_WEIGHT[word.kind] * edge.quality * factor
        for token in word_tokens(word):
            question.add(token, weight)
            if core:
                question.core.add(token)
            if edge.quality != _HEARD and word.kind is Kind.THING:
                question.seen.add(token)
        if core and word.kind is Kind.ACTION:
            question.actions.update(word.meanings)
        if core and word.kind is Kind.THING:
            relied = edge.quality > _HEARD or (
                edge.quality == _HEARD and len(word.sounds) >= _LONG_HEARD
            )
            question.relied = question.relied or relied

    def _rest(self, question: Question, path: list[Edge], initials: list[Edge]) -> None:
        """What no word covers: its weight, and tokens of characters and syllables."""
        text = question.text
        known, filler = [False] * len(text), [False] * len(text)
        for edge in (*path, *initials):
            for at in range(edge.start, edge.end):
                known[at] = True
                filler[at] = edge.word.kind is Kind.FILLER
        question.content = "".join(
            char for char, empty in zip(text, filler, strict=True) if not empty
        )
        unknown = [char for char, covered in zip(text, known, strict=True) if not covered]
        weights = (_UNKNOWN_LETTER if is_letter(char) else _UNKNOWN_CHAR for char in unknown)
        question.unknown = min(_MAX_UNKNOWN, sum(weights))
        for at, pair in enumerate(map("".join, pairwise(text))):
            if all(map(is_hanzi, pair)) and not (filler[at] and filler[at + 1]):
                weight = _PAIR_KNOWN if known[at] and known[at + 1] else _PAIR_UNKNOWN
                question.add(PAIR + pair, weight)
                question.seen.add(PAIR + pair)
        if len(text) <= MAX_ABBREVIATION:
            for char in filter(is_hanzi, unknown):
                question.add(CHAR + char, 1.0 if len(text) == 1 else _ABBREVIATED)
        if unknown or any(map(is_letter, text)):
            for token in sound_pairs(self._sounds.syllables(question.content)):
                question.add(token, _SOUND_PAIR)


def _grow(
    heads: tuple[str, ...], readings: tuple[str, ...], *, rough_each: bool
) -> tuple[str, ...]:
    if len(readings) == 1:
        tail = rough(readings[0]) if rough_each else readings[0]
        return tuple(head + tail for head in heads)
    if rough_each:
        readings = tuple(map(rough, readings))
    return tuple(head + tail for head in heads for tail in readings)[:4]


def _spelt_out(length: int, path: list[Edge]) -> bool:
    """Whether whole words cover the whole text."""
    covered = {at for edge in path if edge.quality >= _SPELT for at in range(edge.start, edge.end)}
    return len(covered) == length


def _gain(edge: Edge) -> float:
    """How well a word covers its stretch: long and written words first."""
    surface = edge.word.surface
    size = 1.0 if is_letter(surface[0]) else float(len(surface))
    if edge.quality in (_BEGUN, _BEGUN / 2):
        size = min(size, edge.end - edge.start) * 0.5
    gain = (size + 0.5 * (size - 1)) * edge.quality
    return gain * 0.9 if edge.word.kind is Kind.FILLER else gain


def _cover(length: int, edges: Iterable[Edge]) -> list[Edge]:
    """The edges that cover a text of ``length`` best; all equally good words of a stretch."""
    starting: dict[int, dict[int, list[Edge]]] = {}
    for edge in edges:
        starting.setdefault(edge.start, {}).setdefault(edge.end, []).append(edge)
    best = [0.0] * (length + 1)
    step: list[list[Edge]] = [[] for _ in range(length + 1)]
    for start in range(length - 1, -1, -1):
        best[start], step[start] = best[start + 1], []
        for end, group in starting.get(start, {}).items():
            top = max(map(_gain, group))
            if best[end] + top > best[start]:
                best[start] = best[end] + top
                step[start] = [edge for edge in group if _gain(edge) > 0.8 * top]
    path: list[Edge] = []
    at = 0
    while at < length:
        chosen = step[at]
        path.extend(chosen)
        at = chosen[0].end if chosen else at + 1
    return path
