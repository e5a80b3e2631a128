"""The window put together: Qt, session, controllers, store worker, exchange.

Rules:

* Before the first frame only Qt and light modules are imported; stores, network and keyboard engine
  are opened after it, the stores and the exchange on threads of their own.
* The window hears of the exchange by one queued signal; controllers hear by the same facts.
* When a session ends, typing, clipboard and pictures are forgotten with it.
* Closing waits for the answer that is under way, then closes the stores on their own thread.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication, QPixmapCache
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from kiosk.domain.clock import Clock
from kiosk.domain.problems import EnvironmentProblem, Problem
from kiosk.main.services import Services
from kiosk.store.home import Home
from ui.app import QML, create_engine
from ui.bridge.app_controller import AppController
from ui.bridge.controller import Controller
from ui.bridge.keys import KeySurface
from ui.bridge.relay import Relay
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.devices.keying import InputEngine
    from kiosk.devices.printer import Printer
    from sync.engine.worker import SyncFacts, SyncWorker
    from ui.bridge.ports import LinkFacts, StationFacts

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
    """

    started = Signal()
    _linked = Signal(object)

    def __init__(self, home: Path, clock: Clock, printer: Printer, options: Options) -> None:
        super().__init__()
        self._home = home
        self._clock = clock
        self._options = options
        self._link: LinkFacts | None = None
        self._sync: SyncWorker | None = None
        self._input: InputEngine | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._services = Services(home, clock, printer, self._nudge, self._link_facts)
        self.session = Session(self._services, Relay(self._worker, self), clock, self)
        self.controllers: tuple[Controller, ...] = ()
        self.app = AppController(self.session)
        self.session.ended.connect(self._forget)
        self._linked.connect(self._tell_link, Qt.ConnectionType.QueuedConnection)
        settings = Home(home).settings()
        station = settings.station
        self.app.tell_place(station.place or station.name, station.phone, demo=settings.demo)
        self.engine = create_engine()
        self.window = _load(self.engine, self.app)
        self.window.frameSwapped.connect(
            self._first_frame,
            Qt.ConnectionType(
                Qt.ConnectionType.QueuedConnection.value
                | Qt.ConnectionType.SingleShotConnection.value
            ),
        )
        self._show()

    def close(self) -> None:
        """Stop the exchange, close the stores, drop the window."""
        self.window.close()
        self.session.end()
        self._worker.submit(self._close_stores).result()
        self._worker.shutdown()
        # Now, while the controllers that the pages look at still live.
        self.engine.deleteLater()
        QCoreApplication.sendPostedEvents(self.engine, QEvent.Type.DeferredDelete.value)
        if self._input is not None:
            KeySurface.use(_no_engine("closed"))
            _close_engine(self._input)

    # -- start ----------------------------------------------------------------------------------

    def _show(self) -> None:
        width, height = self._options.size or _fitting_screen()
        self.window.resize(width, height)
        if self._options.fullscreen:
            self.window.showFullScreen()
        else:
            self.window.show()

    def _first_frame(self) -> None:
        """The attract page is on the glass: now make the other pages, open what takes time."""
        from ui.bridge.controllers import create_controllers

        self.controllers = create_controllers(self.session)
        self.app.adopt(self.controllers)
        home = next(one for one in self.controllers if Page.HOME in one.PAGES)
        home.enter(Page.HOME)
        self.session.run(lambda station: station.facts(), self._tell_station, self._no_station)
        if self._options.sync:
            self._worker.submit(self._start_sync)
        self._open_keys()
        self.started.emit()

    def _tell_station(self, facts: StationFacts) -> None:
        from ui.bridge.aside import HelpController

        self.session.division = facts.division
        for one in self.controllers:
            if isinstance(one, HelpController):
                one.tell_station(facts)

    def _no_station(self, problem: Problem) -> None:
        """The home cannot even be read: said at the first touch, by whatever is asked then."""
        del problem

    def _open_keys(self) -> None:
        from kiosk.devices.rime import open_engine

        folder = self._options.keys
        if folder is None:
            return
        self._input = open_engine(folder)
        KeySurface.use(self._input)

    # -- exchange -------------------------------------------------------------------------------

    def _start_sync(self) -> None:
        """On the store worker: the imports of the network take time too."""
        from sync.engine.worker import SyncWorker

        self._sync = SyncWorker(Home(self._home), self._clock, self._linked.emit)
        self._sync.start()

    def _nudge(self) -> None:
        if self._sync is not None:
            self._sync.nudge()

    def _tell_link(self, facts: SyncFacts) -> None:
        from ui.bridge.ports import LinkFacts

        self._link = LinkFacts(
            online=facts.online,
            portal=facts.portal,
            owed=facts.owed,
            last_contact=facts.last_contact,
            problem=facts.problem,
        )
        self.app.tell_link(self._link)

    def _link_facts(self) -> LinkFacts:
        from ui.bridge.ports import LinkFacts

        return self._link or LinkFacts()

    # -- end ------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """What is left of a person beside the controllers: typing, clipboard, pictures."""
        if self._input is not None:
            self._input.forget()
        clipboard = QGuiApplication.clipboard()
        if clipboard.ownsClipboard():
            clipboard.clear()
        QPixmapCache.clear()
        self.engine.trimComponentCache()

    def _close_stores(self) -> None:
        if self._sync is not None:
            self._sync.stop()
        self._services.close()


def _load(engine: QQmlApplicationEngine, app: AppController) -> QQuickWindow:
    engine.setInitialProperties({"app": app})
    engine.load(QUrl.fromLocalFile(str(MAIN)))
    roots = engine.rootObjects()
    if not roots or not isinstance(roots[0], QQuickWindow):
        raise EnvironmentProblem("no-window", f"{MAIN} could not be loaded", path=str(MAIN))
    return roots[0]


def _fitting_screen() -> tuple[int, int]:
    room = QGuiApplication.primaryScreen().availableSize()
    return room.width(), room.height()


def _no_engine(lack: str) -> InputEngine:
    from kiosk.devices.keying import LettersOnly

    return LettersOnly(lack)


def _close_engine(engine: InputEngine) -> None:
    from kiosk.devices.rime import Rime

    if isinstance(engine, Rime):
        engine.close()
