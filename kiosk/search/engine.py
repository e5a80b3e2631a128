"""Ranking: from what was understood to the items, best first.

Rules:

* Names are ranked, then opened into their items: an item that serves the place of the question
  comes before the same item elsewhere.
* ``score`` is the understood share of the question that a name answers, from 0 to 1. ``sure`` means
  that enough was understood and one of the matter's own words was among it; what the station does
  not do at all is never sure.
* A name that holds the question character for character never stands behind one that only sounds
  like it.
* Work per keystroke is bounded: capped lists, at most ``CANDIDATES`` names looked at closely.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from math import log2
from operator import itemgetter

from rapidfuzz import fuzz

from kiosk.search.analysis import ACTION, Question, Reader
from kiosk.search.folding import is_letter
from kiosk.search.packing import (
    ItemAt,
    NameEntry,
    name_key,
    token_key,
    unpack_items,
    unpack_name,
    unpack_postings,
    unpack_word,
)
from kiosk.search.postings import Postings
from kiosk.search.schema import META, NAMES, PLACES, SOUNDS, STARTS, TOKENS, WORDS
from kiosk.search.sounds import Sounds, rough
from kiosk.search.vocabulary import Vocabulary

CANDIDATES = 16
STRONGEST = 9
SHORT_START = 4  # rough letters up to which beginnings are computed at publishing
LONG_START = 10  # letters of a beginning that are kept
INITIALS = "#"
BEGINNING = "<"
_ALL = 1_000_000
_CHAPTERS = 8  # rows of a range that are looked at
_SURE, _LEAST, _BESIDE = 0.42, 0.2, 0.3
_LEAST_SHORT, _SHORT = 0.12, 3  # two or three letters can prove little, yet they are a beginning
_LITERAL, _CLOSE, _WRONG_ACTION, _UNASKED_ACTION = 0.3, 0.12, 0.25, 0.06
_COMMON = 0.05  # what a word of every name is worth
_LENGTH = 0.0005  # per character of the name: among equals the plain name
_SPECIAL = frozenset(("换领", "补办", "注销", "变更", "认证"))


@dataclass(frozen=True, slots=True)
class Hit:
    """One item that was found. ``why``: name | words | sound."""

    item_id: str
    score: float
    sure: bool
    why: str
    theme: str
    division: str
    place: str


@dataclass(slots=True)
class _Ranked:
    entry: NameEntry
    score: float
    literal: bool
    sure: bool
    why: str


class Searcher:
    """Search over one index.

    Args:
        postings: the rows of the index.
    """

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._names = max(2, int(postings.get(META, "names") or b"2"))
        self._scale = log2(1 + self._names)
        rows = {key: value.decode() for key, value in postings.range(SOUNDS, "", _ALL)}
        self._sounds = Sounds(rows)
        words = (unpack_word(key, value) for key, value in postings.range(WORDS, "", _ALL))
        self._reader = Reader(Vocabulary(words, self._sounds), self._sounds)
        self._token = lru_cache(maxsize=4096)(self._load_token)
        self._name = lru_cache(maxsize=2048)(self._load_name)

    def forget(self) -> None:
        """Drop what is remembered of queries: the next person's words are not these."""
        self._token.cache_clear()
        rough.cache_clear()
        token_key.cache_clear()

    def search(self, query: str, limit: int = 20, *, near: str = "") -> tuple[Hit, ...]:
        """The items that answer ``query``, best first; empty when nothing does.

        Args:
            query: what was typed so far: characters, pinyin, initials or a mixture.
            limit: how many items at most.
            near: division code of the station; its items come first among equals.
        """
        question = self._reader.read(query)
        if not question.text:
            return ()
        hits: list[Hit] = []
        for ranked in self._rank(question):
            for item in self._items(ranked.entry, near, limit - len(hits)):
                hits.append(  # noqa: PERF401 - the limit counts what is there
                    Hit(
                        item_id=item.item_id,
                        score=round(ranked.score, 3),
                        sure=ranked.sure,
                        why=ranked.why,
                        theme=ranked.entry.theme,
                        division=item.division,
                        place=item.place,
                    )
                )
            if len(hits) >= limit:
                break
        return tuple(hits)

    def themes(self, query: str, limit: int = 3) -> tuple[str, ...]:
        """The themes nearest to ``query``, also when no item is sure; may be empty."""
        question = self._reader.read(query)
        if question.elsewhere and not question.relied:
            return ()
        found = self._gather(question)
        near = nlargest(CANDIDATES, found.items(), key=itemgetter(1))
        themes = (entry.theme for key, _ in near if (entry := self._name(key)) is not None)
        return tuple(dict.fromkeys(themes))[:limit]

    def _rank(self, question: Question) -> list[_Ranked]:
        if question.elsewhere and not question.relied:
            return []
        found = self._gather(question)
        best = nlargest(CANDIDATES, found.items(), key=itemgetter(1))
        total = sum(
            weight * self._rarity(self._token(token)[0])
            for token, weight in question.tokens.items()
            if token in question.core
        )
        total += question.unknown + (0.8 if question.elsewhere else 0.0)
        ranked = [
            self._judge(question, entry, found[key], total)
            for key, _ in best
            if (entry := self._name(key)) is not None
        ]
        ranked.sort(key=lambda one: (-one.score, len(one.entry.name), one.entry.name))
        if any(one.literal for one in ranked):
            ranked.sort(key=lambda one: one.why == "sound")
        least = _LEAST_SHORT if len(question.text) <= _SHORT else _LEAST
        floor = max(least, ranked[0].score * _BESIDE) if ranked else 0.0
        return [one for one in ranked if one.score >= floor]

    def _gather(self, question: Question) -> dict[bytes, float]:
        """Evidence per name, from capped lists."""
        found: defaultdict[bytes, float] = defaultdict(float)
        for token, weight in question.tokens.items():
            count, postings = self._token(token)
            share = weight * self._rarity(count) / STRONGEST
            for key, strength in postings:
                found[key] += share * strength
        for key, share in self._starts(question).items():
            found[key] += share
        self._complete(found, question)
        return found

    def _complete(self, found: dict[bytes, float], question: Question) -> None:
        """Add what capped lists left out, for the names that lead without it."""
        capped = []
        for token, weight in question.tokens.items():
            count, postings = self._token(token)
            if count > len(postings):
                share = weight * self._rarity(count) / STRONGEST
                capped.append((token_key(token), share, {key for key, _ in postings}))
        if not capped:
            return
        for key in nlargest(CANDIDATES, found, key=found.__getitem__):
            if (entry := self._name(key)) is not None:
                for short, share, listed in capped:
                    if key not in listed:
                        found[key] += share * entry.tokens.get(short, 0)

    def _starts(self, question: Question) -> dict[bytes, float]:
        """Names that begin, at some syllable, with the letters typed."""
        if not question.text or not any(map(is_letter, question.text)):
            return {}
        letters = question.text
        found: dict[bytes, float] = {}
        spelt = rough("".join("".join(self._sounds.readings(char)[:1]) for char in letters))
        keys = [(spelt, 0.9)]
        if all(map(is_letter, letters)):
            keys.append((INITIALS + letters, 1.0))
        for key, share in keys:
            if len(key.removeprefix(INITIALS)) <= SHORT_START:
                value = self._postings.get(STARTS, BEGINNING + key)
                values = [value] if value is not None else []
            else:
                rows = self._postings.range(STARTS, key[:LONG_START], _CHAPTERS)
                values = [value for _, value in rows]
            for value in values:
                for name, strength in unpack_postings(value)[1]:
                    weight = share * strength / STRONGEST
                    if weight > found.get(name, 0.0):
                        found[name] = weight
        return found

    def _judge(
        self, question: Question, entry: NameEntry, evidence: float, total: float
    ) -> _Ranked:
        """Look closely at one name."""
        share = min(1.0, evidence / total) if total > 0 else min(1.0, evidence)
        content = question.content or question.text
        literal = content in entry.folded
        close = fuzz.partial_ratio(content, entry.folded) / 100
        score = 0.7 * share + _CLOSE * close + (_LITERAL if literal else 0.0)
        own = {token_key(ACTION + action) for action in question.actions}
        if own and entry.actions and not any(key in entry.tokens for key in own):
            score -= _WRONG_ACTION * share
        if not own and entry.actions & _SPECIAL:
            score -= _UNASKED_ACTION
        score -= _LENGTH * len(entry.name)
        exact = literal or self._written(question, entry)
        spelt = bool(question.text) and is_letter(question.text[0])
        own_words = question.relied or literal or (not question.core and (exact or spelt))
        sure = share >= _SURE and own_words
        return _Ranked(
            entry=entry,
            score=max(0.0, min(1.0, score)),
            literal=literal,
            sure=sure and not question.elsewhere,
            why="name" if literal else "words" if exact else "sound",
        )

    def _written(self, question: Question, entry: NameEntry) -> bool:
        """Whether anything but sound speaks for the name."""
        return any(token_key(token) in entry.tokens for token in question.seen)

    def _items(self, entry: NameEntry, near: str, limit: int) -> tuple[ItemAt, ...]:
        """The items of a name, those that serve ``near`` first."""
        items = entry.items
        if entry.count > len(items) and near:
            key = name_key(entry.name).hex()
            own = self._postings.get(PLACES, f"{key}/{near[:4]}") or b""
            wide = self._postings.get(PLACES, f"{key}/") or b""
            items = tuple(dict.fromkeys((*unpack_items(own), *unpack_items(wide), *items)))
        if near:
            items = tuple(sorted(items, key=lambda item: -closeness(item.division, near)))
        return items[: max(0, limit)]

    def _rarity(self, count: int) -> float:
        """1 for a word of one name (or of none), towards 0 for a word of all."""
        if count <= 1:
            return 1.0
        return max(_COMMON, log2(1 + self._names / count) / self._scale)

    def _load_token(self, token: str) -> tuple[int, tuple[tuple[bytes, int], ...]]:
        value = self._postings.get(TOKENS, token)
        return unpack_postings(value) if value is not None else (0, ())

    def _load_name(self, key: bytes) -> NameEntry | None:
        value = self._postings.get(NAMES, key.hex())
        return unpack_name(value) if value is not None else None


def closeness(division: str, near: str) -> int:
    """How exactly an item for ``division`` serves ``near``: -1 not, 0 unknown, else digits."""
    if not division:
        return 0
    return len(division) if near.startswith(division) else -1
