"""Durable files.

Rules: a file appears under its name complete and fsynced or not at all (temporary file, fsync,
rename, fsync of the folder); files are 0600, folders 0700; what the disk refuses becomes an
``EnvironmentProblem`` with one sentence, never a traceback. Between writing and fsync there is no
promise: :class:`Arriving` lets the disk work meanwhile and the caller go on.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.domain.problems import EnvironmentProblem

PRIVATE_FILE = 0o600
SEALED_FILE = 0o400
PRIVATE_FOLDER = 0o700
TEMPORARY = ".tmp"

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_UNWRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR})


def disk_problem(error: OSError, path: Path) -> EnvironmentProblem:
    """What a failed file operation means to the person in front of the machine."""
    where = str(path)
    if error.errno in _FULL:
        return EnvironmentProblem(
            "disk-full", f"the disk is full at {where}; free some space, then try again", path=where
        )
    if error.errno in _UNWRITABLE:
        return EnvironmentProblem(
            "unwritable",
            f"{where} cannot be written ({error.strerror}); check its owner and permissions",
            path=where,
        )
    return EnvironmentProblem(
        "disk-error", f"the disk failed at {where} ({error.strerror}); check the disk", path=where
    )


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Turn every ``OSError`` of the block into the problem it means for ``path``."""
    try:
        yield
    except OSError as error:
        raise disk_problem(error, path) from error


def make_private(folder: Path) -> None:
    """Create a 0700 folder (and its parents) unless it is there; narrow it when it is wider."""
    with disk(folder):
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(PRIVATE_FOLDER)


def fsync_folder(folder: Path) -> None:
    """Make a rename or a new name inside ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Arriving:
    """A file on its way: whole under a temporary name, neither durable nor visible yet.

    The kernel is asked to write it out at once, so that the disk works while the caller prepares
    what follows; :meth:`arrive` waits for the rest of it.

    Args:
        path: its name once it is durable.
        data: all of it.
        mode: its permissions.

    Raises:
        EnvironmentProblem: the disk is full, read-only or broken; nothing is left of it.
    """

    def __init__(self, path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
        self.path = path
        self._temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}{TEMPORARY}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with disk(path):
            self._handle: int | None = os.open(self._temporary, flags, mode)
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self._handle, rest) :]
                _begin_writing_out(self._handle)
            except OSError:
                self.abandon()
                raise

    def arrive(self) -> None:
        """Make it durable, then let it appear under its name, durably.

        Raises:
            EnvironmentProblem: the disk refused; what stood under the name before stands there
                still, or the name may be lost by a power cut.
        """
        assert self._handle is not None, "it has arrived or was abandoned"
        with disk(self.path):
            try:
                os.fsync(self._handle)
                self._close()
                self._temporary.replace(self.path)
            except OSError:
                self.abandon()
                raise
            fsync_folder(self.path.parent)

    def abandon(self) -> None:
        """Leave nothing of a file that did not arrive; one that did stays."""
        with suppress(OSError):
            self._close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def _close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


def _begin_writing_out(handle: int) -> None:
    # Linux starts to write the pages of a file out when it is told that they are not needed any
    # more, and keeps those that are on their way. A hint: what does not take it only costs time.
    with suppress(OSError):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def write_durably(path: Path, data: bytes) -> None:
    """Put ``data`` under ``path``; a power cut leaves either it or what stood there before.

    Raises:
        EnvironmentProblem: the disk is full, read-only or broken; the old file still stands.
    """
    Arriving(path, data).arrive()


def make_durable_again(path: Path) -> None:
    """Fsync a file and its name: whoever wrote it may have died before doing so."""
    with disk(path):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        fsync_folder(path.parent)


def move_durably(source: Path, target: Path) -> None:
    """Rename across folders of one file system and make both folders durable."""
    with disk(target):
        source.replace(target)
        fsync_folder(target.parent)
        fsync_folder(source.parent)


def remove_durably(path: Path) -> None:
    """Remove a file if it is there, durably."""
    with disk(path):
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            fsync_folder(path.parent)
