"""What is shown for a moment and hides by itself: a contact card on the agent's desk.

Rules (of the counter, 14 and 18): it stands alone over a blank page; after half a minute, with the
session, or when its page is shown anew it is gone; it is never read aloud. Time is the injected
clock's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Property, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.session import Session

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

SHOWN_FOR: Final = 30
_LOOK_EVERY_MS: Final = 250


@dataclass(frozen=True, slots=True, repr=False)
class RevealView:
    """``remaining``: seconds until it hides."""

    open: bool = False
    title: str = ""
    text: str = ""
    remaining: int = SHOWN_FOR


@QmlElement
class RevealController(Controller):
    """Something for the signed-in agent's eyes, for half a minute."""

    openChanged = Signal()
    titleChanged = Signal()
    textChanged = Signal()
    remainingChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, RevealView())
        self._until = 0.0
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        session.ended.connect(self.hide)

    open = Property(bool, shown("open"), notify=openChanged)
    title = Property(str, shown("title"), notify=titleChanged)
    text = Property(str, shown("text"), notify=textChanged)
    remaining = Property(int, shown("remaining"), notify=remainingChanged)
    whole = Property(int, lambda _: SHOWN_FOR, constant=True)

    def show(self, title: str, text: str) -> None:
        """Show this, from now on for half a minute."""
        self._until = self.session.clock.monotonic() + SHOWN_FOR
        self.change(open=True, title=title, text=text, remaining=SHOWN_FOR)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """See how much time is left."""
        remaining = math.ceil(self._until - self.session.clock.monotonic())
        if remaining <= 0:
            self.hide()
        else:
            self.change(remaining=remaining)

    @Slot()
    def hide(self) -> None:
        """看好了: gone at once."""
        self._timer.stop()
        self.reset()
