"""The service directory of a station, read only.

Rules: the file is opened immutable (a newer one is renamed in its place, never written into this
one) through one connection, so that whoever has it open goes on reading the version that they
began with until they ask :meth:`Directory.replaced` and open it anew; it holds nothing about
anybody; what is stale is told with its age and still used; SQLAlchemy is imported when a directory
is opened, not before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from kiosk.domain.clock import from_text as moment
from kiosk.domain.divisions import Division, level_of, significant
from kiosk.domain.item_reading import from_text
from kiosk.domain.items import ServiceItem
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.store.directory_apply import SCHEMA
from kiosk.store.directory_bundle import bundled_directory, install_bundled
from kiosk.store.directory_postings import DirectoryPostings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from kiosk.forms.definition import FormDefinition

__all__ = ["Directory", "DirectoryInfo", "Divisions", "bundled_directory", "install_bundled"]

GENERIC: Final = "generic"


@dataclass(frozen=True, slots=True)
class DirectoryInfo:
    """What a directory says of itself.

    ``source`` is ``bundled`` or ``platform``; ``root`` names the TUF root that vouches for it
    (empty: bundled); ``role`` the part of the province.
    """

    items: int
    version: int
    published_at: datetime
    source: str
    root: str
    role: str
    state_digest: str

    def age_days(self, now: datetime) -> int:
        """Whole days since it was published, never negative."""
        return max(0, (now - self.published_at).days)


class Directory:
    """An opened directory; use as a context manager or call :meth:`close`."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._one_at_a_time = Lock()
        self.path = path
        self._file = _identity(path)
        self._facts = dict(self._rows("SELECT key, value FROM meta"))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open ``directory.db``.

        Raises:
            EnvironmentProblem: absent (``no-directory``) or unusable (``directory-damaged``).
        """
        if not path.is_file():
            raise EnvironmentProblem(
                "no-directory", "there is no directory here; run kiosk init", path=str(path)
            )
        import sqlcipher3.dbapi2 as sqlcipher
        from sqlalchemy import create_engine
        from sqlalchemy.exc import DatabaseError
        from sqlalchemy.pool import StaticPool

        engine = create_engine(
            "sqlite://",
            module=sqlcipher,
            creator=lambda: sqlcipher.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1",
                uri=True,
                check_same_thread=False,
            ),
            poolclass=StaticPool,
            pool_reset_on_return=None,
        )
        try:
            directory = cls(engine, path)
        except DatabaseError as error:
            engine.dispose()
            raise _damaged(path) from error
        if directory._facts.get("schema") != SCHEMA:
            directory.close()
            raise _damaged(path)
        return directory

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def replaced(self) -> bool:
        """Whether another file stands where this one was opened."""
        return _identity(self.path) != self._file

    def info(self) -> DirectoryInfo:
        """Version, age and origin."""
        facts = self._facts
        return DirectoryInfo(
            items=int(facts["items"]),
            version=int(facts["version"]),
            published_at=moment(facts["published_at"]),
            source=facts["source"],
            root=facts["root"],
            role=facts["role"],
            state_digest=facts["state_digest"],
        )

    def item(self, item_id: str) -> ServiceItem:
        """One item.

        Raises:
            InputProblem: ``unknown-item``.
        """
        found = self._value("item", item_id)
        if found is None:
            raise InputProblem("unknown-item", f"the directory has no item {item_id!r}")
        return from_text(found)

    def items(self) -> Iterator[ServiceItem]:
        """Every item, in the order of ids."""
        for _, text in self._rows("SELECT key, value FROM item ORDER BY key"):
            yield from_text(text)

    def form(self, form_id: str, item: ServiceItem | None = None) -> FormDefinition:
        """A form.

        Args:
            form_id: as items name it.
            item: for which the generic form is made when there is no other.

        Raises:
            InputProblem: ``unknown-form``.
        """
        from kiosk.forms import definition, generic

        found = None if form_id == GENERIC else self._value("form", form_id)
        if found is not None:
            return definition.parse(json.loads(found), form_id)
        if item is not None:
            return generic.generic_form(item)
        raise InputProblem("unknown-form", f"the directory has no form {form_id!r}")

    def holidays(self) -> dict[int, Any]:
        """Announced holidays: year → {"holidays", "workdays", "source"}; other years: unknown."""
        rows = self._rows("SELECT key, value FROM holiday ORDER BY key")
        return {int(year): json.loads(days) for year, days in rows}

    @cached_property
    def divisions(self) -> Divisions:
        """The divisions of Guangdong."""
        return Divisions(self)

    @cached_property
    def postings(self) -> DirectoryPostings:
        """The search index, as :mod:`kiosk.search` reads it."""
        return DirectoryPostings.of(self._engine, self._one_at_a_time)

    def _value(self, table: str, key: str) -> Any:  # noqa: ANN401 (text or bytes, by table)
        rows = self._rows(f"SELECT key, value FROM {table} WHERE key = ?", (key,))  # noqa: S608
        return rows[0][1] if rows else None

    def _rows(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[str, Any]]:
        with self._one_at_a_time, self._engine.connect() as connection:
            found = connection.exec_driver_sql(statement, values).fetchall()
            return [(key, value) for key, value in found]


class Divisions:
    """Divisions by their codes of twelve digits; see :mod:`kiosk.domain.divisions`."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def get(self, code: str) -> Division | None:
        """The division of a code, if it is known."""
        name = self._directory._value("division", code)  # noqa: SLF001 (one module)
        return None if name is None else Division(code, name, level_of(code), self._parent(code))

    def children(self, code: str) -> tuple[Division, ...]:
        """The divisions directly below."""
        beginning = significant(code)
        for end in reversed((len(code), *_ENDS)):
            if end <= len(beginning):
                continue
            # The nearest level that has any; a whole province is not carried out of the file.
            rows = self._directory._rows(  # noqa: SLF001 (one module)
                "SELECT key, value FROM division WHERE key > ? AND key < ?"
                " AND substr(key, ?) = ? ORDER BY key",
                (code, f"{beginning}:", end + 1, "0" * (len(code) - end)),
            )
            if rows:
                return tuple(Division(key, name, level_of(key), code) for key, name in rows)
        return ()

    def path(self, code: str) -> tuple[Division, ...]:
        """From the province down to the division itself; empty when it is unknown."""
        found: list[Division] = []
        here = self.get(code)
        while here is not None:
            found.append(here)
            here = self.get(here.parent) if here.parent else None
        return tuple(reversed(found))

    def _parent(self, code: str) -> str | None:
        for length in _ENDS:
            above = code[:length].ljust(len(code), "0")
            if length < len(significant(code)) and self._directory._value("division", above):  # noqa: SLF001 (one module)
                return above
        return None


_ENDS: Final = (9, 6, 4, 2)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns


def _damaged(path: Path) -> EnvironmentProblem:
    return EnvironmentProblem(
        "directory-damaged",
        "the directory cannot be read; run kiosk init to put the bundled one back",
        path=str(path),
    )
