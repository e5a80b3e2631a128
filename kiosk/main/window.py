"""The window: its first frame, then what is behind it.

Rules:

* Before the first frame only Qt, the settings and the attract page are imported and loaded; all the
  rest is put off to one place, :mod:`kiosk.main.interior`, which is imported once that frame is on
  the glass. A touch that comes before is kept.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.home import Home
from ui.app import QML, create_engine
from ui.bridge.front import Front

if TYPE_CHECKING:
    from kiosk.devices.printer import Printer
    from kiosk.domain.clock import Clock
    from kiosk.main.interior import Interior
    from ui.bridge.app_controller import AppController
    from ui.bridge.controller import Controller
    from ui.bridge.session import Session

MAIN: Final = QML / "Kiosk" / "Main.qml"


@dataclass(frozen=True, slots=True)
class Options:
    """How the window is opened. ``keys``: folder of the keyboard's compiled dictionaries."""

    size: tuple[int, int] | None = None
    fullscreen: bool = False
    sync: bool = True
    keys: Path | None = None


class StationWindow(QObject):
    """One window on one station.

    Args:
        home: the station's folder.
        clock: its clock.
        printer: where slips are printed.
        options: size and what is started beside it.

    Attributes:
        front: what stands on the glass from the first frame.
    """

    started = Signal()

    def __init__(self, home: Path, clock: Clock, printer: Printer, options: Options) -> None:
        super().__init__()
        self._home = home
        self._clock = clock
        self._printer = printer
        self._options = options
        self._interior: Interior | None = None
        settings = Home(home).settings()
        station = settings.station
        self.front = Front(clock, self)
        self.front.tell_place(station.place or station.name, station.phone, demo=settings.demo)
        self.engine = create_engine()
        self.window = _load(self.engine, self.front)
        self.window.frameSwapped.connect(
            self._first_frame,
            Qt.ConnectionType(
                Qt.ConnectionType.QueuedConnection.value
                | Qt.ConnectionType.SingleShotConnection.value
            ),
        )
        self._show()

    @property
    def session(self) -> Session:
        """The person at the machine; asking before the first frame opens what is behind it."""
        return self._inside().session

    @property
    def app(self) -> AppController:
        """The window's own controller."""
        return self._inside().app

    @property
    def controllers(self) -> tuple[Controller, ...]:
        """Those of the pages."""
        return self._inside().controllers

    def close(self) -> None:
        """Stop the exchange, close the stores, drop the window."""
        self.window.close()
        self._inside().close(self.engine)

    def _show(self) -> None:
        width, height = self._options.size or _fitting_screen()
        self.window.resize(width, height)
        if self._options.fullscreen:
            self.window.showFullScreen()
        else:
            self.window.show()

    def _first_frame(self) -> None:
        """The attract page is on the glass: now make the other pages, open what takes time."""
        self._inside()
        self.started.emit()

    def _inside(self) -> Interior:
        if self._interior is None:
            from kiosk.main.interior import Interior

            inside = Interior(self._home, self._clock, self._printer, self.front)
            self._interior = inside
            inside.session.ended.connect(self.engine.trimComponentCache)
            self.window.setProperty("app", inside.app)
            inside.open(sync=self._options.sync, keys=self._options.keys)
        return self._interior


def _load(engine: QQmlApplicationEngine, front: Front) -> QQuickWindow:
    engine.setInitialProperties({"front": front})
    engine.load(QUrl.fromLocalFile(str(MAIN)))
    roots = engine.rootObjects()
    if not roots or not isinstance(roots[0], QQuickWindow):
        raise EnvironmentProblem("no-window", f"{MAIN} could not be loaded", path=str(MAIN))
    return roots[0]


def _fitting_screen() -> tuple[int, int]:
    room = QGuiApplication.primaryScreen().availableSize()
    return room.width(), room.height()


def leave() -> None:
    """The process ends after this: what is left is not looked through again.

    PySide's properties cannot be collected, so Python would complain of every controller's class
    once the modules go.
    """
    gc.freeze()
