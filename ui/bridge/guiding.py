"""The guide page: five answers at a glance, everything else in a paged reader.

Rules: the words are those of ``kiosk.journeys.guiding``; 开始办 stands only where the item may be
filed at this station, elsewhere stands why not and where to go; nothing of the guide is left out
of the reader, in 大字 neither. 打印这一页 stands only where there is a printer, and claims no more
than the printer did.
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
    from ui.bridge.ports import StationFacts, StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_UNPRINTED: Final = "没打印出来。可以用手机拍下，或叫人帮忙。"
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
    """One line of the reader; a heading begins a part of the guide."""

    text: str
    heading: bool


@dataclass(frozen=True, slots=True)
class GuideView:
    """``reading``: the whole guide instead of the five answers.

    ``printed``: what became of printing, "" before; ``fine``: it was printed.
    """

    name: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    warning: str = ""
    source: str = ""
    can_start: bool = False
    where: str = ""
    reading: bool = False
    loaded: bool = False
    can_print: bool = False
    busy: bool = False
    printed: str = ""
    fine: bool = False


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
    readingChanged = Signal()
    loadedChanged = Signal()
    canPrintChanged = Signal()
    busyChanged = Signal()
    printedChanged = Signal()
    fineChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, GuideView())
        self._answers = Rows(AnswerRow, self)
        self._lines = Rows(LineRow, self)
        self._guide: Guide | None = None
        self._station: StationFacts | None = None

    name = Property(str, shown("name"), notify=nameChanged)
    summary = Property(str, shown("summary"), notify=summaryChanged)
    warning = Property(str, shown("warning"), notify=warningChanged)
    source = Property(str, shown("source"), notify=sourceChanged)
    canStart = Property(bool, shown("can_start"), notify=canStartChanged)
    where = Property(str, shown("where"), notify=whereChanged)
    reading = Property(bool, shown("reading"), notify=readingChanged)
    loaded = Property(bool, shown("loaded"), notify=loadedChanged)
    canPrint = Property(bool, shown("can_print"), notify=canPrintChanged)
    busy = Property(bool, shown("busy"), notify=busyChanged)
    printed = Property(str, shown("printed"), notify=printedChanged)
    fine = Property(bool, shown("fine"), notify=fineChanged)

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
        """The whole guide, part by part."""
        return self._lines

    @Slot()
    def start(self) -> None:
        """开始办."""
        self.session.go(Page.WHO)

    @Slot()
    def read(self) -> None:
        """Open the whole guide."""
        self.change(reading=True)

    @Slot()
    def close(self) -> None:
        """Back to the five answers."""
        self.change(reading=False)

    # -- paper ----------------------------------------------------------------------------------

    @Slot()
    def printOut(self) -> None:
        """打印这一页: the whole guide, to take home."""
        guide, facts = self._guide, self._station
        if self.view.busy or guide is None or facts is None:
            return
        from kiosk.domain.dates import today_in_china
        from kiosk.journeys.handouts import guide_paper
        from kiosk.journeys.slips import Letterhead
        from ui.paper import as_document, as_picture, sheets

        head = Letterhead(facts.name, facts.phone, facts.demo)
        today = today_in_china(self.session.clock.now())
        pages = [
            (f"guide-{number}", as_picture(one), as_document(one))
            for number, one in enumerate(sheets(guide_paper(guide, head, facts.hours, today)), 1)
        ]

        def put_out(station: StationPort) -> bool:
            return all(
                station.print_slip(picture, document, name) is None
                for name, picture, document in pages
            )

        self.change(busy=True, printed="", fine=False)
        self.session.run(
            put_out, lambda done: self._put_out(len(pages), done=done), lambda _: self._put_out(0)
        )

    def _put_out(self, sheets: int, *, done: bool = False) -> None:
        fine = f"打好了，一共{sheets}张，请拿好。" if sheets > 1 else "打好了，请拿好。"
        self.change(busy=False, fine=done, printed=fine if done else _UNPRINTED)

    # -- the controller's part ------------------------------------------------------------------

    def enter(self, page: Page) -> None:
        """Open the guide of the session's item."""
        del page
        item_id = self.session.item_id
        if item_id is None:
            self.session.home()
            return
        self.reset()
        self.session.run(lambda station: station.guide(item_id), self._show)
        self.session.run(lambda station: station.facts(), self._know, lambda _: None)

    def _know(self, facts: StationFacts) -> None:
        self._station = facts
        self.change(can_print=facts.can_print)

    def _show(self, guide: Guide) -> None:
        self._guide = guide
        self._lines.show(_lines(guide))
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
            loaded=True,
        )

    def back(self) -> bool:
        """From the reader to the answers."""
        if not self.view.reading:
            return False
        self.close()
        return True

    def speech(self, page: Page) -> str:
        """Name and answers, or the whole guide."""
        del page
        if self.view.reading:
            lines = [row.text for row in self._lines.rows]
        else:
            rows = self._answers.rows
            lines = [self.view.name, *(f"{row.label}：{row.answer}" for row in rows)]
            lines.append(self.view.source)
        return "。".join(line.rstrip("。") for line in lines)

    def reset(self) -> None:
        """Close the guide."""
        self._guide = self._station = None
        self._answers.show(())
        self._lines.show(())
        super().reset()


def _lines(guide: Guide) -> list[LineRow]:
    rows = []
    for section in guide.sections:
        rows.append(LineRow(section.title, heading=True))
        rows += [LineRow(line, heading=False) for lines in section.pages for line in lines]
    return rows
