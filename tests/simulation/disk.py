"""The disk of a simulated terminal: power that goes between any two steps, and what is left then.

Rules:

* The stores are the real ones on real files. Around them stand *points*: before and after every
  transaction, inside every durable write, before and after every request. At a point the power may
  go: :class:`CrashNow` unwinds everything, and no code of the product may stop it.
* What was on the disk at that instant is copied before anything is unwound and put back afterwards,
  so neither a rollback nor the closing of a connection tidies up what a power cut would have left.
* What was not yet fsynced may be lost or torn: the frames of a commit that did not return, a
  temporary file, a name whose folder was not synced. What was fsynced is never touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

from kiosk.store import packages as packages_module
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.files import Arriving, remove_durably
from kiosk.store.home import Home

_BOOK: Final = ("casebook.db", "casebook.db-wal")


class CrashNow(BaseException):
    """The power went. Not an ``Exception``: nothing may catch it."""


class Power:
    """Decides at which point the power goes, and keeps what the disk held then.

    Args:
        home: whose disk.
        luck: of this world.
    """

    def __init__(self, home: Home, luck: Random) -> None:
        self.home = home
        self.points = 0
        self.cut_at: int | None = None
        self.where = ""
        self._luck = luck
        self._book: dict[str, bytes] = {}
        self._files: dict[Path, bytes] = {}

    def arm(self, within: int) -> None:
        """Let the power go at one of the next points."""
        self.cut_at = self.points + self._luck.randrange(1, within + 1)

    def due(self, where: str) -> bool:
        """Count a point; whether the power goes here."""
        self.points += 1
        if self.cut_at is None or self.points < self.cut_at:
            return False
        self.cut_at, self.where = None, where
        return True

    def point(self, where: str) -> None:
        """A place between two steps.

        Raises:
            CrashNow: the power goes here.
        """
        if self.due(where):
            self.cut()

    def cut(self, torn_from: dict[str, bytes] | None = None) -> None:
        """Keep what the disk holds and go down.

        Args:
            torn_from: the casebook's files before a commit that has not returned: the frames that
                came since may be there in part.

        Raises:
            CrashNow: always.
        """
        self._book = read_book(self.home)
        if torn_from is not None and torn_from["casebook.db"] == self._book["casebook.db"]:
            name = "casebook.db-wal"
            least, most = len(torn_from.get(name, b"")), len(self._book.get(name, b""))
            if least < most:
                kept = self._luck.randrange(least, most)
                self._book[name] = self._book[name][:kept] + b"\0" * (most - kept)
        self._files = {path: path.read_bytes() for path in sorted(self.home.packages.iterdir())}
        raise CrashNow(self.where)

    def come_back(self) -> None:
        """Put the disk back as the cut left it. Everything is closed."""
        write_book(self.home, self._book)
        for path in self.home.packages.iterdir():
            path.unlink()
        for path, data in self._files.items():
            path.write_bytes(data)

    def arriving(self, path: Path, data: bytes, mode: int) -> Arriving:
        """The product's ``Arriving`` with a point inside each of its steps."""
        self.point("before a file")
        if self.due("inside a file"):
            temporary = path.with_name(f".{path.name}.cut.tmp")
            temporary.write_bytes(data[: self._luck.randrange(len(data))])
            self.cut()
        return _Watched(self, path, data, mode)

    def arrival(self, path: Path, data: bytes) -> None:
        """The points before a file has arrived; it stands whole under its temporary name."""
        if self.due("before a rename"):
            self.cut()
        if self.due("before the folder is synced"):
            if self._luck.random() < 0.5:
                path.write_bytes(data)
            self.cut()

    def remove(self, path: Path) -> None:
        """``remove_durably`` with points around it."""
        self.point("before a removal")
        remove_durably(path)
        self.point("after a removal")


class _Watched(Arriving):
    """A file on its way under this power."""

    def __init__(self, power: Power, path: Path, data: bytes, mode: int) -> None:
        super().__init__(path, data, mode)
        self._power = power
        self._data = data

    def arrive(self) -> None:
        """As inherited."""
        self._power.arrival(self.path, self._data)
        super().arrive()
        self._power.point("after a file")


class SimulatedCasebook(Casebook):
    """The real casebook with points around its transactions."""

    power: Power

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """As inherited."""
        self.power.point("before a transaction")
        before: dict[str, bytes] | None = None
        with super().write() as tx:
            yield tx
            if self.power.due("before a commit"):
                self.power.cut()
            if self.power.cut_at == self.power.points + 1:
                before = read_book(self.home)
        if self.power.due("inside a commit"):
            self.power.cut(before)
        self.power.point("after a commit")


@contextmanager
def powered(power: Power) -> Iterator[None]:
    """Package files of the product pass through ``power`` meanwhile (one terminal at a time)."""
    steps = {"Arriving": power.arriving, "remove_durably": power.remove}
    old = {name: getattr(packages_module, name) for name in steps}
    for name, step in steps.items():
        setattr(packages_module, name, step)
    try:
        yield
    finally:
        for name, step in old.items():
            setattr(packages_module, name, step)


def read_book(home: Home) -> dict[str, bytes]:
    """The casebook's files as they stand."""
    found = {name: home.path / name for name in _BOOK}
    return {name: path.read_bytes() for name, path in found.items() if path.exists()}


def write_book(home: Home, book: dict[str, bytes]) -> None:
    """Put the casebook's files back."""
    for name in (*_BOOK, "casebook.db-shm"):
        (home.path / name).unlink(missing_ok=True)
    for name, data in book.items():
        (home.path / name).write_bytes(data)


def clone(source: Home, target: Path) -> Home:
    """A copy of a whole disk, device key and all."""
    shutil.copytree(source.path, target)
    return Home(target)
