"""Files that survive a power cut: written beside, flushed, renamed, folder flushed.

Rules: a reader sees the old file or the new one, never half of one; private files are 0600 in a
folder of 0700 from their first byte.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file atomically and durably."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o600 if private else 0o644)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    flush_folder(path.parent)


def write_once(path: Path, data: bytes) -> bytes:
    """Write a private file unless it exists; whoever comes first wins.

    Returns:
        What the file holds now.
    """
    private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    write_file(draft, data, private=True)
    try:
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    flush_folder(path.parent)
    return path.read_bytes()


def private_folder(path: Path) -> Path:
    """The folder, made if need be, for the owner only."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def flush_folder(path: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
