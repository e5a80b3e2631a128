"""How the values of the index are laid out in bytes; written at publishing, read at the station.

Rules: a name is known by the first six bytes of its hash; a posting is such a key and a strength
from 1 to 9; lists are the strongest first and capped, with the full count in front, so that a
common word costs no more than a rare one; a name's own row keeps all its tokens, so that a capped
list loses nothing of a name that another word found.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from kiosk.search.lexicon import Kind

MAX_POSTINGS = 32
MAX_STARTS = 16
MAX_INLINE_ITEMS = 8
_COUNT = struct.Struct(">I")
_POSTING = struct.Struct("6sB")
_TOKEN = struct.Struct(">IB")
_FIELD, _PART, _ROW = "\x1f", "\x1e", "\n"


@dataclass(frozen=True, slots=True)
class ItemAt:
    """One item of a name: its id, the division it serves ("" unknown) and that place's name."""

    item_id: str
    division: str
    place: str


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One official name with all that is known of it."""

    name: str
    theme: str
    actions: frozenset[str]  # what the official name itself says is done
    folded: str  # the name and its aliases as questions are compared with them, a line each
    count: int  # items that bear the name
    items: tuple[ItemAt, ...]  # all of them, or the first few
    tokens: Mapping[int, int]  # token hash → strength


@dataclass(frozen=True, slots=True)
class WordEntry:
    """One word that people say."""

    surface: str
    kind: Kind
    meanings: tuple[str, ...]
    sounds: tuple[str, ...]  # syllables, in the word's own reading


def name_key(name: str) -> bytes:
    """The key of an official name."""
    return blake2b(name.encode(), digest_size=6).digest()


@lru_cache(maxsize=16384)
def token_key(token: str) -> int:
    """The short form of a token within a name's own row."""
    return zlib.crc32(token.encode())


def pack_postings(strengths: Mapping[str, int], cap: int) -> bytes:
    """Pack name → strength: the strongest, among equals the shortest names first."""
    best = sorted(strengths.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0]))[:cap]
    return _COUNT.pack(len(strengths)) + b"".join(
        _POSTING.pack(name_key(name), strength) for name, strength in best
    )


def unpack_postings(value: bytes) -> tuple[int, tuple[tuple[bytes, int], ...]]:
    """The full count and the strongest postings."""
    (count,) = _COUNT.unpack_from(value)
    return count, tuple(_POSTING.iter_unpack(value[_COUNT.size :]))


def pack_name(entry: NameEntry) -> bytes:
    """Pack one row of the table of names."""
    text = _FIELD.join(
        (
            entry.name,
            entry.theme,
            _PART.join(sorted(entry.actions)),
            entry.folded,
            str(entry.count),
            pack_items(entry.items).decode(),
        )
    ).encode()
    tokens = b"".join(_TOKEN.pack(*pair) for pair in sorted(entry.tokens.items()))
    return _COUNT.pack(len(text)) + text + tokens


def unpack_name(value: bytes) -> NameEntry:
    """Read one row of the table of names."""
    (length,) = _COUNT.unpack_from(value)
    end = _COUNT.size + length
    name, theme, actions, folded, count, items = value[_COUNT.size : end].decode().split(_FIELD)
    return NameEntry(
        name=name,
        theme=theme,
        actions=frozenset(_parts(actions)),
        folded=folded,
        count=int(count),
        items=unpack_items(items.encode()),
        tokens=dict(_TOKEN.iter_unpack(value[end:])),
    )


def pack_items(items: Iterable[ItemAt]) -> bytes:
    """Pack items of one name."""
    return _ROW.join(_PART.join((it.item_id, it.division, it.place)) for it in items).encode()


def unpack_items(value: bytes) -> tuple[ItemAt, ...]:
    """Read items of one name."""
    return tuple(ItemAt(*row.split(_PART)) for row in value.decode().split(_ROW) if row)


def pack_word(entry: WordEntry) -> bytes:
    """Pack one row of the table of words (its key is the surface)."""
    return _FIELD.join((entry.kind, _PART.join(entry.meanings), " ".join(entry.sounds))).encode()


def unpack_word(surface: str, value: bytes) -> WordEntry:
    """Read one row of the table of words."""
    kind, meanings, sounds = value.decode().split(_FIELD)
    return WordEntry(surface, Kind(kind), _parts(meanings), tuple(sounds.split()))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split(_PART)) if text else ()
