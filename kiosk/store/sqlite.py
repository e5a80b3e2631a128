"""SQLCipher under SQLAlchemy: connecting, durability, and what its failures mean.

Rules:

* The raw key goes in through the driver, in the pool's ``creator``: never in a URL, in echo or in
  an SQL text.
* Every connection is in WAL mode with ``synchronous=FULL``; both are read back and asserted.
* Reads BEGIN, writes BEGIN IMMEDIATE: a writer waits at its first statement, never at its last.
* A SQLite with the WAL-reset bug is refused.
* A failure of the machine (disk full, locked, corrupt, wrong key, read-only) is a known problem;
  every other database error is a bug and is left alone.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from kiosk.domain.problems import EnvironmentProblem

WRITE: Final = "casebook_write"
"""Execution option of a connection whose transaction will write."""

_BUSY_SECONDS: Final = 5.0
_FIXED: Final = (3, 51, 3)
_BACKPORTS: Final = frozenset({(3, 50, 7), (3, 44, 6)})
_JOURNAL_LIMIT: Final = 4 * 1024 * 1024

_KNOWN: Final[dict[int, tuple[str, str]]] = {
    sqlite3.SQLITE_PERM: ("unwritable", "{path} may not be opened; check its owner"),
    sqlite3.SQLITE_BUSY: ("busy", "{path} is busy in another process; try again in a moment"),
    sqlite3.SQLITE_LOCKED: ("busy", "{path} is busy in another process; try again in a moment"),
    sqlite3.SQLITE_READONLY: ("unwritable", "{path} is read-only; check its owner and the disk"),
    sqlite3.SQLITE_IOERR: ("disk-error", "the disk failed while {path} was used; check the disk"),
    sqlite3.SQLITE_CORRUPT: (
        "casebook-corrupt",
        "{path} is damaged; run kiosk init --rebuild to begin a new one from the sealed packages",
    ),
    sqlite3.SQLITE_FULL: ("disk-full", "the disk is full; free some space, then try again"),
    sqlite3.SQLITE_CANTOPEN: ("unwritable", "{path} cannot be opened; check folder and owner"),
    sqlite3.SQLITE_NOTADB: (
        "casebook-unreadable",
        (
            "{path} cannot be read with its key; bring the right file and key back, or run "
            "kiosk init --rebuild to begin a new one from the sealed packages"
        ),
    ),
}


def is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug (two connections, one WAL file)."""
    return version >= _FIXED or version in _BACKPORTS


def require_safe_sqlite(version: tuple[int, int, int] = sqlcipher.sqlite_version_info) -> None:
    """Refuse a SQLite that may corrupt a WAL file.

    Raises:
        EnvironmentProblem: ``sqlite-unsafe``.
    """
    if not is_safe(version):
        shown = ".".join(map(str, version))
        raise EnvironmentProblem(
            "sqlite-unsafe",
            f"SQLite {shown} can damage its files (WAL-reset bug); install sqlcipher3 with "
            "SQLite 3.51.3 or newer",
        )


def known_problem(error: DBAPIError, path: Path) -> EnvironmentProblem | None:
    """The problem of the machine behind a database error; None: it is a bug."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    known = _KNOWN.get(code & 0xFF) if isinstance(code, int) else None
    if known is None:
        return None
    name, words = known
    return EnvironmentProblem(name, words.format(path=path), path=str(path))


def connect(path: Path, key: bytes, *, create: bool = False) -> sqlcipher.Connection:
    """One keyed connection in autocommit mode, with nothing asked of the file yet."""
    mode = "rwc" if create else "rw"
    connection = sqlcipher.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.set_key(f"x'{key.hex()}'")
    return connection


def build_engine(path: Path, key: bytes) -> Engine:
    """An engine on an existing casebook file."""
    require_safe_sqlite()

    def creator() -> sqlcipher.Connection:
        with ExitStack() as unless_ready:
            connection = connect(path, key)
            unless_ready.callback(connection.close)
            _configure(connection, path)
            unless_ready.pop_all()
        return connection

    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=creator,
        poolclass=QueuePool,
        pool_reset_on_return="rollback",
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlcipher.Connection, path: Path) -> None:
    (journal,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    full = 2
    if journal != "wal" or synchronous != full:
        raise EnvironmentProblem(
            "not-durable",
            f"{path} cannot be written durably (journal {journal}, synchronous {synchronous}); "
            "put the station on a local disk",
            path=str(path),
        )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL_LIMIT}")


def insert_text(table: Table, *columns: str) -> str:
    """An INSERT as the driver takes it, with named values.

    Every save runs several: compiled anew, or looked up as compiled, they cost more than they do.

    Args:
        table: into which.
        columns: the names that are given; none: all.
    """
    names = columns or tuple(column.name for column in table.columns)
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values})"  # noqa: S608 (names)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
