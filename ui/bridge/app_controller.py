"""The window's own controller: which page, footer, and the end of a session.

Rules:

* ``page`` and ``controller`` change together: the controller has entered before QML is told.
* 大字 and wheelchair mode belong to the session and go with it.
* 读给我听 is offered only where a speaker exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.front import Front
from ui.bridge.idle import IdleController
from ui.bridge.session import Session
from ui.bridge.speaker import Speaker
from ui.navigation import STEPS, SUPPLEMENT_BEGINS, Page, step_of

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class AppView:
    """Footer and what all pages share."""

    large: bool = False
    low: bool = False
    speaking: bool = False


@QmlElement
class AppController(Controller):
    """The one object that Shell.qml is given.

    Args:
        session: the person at the machine.
        front: what stands there when nobody is.
        controllers: those of the pages.
        speaker: reads aloud; None when this machine cannot.
    """

    pageChanged = Signal()
    largeChanged = Signal()
    lowChanged = Signal()
    speakingChanged = Signal()

    def __init__(
        self,
        session: Session,
        front: Front,
        controllers: Sequence[Controller],
        speaker: Speaker | None = None,
    ) -> None:
        super().__init__(session, AppView())
        self._front = front
        self._all = tuple(controllers)
        self._controllers = {page: one for one in controllers for page in one.PAGES}
        self._speaker = speaker
        self.watcher = IdleController(session)
        self._page = session.page
        session.moved.connect(self._show_page)
        session.ended.connect(self._forget)

    large = Property(bool, shown("large"), notify=largeChanged)
    low = Property(bool, shown("low"), notify=lowChanged)
    speaking = Property(bool, shown("speaking"), notify=speakingChanged)

    @Property(str, notify=pageChanged)
    def page(self) -> str:
        """Name of the page being shown."""
        return self._page.value

    @Property(str, notify=pageChanged)
    def pageFile(self) -> str:
        """Its file below ``pages/``."""
        return "".join(word.capitalize() for word in self._page.value.split("_")) + "Page.qml"

    @Property(QObject, notify=pageChanged)
    def controller(self) -> Controller | None:
        """Its controller; None for a page that needs none."""
        return self._controllers.get(self._page)

    @Property(int, notify=pageChanged)
    def step(self) -> int:
        """Step of the filing journey, from 1; 0 outside of it."""
        number = step_of(self._page)
        return 0 if number is None else max(0, number + 1 - self._steps_left_out)

    @Property("QStringList", notify=pageChanged)  # type: ignore[arg-type]  # a name is taken too
    def stepNames(self) -> list[str]:
        """The steps of the filing journey, in order; a supplement begins at its questions."""
        return [name for name, _ in STEPS[self._steps_left_out :]]

    @property
    def _steps_left_out(self) -> int:
        return SUPPLEMENT_BEGINS if self.session.filing.supplement else 0

    @Property(QObject, constant=True)
    def idle(self) -> IdleController:
        """Watches for the absence of touches."""
        return self.watcher

    @Property(bool, constant=True)
    def canSpeak(self) -> bool:
        """Whether this machine can read aloud."""
        return self._speaker is not None

    # -- footer ---------------------------------------------------------------------------------

    @Slot()
    def stepBack(self) -> None:
        """One step back: inside the page if it has steps, else the page before."""
        here = self._controllers.get(self._page)
        if here is None or not here.back():
            self.session.back()

    @Slot()
    def home(self) -> None:
        """The home page."""
        self.session.home()

    @Slot()
    def leave(self) -> None:
        """退出."""
        self.session.leave()

    @Slot()
    def help(self) -> None:
        """叫人帮忙."""
        self.session.go(Page.HELP)

    @Slot()
    def staff(self) -> None:
        """代办员: to the desk when signed in, else to signing in."""
        self.session.go(Page.DESK if self.session.agent else Page.SIGN_IN)

    @Slot()
    def machine(self) -> None:
        """机器状态: nothing personal stands there, so nobody need sign in."""
        self.session.go(Page.TECHNICIAN)

    @Slot()
    def resize(self) -> None:
        """大字 on or off."""
        self.change(large=not self.view.large)

    @Slot()
    def lower(self) -> None:
        """Wheelchair mode on or off."""
        self.change(low=not self.view.low)

    @Slot()
    def read(self) -> None:
        """读给我听, or stop reading."""
        if self._speaker is None:
            return
        if self.view.speaking:
            self._speaker.stop()
            self.change(speaking=False)
            return
        here = self._controllers.get(self._page)
        text = here.speech(self._page) if here else ""
        if text:
            self.change(speaking=True)
            self._speaker.say(text, self._said)

    def _said(self) -> None:
        self.change(speaking=False)
        self.watcher.touched()

    # -- pages ----------------------------------------------------------------------------------

    def _show_page(self) -> None:
        if self._page is self.session.page:
            return
        if self.view.speaking and self._speaker is not None:
            self._speaker.stop()
            self.change(speaking=False)
        here = self._controllers.get(self.session.page)
        if here is not None:
            here.enter(self.session.page)
        self._page = self.session.page
        self._front.tell_nobody(nobody=self._page is Page.ATTRACT)
        self.pageChanged.emit()

    def _forget(self) -> None:
        for one in (*self._all, self.watcher):
            one.reset()
        self.change(large=False, low=False)
