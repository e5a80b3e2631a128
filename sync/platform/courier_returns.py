"""What the platform sends back by stick.

Rules:

* To each terminal the receipts of what it asked about, refusals that travelled here by stick, and
  its events from the place that its letter names. All are signed statements, gathered in pages
  that are sealed to the terminal: on the way nobody reads them.
* A terminal that was revoked is told nothing.
* A return replaces the one before it; the old one stands until the new manifest is durable.
* The directory is the TUF tree itself, its timestamp last: broken off, it is still the old one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from kiosk.domain.clock import from_text as moment_from_text
from kiosk.domain.lifecycle import State
from kiosk.domain.problems import EnvironmentProblem, InputProblem, Problem
from kiosk.sealing.canonical import Json, JsonObject, canonical, digest
from kiosk.sealing.keys import SealKey, from_text
from sync.bundle import layout
from sync.bundle.layout import Entry, ReturnManifest
from sync.bundle.stick import TEMPORARY, StickFolder
from sync.platform import events, intake, terminals
from sync.platform.answers import ProblemAnswer
from sync.platform.courier_intake import Reader
from sync.platform.database import DURABLE_MARK, epoch, fact
from sync.platform.office import Office
from sync.platform.revocations import is_revoked
from sync.platform.tables import courier_refusals, submissions
from sync.platform.tables import terminals as terminal_rows

MOST_RECEIPTS: Final = 10_000
_PAGE_BYTES: Final = 1024 * 1024
_TIMESTAMP: Final = "timestamp.json"
_REPLACED: Final = State.SUPERSEDED.value


@dataclass(slots=True)
class Written:
    """What was written."""

    terminals: int = 0
    receipts: int = 0
    events: int = 0
    refusals: int = 0
    bytes: int = 0
    directory_files: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Asked:
    """What the bundles of a terminal on this stick ask for."""

    wanted: set[str] = field(default_factory=set)
    cursors: tuple[str, ...] = ()


def write_returns(office: Office, stick: StickFolder, named: Sequence[str] = ()) -> Written:
    """Write the returns of a stick, and the directory.

    Args:
        office: the platform.
        stick: where to.
        named: terminals to write for beside those whose bundles are here.

    Raises:
        InputProblem: a named terminal is not enrolled (``unknown-terminal``).
        EnvironmentProblem: the stick refuses, or does not hold what it took.
    """
    written = Written()
    asked = _asked(office, stick, written)
    with office.database.read() as tx:
        rows = {row.terminal: row for row in tx.execute(select(terminal_rows)).all()}
        revoked = {terminal for terminal in rows if is_revoked(tx, terminal)}
    for terminal in named:
        if terminal not in rows:
            raise InputProblem("unknown-terminal", f"no terminal {terminal} is enrolled here")
    written.problems += [
        InputProblem("terminal-revoked", f"{terminal} was reported lost; it is told nothing")
        for terminal in sorted(revoked & {*asked, *named})
    ]
    nobody = not asked and not named
    for terminal, row in rows.items():
        if terminal not in revoked and (nobody or terminal in asked or terminal in named):
            _Return(office, row, asked.get(terminal), written).write(stick)
    _write_directory(office.data_dir / "tuf", stick, written)
    stick.sync()
    return written


def _asked(office: Office, stick: StickFolder, written: Written) -> dict[str, _Asked]:
    found: dict[str, _Asked] = {}
    reader = Reader(office, stick)
    for bundle in reader.bundles():
        asked = found.setdefault(bundle.manifest.name.terminal, _Asked())
        asked.wanted |= {str(identity) for identity, _ in bundle.manifest.packages}
        if bundle.letter is not None:
            asked.wanted |= {str(identity) for identity in bundle.letter.wanted}
            asked.cursors = bundle.letter.cursors
    written.problems += reader.problems
    return found


class _Return:
    """The return to one terminal."""

    def __init__(
        self, office: Office, row: Row[Any], asked: _Asked | None, written: Written
    ) -> None:
        self._office = office
        self._terminal = str(row.terminal)
        self._seal = SealKey(from_text(row.reply_key))
        self._asked = asked
        self._written = written

    def write(self, stick: StickFolder) -> None:
        """Write it in the place of the one before."""
        manifest, pages = self._pages()
        with stick.make(layout.return_name(self._terminal)) as folder:
            for entry, data in pages:
                folder.write(entry.name, data)
            last = canonical(self._office.sign(manifest.as_json()))
            _check(folder, [entry for entry, _ in pages])
            folder.write(layout.MANIFEST, last)
            _check(folder, [Entry.of(layout.MANIFEST, last)])
            listed = {layout.MANIFEST, *(entry.name for entry, _ in pages)}
            for left in folder.names(layout.MAX_ENTRIES):
                if left not in listed and layout.is_ours(left.removesuffix(TEMPORARY)):
                    folder.remove(left)
        self._written.terminals += 1
        self._written.bytes += sum(entry.size for entry, _ in pages) + len(last)

    def _pages(self) -> tuple[ReturnManifest, list[tuple[Entry, bytes]]]:
        office = self._office
        with office.database.read() as tx:
            statements = [terminals.statement(tx, office, self._terminal)]
            statements += self._receipts(tx)
            statements += self._refusals(tx)
            told, following = self._events(tx)
            mark = fact(tx, DURABLE_MARK)
            present = epoch(tx)
        pages = [self._page(group) for group in _grouped(statements + told)]
        manifest = ReturnManifest(
            terminal=self._terminal,
            made_at=office.clock.now(),
            epoch=present,
            durable_before=moment_from_text(mark) if mark else None,
            next=following,
            files=tuple(entry for entry, _ in pages),
        )
        return manifest, pages

    def _page(self, statements: list[JsonObject]) -> tuple[Entry, bytes]:
        listed: list[Json] = [*statements]
        plain = canonical({"statements": listed})
        sealed = self._seal.seal(plain, context=layout.return_context(self._terminal))
        return Entry.of(f"{digest(sealed)}.sealed", sealed), sealed

    def _receipts(self, tx: Connection) -> list[JsonObject]:
        query = (
            select(submissions)
            .where(submissions.c.terminal == self._terminal, submissions.c.state != _REPLACED)
            .order_by(submissions.c.receipt_number.desc())
        )
        found: list[JsonObject] = []
        for row in tx.execute(query):
            if self._asked is None or row.id in self._asked.wanted:
                found.append(intake.receipt(tx, self._office, row))
            if len(found) == MOST_RECEIPTS:
                break
        self._written.receipts += len(found)
        return found

    def _refusals(self, tx: Connection) -> list[JsonObject]:
        held = select(submissions.c.id).where(
            submissions.c.id == courier_refusals.c.submission_id,
            submissions.c.envelope_digest == courier_refusals.c.envelope_digest,
            submissions.c.state != _REPLACED,
        )
        query = (
            select(courier_refusals.c.statement)
            .where(courier_refusals.c.terminal == self._terminal, ~held.exists())
            .order_by(courier_refusals.c.at)
        )
        kept = tx.execute(query).scalars()
        found = [self._office.signed_now(json.loads(text)) for text in kept]
        self._written.refusals += len(found)
        return found

    def _events(self, tx: Connection) -> tuple[list[JsonObject], str]:
        """The events from where the terminal says that it has them; and the place after them."""
        after = self._start(tx)
        found: list[JsonObject] = []
        while True:
            page = events.page(tx, self._office, self._terminal, after)
            found += page.events
            after = page.next
            if not page.more:
                break
        self._written.events += len(found)
        return found, after

    def _start(self, tx: Connection) -> str | None:
        known: list[tuple[int, str]] = []
        for cursor in self._asked.cursors if self._asked is not None else ():
            try:
                known.append((events.position(tx, self._terminal, cursor), cursor))
            except ProblemAnswer:
                continue  # Of an epoch that has passed.
        return max(known)[1] if known else None


def _grouped(statements: list[JsonObject]) -> Iterator[list[JsonObject]]:
    """Statements in groups of about a megabyte."""
    group: list[JsonObject] = []
    size = 0
    for statement in statements:
        length = len(canonical(statement))
        if group and size + length > _PAGE_BYTES:
            yield group
            group, size = [], 0
        group.append(statement)
        size += length
    yield group


def _check(folder: StickFolder, entries: list[Entry]) -> None:
    for entry in entries:
        if not folder.holds(entry):
            raise EnvironmentProblem(
                "stick-lies",
                f"{entry.name} was written and cannot be read back; use another stick",
                path=str(folder.where / entry.name),
            )


def _write_directory(tree: Path, stick: StickFolder, written: Written) -> None:
    """Copy the TUF tree; files but the timestamp never change under their name."""
    timestamp = tree / "metadata" / _TIMESTAMP
    if not timestamp.is_file():
        return
    newest = timestamp.read_bytes()
    with stick.make(layout.DIRECTORY) as top:
        _copy_tree(tree / "targets", top, "targets", written)
        _copy_tree(tree / "metadata", top, "metadata", written)
        with top.make("metadata") as metadata:
            _copy(newest, metadata, _TIMESTAMP, written)
        for name in ("targets", "metadata"):
            _prune(tree / name, top, name)


def _copy_tree(source: Path, above: StickFolder, name: str, written: Written) -> None:
    with above.make(name) as folder:
        for path in sorted(source.iterdir()):
            if path.is_dir():
                _copy_tree(path, folder, path.name, written)
            elif path.name != _TIMESTAMP and not path.name.startswith("."):
                _copy(path.read_bytes(), folder, path.name, written)


def _prune(source: Path, above: StickFolder, name: str) -> None:
    """Remove what the tree does not have any more, so that the stick does not fill up."""
    with above.make(name) as folder:
        for found in folder.names(layout.MAX_ENTRIES):
            path = source / found
            if path.is_dir():
                _prune(path, folder, found)
            elif not path.exists():
                with suppress(InputProblem):  # A folder of somebody else's stays.
                    folder.remove(found)


def _copy(data: bytes, folder: StickFolder, name: str, written: Written) -> None:
    entry = Entry.of(name, data)
    if not folder.holds(entry):
        folder.write(name, data)
        _check(folder, [entry])
        written.bytes += entry.size
    written.directory_files += 1
