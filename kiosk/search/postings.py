"""Where the index is read from: a port, and the same in memory.

Rules: two look-ups are enough, one by key and one by the beginning of a key; an absent table or key
is empty, never an error, so that an old directory searches worse but searches.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Protocol

from kiosk.search.schema import IndexRows


class Postings(Protocol):
    """Read access to the rows of :mod:`kiosk.search.schema`."""

    def get(self, table: str, key: str) -> bytes | None:
        """The value under ``key``."""
        ...

    def range(self, table: str, prefix: str, limit: int) -> list[tuple[str, bytes]]:
        """At most ``limit`` rows whose key begins with ``prefix``, in the order of keys."""
        ...


class MemoryPostings:
    """An index that was just built."""

    def __init__(self, rows: IndexRows) -> None:
        self._tables = rows.tables
        self._keys = {table: sorted(rows.tables[table]) for table in rows.tables}

    def get(self, table: str, key: str) -> bytes | None:
        """The value under ``key``."""
        return self._tables.get(table, {}).get(key)

    def range(self, table: str, prefix: str, limit: int) -> list[tuple[str, bytes]]:
        """At most ``limit`` rows whose key begins with ``prefix``, in the order of keys."""
        keys = self._keys.get(table, [])
        start = bisect_left(keys, prefix)
        return [
            (key, self._tables[table][key])
            for key in keys[start : start + limit]
            if key.startswith(prefix)
        ]
