"""The technician's page: every part of the machine, worst first.

Rules: codes are allowed here; nothing personal is; each line has at most one act; the title counts
what needs a hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from ui.bridge.ports import Part

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_LOOK_EVERY_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class PartRow:
    """One line: part, what is known of it, state word, one act."""

    key: str
    text: str
    sub: str
    fact: str
    tone: str
    iconName: str
    act: str


@dataclass(frozen=True, slots=True)
class TechnicianView:
    """``amiss``: how many parts need a hand."""

    title: str = "正在看机器"
    amiss: int = 0
    syncing: bool = False


@QmlElement
class TechnicianController(Controller):
    """机器状态."""

    PAGES = (Page.TECHNICIAN,)

    titleChanged = Signal()
    amissChanged = Signal()
    syncingChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, TechnicianView())
        self._parts = Rows(PartRow, self)
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    title = Property(str, shown("title"), notify=titleChanged)
    amiss = Property(int, shown("amiss"), notify=amissChanged)
    syncing = Property(bool, shown("syncing"), notify=syncingChanged)

    @Property(QObject, constant=True)
    def parts(self) -> Rows:
        """The parts of the machine."""
        return self._parts

    @Slot()
    def sync(self) -> None:
        """立即同步."""
        self.change(syncing=True)
        self.session.run(lambda station: station.sync_now(), lambda _: self._look())

    def enter(self, page: Page) -> None:
        """Look now and every two seconds while the page is shown."""
        del page
        self._timer.start()
        self._look()

    def _look(self) -> None:
        if self.session.page is not Page.TECHNICIAN:
            self._timer.stop()
            return
        self.session.run(lambda station: station.parts(), self._show)

    def _show(self, parts: tuple[Part, ...]) -> None:
        rows = [
            PartRow(one.key, one.name, one.fact, one.word, one.tone, one.icon, one.act or "")
            for one in parts
        ]
        self._parts.show(rows)
        amiss = sum(one.tone in {"stop", "wait"} for one in parts)
        title = f"{amiss}处要处理，其余正常" if amiss else "都正常"
        self.change(title=title, amiss=amiss, syncing=False)

    def speech(self, page: Page) -> str:
        """The title."""
        del page
        return str(self.view.title)

    def reset(self) -> None:
        """Stop looking."""
        self._timer.stop()
        super().reset()
