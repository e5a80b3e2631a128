"""Locks between processes (flock): they die with their holder and leave nothing to clean up.

Rules: ``sync.lock`` – only its holder sends; ``ui.lock`` – one window; ``home.lock`` – shared while
a package and its row are being saved, exclusive while files without a row are swept or the
casebook is migrated. A busy lock is waited for, then told with exit status 3.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.files import PRIVATE_FILE, disk

WAIT: Final = 10.0
_PAUSE: Final = 0.02


@contextmanager
def locked(
    path: Path, *, wait: float = WAIT, shared: bool = False, code: str = "busy", message: str
) -> Iterator[None]:
    """Hold a lock file for the block.

    Args:
        path: the lock file; it is created and never removed.
        wait: seconds to wait for another holder.
        shared: several shared holders are possible at once, none beside an exclusive one.
        code: of the problem when it stays busy.
        message: the sentence of that problem.

    Raises:
        EnvironmentProblem: another process holds it for longer than ``wait``.
    """
    with disk(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        _acquire(handle, kind, wait, EnvironmentProblem(code, message, path=str(path)))
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, kind: int, wait: float, busy: EnvironmentProblem) -> None:
    # A lock belongs to real processes, so the wait is real time, not the station's clock.
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise busy from None
            time.sleep(_PAUSE)
        else:
            return
