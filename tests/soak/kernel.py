"""Cuts by the kernel: ext4 is shut down under a working process, without writing its log.

Rules: the whole store works there as in the product (SQLCipher, packages, audit trail); only what
was read from the worker's pipe before the cut began counts as promised; then the file system is
mounted again, which replays its journal as after a power cut. Needs root and a loop device.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch
from uuid import UUID

import sqlcipher3.dbapi2 as sqlcipher

from kiosk.store import sqlite
from kiosk.store.casebook import Casebook
from kiosk.store.directory_apply import build_full
from kiosk.store.home import Home
from tests.helpers.crashes import Step, faults, for_ever, honest, ids_in, in_child, row_first
from tests.helpers.stores import HandClock, new_home
from tests.soak.kills import ORIGIN, half, replacing, two_directories
from tests.soak.ledger import Batch, Control

_SHUTDOWN: Final = 0x8004587D
_NO_LOG_FLUSH: Final = struct.pack("I", 2)
_SIZE: Final = 48 * 1024 * 1024
_CUTS: Final = 40
_IN_MEMORY: Final = Path("/dev/shm")
CONTROLS: Final[dict[str, tuple[str, Step]]] = {
    "synchronous NORMAL": ("NORMAL", honest),
    "synchronous OFF": ("OFF", honest),
    "row before package": ("FULL", row_first),
}


def not_runnable() -> str | None:
    """Why this machine cannot do it; None: it can."""
    if os.geteuid() != 0:
        return "cutting a file system needs root"
    if shutil.which("mkfs.ext4") is None:
        return "mkfs.ext4 is missing"
    with TemporaryDirectory(prefix="soak-") as folder:
        try:
            disk = ExtDisk.made(Path(folder))
            with disk.mounted():
                pass
        except subprocess.CalledProcessError as error:
            return f"an ext4 image cannot be mounted ({error.stderr.decode().strip()})"
    return None


@dataclass(frozen=True)
class ExtDisk:
    """An ext4 file system in a file."""

    image: Path
    pristine: Path
    point: Path

    @classmethod
    def made(cls, folder: Path) -> ExtDisk:
        """A new file system with an empty station on it."""
        disk = cls(folder / "image", folder / "pristine", folder / "point")
        disk.point.mkdir()
        with disk.image.open("wb") as file:
            file.truncate(_SIZE)
        _run("mkfs.ext4", "-q", "-F", str(disk.image))
        with disk.mounted():
            Casebook.create(new_home(disk.home.path), HandClock()).close()
        _run("cp", "--sparse=always", str(disk.image), str(disk.pristine))
        return disk

    @property
    def home(self) -> Home:
        """The station on it."""
        return Home(self.point / "home")

    def renew(self) -> None:
        """Begin again with the empty station."""
        _run("cp", "--sparse=always", str(self.pristine), str(self.image))

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Mount it for the block."""
        _run("mount", "-o", "loop", str(self.image), str(self.point))
        try:
            yield
        finally:
            _run("umount", str(self.point))

    def cut(self) -> None:
        """The power goes: nothing reaches the disk any more, not even the journal's buffers."""
        handle = os.open(self.point, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(handle, _SHUTDOWN, _NO_LOG_FLUSH)
        finally:
            os.close(handle)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def weakened(synchronous: str) -> Iterator[None]:
    """Connections of this and forked processes with another ``synchronous`` than FULL."""
    real = sqlite._configure

    def configure(connection: sqlcipher.Connection, path: Path) -> None:
        real(connection, path)
        connection.execute(f"PRAGMA synchronous = {synchronous}")

    with patch.object(sqlite, "_configure", configure):
        yield


def cut_once(disk: ExtDisk, step: Step, luck: Random) -> set[UUID]:
    """Let a process save, cut, and end it; what it had promised before the cut."""
    with disk.mounted():
        pid, pipe = in_child(disk.home, for_ever(step))
        said = os.read(pipe, 16)
        wanted = 16 * luck.randint(1, 5)
        while len(said) <= wanted:
            more = os.read(pipe, 4096)
            assert more, "the worker ended by itself"
            said += more
        time.sleep(luck.random() * 0.02)
        os.set_blocking(pipe, False)
        with suppress(BlockingIOError):
            said += os.read(pipe, 65536)
        disk.cut()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(pipe)
    return set(ids_in(said[: len(said) // 16 * 16]))


def batch(luck: Random, _folder: Path) -> Batch:
    """Some cuts of one station, then of weakened ones."""
    promised: set[UUID] = set()
    found: list[str] = []
    with TemporaryDirectory(prefix="soak-", dir=_place()) as folder:
        disk = ExtDisk.made(Path(folder))
        trials = 0
        while trials < _CUTS and not found:
            promised |= cut_once(disk, honest, luck)
            trials += 1
            with disk.mounted():
                found = faults(disk.home, promised)
        noticed = {name: control(disk, name, luck, 2) for name in CONTROLS}
    return Batch(trials, len(promised), tuple(found), controls=noticed)


def control(disk: ExtDisk, name: str, luck: Random, times: int) -> Control:
    """Cut a weakened store; how often that showed."""
    synchronous, step = CONTROLS[name]
    caught = 0
    for _ in range(times):
        disk.renew()
        with weakened(synchronous):
            promised = cut_once(disk, step, luck)
        with disk.mounted():
            caught += bool(faults(disk.home, promised))
    return Control(times, caught)


def directories(luck: Random, folder: Path) -> Batch:
    """The directory is replaced again and again and cut: one of two whole versions stands.

    There is no negative control: ext4 itself writes a file out before a rename over another one,
    so a forgotten fsync does not show here. The order of the calls has a test of its own.
    """
    files = two_directories(folder)
    with TemporaryDirectory(prefix="soak-", dir=_place()) as memory:
        disk = ExtDisk.made(Path(memory))
        found = [fault for _ in range(_CUTS) for fault in cut_directory(disk, files, luck)]
    return Batch(_CUTS, 0, tuple(found))


def cut_directory(disk: ExtDisk, files: tuple[Path, Path], luck: Random) -> list[str]:
    """Cut once while the directory is being replaced; what is wrong with it afterwards."""
    target = disk.point / "directory.db"
    with disk.mounted():
        build_full(files[0], target, ORIGIN)
        pid = os.fork()
        if pid == 0:
            try:
                replacing(files, target)
            finally:
                os._exit(70)
        time.sleep(0.03 + luck.random() * 0.1)
        disk.cut()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    with disk.mounted():
        return half(target)


def _place() -> Path | None:
    """Memory, where there is some: the disk under the file system is not what is tested."""
    return _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
