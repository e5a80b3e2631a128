"""A disk in memory that forgets, reorders and tears what was not synced.

Rules: every change is a step of a log; a crash is a place in the log. What was synced before it
stands; every later change of contents is kept, dropped or torn sector by sector, in any order;
names of a folder that was not synced are kept up to some point, or each by luck. The same seed
gives the same disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, TypeAlias

SECTOR: Final = 512


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes put into a file."""

    inode: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file set to a size."""

    inode: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Everything of a file made durable."""

    inode: int


@dataclass(frozen=True, slots=True)
class Link:
    """A name given to a file; with ``inode`` None: taken away."""

    name: str
    inode: int | None


@dataclass(frozen=True, slots=True)
class Rename:
    """A name changed; one indivisible change of the folder."""

    source: str
    target: str
    inode: int


@dataclass(frozen=True, slots=True)
class SyncFolder:
    """All names of a folder made durable."""

    folder: str


@dataclass(frozen=True, slots=True)
class Said:
    """A promise made to a person."""

    what: str


Change: TypeAlias = Write | Truncate | Sync | Link | Rename | SyncFolder | Said
Naming: TypeAlias = Link | Rename


def folder_of(name: str) -> str:
    """The folder that holds a name."""
    return name.rpartition("/")[0]


@dataclass(slots=True)
class SimulatedDisk:
    """Files as the running system sees them, and the log of how they came to be."""

    names: dict[str, int] = field(default_factory=dict)
    files: dict[int, bytearray] = field(default_factory=dict)
    log: list[Change] = field(default_factory=list)

    @classmethod
    def holding(cls, files: Mapping[str, bytes]) -> SimulatedDisk:
        """A disk on which these files are durable."""
        disk = cls()
        for name, data in files.items():
            inode = disk.create(name)
            disk.write(inode, 0, data)
            disk.sync(inode)
            disk.sync_folder(folder_of(name))
        return disk

    def create(self, name: str) -> int:
        """Give a new, empty file a name."""
        inode = len(self.files) + 1
        self.files[inode] = bytearray()
        self.names[name] = inode
        self.log.append(Link(name, inode))
        return inode

    def write(self, inode: int, offset: int, data: bytes) -> None:
        """Put bytes into a file."""
        put(self.files[inode], offset, data)
        self.log.append(Write(inode, offset, bytes(data)))

    def truncate(self, inode: int, size: int) -> None:
        """Set the size of a file."""
        resize(self.files[inode], size)
        self.log.append(Truncate(inode, size))

    def sync(self, inode: int) -> None:
        """Make a file durable."""
        self.log.append(Sync(inode))

    def sync_folder(self, folder: str) -> None:
        """Make the names of a folder durable."""
        self.log.append(SyncFolder(folder))

    def rename(self, source: str, target: str) -> None:
        """Change a name."""
        inode = self.names.pop(source)
        self.names[target] = inode
        self.log.append(Rename(source, target, inode))

    def unlink(self, name: str) -> None:
        """Take a name away."""
        del self.names[name]
        self.log.append(Link(name, None))

    def say(self, what: str) -> None:
        """A promise is made now."""
        self.log.append(Said(what))


def put(file: bytearray, offset: int, data: bytes) -> None:
    """Write into a file, which grows with zeros where it is too short."""
    if len(file) < offset:
        file.extend(bytes(offset - len(file)))
    file[offset : offset + len(data)] = data


def resize(file: bytearray, size: int) -> None:
    """Cut a file, or let it grow with zeros."""
    del file[size:]
    file.extend(bytes(size - len(file)))


@dataclass(slots=True)
class _Platter:
    """What is durable, and what is still on its way."""

    files: dict[int, bytearray] = field(default_factory=dict)
    pending: dict[int, list[Write | Truncate]] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    naming: list[Naming] = field(default_factory=list)

    def take(self, change: Change) -> None:
        match change:
            case Write() | Truncate():
                self.pending.setdefault(change.inode, []).append(change)
            case Sync():
                file = self.files.setdefault(change.inode, bytearray())
                for step in self.pending.pop(change.inode, []):
                    apply(file, step)
            case Link() | Rename():
                self.naming.append(change)
            case SyncFolder():
                self._settle(change.folder)
            case Said():
                pass

    def _settle(self, folder: str) -> None:
        later: list[Naming] = []
        for naming in self.naming:
            if folder in folders_of(naming):
                name(self.names, naming)
            else:
                later.append(naming)
        self.naming = later


def folders_of(naming: Naming) -> set[str]:
    """The folders that a change of names touches."""
    if isinstance(naming, Link):
        return {folder_of(naming.name)}
    return {folder_of(naming.source), folder_of(naming.target)}


def name(names: dict[str, int], naming: Naming) -> None:
    """Carry out a change of names."""
    if isinstance(naming, Rename):
        names.pop(naming.source, None)
        names[naming.target] = naming.inode
    elif naming.inode is None:
        names.pop(naming.name, None)
    else:
        names[naming.name] = naming.inode


def apply(file: bytearray, step: Write | Truncate) -> None:
    """Carry out a change of contents."""
    if isinstance(step, Write):
        put(file, step.offset, step.data)
    else:
        resize(file, step.size)


def after_cut(log: Iterable[Change], luck: Random) -> dict[str, bytes]:
    """What stands on the disk when the power goes after ``log``."""
    platter = _Platter()
    for change in log:
        platter.take(change)
    kept = luck.choice((0.0, 0.2, 0.5, 0.9, 1.0))
    for inode, steps in platter.pending.items():
        _spill(platter.files.setdefault(inode, bytearray()), steps, kept, luck)
    names = dict(platter.names)
    for naming in _some(platter.naming, luck):
        name(names, naming)
    return {found: bytes(platter.files.get(inode, b"")) for found, inode in names.items()}


def _some(namings: list[Naming], luck: Random) -> list[Naming]:
    if luck.random() < 0.7:
        return namings[: luck.randint(0, len(namings))]
    return [naming for naming in namings if luck.random() < 0.5]


def _spill(file: bytearray, steps: list[Write | Truncate], kept: float, luck: Random) -> None:
    """Let some sectors of unsynced changes reach the platter, in any order."""
    pieces: list[Write | Truncate] = []
    for step in steps:
        if isinstance(step, Truncate):
            pieces.append(step)
            continue
        pieces.extend(_sectors(step))
    chosen = [piece for piece in pieces if luck.random() < kept]
    if luck.random() < 0.5:
        luck.shuffle(chosen)
    for piece in chosen:
        torn = isinstance(piece, Write) and luck.random() < 0.03
        if torn and isinstance(piece, Write):
            cut = luck.randint(0, len(piece.data))
            apply(file, Write(piece.inode, piece.offset, piece.data[:cut]))
        else:
            apply(file, piece)


def _sectors(write: Write) -> Iterable[Write]:
    start, end = write.offset, write.offset + len(write.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        data = write.data[start - write.offset : stop - write.offset]
        yield Write(write.inode, start, data)
        start = stop
