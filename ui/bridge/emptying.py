"""What QML makes of our types is emptied when QML destroys it.

Rules: PySide never lets go of the Python side of an object that QML made: every signature field,
code, picture and key surface of every person would stay in memory with all that they hold. So each
such type calls :func:`empty_when_destroyed` at the end of its ``__init__``; an empty shell remains.
"""

from __future__ import annotations

from PySide6.QtCore import QObject


def empty_when_destroyed(made: QObject) -> None:
    """Drop every attribute of ``made`` when Qt destroys it."""
    made.destroyed.connect(vars(made).clear)
