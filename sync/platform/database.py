"""The platform's database: opening, transactions, counters, facts.

Rules:

* An effect is committed, and on disk, before anybody is told of it: WAL with ``synchronous=FULL``,
  asserted on every connection.
* Every write transaction first takes its turn by changing one row. SQLite has one writer anyway; a
  server database gets the same order, so no rule below needs a second thought about races, and
  event ids become visible in their order.
* The engine is SQLite from the ``sqlcipher3`` wheel, unkeyed: the standard library's SQLite may
  carry the WAL-reset bug. What is particular to SQLite stands in :func:`_sqlite_engine` alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from kiosk.domain.clock import to_text
from kiosk.domain.problems import EnvironmentProblem
from sync.platform.tables import SCHEMA_VERSION, counters, facts, metadata

FILE_NAME = "platform.db"
DURABLE_MARK = "durable_before"
"""Fact: packages received before this moment are in a backup."""
OFFICE_LEAP = 20
"""How far the counters of the township's orders leap when a backup was restored."""
_OFFICE_BASE = "office_base"
_BUSY_SECONDS = 10
_FULL = 2


class BusyError(Exception):
    """Other writers held the database too long; nothing was done."""


class Database:
    """The platform's one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, data_dir: Path, now: datetime) -> Database:
        """Open or create ``platform.db``.

        Raises:
            EnvironmentProblem: made by a newer release, or the disk refuses.
        """
        data_dir.mkdir(parents=True, exist_ok=True)
        database = cls(_sqlite_engine(data_dir / FILE_NAME))
        try:
            database._prepare(now)
        except DBAPIError as error:
            raise EnvironmentProblem(
                "database", f"{FILE_NAME} cannot be opened: {error.orig}", path=str(data_dir)
            ) from error
        return database

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction that has its turn; committed and on disk at the end.

        Raises:
            BusyError: the turn did not come in time.
        """
        try:
            with self._engine.begin() as tx:
                count(tx, "turn")
                yield tx
        except DBAPIError as error:
            if "locked" in str(error.orig):
                raise BusyError from error
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction: one consistent view."""
        options = {"jinban_read": True}
        with self._engine.connect().execution_options(**options) as tx, tx.begin():
            yield tx

    def _prepare(self, now: datetime) -> None:
        metadata.create_all(self._engine)
        with self.write() as tx:
            version = fact(tx, "schema")
            if version is None:
                set_fact(tx, "schema", str(SCHEMA_VERSION))
                set_fact(tx, "epoch", secrets.token_hex(8))
                set_fact(tx, "created_at", to_text(now))
            elif int(version) > SCHEMA_VERSION:
                raise EnvironmentProblem(
                    "newer-database",
                    f"{FILE_NAME} was made by a newer release; install that release",
                )


def count(tx: Connection, name: str) -> int:
    """The next number of a durable sequence, from 1. Gaps arise only where a transaction fails."""
    changed = tx.execute(
        update(counters).where(counters.c.name == name).values(value=counters.c.value + 1)
    )
    if changed.rowcount == 0:
        tx.execute(insert(counters).values(name=name, value=1))
    return int(tx.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one())


def count_order(tx: Connection, terminal: str, agent: str) -> int:
    """The next counter of the township's orders about one agent of one terminal."""
    base = int(fact(tx, _OFFICE_BASE) or "0")
    return base + count(tx, f"office:{terminal}:{agent}")


def fact(tx: Connection, name: str) -> str | None:
    """One fact about this platform, e.g. its ``epoch``."""
    value = tx.execute(select(facts.c.value).where(facts.c.name == name)).scalar_one_or_none()
    return None if value is None else str(value)


def set_fact(tx: Connection, name: str, value: str) -> None:
    """Write one fact."""
    changed = tx.execute(update(facts).where(facts.c.name == name).values(value=value))
    if changed.rowcount == 0:
        tx.execute(insert(facts).values(name=name, value=value))


def epoch(tx: Connection) -> str:
    """The present epoch; see ``new_epoch``."""
    value = fact(tx, "epoch")
    assert value is not None
    return value


def new_epoch(tx: Connection) -> str:
    """Begin a new epoch, because this database was restored from a backup.

    Orders that were given since that backup are forgotten here and remembered by the stations, so
    the next ones are counted from beyond them.
    """
    value = secrets.token_hex(8)
    set_fact(tx, "epoch", value)
    set_fact(tx, _OFFICE_BASE, str(int(fact(tx, _OFFICE_BASE) or "0") + OFFICE_LEAP))
    return value


def _sqlite_engine(path: Path) -> Engine:
    def connect() -> sqlite.Connection:
        connection = sqlite.connect(
            str(path), isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
        )
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        full = connection.execute("PRAGMA synchronous").fetchone()[0]
        if mode != "wal" or full != _FULL:
            connection.close()
            raise EnvironmentProblem(
                "not-durable", f"the disk under {path.parent} allows no write-ahead log"
            )
        return connection

    engine = create_engine(
        "sqlite://", module=sqlite, creator=connect, poolclass=QueuePool, pool_size=8
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("jinban_read")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
