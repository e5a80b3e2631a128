"""Building the search index at publishing, where words are understood and time is not short.

Rules:

* Equal official names share one entry, whatever place they belong to; places are opened afterwards.
* A name is found by its own words most of all (strength 9), then by its common names and keywords,
  then by what the lexicon says that people say; a word said in many ways counts more.
* The result depends on items and lexicon alone: same input, same bytes. A changed item changes the
  rows of its name and words only; no row holds a rank within the whole.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

from kiosk.domain.items import ServiceItem
from kiosk.search.analysis import CHAR, pairs, sound_pairs, word_tokens, written_words
from kiosk.search.engine import BEGINNING, INITIALS, LONG_START, SHORT_START, STRONGEST
from kiosk.search.folding import fold, is_hanzi
from kiosk.search.lexicon import Kind, Lexicon
from kiosk.search.packing import (
    MAX_INLINE_ITEMS,
    MAX_POSTINGS,
    MAX_STARTS,
    ItemAt,
    NameEntry,
    WordEntry,
    name_key,
    pack_items,
    pack_name,
    pack_postings,
    pack_word,
    token_key,
)
from kiosk.search.schema import (
    FORMAT,
    META,
    NAMES,
    PLACES,
    SOUNDS,
    STARTS,
    TOKENS,
    WORDS,
    IndexRows,
)
from kiosk.search.sounds import MAX_READINGS, OTHER, Sounds, rough
from kiosk.search.vocabulary import Vocabulary

_KEYWORD, _REMARK, _SAYING = 7, 6, 4  # strengths of an alias, of words in brackets, of one saying
_BRACKETS = re.compile("[（(][^（）()]*[）)]")
_WORD_LENGTH = 6  # aliases and sayings up to this length become words of their own
_START_NAME, _START_ALIAS, _START_INSIDE = 8, 9, 4
_USED_AT_LEAST, _USED_SHARE = 3, 0.1  # a second reading counts from so many words on
_PLACE_DIGITS = 4  # items of a frequent name are grouped by prefecture


@dataclass(frozen=True, slots=True)
class _Name:
    """An official name before it is packed."""

    name: str
    theme: str
    aliases: tuple[str, ...]
    sayings: tuple[str, ...]
    items: tuple[ItemAt, ...]


def build(items: Sequence[ServiceItem], lexicon: Lexicon) -> IndexRows:
    """Build the whole index of a directory.

    Args:
        items: all items that are to be found.
        lexicon: what people say.
    """
    names = _names(items, lexicon)
    sound_rows = _sound_rows()
    sounds = Sounds(sound_rows)
    words = _words(names, lexicon)
    vocabulary = Vocabulary(words, sounds)
    tokens: defaultdict[str, dict[str, int]] = defaultdict(dict)
    starts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    name_rows: dict[str, bytes] = {}
    place_rows: dict[str, bytes] = {}
    for name in names:
        key = name_key(name.name)
        strengths = _strengths(name, vocabulary)
        for token, strength in strengths.items():
            tokens[token][name.name] = strength
        for start, strength in _starts(name).items():
            starts[start][name.name] = strength
        name_rows[key.hex()] = _name_row(name, strengths, vocabulary)
        if len(name.items) > MAX_INLINE_ITEMS:
            place_rows.update(_place_rows(key, name.items))
    return IndexRows(
        {
            META: {"format": FORMAT, "names": str(len(names)).encode()},
            SOUNDS: {key: chars.encode() for key, chars in sound_rows.items()},
            WORDS: {word.surface: pack_word(word) for word in words},
            TOKENS: {key: pack_postings(found, MAX_POSTINGS) for key, found in tokens.items()},
            STARTS: {key: pack_postings(found, MAX_STARTS) for key, found in starts.items()},
            NAMES: name_rows,
            PLACES: place_rows,
        }
    )


def _names(items: Sequence[ServiceItem], lexicon: Lexicon) -> list[_Name]:
    grouped: defaultdict[str, list[ServiceItem]] = defaultdict(list)
    for item in items:
        grouped[item.name].append(item)
    names = []
    for name in sorted(grouped):
        folded = fold(name)
        bearers = sorted(grouped[name], key=lambda item: item.item_id)
        aliases = Counter(
            alias
            for item in bearers
            for text in (item.common_name or "", *item.keywords)
            for alias in text.replace("，", "、").split("、")
            if fold(alias)
        )
        names.append(
            _Name(
                name=name,
                theme=Counter(item.theme for item in bearers).most_common(1)[0][0],
                aliases=tuple(sorted(aliases, key=lambda alias: (-aliases[alias], alias))),
                sayings=tuple(
                    saying
                    for topic in lexicon.topics
                    if topic.fits(folded)
                    for saying in topic.sayings
                ),
                items=tuple(
                    ItemAt(item.item_id, prefix, item.place or "")
                    for item in bearers
                    for prefix in (item.coverage.prefixes or ("",))
                ),
            )
        )
    return names


def _words(names: Iterable[_Name], lexicon: Lexicon) -> list[WordEntry]:
    """Words of the lexicon, then short aliases and sayings as words of their own."""
    kinds: dict[str, Kind] = {}
    meanings: defaultdict[str, list[str]] = defaultdict(list)
    for meaning in lexicon.meanings:
        for word in meaning.words:
            kinds.setdefault(word, meaning.kind)
            if kinds[word] is meaning.kind:
                meanings[word].append(meaning.name)
    for name in names:
        for text in (*name.aliases, *name.sayings):
            word = fold(text)
            if 1 < len(word) <= _WORD_LENGTH and word not in kinds:
                kinds[word] = Kind.THING
                meanings[word].append(word)
    return [
        WordEntry(word, kinds[word], tuple(meanings[word]), _reading(word))
        for word in sorted(kinds)
    ]


def _reading(word: str) -> tuple[str, ...]:
    return tuple(_plain(syllable) for syllable in lazy_pinyin(word, errors=_one_by_one))


def _one_by_one(text: str) -> Any:  # noqa: ANN401 - the library takes lists, its types do not
    """What has no reading stays as it is, a character at a time."""
    return list(text)


def _plain(syllable: str) -> str:
    """The ü of pypinyin as the keyboard writes it."""
    return syllable.replace("ü", "v")


def _strengths(name: _Name, vocabulary: Vocabulary) -> dict[str, int]:
    """Token → strength of one name."""
    found: dict[str, int] = {}

    def add(tokens: Iterable[str], strength: int) -> None:
        for token in tokens:
            found[token] = max(found.get(token, 0), strength)

    folded = fold(name.name)
    add(_said(folded, vocabulary), _REMARK)
    add(_said(fold(_BRACKETS.sub("", name.name)), vocabulary), STRONGEST)
    add((CHAR + char for char in folded if is_hanzi(char)), _KEYWORD)
    add(sound_pairs(_reading(folded)), STRONGEST)
    for char in fold("".join(name.aliases)):
        if is_hanzi(char):
            add((CHAR + char,), _SAYING)
    for alias in map(fold, name.aliases):
        add(_said(alias, vocabulary), _KEYWORD)
        add(sound_pairs(_reading(alias)), _KEYWORD)
    said = Counter(
        token for saying in name.sayings for token in set(_said(fold(saying), vocabulary))
    )
    for token, times in said.items():
        add((token,), min(_SAYING + times, STRONGEST - 1))
    return found


def _said(text: str, vocabulary: Vocabulary) -> list[str]:
    tokens = [t for edge in written_words(text, vocabulary) for t in word_tokens(edge.word)]
    return [*tokens, *pairs(text)]


def _starts(name: _Name) -> dict[str, int]:
    """Beginnings by sound and initials, from every syllable on."""
    found: dict[str, int] = {}

    def add(key: str, strength: int) -> None:
        found[key] = max(found.get(key, 0), strength)

    for alias in (name.name, *name.aliases):
        syllables = _reading(fold(alias))
        for at in range(len(syllables)):
            spelt = rough("".join(syllables[at:]))
            initials = "".join(syllable[0] for syllable in syllables[at:])
            strength = _START_INSIDE
            if at == 0:
                strength = _START_NAME if alias is name.name else _START_ALIAS
            for mark, text in (("", spelt), (INITIALS, initials)):
                add(mark + text[: LONG_START - len(mark)], strength)
                for length in range(1, min(SHORT_START, len(text)) + 1):
                    part = STRONGEST if length == len(text) and at == 0 else strength - 1
                    add(BEGINNING + mark + text[:length], part)
    return found


def _name_row(name: _Name, strengths: Mapping[str, int], vocabulary: Vocabulary) -> bytes:
    actions = {
        meaning
        for edge in written_words(fold(name.name), vocabulary)
        if edge.word.kind is Kind.ACTION
        for meaning in edge.word.meanings
    }
    return pack_name(
        NameEntry(
            name=name.name,
            theme=name.theme,
            actions=frozenset(actions),
            folded="\n".join(map(fold, (name.name, *name.aliases))),
            count=len(name.items),
            items=name.items[:MAX_INLINE_ITEMS],
            tokens={token_key(token): strength for token, strength in strengths.items()},
        )
    )


def _place_rows(key: bytes, items: Iterable[ItemAt]) -> dict[str, bytes]:
    grouped: defaultdict[str, list[ItemAt]] = defaultdict(list)
    for item in items:
        prefix = item.division if len(item.division) >= _PLACE_DIGITS else ""
        grouped[prefix[:_PLACE_DIGITS]].append(item)
    return {f"{key.hex()}/{place}": pack_items(found) for place, found in grouped.items()}


@cache
def _sound_rows() -> dict[str, str]:
    """Syllable → characters: the common reading of each, and others that words really use."""
    used = _readings_in_words()
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for char in _characters():
        common = _plain(lazy_pinyin(char)[0])
        rows[common].append(char)
        times = used.get(char, Counter())
        enough = max(_USED_AT_LEAST, times.total() * _USED_SHARE)
        others = [reading for reading, count in times.most_common() if count >= enough]
        for reading in [other for other in others if other != common][: MAX_READINGS - 1]:
            rows[OTHER + reading].append(char)
    return {key: "".join(chars) for key, chars in sorted(rows.items())}


def _readings_in_words() -> dict[str, Counter[str]]:
    """Character → how often a dictionary of words reads it in which way."""
    used: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) == len(readings):
            for char, (reading, *_) in zip(phrase, readings, strict=True):
                used[char][_plain(to_normal(reading))] += 1
    return used


def _characters() -> list[str]:
    """The characters of GB 2312 (two planes of the national standard), and Cantonese ones."""
    found = set("冇咗嘅喺唔攞嚟睇嘢咁啲佢哋畀嗰乜冧嗌孭瞓揾搵氹曱甴㗎嘥屙䒏啱嬲")
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            char = bytes((high, low)).decode("gb2312", errors="ignore")
            if char:
                found.add(char)
    return sorted(char for char in found if ord(char) in PINYIN_DICT)
