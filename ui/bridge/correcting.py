"""Answering a correction notice 补正: what the office wants, by when, and who answers.

Rules (of the counter, 17): the office's own words and its own date come first, nothing is added;
the person concerned, somebody for them or a village agent may answer, an ended mandate does not
block it; only the questioned questions and materials open, blank; what is saved here has not
reached the office.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.bridge.words import due_words
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.problems import Problem
    from kiosk.journeys.progress import Tracked

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

NOT_THERE_YET: Final = "存在这台机器里不算送到，有网时自动送。"


@dataclass(frozen=True, slots=True)
class WantedLine:
    """One thing that the office wants: its name, and why, in the office's words."""

    text: str
    sub: str


@dataclass(frozen=True, slots=True)
class WhoLine:
    """Who answers."""

    key: str
    text: str
    sub: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """``asking``: the small step in which it is said who answers (an agent has signed in)."""

    context: str = ""
    heading: str = ""
    words: str = ""
    by: str = ""
    again: str = ""
    asking: bool = False
    error: str = ""
    busy: bool = False


@QmlElement
class CorrectionController(Controller):
    """现在补."""

    PAGES = (Page.CORRECTION,)

    contextChanged = Signal()
    headingChanged = Signal()
    wordsChanged = Signal()
    byChanged = Signal()
    againChanged = Signal()
    askingChanged = Signal()
    errorChanged = Signal()
    busyChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, CorrectionView())
        self._wanted = Rows(WantedLine, self)
        self._who = Rows(WhoLine, self)

    context = Property(str, shown("context"), notify=contextChanged)
    heading = Property(str, shown("heading"), notify=headingChanged)
    words = Property(str, shown("words"), notify=wordsChanged)
    by = Property(str, shown("by"), notify=byChanged)
    again = Property(str, shown("again"), notify=againChanged)
    asking = Property(bool, shown("asking"), notify=askingChanged)
    error = Property(str, shown("error"), notify=errorChanged)
    busy = Property(bool, shown("busy"), notify=busyChanged)

    @Property(QObject, constant=True)
    def wanted(self) -> Rows:
        """What the office wants."""
        return self._wanted

    @Property(QObject, constant=True)
    def who(self) -> Rows:
        """Who may answer."""
        return self._who

    @Slot(int)
    def choose(self, index: int) -> None:
        """Who answers."""
        rows = self._who.rows
        if 0 <= index < len(rows):
            self._who.show([replace(one, selected=n == index) for n, one in enumerate(rows)])
            self.change(error="")

    @Slot()
    def start(self) -> None:
        """开始补: say who answers, then open the questioned fields and materials, blank."""
        from kiosk.domain.parties import Way

        tracked = self.session.tracked
        if tracked is None or self.view.busy:
            return
        chosen = next((one.key for one in self._who.rows if one.selected), "")
        if self.session.agent is not None:
            chosen = Way.AGENT.value
        elif not self.view.asking:
            self.change(asking=True, error="")
            return
        if not chosen:
            self.change(error="请先选谁来补。")
            return
        self.change(busy=True)
        self.session.filing.begin_supplement(tracked, Way(chosen), self._begun, self._refused)

    def _begun(self) -> None:
        self.change(busy=False)
        self.session.filing.next(Page.CORRECTION)

    def _refused(self, problem: Problem) -> None:
        self.change(busy=False)
        self.session.trouble(problem)

    def enter(self, page: Page) -> None:
        """What is wanted of the filing that was looked up."""
        del page
        tracked = self.session.tracked
        if tracked is not None:
            self._show(tracked)

    def _show(self, tracked: Tracked) -> None:
        notice = tracked.correction
        if notice is None:
            return
        self._wanted.show([WantedLine(one.label, one.reason) for one in notice.lines])
        if not self._who.rows:
            self._who.show(
                [
                    WhoLine("self", "本人来补", "办事的人自己"),
                    WhoLine("family", "别人帮着补", "家人、邻居，不用再写委托书"),
                ]
            )
        count = len(notice.lines)
        self.change(
            context=" · ".join(one for one in (tracked.item_name, tracked.masked_name) if one),
            heading=f"要补{count}样" if count > 1 else "要补一样",
            words=notice.words,
            again=_again(tracked),
            by=due_words(notice.by, self.session.filing.today) or "部门没写哪天前补，请早点补。",
            asking=False,
            error="",
            busy=False,
        )

    def back(self) -> bool:
        """From who answers back to what is wanted."""
        if not self.view.asking:
            return False
        self.change(asking=False, error="")
        return True

    def speech(self, page: Page) -> str:
        """The office's words, what is wanted, by when."""
        del page
        if self.view.asking:
            return "谁来补？" + "。".join(one.text for one in self._who.rows)
        lines = [f"{one.text}：{one.sub}" for one in self._wanted.rows]
        parts = (
            self.view.heading,
            self.view.again,
            self.view.words,
            *lines,
            self.view.by,
            NOT_THERE_YET,
        )
        return "。".join(part.rstrip("。") for part in parts if part)

    def reset(self) -> None:
        """Forget whose filing it was."""
        super().reset()
        self._wanted.show(())
        self._who.show(())


def _again(tracked: Tracked) -> str:
    """Who answers a second time is told how far the first answer came."""
    words = tracked.words
    return f"{words.title}。{words.text}" if tracked.answered else ""
