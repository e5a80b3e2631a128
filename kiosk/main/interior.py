"""Everything behind the first frame: the person's session, the pages, the stores, the exchange.

Rules:

* This module is imported by :class:`kiosk.main.window.StationWindow` when the attract page is on
  the glass, and nowhere before: it is the one place where the window's imports are put off to.
* Stores and exchange are opened on threads of their own; the window hears of the exchange by one
  queued signal; controllers hear by the same facts.
* When a session ends, typing, clipboard and pictures are forgotten with it.
* Closing waits for the answer that is under way, then closes the stores on their own thread.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPixmapCache
from PySide6.QtQml import QQmlApplicationEngine

from kiosk.devices.keying import InputEngine, LettersOnly
from kiosk.domain.clock import Clock
from kiosk.domain.problems import Problem
from kiosk.main.services import Services
from kiosk.store.home import Home
from ui.bridge.app_controller import AppController
from ui.bridge.aside import HelpController
from ui.bridge.controllers import create_controllers
from ui.bridge.front import Front
from ui.bridge.keys import KeySurface
from ui.bridge.ports import LinkFacts, StationFacts
from ui.bridge.relay import Relay
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.devices.printer import Printer
    from sync.engine.worker import SyncFacts, SyncWorker


class Interior(QObject):
    """What is behind the front of one window.

    Args:
        home: the station's folder.
        clock: its clock.
        printer: where slips are printed.
        front: what stands on the glass; it is told of the line.

    Attributes:
        session: the person at the machine.
        controllers: those of the pages.
        app: the window's own controller.
    """

    _linked = Signal(object)

    def __init__(self, home: Path, clock: Clock, printer: Printer, front: Front) -> None:
        super().__init__()
        self._home = home
        self._clock = clock
        self._front = front
        self._link: LinkFacts | None = None
        self._sync: SyncWorker | None = None
        self._input: InputEngine | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._services = Services(home, clock, printer, self._nudge, self._link_facts)
        self.session = Session(self._services, Relay(self._worker, self), clock, self)
        self.controllers = create_controllers(self.session)
        self.app = AppController(self.session, front, self.controllers)
        self.session.ended.connect(self._forget)
        self._linked.connect(self._tell_link, Qt.ConnectionType.QueuedConnection)

    def open(self, *, sync: bool, keys: Path | None) -> None:
        """Start what takes time, let the first person in.

        Args:
            sync: whether to exchange with the platform.
            keys: folder of the keyboard's compiled dictionaries.
        """
        home = next(one for one in self.controllers if Page.HOME in one.PAGES)
        home.enter(Page.HOME)
        self.session.run(lambda station: station.facts(), self._tell_station, self._no_station)
        if sync:
            self._worker.submit(self._start_sync)
        if keys is not None:
            self._open_keys(keys)
        self._front.take_touches(self.session.begin)

    def close(self, engine: QQmlApplicationEngine) -> None:
        """Stop the exchange, close the stores, drop the pages, close the keyboard."""
        self.session.end()
        self._worker.submit(self._close_stores).result()
        self._worker.shutdown()
        # Now, while the controllers that the pages look at still live.
        engine.deleteLater()
        QCoreApplication.sendPostedEvents(engine, QEvent.Type.DeferredDelete.value)
        if self._input is not None:
            from kiosk.devices.rime import Rime

            KeySurface.use(LettersOnly("closed"))
            if isinstance(self._input, Rime):
                self._input.close()

    # -- start ----------------------------------------------------------------------------------

    def _tell_station(self, facts: StationFacts) -> None:
        self.session.division = facts.division
        for one in self.controllers:
            if isinstance(one, HelpController):
                one.tell_station(facts)

    def _no_station(self, problem: Problem) -> None:
        """The home cannot even be read: said at the first touch, by whatever is asked then."""
        del problem

    def _open_keys(self, folder: Path) -> None:
        from kiosk.devices.rime import open_engine

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
        self._link = LinkFacts(
            online=facts.online,
            portal=facts.portal,
            owed=facts.owed,
            last_contact=facts.last_contact,
            problem=facts.problem,
        )
        self._front.tell_link(self._link)

    def _link_facts(self) -> LinkFacts:
        return self._link or LinkFacts()

    # -- end ------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """What is left of a person beside the controllers: typing, queries, clipboard, pictures."""
        self._worker.submit(self._services.forget)
        if self._input is not None:
            self._input.forget()
        clipboard = QGuiApplication.clipboard()
        if clipboard.ownsClipboard():
            clipboard.clear()
        QPixmapCache.clear()

    def _close_stores(self) -> None:
        if self._sync is not None:
            self._sync.stop()
        self._services.close()
