"""What the store really does: every SQL text and every file call, in order.

Rules: the real store works on a real home; the SQL is what SQLite itself reports, with its values;
file calls are caught at the operating system's functions, so a sync that the store forgets is
missing here too. Database files are left out: SQLite writes those, on the simulated disk again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final, TypeAlias
from unittest.mock import patch
from uuid import UUID

import sqlcipher3.dbapi2 as sqlcipher

from kiosk.domain.lifecycle import OWED, Signal, State
from kiosk.store import sqlite
from kiosk.store.casebook import Casebook
from kiosk.store.keys import load_device
from tests.helpers.crashes import Say, Step
from tests.helpers.stores import HandClock, Site, new_home, save

_DATABASE: Final = "casebook.db"


@dataclass(frozen=True, slots=True)
class Sql:
    """A statement as SQLite ran it."""

    text: str


@dataclass(frozen=True, slots=True)
class Put:
    """Bytes appended to a file through a descriptor; empty: the file was opened to be made."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Synced:
    """``fsync`` of a file or (``folder``) of a folder."""

    name: str
    folder: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """``rename``; with ``target`` None: ``unlink``."""

    name: str
    target: str | None


@dataclass(frozen=True, slots=True)
class Promised:
    """A person was told that this is saved."""

    what: str


Act: TypeAlias = Sql | Put | Synced | Moved | Promised


@dataclass(slots=True)
class _Recorder:
    """Watches one home."""

    home: Path
    acts: list[Act] = field(default_factory=list)
    open_files: dict[int, str] = field(default_factory=dict)
    connections: int = 0

    def name(self, path: object) -> str | None:
        """The name of a file of the home; None: not of the home, or SQLite's own."""
        with contextlib.suppress(TypeError, ValueError):
            inside = str(Path(os.fspath(path)).relative_to(self.home))  # type: ignore[call-overload]
            if inside == ".":
                return ""
            return None if inside.startswith(_DATABASE) else inside
        return None

    def connect(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def connect(*args: object, **more: object) -> sqlcipher.Connection:
            connection = real(*args, **more)
            self.connections += 1
            connection.set_trace_callback(self._sql)
            return connection

        return connect

    def _sql(self, text: str) -> None:
        if not text.startswith("--"):  # what triggers do is SQLite's own affair
            self.acts.append(Sql(text))

    def opened(self, real: Callable[..., int]) -> Callable[..., int]:
        def call(path: object, flags: int, *args: object, **more: object) -> int:
            handle = real(path, flags, *args, **more)
            inside = self.name(path)
            if inside is not None:
                self.open_files[handle] = inside
                if flags & os.O_CREAT:
                    self.acts.append(Put(inside, b""))
            return handle

        return call

    def written(self, real: Callable[..., int]) -> Callable[..., int]:
        def call(handle: int, data: bytes) -> int:
            done = real(handle, data)
            if handle in self.open_files:
                self.acts.append(Put(self.open_files[handle], bytes(data[:done])))
            return done

        return call

    def synced(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def call(handle: int) -> None:
            real(handle)
            if handle in self.open_files:
                inside = self.open_files[handle]
                self.acts.append(Synced(inside, folder=(self.home / inside).is_dir()))

        return call

    def closed(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def call(handle: int) -> None:
            self.open_files.pop(handle, None)
            real(handle)

        return call

    def moved(self, real: Callable[..., None]) -> Callable[..., None]:
        def call(source: object, target: object, **more: object) -> None:
            real(source, target, **more)
            name = self.name(source)
            if name is not None:
                self.acts.append(Moved(name, self.name(target)))

        return call

    def removed(self, real: Callable[..., None]) -> Callable[..., None]:
        def call(path: object, **more: object) -> None:
            real(path, **more)
            name = self.name(path)
            if name is not None:
                self.acts.append(Moved(name, None))

        return call


@contextlib.contextmanager
def recorded(home: Path) -> Iterator[_Recorder]:
    """Record what happens to a home within the block."""
    watching = _Recorder(home)
    with contextlib.ExitStack() as patches:
        for owner, name, wrap in (
            (sqlite, "connect", watching.connect),
            (os, "open", watching.opened),
            (os, "write", watching.written),
            (os, "fsync", watching.synced),
            (os, "close", watching.closed),
            (os, "replace", watching.moved),
            (os, "rename", watching.moved),
            (os, "unlink", watching.removed),
        ):
            patches.enter_context(patch.object(owner, name, wrap(getattr(owner, name))))
        yield watching


@dataclass(frozen=True, slots=True)
class Recording:
    """A station's first hours: its making, saves, and steps of the life-cycle."""

    acts: tuple[Act, ...]
    packages: dict[str, bytes]


def record(folder: Path, luck: Random, step: Step | None = None, *, saves: int = 6) -> Recording:
    """Let the real store work and record it.

    Args:
        folder: an empty folder.
        luck: what it does.
        step: how it saves; None: as the product does.
        saves: how many applications.
    """
    home = new_home(folder / "home")
    with recorded(home.path) as watching, Casebook.create(home, HandClock()) as casebook:
        site = Site(home, HandClock(), load_device(home), casebook)

        def say(saved: UUID) -> None:
            watching.acts.append(Promised(str(saved)))

        for _ in range(saves):
            (step or _small)(site, say)
            if luck.random() < 0.6:
                _move(site, luck)
    assert watching.connections == 1, "the replay knows one connection"
    found = {path.name: path.read_bytes() for path in home.packages.iterdir()}
    return Recording(tuple(watching.acts), found)


def _small(site: Site, say: Say) -> None:
    say(save(site, blobs=(os.urandom(900),)).id)


def _move(site: Site, luck: Random) -> None:
    rows = [row for row in site.outbox.page() if row.state in OWED]
    row = luck.choice(rows)
    signal = Signal.LOST_REPLY if row.state is State.SENDING else Signal.TAKE
    site.outbox.apply(row.id, signal, now=site.clock.now(), problem=None)
