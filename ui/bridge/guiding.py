"""The guide page: five answers at a glance, everything else in a paged reader.

Rules: the words are those of ``kiosk.journeys.guiding``; 开始办 stands only where the item may be
filed at this station, elsewhere stands why not and where to go; nothing of the guide is left out of
the reader, in 大字 neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.journeys.guiding import Guide

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_ICONS: Final = MappingProxyType(
    {
        "who": "user-check",
        "materials": "files",
        "time": "clock",
        "fee": "coins",
        "visits": "footprints",
    }
)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One of the five answers, as ``GuideRow`` takes it."""

    label: str
    answer: str
    note: str
    iconName: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of the reader."""

    text: str


@dataclass(frozen=True, slots=True)
class GuideView:
    """``leaf`` 0: the five answers; from 1: a leaf of the reader, ``leaves`` of them."""

    name: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    warning: str = ""
    source: str = ""
    can_start: bool = False
    where: str = ""
    leaf: int = 0
    leaves: int = 0
    leaf_title: str = ""
    loaded: bool = False


@QmlElement
class GuideController(Controller):
    """办事指南."""

    PAGES = (Page.GUIDE,)

    nameChanged = Signal()
    summaryChanged = Signal()
    tagsChanged = Signal()
    warningChanged = Signal()
    sourceChanged = Signal()
    canStartChanged = Signal()
    whereChanged = Signal()
    leafChanged = Signal()
    leavesChanged = Signal()
    leafTitleChanged = Signal()
    loadedChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, GuideView())
        self._answers = Rows(AnswerRow, self)
        self._lines = Rows(LineRow, self)
        self._leaves: tuple[tuple[str, tuple[str, ...]], ...] = ()

    name = Property(str, shown("name"), notify=nameChanged)
    summary = Property(str, shown("summary"), notify=summaryChanged)
    warning = Property(str, shown("warning"), notify=warningChanged)
    source = Property(str, shown("source"), notify=sourceChanged)
    canStart = Property(bool, shown("can_start"), notify=canStartChanged)
    where = Property(str, shown("where"), notify=whereChanged)
    leaf = Property(int, shown("leaf"), notify=leafChanged)
    leaves = Property(int, shown("leaves"), notify=leavesChanged)
    leafTitle = Property(str, shown("leaf_title"), notify=leafTitleChanged)
    loaded = Property(bool, shown("loaded"), notify=loadedChanged)

    @Property("QStringList", notify=tagsChanged)  # type: ignore[arg-type]  # stubs know types only
    def tags(self) -> list[str]:
        """What is a sure yes."""
        return list(self.view.tags)

    @Property(QObject, constant=True)
    def answers(self) -> Rows:
        """谁能办 带什么 要多久 多少钱 跑几次."""
        return self._answers

    @Property(QObject, constant=True)
    def lines(self) -> Rows:
        """The lines of the leaf that is read."""
        return self._lines

    @Slot()
    def start(self) -> None:
        """开始办."""
        self.session.go(Page.WHO)

    @Slot(int)
    def read(self, leaf: int) -> None:
        """Turn to a leaf of the reader; 0: back to the answers."""
        leaf = min(max(0, leaf), len(self._leaves))
        title, lines = self._leaves[leaf - 1] if leaf else ("", ())
        self._lines.show([LineRow(line) for line in lines])
        self.change(leaf=leaf, leaf_title=title)

    def enter(self, page: Page) -> None:
        """Open the guide of the session's item."""
        del page
        item_id = self.session.item_id
        if item_id is None:
            self.session.home()
            return
        self.reset()
        self.session.run(lambda station: station.guide(item_id), self._show)

    def _show(self, guide: Guide) -> None:
        self._leaves = tuple(
            (section.title, lines) for section in guide.sections for lines in section.pages
        )
        self._answers.show(
            [AnswerRow(row.question, row.answer, row.reason, _ICONS[row.key]) for row in guide.rows]
        )
        self.change(
            name=guide.name,
            summary=guide.summary,
            tags=guide.tags,
            warning="".join(guide.warnings),
            source=guide.source,
            can_start=guide.here.allowed,
            where=f"{guide.here.words}{guide.here.where}",
            leaves=len(self._leaves),
            loaded=True,
        )

    def back(self) -> bool:
        """From the reader to the answers."""
        if not self.view.leaf:
            return False
        self.read(0)
        return True

    def speech(self, page: Page) -> str:
        """Name and answers, or the leaf that is read."""
        del page
        if self.view.leaf:
            lines = [self.view.leaf_title, *(row.text for row in self._lines.rows)]
        else:
            rows = self._answers.rows
            lines = [self.view.name, *(f"{row.label}：{row.answer}" for row in rows)]
            lines.append(self.view.source)
        return "。".join(line.rstrip("。") for line in lines)

    def reset(self) -> None:
        """Close the guide."""
        self._leaves = ()
        self._answers.show(())
        self._lines.show(())
        super().reset()
