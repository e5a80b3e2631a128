"""Durable files.

Rules: a file appears under its name complete and fsynced or not at all (temporary file, fsync,
rename, fsync of the folder); files are 0600, folders 0700; what the disk refuses becomes an
``EnvironmentProblem`` with one sentence, never a traceback.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.domain.problems import EnvironmentProblem

PRIVATE_FILE = 0o600
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


def write_durably(path: Path, data: bytes) -> None:
    """Put ``data`` under ``path``; a power cut leaves either it or what stood there before.

    Raises:
        EnvironmentProblem: the disk is full, read-only or broken; the old file still stands.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}{TEMPORARY}")
    with disk(path):
        try:
            _write_new(temporary, data)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        fsync_folder(path.parent)


def _write_new(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    handle = os.open(path, flags, PRIVATE_FILE)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


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
