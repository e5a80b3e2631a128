"""Folders on a stick: storage that may be full, pulled out, lying or hostile.

Rules:

* Everything goes through the handle of an opened folder and one plain name below it: no link is
  followed and nothing outside the folder can be reached, whatever stands on the stick.
* Only plain files are read, never more of one than the caller allows, never more entries than the
  caller allows.
* A file is written under a temporary name, fsynced and renamed; that it really is there is known
  only after it was read again past the cache, which the caller does when all is written: a stick
  with less room than it claims overwrites what it took first.
* What the stick refuses becomes one sentence, never a traceback.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kiosk.domain.problems import EnvironmentProblem, InputProblem, Problem
from sync.bundle.layout import Entry

TEMPORARY: Final = ".tmp"
_PIECE: Final = 1024 * 1024
_READABLE: Final = 0o644  # another person's machine must read it, and nothing in it is in clear
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_NOT_PLAIN: Final = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO})
_CANNOT_FSYNC: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})


class StickFolder:
    """An opened folder of a stick; a context manager.

    Args:
        handle: of the folder; closed with this object.
        where: for messages only.
    """

    def __init__(self, handle: int, where: Path) -> None:
        self._handle = handle
        self.where = where

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the folder that a person named.

        Raises:
            InputProblem: there is no such folder (``no-stick``).
            EnvironmentProblem: the stick refuses.
        """
        try:
            return cls(os.open(path, _FOLDER), path)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise InputProblem(
                "no-stick", f"{path} is not a folder; name the folder of the stick", path=str(path)
            ) from error
        except OSError as error:
            raise stick_problem(error, path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._handle)

    def child(self, name: str) -> StickFolder | None:
        """A folder below this one; None: there is nothing of that name.

        Raises:
            InputProblem: it is a link or no folder (``not-plain``).
        """
        where = self.where / name
        try:
            handle = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=self._handle)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise stick_problem(error, where) from error
        return StickFolder(handle, where)

    def make(self, name: str) -> StickFolder:
        """A folder below this one, made if need be."""
        with _stick(self.where / name), suppress(FileExistsError):
            os.mkdir(name, dir_fd=self._handle)
        self.sync()
        found = self.child(name)
        if found is None:
            raise stick_problem(OSError(errno.EIO, "it vanished"), self.where / name)
        return found

    def names(self, most: int) -> list[str]:
        """The names in this folder, sorted.

        Raises:
            InputProblem: more than ``most`` (``too-many-files``).
        """
        with _stick(self.where), os.scandir(self._handle) as entries:
            found = sorted(entry.name for entry in islice(entries, most + 1))
        if len(found) > most:
            raise InputProblem(
                "too-many-files",
                f"{self.where} holds more than {most} files; use a stick of its own",
                path=str(self.where),
            )
        return found

    def exists(self, name: str) -> bool:
        """Whether anything of that name stands here."""
        with _stick(self.where / name):
            try:
                os.stat(name, dir_fd=self._handle, follow_symlinks=False)
            except FileNotFoundError:
                return False
            return True

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a plain file.

        Raises:
            InputProblem: missing, no plain file, or longer than ``most``.
        """
        with _stick(self.where / name), self._opened(name) as handle:
            size = os.fstat(handle).st_size
            if size > most:
                raise InputProblem(
                    "too-large",
                    f"{name} has {size} bytes; at most {most} are read",
                    path=str(self.where / name),
                )
            return b"".join(_pieces(handle, size))

    def holds(self, entry: Entry) -> bool:
        """Whether the listed file really is there: read from the stick, past the cache."""
        hasher = hashlib.sha256()
        try:
            with _stick(self.where / entry.name), self._opened(entry.name) as handle:
                if os.fstat(handle).st_size != entry.size:
                    return False
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
                for piece in _pieces(handle, entry.size):
                    hasher.update(piece)
        except InputProblem:
            return False
        return hasher.hexdigest() == entry.digest

    def write(self, name: str, data: bytes) -> None:
        """Put a file in its place: temporary name, fsync, rename, fsync of the folder.

        Raises:
            EnvironmentProblem: the stick is full, read-only, pulled or broken.
        """
        temporary = name + TEMPORARY
        with _stick(self.where / name):
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=self._handle)
            try:
                self._write_new(temporary, data)
                os.rename(temporary, name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
            except OSError:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=self._handle)
                raise
        self.sync()

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        with _stick(self.where / name), suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._handle)

    def remove_empty(self, name: str) -> bool:
        """Remove an empty folder; whether it went."""
        try:
            os.rmdir(name, dir_fd=self._handle)
        except OSError:
            return False
        self.sync()
        return True

    def sync(self) -> None:
        """Make names of this folder durable, as far as its file system knows how."""
        with _stick(self.where):
            try:
                os.fsync(self._handle)
            except OSError as error:
                if error.errno not in _CANNOT_FSYNC:
                    raise

    def _write_new(self, name: str, data: bytes) -> None:
        handle = os.open(name, _NEW, _READABLE, dir_fd=self._handle)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest[:_PIECE]) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    @contextmanager
    def _opened(self, name: str) -> Iterator[int]:
        # Looked at before it is opened: opening a device may already do something.
        _check_plain(os.stat(name, dir_fd=self._handle, follow_symlinks=False), self.where / name)
        handle = os.open(name, _READ, dir_fd=self._handle)
        try:
            _check_plain(os.fstat(handle), self.where / name)
            yield handle
        finally:
            os.close(handle)


def stick_problem(error: OSError, where: Path) -> Problem:
    """What a failed operation on a stick means to the person who holds it."""
    path = str(where)
    if isinstance(error, FileNotFoundError):
        return InputProblem("missing", f"{path} is not there: the stick was changed", path=path)
    if error.errno in _FULL:
        return EnvironmentProblem(
            "stick-full",
            f"the stick is full at {path}; free some space and repeat: what it holds already is "
            "not written twice",
            path=path,
        )
    if error.errno in _READ_ONLY:
        return EnvironmentProblem(
            "stick-read-only",
            f"the stick refuses {path} ({error.strerror}); look for its lock, or use another one",
            path=path,
        )
    if error.errno in _NOT_PLAIN:
        return InputProblem(
            "not-plain", f"{path} is a link or a device, not a plain file or folder", path=path
        )
    return EnvironmentProblem(
        "stick-gone",
        f"the stick failed at {path} ({error.strerror}): it was pulled out or is broken; put it "
        "in and repeat",
        path=path,
    )


@contextmanager
def _stick(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise stick_problem(error, where) from error


def _check_plain(found: os.stat_result, where: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise InputProblem("not-plain", f"{where} is not a plain file", path=str(where))


def _pieces(handle: int, size: int) -> Iterator[bytes]:
    """At most ``size`` bytes of a file, however it grows meanwhile."""
    left = size
    while left > 0 and (piece := os.read(handle, min(_PIECE, left))):
        left -= len(piece)
        yield piece
