"""What can still be read of a casebook that was put aside.

Rules:

* Every page of the casebook is authenticated, so a row that can be read is the row that was
  written: it is kept as it is. What lies on a damaged page is stepped over, from both ends and in
  growing steps in between.
* Nothing is repaired in place: the old file stays in quarantine for staff.
* The audit trail is kept up to its first gap; what the platform said is asked for again (cursor and
  epoch are forgotten), and so is every package that nobody knows (see :mod:`kiosk.store.recovery`).
* A row about a submission that was lost is left behind: the package brings that submission back.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, TypeAlias, cast

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Row, Table

from kiosk.store.audit import HEAD_NAME, Chain
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.inbox import FEED
from kiosk.store.schema import (
    agent,
    audit,
    host,
    host_fact,
    inbox_event,
    lockout,
    meta,
    metadata,
    submission,
)
from kiosk.store.sqlite import connect, insert_text

_FORGOTTEN: Final = frozenset({*FEED, HEAD_NAME, "checked_at", "check_finding"})
_ABOUT: Final = {"submission_id": submission, "agent_id": agent, "successor": agent}
_STANDS_ALONE: Final = frozenset({submission, agent, audit, inbox_event})
"""Whatever they name, they mean something without it."""
_WITHOUT_ROWID: Final = frozenset({meta, host, host_fact, lockout})
_ROWID: Final = "rowid"

Values: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Salvaged:
    """How many rows of each table were kept; ``torn``: tables that could not be read to the end."""

    kept: dict[str, int] = field(default_factory=dict)
    torn: set[str] = field(default_factory=set)

    @property
    def submissions(self) -> int:
        """Submissions that kept their state, history and claim."""
        return self.kept.get(submission.name, 0)


def salvage(tx: Transaction, casebook: Casebook, source: Path, key: bytes) -> Salvaged:
    """Copy every readable row into a new casebook.

    Args:
        tx: a transaction of the new casebook.
        casebook: the new one.
        source: the old file; its WAL is used if it fits.
        key: its raw key.
    """
    done = Salvaged()
    if not _readable(source, key):
        # Perhaps it is the WAL that keeps it from being read: then without.
        for end in ("-wal", "-shm"):
            beside = source.with_name(source.name + end)
            if beside.exists():
                beside.replace(beside.with_name(beside.name + ".unread"))
    with closing(_Old(source, key)) as old:
        work = _Salvage(tx, casebook, old, done)
        for table in _in_order():
            work.copy(table)
    return done


def _readable(source: Path, key: bytes) -> bool:
    with closing(connect(source, key)) as old:
        try:
            old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlcipher.DatabaseError:
            return False
    return True


class _Old:
    """The old file. A connection that met a damaged page refuses everything after: a new one."""

    def __init__(self, source: Path, key: bytes) -> None:
        self._source = source
        self._key = key
        self._connection = connect(source, key)

    def read(self, what: str, values: tuple[int, ...], found: dict[Any, Values]) -> bool:
        """Add rows until the end (True) or until a page that cannot be read."""
        numbered = _ROWID in what
        try:
            cursor = self._connection.execute(
                f"SELECT {_ROWID if numbered else 'NULL'}, * FROM {what}",  # noqa: S608 (our names)
                values,
            )
            names = [column[0] for column in cursor.description][1:]
            for row in cursor:
                place = row[0] if numbered else tuple(map(str, row[1:]))
                found[place] = dict(zip(names, row[1:], strict=True))
        except sqlcipher.DatabaseError:
            self._connection.close()
            self._connection = connect(self._source, self._key)
            return False
        return True

    def close(self) -> None:
        """Close the present connection."""
        self._connection.close()


def _in_order() -> list[Table]:
    """What others refer to first."""
    first = [submission, agent]
    return [*first, *(table for table in metadata.sorted_tables if table not in first)]


@dataclass(slots=True)
class _Salvage:
    """One old casebook on its way into a new one."""

    tx: Transaction
    casebook: Casebook
    old: _Old
    done: Salvaged
    known: dict[str, set[Any]] = field(default_factory=dict)

    def copy(self, table: Table) -> None:
        """Everything of a table that can be read and means something without the rest."""
        rows = [row for row in self._rows(table) if self._stands(table, row)]
        if table is audit:
            rows = self._chained(rows)
        statement = insert_text(table).replace("INSERT", "INSERT OR REPLACE", 1)
        columns = [column.name for column in table.columns]
        for row in rows:
            self.tx.exec_driver_sql(statement, {name: row.get(name) for name in columns})
        if "id" in table.columns:
            self.known[table.name] = {row["id"] for row in rows}
        self.done.kept[table.name] = len(rows)

    def _stands(self, table: Table, row: Values) -> bool:
        """Whether a row is of use: not about something lost, and no note that is made anew."""
        if table is meta:
            return row["name"] not in _FORGOTTEN
        if table in _STANDS_ALONE:
            return True
        about = ((row.get(name), owner) for name, owner in _ABOUT.items())
        return all(one is None or one in self.known[owner.name] for one, owner in about)

    def _chained(self, rows: list[Values]) -> list[Values]:
        """The audit trail up to its first gap; the head that belongs to it is noted."""
        chain, kept = Chain({}), []
        for row in rows:
            if chain.follow(cast("Row[tuple[object, ...]]", SimpleNamespace(**row))) is not None:
                self.done.torn.add(audit.name)
                break
            kept.append(row)
        self.casebook.set_meta(self.tx, HEAD_NAME, chain.head())
        return kept

    def _rows(self, table: Table) -> list[Values]:
        """Every readable row, in order of its key."""
        order = _order(table)
        found: dict[Any, Values] = {}
        if not self.old.read(f"{table.name} ORDER BY {order}", (), found):
            self.done.torn.add(table.name)
            self.old.read(f"{table.name} ORDER BY {order} DESC", (), found)
            if order == _ROWID:
                self._step_over(table, found)
        return [found[place] for place in sorted(found)]

    def _step_over(self, table: Table, found: dict[int, Values]) -> None:
        """Between the last row from the front and the first from the back, in growing steps."""
        pairs = list(pairwise(sorted(found)))
        if not pairs:
            return
        at, end = max(pairs, key=lambda pair: pair[1] - pair[0])
        between = f"{table.name} WHERE rowid > ? AND rowid < ? ORDER BY rowid"
        step = 1
        while at < end:
            before = len(found)
            self.old.read(between, (at, end), found)
            if len(found) > before:
                at, step = max(place for place in found if place < end), 1
            else:
                at, step = at + step, step * 2


def _order(table: Table) -> str:
    """``rowid``, or the whole primary key where there is none."""
    if table in _WITHOUT_ROWID:
        return ", ".join(column.name for column in table.primary_key)
    return _ROWID
