"""The pages beside the journeys: trouble, help, and leaving in the middle.

Rules: every one of them has a way on in plain words; a trouble shows its code small, for the
technician; help shows who can be called and when, says so where nobody wrote it down, never
promises that somebody is there, and takes a note where nobody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.help_note import hours_words
from ui.bridge.session import Session
from ui.bridge.words import words_of
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.problems import Problem
    from ui.bridge.ports import StationFacts

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1


_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class TroubleView:
    """A known problem in plain words; ``code`` is for the technician."""

    title: str = ""
    text: str = ""
    icon: str = "info"
    tone: str = "wait"
    code: str = ""
    can_retry: bool = False


@QmlElement
class TroubleController(Controller):
    """Tells what is in the way, and the way on."""

    PAGES = (Page.TROUBLE,)

    titleChanged = Signal()
    textChanged = Signal()
    iconChanged = Signal()
    toneChanged = Signal()
    codeChanged = Signal()
    canRetryChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, TroubleView())

    title = Property(str, shown("title"), notify=titleChanged)
    text = Property(str, shown("text"), notify=textChanged)
    icon = Property(str, shown("icon"), notify=iconChanged)
    tone = Property(str, shown("tone"), notify=toneChanged)
    code = Property(str, shown("code"), notify=codeChanged)
    canRetry = Property(bool, shown("can_retry"), notify=canRetryChanged)

    def enter(self, page: Page) -> None:
        """Put the problem of the session into words."""
        del page
        problem = self.session.problem
        if problem is None:
            return
        words = words_of(problem)
        self.change(
            title=words.title,
            text=words.text,
            icon=words.icon,
            tone=words.tone,
            code=problem.code,
            can_retry=self.session.can_go_back,
        )

    def speech(self, page: Page) -> str:
        """Title and sentence."""
        del page
        return f"{self.view.title}。{self.view.text}"


@dataclass(frozen=True, slots=True)
class HelpView:
    """Who can be called and when: the station's phone, its hours, the agents of this village."""

    phone: str = ""
    hours: str = ""
    place: str = ""
    agents: str = ""


@QmlElement
class HelpController(Controller):
    """叫人帮忙."""

    PAGES = (Page.HELP,)

    phoneChanged = Signal()
    hoursChanged = Signal()
    placeChanged = Signal()
    agentsChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, HelpView())

    phone = Property(str, shown("phone"), notify=phoneChanged)
    hours = Property(str, shown("hours"), notify=hoursChanged)
    place = Property(str, shown("place"), notify=placeChanged)
    agents = Property(str, shown("agents"), notify=agentsChanged)

    def tell_station(self, facts: StationFacts) -> None:
        """Public facts; they stay when a session ends."""
        self._blank = HelpView(
            phone=facts.phone or "",
            hours=hours_words(facts),
            place=facts.place or facts.name,
            agents=_named([name for _, name in facts.agents]),
        )
        self.reset()

    @Slot()
    def write(self) -> None:
        """写下来，明天找您."""
        self.session.go(Page.HELP_NOTE)

    def speech(self, page: Page) -> str:
        """The number, digit by digit as the voice reads it."""
        del page
        number = f"打电话 {self.view.phone}。" if self.view.phone else ""
        people = f"也可以找代办员 {self.view.agents}。" if self.view.agents else ""
        hours = f"几点有人：{self.view.hours}。"
        return f"要人帮忙。{number}没人接，打12345。{hours}{people}没人在，可以写下来，明天找您。"


def _named(names: list[str]) -> str:
    """The first few by name: the page never scrolls."""
    shown_names = "、".join(names[:_NAMED])
    return shown_names if len(names) <= _NAMED else f"{shown_names}，一共{len(names)}人"


@dataclass(frozen=True, slots=True)
class LeaveView:
    """``can_keep``: an agent is in the middle of a filing, which can be put aside."""

    can_keep: bool = False
    busy: bool = False


@QmlElement
class LeaveController(Controller):
    """要先走吗: what was filled in and not saved would be wiped; an agent may put it aside."""

    PAGES = (Page.LEAVE,)

    canKeepChanged = Signal()
    busyChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, LeaveView())

    canKeep = Property(bool, shown("can_keep"), notify=canKeepChanged)
    busy = Property(bool, shown("busy"), notify=busyChanged)

    def enter(self, page: Page) -> None:
        """Only what an agent files for another is put aside, sealed to that agent."""
        del page
        application, agent = self.session.filing.application, self.session.agent
        mine = application is not None and agent is not None and application.agent_id == agent.id
        self.change(can_keep=mine and not self.session.filing.supplement, busy=False)

    @Slot()
    def stay(self) -> None:
        """接着办."""
        self.session.back()

    @Slot()
    def drop(self) -> None:
        """不要了，退出."""
        self.session.end()

    @Slot()
    def keep(self) -> None:
        """先放下，改天接着办: sealed to the agent and to the township, back to the desk."""
        application, agent = self.session.filing.now_application, self.session.agent
        if agent is None or self.view.busy:
            return
        self.change(busy=True)
        self.session.run(
            lambda station: station.agents.put_aside(agent.id, application),
            lambda _: self._kept(),
            self._not_kept,
        )

    def _kept(self) -> None:
        self.change(busy=False)
        self.session.unsaved = False
        self.session.filing.clear()
        self.session.walk(Page.DESK)

    def _not_kept(self, problem: Problem) -> None:
        self.change(busy=False)
        self.session.trouble(problem)

    def speech(self, page: Page) -> str:
        """What leaving costs."""
        del page
        aside = "也可以先放下，改天登录再接着办。" if self.view.can_keep else ""
        return f"要先走吗？还没保存，现在走，填的就没有了。{aside}"
