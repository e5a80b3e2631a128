"""Building ``directory.db``: a new file from a full file, or from the old one and a delta.

Rules:

* A directory is never changed in place and never migrated: a new file is written beside, checked
  against the signed state digest, fsynced and renamed in. Whatever fails leaves the old one.
* A delta applies only to the version, role and root that it starts from.
* What a file expands to is limited before it is believed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import sqlcipher3.dbapi2 as sqlcipher
from backports import zstd

from kiosk.domain.directory_rows import Header, Row, read, state_digest
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.search import schema as search_schema
from kiosk.store.files import disk, disk_problem, fsync_folder

SCHEMA: Final = "1"
PLAIN_TABLES: Final = ("item", "form", "division", "holiday")
MAX_EXPANDED: Final = 2 * 1024 * 1024 * 1024
_BATCH: Final = 2000
_ABANDONED_SECONDS: Final = 3600
_KNOWN_TABLES: Final = frozenset({*PLAIN_TABLES, *search_schema.TABLES})


Announced: TypeAlias = tuple[int, str]
"""Version and state digest that were signed for what a file leads to."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a directory came from: ``bundled`` or ``platform``.

    ``root`` is the digest of the root that vouches for it, empty for the bundled one.
    """

    source: str
    root: str = ""


def build_full(
    file: Path, target: Path, origin: Origin, announced: Announced | None = None
) -> Header:
    """Build ``target`` from a full file.

    Args:
        file: zstd-compressed JSON lines.
        target: where the directory is to stand; replaced in one step.
        origin: kept in the new file.
        announced: what it must lead to; None: what its own header says.

    Raises:
        InputProblem: not what it says, or not what was announced (code ``bad-directory``).
        EnvironmentProblem: the disk refuses.
    """
    with _draft(target) as draft, _opened(file) as source:
        header, found = read(source)
        if header.since is not None:
            raise _bad("a delta cannot be used without what it starts from")
        with _database(draft) as database:
            _create(database)
            _insert(database, found)
            _finish(database, header, origin, announced)
    return header


def build_delta(
    old: Path,
    files: Iterable[Path],
    target: Path,
    origin: Origin,
    announced: Announced | None = None,
) -> Header:
    """Build ``target`` from the directory ``old`` and one or more deltas, one after the other.

    Raises:
        InputProblem: a delta is damaged or starts from something else.
        EnvironmentProblem: the disk refuses.
    """
    header: Header | None = None
    with _draft(target) as draft:
        with disk(draft):
            _copy(old, draft)
        with _database(draft) as database:
            for file in files:
                header = _apply(database, file, origin)
            if header is None:
                raise _bad("there is no delta to apply")
            _finish(database, header, origin, announced)
    return header


def _apply(database: sqlcipher.Connection, file: Path, origin: Origin) -> Header:
    with _opened(file) as source:
        header, found = read(source)
        here = _meta(database)
        expected = {
            "version": str(header.since),
            "role": header.role,
            "root": origin.root,
            "schema": SCHEMA,
        }
        if any(here.get(name) != value for name, value in expected.items()):
            raise _bad(f"the delta to version {header.version} starts from another directory")
        for row in found:
            _known(row.table)
            if row.value is None:
                database.execute(f"DELETE FROM {row.table} WHERE key = ?", (row.key,))  # noqa: S608 (a known table)
            else:
                _put(database, row.table, [(row.key, row.value)])
        _set_meta(database, {"version": str(header.version)})
    return header


def facts(path: Path) -> dict[str, str] | None:
    """What a directory file says of itself; None when there is no usable one."""
    if not path.is_file():
        return None
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlcipher.connect(uri, uri=True)) as database:
            found = _meta(database)
    except sqlcipher.DatabaseError:
        return None
    return found if found.get("schema") == SCHEMA else None


def _meta(database: sqlcipher.Connection) -> dict[str, str]:
    return dict(database.execute("SELECT key, value FROM meta"))


def _create(database: sqlcipher.Connection) -> None:
    database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    for table in PLAIN_TABLES:
        database.execute(f"CREATE TABLE {table} (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    for statement in search_schema.CREATE:
        database.execute(statement)


def _insert(database: sqlcipher.Connection, found: Iterator[Row]) -> None:
    table, batch = "", list[tuple[str, str | bytes]]()
    for row in found:
        if row.value is None:
            raise _bad("a full file cannot take rows away")
        if row.table != table or len(batch) >= _BATCH:
            _put(database, table, batch)
            table, batch = row.table, []
            _known(table)
        batch.append((row.key, row.value))
    _put(database, table, batch)


def _put(database: sqlcipher.Connection, table: str, batch: list[tuple[str, str | bytes]]) -> None:
    if batch:
        statement = f"INSERT OR REPLACE INTO {table} (key, value) VALUES (?, ?)"  # noqa: S608 (a known table)
        database.executemany(statement, batch)


def _known(table: str) -> None:
    if table not in _KNOWN_TABLES:
        raise _bad(f"this program knows no table {table}; it must be updated first")


def _finish(
    database: sqlcipher.Connection, header: Header, origin: Origin, announced: Announced | None
) -> None:
    if announced not in {None, (header.version, header.state_digest)}:
        raise _bad(f"version {header.version} is not what was announced")
    if state_digest(_all_rows(database)) != header.state_digest:
        raise _bad(f"version {header.version} is not what was signed")
    (items,) = database.execute("SELECT count(*) FROM item").fetchone()
    _set_meta(
        database,
        {
            "schema": SCHEMA,
            "version": str(header.version),
            "role": header.role,
            "published_at": header.published_at,
            "state_digest": header.state_digest,
            "items": str(items),
            "source": origin.source,
            "root": origin.root,
        },
    )
    database.commit()


def _all_rows(database: sqlcipher.Connection) -> Iterator[tuple[str, str, str | bytes]]:
    for table in sorted(_KNOWN_TABLES):
        for key, value in database.execute(f"SELECT key, value FROM {table} ORDER BY key"):  # noqa: S608 (a known table)
            yield table, key, value


def _set_meta(database: sqlcipher.Connection, facts: dict[str, str]) -> None:
    database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(facts.items()))


@contextlib.contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A file beside ``target`` that takes its place when the block ends well."""
    _sweep(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        yield draft
        with disk(target):
            handle = os.open(draft, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            draft.replace(target)
            fsync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sweep(target: Path) -> None:
    """Remove drafts that a killed process left behind."""
    oldest = time.time() - _ABANDONED_SECONDS
    for draft in target.parent.glob(f".{target.name}.*.tmp"):
        with contextlib.suppress(FileNotFoundError):
            if draft.stat().st_mtime < oldest:
                draft.unlink()


@contextlib.contextmanager
def _database(path: Path) -> Iterator[sqlcipher.Connection]:
    """A draft that nobody else sees: no journal; it is fsynced whole or thrown away."""
    with disk(path):
        path.touch(mode=0o600)
    database = sqlcipher.connect(path)
    try:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA trusted_schema = OFF")
        yield database
    except sqlcipher.DatabaseError as error:
        raise _from_database(error, path) from error
    finally:
        database.close()


def _from_database(error: sqlcipher.DatabaseError, path: Path) -> EnvironmentProblem:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return EnvironmentProblem(
            "disk-full", "the disk is full; free some space, then try again", path=str(path)
        )
    return EnvironmentProblem(
        "directory-damaged", f"the directory could not be built: {error}", path=str(path)
    )


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[Iterator[bytes]]:
    try:
        with zstd.open(file, "rb") as stream:
            yield _limited(stream)
    except (zstd.ZstdError, EOFError) as error:
        raise _bad("the file is not whole") from error
    except OSError as error:
        raise disk_problem(error, file) from error


def _limited(stream: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for line in stream:
        size += len(line)
        if size > MAX_EXPANDED:
            raise _bad("the file expands beyond what is allowed")
        yield line


def _copy(old: Path, draft: Path) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with old.open("rb") as source, os.fdopen(descriptor, "wb") as copy:
        while chunk := source.read(1024 * 1024):
            copy.write(chunk)


def _bad(reason: str) -> InputProblem:
    return InputProblem("bad-directory", f"the directory file is refused: {reason}")
