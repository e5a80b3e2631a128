"""A witness beside the casebook: the last sequence number that a commit made durable.

Rules: it is noted after the commit and never waited for, so it costs no flush and no save fails by
it; it can lag behind (a power cut, a copied home) but never run ahead, so a number above the
casebook's counter proves that the casebook forgot a promise. What is missing, torn or strange says
nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

from kiosk.store.files import PRIVATE_FILE
from kiosk.store.home import Home

_DIGITS: Final = 20
_END: Final = b"\n"


def note_committed(home: Home, sequence: int) -> None:
    """Remember that this number was committed; what the disk refuses is no loss."""
    if noted(home) >= sequence:
        return
    with suppress(OSError):
        handle = os.open(home.witness, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            os.pwrite(handle, b"%0*d" % (_DIGITS, sequence) + _END, 0)
        finally:
            os.close(handle)


def noted(home: Home) -> int:
    """The highest number that is known to have been committed; 0: nothing is known."""
    try:
        text = home.witness.read_bytes()
    except OSError:
        return 0
    digits = text.removesuffix(_END)
    whole = len(text) == _DIGITS + len(_END) and len(digits) == _DIGITS and digits.isdigit()
    return int(digits) if whole else 0
