"""Idle: nobody touches the machine; ask, count down, then wipe.

Rules:

* 120 s without a touch (staff pages 300 s) bring the question "您还在吗？"; 60 s later the session
  ends by itself. Each second is shown. The page under the question is blank.
* Time is the injected clock's monotonic time; a timer only looks at it. Reading aloud counts as a
  touch. On the attract page nobody is there, so nothing runs out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Property, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.session import Session
from ui.navigation import STAFF_PAGES

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

RESIDENT_WAIT: Final = 120.0
STAFF_WAIT: Final = 300.0
COUNTDOWN: Final = 60
_LOOK_EVERY_MS: Final = 250


@dataclass(frozen=True, slots=True)
class IdleView:
    """``remaining``: seconds until the session ends."""

    asking: bool = False
    remaining: int = COUNTDOWN


@QmlElement
class IdleController(Controller):
    """Watches for the absence of touches."""

    askingChanged = Signal()
    remainingChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, IdleView())
        self._touched_at = session.clock.monotonic()
        session.moved.connect(self.touched)
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    asking = Property(bool, shown("asking"), notify=askingChanged)
    remaining = Property(int, shown("remaining"), notify=remainingChanged)
    whole = Property(int, lambda _: COUNTDOWN, constant=True)

    @Slot()
    def touched(self) -> None:
        """Somebody touched the glass; while the question stands only its answer counts."""
        if not self.view.asking:
            self._touched_at = self.session.clock.monotonic()

    @Slot()
    def look(self) -> None:
        """See how long nobody touched, and act on it."""
        if not self.session.running:
            return
        wait = STAFF_WAIT if self.session.page in STAFF_PAGES else RESIDENT_WAIT
        quiet = self.session.clock.monotonic() - self._touched_at
        remaining = math.ceil(wait + COUNTDOWN - quiet)
        if remaining <= 0:
            self.session.end()
        elif quiet >= wait:
            self.change(asking=True, remaining=min(remaining, COUNTDOWN))

    @Slot()
    def stay(self) -> None:
        """The answer 我还在，接着办."""
        self.change(asking=False, remaining=COUNTDOWN)
        self.touched()

    @Slot()
    def go(self) -> None:
        """The answer 不办了，退出."""
        self.session.end()
