"""The casebook: the precious, small, encrypted database of a station.

Rules: one :class:`Casebook` owns the engine; reads and writes are explicit transactions; a write
that returned is durable (WAL, ``synchronous=FULL``); a casebook whose file or key is gone is told,
never replaced by an empty one without being asked (``kiosk init --rebuild``).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Final, Self, TypeAlias

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from kiosk.domain.clock import Clock, from_text
from kiosk.domain.problems import EnvironmentProblem
from kiosk.store import ballast
from kiosk.store.files import PRIVATE_FILE, disk, fsync_folder
from kiosk.store.home import Home
from kiosk.store.keys import create_casebook_key, load_casebook_key
from kiosk.store.migrate import bring_up
from kiosk.store.schema import audit, host, meta
from kiosk.store.sqlite import WRITE, build_engine, known_problem

Transaction: TypeAlias = Connection
"""An open transaction of the casebook; every row of it becomes durable together."""

_SEQUENCE: Final = "sequence"
_CHECK_SECONDS: Final = 0.015
_CHECK_STEPS: Final = 2_000
"""Steps of SQLite's machine between two looks at the clock: well below a millisecond."""

# Every save runs these: as the driver takes them, they cost a tenth of statements that are built.
_META: Final = "SELECT value FROM meta WHERE name = :name"
_SET_META: Final = (
    "INSERT INTO meta (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_COUNT_UP: Final = (
    "INSERT INTO meta (name, value) VALUES (:name, '1') ON CONFLICT (name) "
    "DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value"
)


class Casebook:
    """Transactions on ``casebook.db``; safe to share between threads.

    Args:
        engine: from :func:`kiosk.store.sqlite.build_engine`.
        home: whose casebook it is.
        clock: the time of everything that is recorded.
    """

    def __init__(self, engine: Engine, home: Home, clock: Clock) -> None:
        self._engine = engine
        self.home = home
        self.clock = clock

    @classmethod
    def create(cls, home: Home, clock: Clock) -> Self:
        """Make key and file where there are none yet, and open the casebook."""
        with home.home_lock(), disk(home.casebook):
            create_casebook_key(home)
            if not home.casebook.exists():
                home.casebook.touch(mode=PRIVATE_FILE)
                fsync_folder(home.path)
        return cls.open(home, clock)

    @classmethod
    def open(cls, home: Home, clock: Clock) -> Self:
        """Open, check and, where this code is newer, migrate the casebook.

        Raises:
            EnvironmentProblem: file or key missing, wrong key, damage, newer schema, busy.
        """
        home.require_here()
        if not home.casebook.exists():
            raise EnvironmentProblem(
                "no-casebook",
                f"{home.casebook} is missing; bring it back from the backup, or run "
                "kiosk init --rebuild to begin a new one from the sealed packages",
                path=str(home.casebook),
            )
        try:
            return cls._open(home, clock)
        except EnvironmentProblem:
            # A full disk has several names: shared memory that cannot grow is an I/O error.
            if home.free_bytes() >= ballast.LOW or not ballast.release(home):
                raise
        return cls._open(home, clock)

    @classmethod
    def _open(cls, home: Home, clock: Clock) -> Self:
        key = load_casebook_key(home)
        casebook = cls(build_engine(home.casebook, key), home, clock)
        try:
            with casebook._known():
                bring_up(casebook._engine, home.casebook, key, home.home_lock)
            casebook.check(within=_CHECK_SECONDS)
        except BaseException:
            casebook.close()
            raise
        return casebook

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view.

        Raises:
            EnvironmentProblem: the machine failed (disk, lock, damage).
        """
        with self._known(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that is durable when the block has ended without an exception.

        Raises:
            EnvironmentProblem: the machine failed. If it failed while committing, read again what
                the block was to save before saying a word about it.
        """
        with self._known(), self._engine.connect() as connection:
            writing = connection.execution_options(**{WRITE: True})
            with writing.begin():
                yield writing

    @contextmanager
    def within(self, tx: Transaction | None) -> Iterator[Transaction]:
        """The caller's transaction, or one of its own."""
        if tx is not None:
            yield tx
            return
        with self.write() as own:
            yield own

    @contextmanager
    def _known(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            problem = known_problem(error, self.home.casebook)
            if problem is None:
                raise
            raise problem from error

    def check(self, within: float | None = None) -> bool:
        """Look for damage, as far as that goes in a given time.

        Args:
            within: seconds; None: to the end.

        Returns:
            Whether all of it was looked at.

        Raises:
            EnvironmentProblem: ``casebook-corrupt``.
        """
        found = self._pragma("quick_check(1)", within)
        if found not in {None, "ok"}:
            raise EnvironmentProblem(
                "casebook-corrupt",
                f"{self.home.casebook} is damaged; run kiosk init --rebuild to begin a new one "
                "from what can be read of it and from the sealed packages",
                path=str(self.home.casebook),
            )
        return found is not None

    def damage(self) -> str | None:
        """Read all of it, indexes too, and say the first fault; None: it is whole."""
        try:
            found = self._pragma("integrity_check(1)", None)
        except EnvironmentProblem as problem:
            if problem.code != "casebook-corrupt":
                raise
            return problem.message
        return None if found == "ok" else found

    def _pragma(self, question: str, within: float | None) -> str | None:
        """The answer of a pragma; None: the time was over before."""
        end = None if within is None else time.monotonic() + within
        with self.read() as tx:
            driver = tx.connection.driver_connection
            assert driver is not None
            if end is not None:
                driver.set_progress_handler(lambda: time.monotonic() > end, _CHECK_STEPS)
            try:
                return str(tx.exec_driver_sql(f"PRAGMA {question}").scalar_one())
            except DBAPIError as error:
                if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                    return None
                raise
            finally:
                driver.set_progress_handler(None, 0)

    def meta(self, tx: Transaction, name: str) -> str | None:
        """A named value of the casebook."""
        return tx.exec_driver_sql(_META, {"name": name}).scalar()

    def set_meta(self, tx: Transaction, name: str, value: str | None) -> None:
        """Keep or (None) forget a named value."""
        if value is None:
            tx.execute(meta.delete().where(meta.c.name == name))
            return
        tx.exec_driver_sql(_SET_META, {"name": name, "value": value})

    def clock_suspect(self, now: datetime) -> bool:
        """Whether ``now`` lies before a time that is proven, or before what was recorded last."""
        with self.read() as tx:
            proven = tx.execute(select(host.c.proven_time)).scalars().all()
            newest = select(audit.c.at).order_by(audit.c.number.desc()).limit(1)
            known = [*proven, tx.execute(newest).scalar()]
        return any(moment is not None and now < from_text(moment) for moment in known)

    def next_sequence(self, tx: Transaction) -> int:
        """The next number of this terminal; given back if the transaction does not commit."""
        return int(tx.exec_driver_sql(_COUNT_UP, {"name": _SEQUENCE}).scalar_one())

    def last_sequence(self, tx: Transaction) -> int:
        """The number that was taken last; 0: none yet."""
        return int(self.meta(tx, _SEQUENCE) or "0")

    def raise_sequence(self, tx: Transaction, least: int) -> None:
        """Make sure that later numbers are greater than ``least``."""
        if self.last_sequence(tx) < least:
            self.set_meta(tx, _SEQUENCE, str(least))
