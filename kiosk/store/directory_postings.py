"""The search index inside ``directory.db``, read without ceremony.

Rules: one statement per table and kind of look-up on the driver's own connection, because a
keystroke makes dozens of them and SQLAlchemy would cost more than the search itself; look-ups take
turns under one lock with everybody who shares the connection; an absent table or key is empty.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, cast

from kiosk.search.schema import KEY, TABLES, VALUE

if TYPE_CHECKING:
    from sqlalchemy import Engine


class _Cursor(Protocol):
    def fetchone(self) -> Any: ...  # noqa: ANN401 - as the driver has it
    def fetchall(self) -> list[Any]: ...


class RawConnection(Protocol):
    """What is needed of a DBAPI connection (``sqlite3`` or ``sqlcipher3``)."""

    def execute(self, statement: str, values: tuple[str | int, ...] = ..., /) -> _Cursor:
        """Run one statement."""
        ...


class DirectoryPostings:
    """Implements :class:`kiosk.search.postings.Postings` over SQLite.

    Args:
        connection: the driver's own, not SQLAlchemy's.
        lock: shared with the other users of the connection.
    """

    def __init__(self, connection: RawConnection, lock: Lock | None = None) -> None:
        self._connection = connection
        self._lock = lock or Lock()
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        present = {name for (name,) in tables.fetchall()}.intersection(TABLES)
        self._get = {
            table: f"SELECT {VALUE} FROM {table} WHERE {KEY} = ?"  # noqa: S608 - own names
            for table in present
        }
        self._range = {
            table: (
                f"SELECT {KEY}, {VALUE} FROM {table} "  # noqa: S608 - own names
                f"WHERE {KEY} >= ? AND {KEY} < ? ORDER BY {KEY} LIMIT ?"
            )
            for table in present
        }

    @classmethod
    def of(cls, engine: Engine, lock: Lock) -> DirectoryPostings:
        """Over the one connection of an engine with a ``StaticPool``."""
        lent = engine.raw_connection()
        try:
            return cls(cast("RawConnection", lent.driver_connection), lock)
        finally:
            lent.close()

    def get(self, table: str, key: str) -> bytes | None:
        """The value under ``key``."""
        statement = self._get.get(table)
        if statement is None:
            return None
        with self._lock:
            row = self._connection.execute(statement, (key,)).fetchone()
        return None if row is None else bytes(row[0])

    def range(self, table: str, prefix: str, limit: int) -> list[tuple[str, bytes]]:
        """At most ``limit`` rows whose key begins with ``prefix``, in the order of keys."""
        statement = self._range.get(table)
        if statement is None:
            return []
        with self._lock:
            rows = self._connection.execute(
                statement, (prefix, f"{prefix}\U0010ffff", limit)
            ).fetchall()
        return [(key, bytes(value)) for key, value in rows]
