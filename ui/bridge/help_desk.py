"""要帮忙的: notes of people who found nobody there, for the signed-in agent.

Rules (of the counter, 14 and 18): the list tells when a note was left and whether it was seen,
nothing of what stands in it; a note is opened by a touch, recorded, and hides by itself; ending it
takes two touches and leaves nothing of it. Without a signed-in agent there is nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.dates import CHINA
from kiosk.domain.problems import InputProblem, Problem
from ui.bridge.controller import Controller, shown
from ui.bridge.reveal import RevealController
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.bridge.words import words_of
from ui.navigation import Page

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.domain.helping import HelpRequest, Waiting
    from ui.bridge.ports import StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note: when it was left; ``asked``: 办好了 was touched once."""

    text: str
    seen: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class HelpDeskView:
    """``total``: how many notes wait."""

    total: int = 0
    loaded: bool = False
    asked: int = -1


@QmlElement
class HelpDeskController(Controller):
    """The notes that wait."""

    PAGES = (Page.HELP_DESK,)

    totalChanged = Signal()
    loadedChanged = Signal()
    askedChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, HelpDeskView())
        self._lines = Rows(NoteLine, self)
        self._note = RevealController(session)
        self._waiting: tuple[Waiting, ...] = ()

    total = Property(int, shown("total"), notify=totalChanged)
    loaded = Property(bool, shown("loaded"), notify=loadedChanged)

    @Property(QObject, constant=True)
    def lines(self) -> Rows:
        """The notes, the oldest first."""
        return self._lines

    @Property(RevealController, constant=True)
    def note(self) -> RevealController:
        """The note that is open, for a moment."""
        return self._note

    @Slot(int)
    def open(self, index: int) -> None:
        """看一看: it is recorded who did."""
        agent = self.session.agent
        if agent is None or not 0 <= index < len(self._waiting):
            return
        wanted, by = self._waiting[index].id, agent.id

        def ask(station: StationPort) -> tuple[HelpRequest, tuple[Waiting, ...]]:
            opened = station.helping.open(wanted, by=by)
            return opened, station.helping.waiting()

        self.session.run(ask, self._opened, self._not_opened)

    def _opened(self, answer: tuple[HelpRequest, tuple[Waiting, ...]]) -> None:
        request, waiting = answer
        self._show(waiting)
        card = request.card
        self._note.show(card.words.replace("：", "\n"), f"{card.masked_name} · {request.wish}")

    def _not_opened(self, problem: Problem) -> None:
        if not isinstance(problem, InputProblem):
            self.session.trouble(problem)
            return
        words = words_of(problem)
        self._note.show(words.title, words.text)
        self._load()

    @Slot(int)
    def done(self, index: int) -> None:
        """办好了: asked once more, then nothing of the note is left."""
        agent = self.session.agent
        if agent is None or not 0 <= index < len(self._waiting):
            return
        if self.view.asked != index:
            self._ask_about(index)
            return
        wanted, by = self._waiting[index].id, agent.id

        def ask(station: StationPort) -> tuple[Waiting, ...]:
            station.helping.done(wanted, by=by)
            return station.helping.waiting()

        self.session.run(ask, self._show)

    @Slot()
    def keep(self) -> None:
        """先放着: the question is taken back."""
        self._ask_about(-1)

    def enter(self, page: Page) -> None:
        """Look what waits."""
        del page
        self._note.hide()
        if self.session.agent is None:
            self.session.home()
        else:
            self._load()

    def _load(self) -> None:
        self.session.run(lambda station: station.helping.waiting(), self._show)

    def _show(self, waiting: tuple[Waiting, ...]) -> None:
        self._waiting = waiting
        self.change(total=len(waiting), loaded=True)
        self._ask_about(-1)

    def _ask_about(self, index: int) -> None:
        self.change(asked=index)
        self._lines.show(
            [
                NoteLine(_moment(one.left_at), one.seen, at == index)
                for at, one in enumerate(self._waiting)
            ]
        )

    def speech(self, page: Page) -> str:
        """How many, nothing else."""
        del page
        return f"有{self.view.total}张条子。"

    def reset(self) -> None:
        """Forget the list; an open note is gone."""
        self._waiting = ()
        self._lines.show(())
        self._note.hide()
        super().reset()


def _moment(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local.hour}:{local:%M} 写的"
