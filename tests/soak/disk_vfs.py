"""SQLite on the simulated disk, and a disk that fails at a chosen call.

Rules: only what changes the disk counts as a call; a journal or WAL that is new gets its name
synced with its first sync, as SQLite's own Unix layer does; one connection at a time (exclusive
locking: a WAL without shared memory).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import apsw

from tests.soak.simulated_disk import SimulatedDisk, folder_of

_numbers = count(1)
_WITH_FOLDER: Final = (
    apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL
)


class Trouble:
    """When the disk fails.

    Args:
        nth: the number of the call that fails, from 0; None: never.
        lasting: whether every later call fails too.
        full: whether the disk is full (else it is broken).
    """

    def __init__(
        self, nth: int | None = None, *, lasting: bool = False, full: bool = False
    ) -> None:
        self._nth = nth
        self._lasting = lasting
        self._error = apsw.FullError if full else apsw.IOError
        self.calls = 0
        self.struck = False

    def call(self) -> None:
        """One call that changes the disk; raises if it is to fail."""
        number = self.calls
        self.calls += 1
        if self._nth is None:
            return
        if number == self._nth or (self._lasting and number > self._nth):
            self.struck = True
            raise self._error("the simulated disk")


class _File:
    """An open file of SQLite."""

    def __init__(self, disk: SimulatedDisk, name: str, flags: int, trouble: Trouble) -> None:
        self._disk = disk
        self._name = name
        self._trouble = trouble
        self._fresh = bool(flags & _WITH_FOLDER)
        self._lock = apsw.SQLITE_LOCK_NONE
        found = disk.names.get(name)
        if found is None:
            trouble.call()
            found = disk.create(name)
        self._inode = found
        self._throw_away = bool(flags & apsw.SQLITE_OPEN_DELETEONCLOSE)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 (SQLite's own name)
        return bytes(self._disk.files[self._inode][offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 (the same)
        self._trouble.call()
        self._disk.write(self._inode, offset, bytes(data))

    def xTruncate(self, size: int) -> None:  # noqa: N802 (the same)
        self._trouble.call()
        self._disk.truncate(self._inode, size)

    def xSync(self, _flags: int) -> None:  # noqa: N802 (the same)
        self._trouble.call()
        self._disk.sync(self._inode)
        if self._fresh:
            self._disk.sync_folder(folder_of(self._name))
            self._fresh = False

    def xFileSize(self) -> int:  # noqa: N802 (the same)
        return len(self._disk.files[self._inode])

    def xLock(self, level: int) -> None:  # noqa: N802 (the same)
        self._lock = max(self._lock, level)

    def xUnlock(self, level: int) -> None:  # noqa: N802 (the same)
        self._lock = min(self._lock, level)

    def xCheckReservedLock(self) -> bool:  # noqa: N802 (the same)
        return self._lock >= apsw.SQLITE_LOCK_RESERVED

    def xFileControl(self, _operation: int, _pointer: int) -> bool:  # noqa: N802 (the same)
        return False

    def xSectorSize(self) -> int:  # noqa: N802 (the same)
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802 (the same)
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xClose(self) -> None:  # noqa: N802 (the same)
        if self._throw_away:
            self._disk.names.pop(self._name, None)


class _Vfs(apsw.VFS):
    """The simulated disk as SQLite sees it."""

    def __init__(self, disk: SimulatedDisk, trouble: Trouble) -> None:
        self.disk = disk
        self.trouble = trouble
        self.label = f"simulated-{next(_numbers)}"
        super().__init__(self.label, base="")

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: ANN401, N802 (apsw's own)
        text = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        flags[1] = flags[0]
        return _File(self.disk, text.removeprefix("/"), flags[0], self.trouble)

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802 (the same)
        plain = name.removeprefix("/")
        self.trouble.call()
        if plain not in self.disk.names:
            raise apsw.IOError("no such file")
        self.disk.unlink(plain)
        if sync_folder:
            self.disk.sync_folder(folder_of(plain))

    def xAccess(self, name: str, _flags: int) -> bool:  # noqa: N802 (the same)
        return name.removeprefix("/") in self.disk.names

    def xFullPathname(self, name: str) -> str:  # noqa: N802 (the same)
        return name


@contextlib.contextmanager
def database(
    disk: SimulatedDisk, name: str, trouble: Trouble | None = None
) -> Iterator[apsw.Connection]:
    """A connection to a file of the disk, without shared memory."""
    vfs = _Vfs(disk, trouble or Trouble())
    connection = apsw.Connection(f"/{name}", vfs=vfs.label)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        yield connection
    finally:
        with contextlib.suppress(apsw.Error):
            connection.close()
        vfs.unregister()
