"""The tables of the search index and the rows that fill them.

Rules:

* Every table has one text key and one value, so that the directory can store, compare, delta and
  digest rows without knowing what they mean.
* No row counts on a numbering of the whole: a name is keyed by its own hash, a word by itself. One
  changed item changes only the rows of its name and of the words in it.
* Values are bytes; :mod:`kiosk.search.packing` is the only place that knows their layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

META = "search_meta"  # "format", "names"
SOUNDS = "search_sounds"  # syllable → the characters read so
WORDS = "search_words"  # lay word → kind, meanings, sounds
TOKENS = "search_tokens"  # token → how many names, the strongest of them
STARTS = "search_starts"  # sound or initials from a syllable on → the names
NAMES = "search_names"  # hash of a name → name, aliases, some items, all tokens
PLACES = "search_places"  # hash of a name / four digits → its items there

TABLES: tuple[str, ...] = (META, SOUNDS, WORDS, TOKENS, STARTS, NAMES, PLACES)
KEY, VALUE = "key", "value"
FORMAT = b"1"

CREATE: tuple[str, ...] = tuple(
    f"CREATE TABLE {table} ({KEY} TEXT PRIMARY KEY, {VALUE} BLOB NOT NULL) WITHOUT ROWID"
    for table in TABLES
)


@dataclass(frozen=True, slots=True)
class IndexRows:
    """The whole index: table → key → value."""

    tables: Mapping[str, Mapping[str, bytes]]

    def __iter__(self) -> Iterator[tuple[str, str, bytes]]:
        """Every row as (table, key, value), in the order of tables and keys."""
        for table in TABLES:
            rows = self.tables.get(table, {})
            for key in sorted(rows):
                yield table, key, rows[key]

    @property
    def size(self) -> int:
        """Bytes of all keys and values."""
        return sum(len(key.encode()) + len(value) for _, key, value in self)
