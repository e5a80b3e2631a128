"""Ballast: room on the disk that is given up when the disk is full.

Rules: the file is really allocated, never sparse; it goes when so little is free that what was
acknowledged could no longer be recorded, sent and tidied away, and comes back when there is room
again. Giving it up never lets new applications in: even then less is free than they are asked for
(``home.LEAST_FREE``). A demonstration keeps none.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

from kiosk.store.files import PRIVATE_FILE, TEMPORARY, disk, fsync_folder, remove_durably
from kiosk.store.home import LEAST_FREE, Home

SIZE: Final = 32 * 1024 * 1024
LOW: Final = 16 * 1024 * 1024
"""Free bytes below which the ballast is given up; with it, still less than ``LEAST_FREE``."""
_BLOCK: Final = 512


def wanted(home: Home) -> bool:
    """Whether this station is to have one."""
    return home.exists() and not home.settings().demo


def stands(home: Home) -> bool:
    """Whether it is there in full."""
    try:
        found = home.ballast.stat()
    except FileNotFoundError:
        return False
    return found.st_size >= SIZE and found.st_blocks * _BLOCK >= SIZE


def fits(home: Home) -> bool:
    """Whether the disk has room for it."""
    return home.free_bytes() > LEAST_FREE + 2 * SIZE


def tend(home: Home) -> None:
    """Give it up or bring it back, as the disk allows.

    Raises:
        EnvironmentProblem: the disk is broken.
    """
    if home.free_bytes() < LOW:
        release(home)
    elif wanted(home) and not stands(home) and fits(home):
        _lay_down(home)


def release(home: Home) -> bool:
    """Give it up; whether there was something to give."""
    there = home.ballast.exists()
    remove_durably(home.ballast)
    return there


def _lay_down(home: Home) -> None:
    temporary = home.ballast.with_name(f".{home.ballast.name}{TEMPORARY}")
    with disk(home.ballast):
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            os.posix_fallocate(handle, 0, SIZE)
            os.fsync(handle)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        finally:
            os.close(handle)
        temporary.replace(home.ballast)
        fsync_folder(home.path)
