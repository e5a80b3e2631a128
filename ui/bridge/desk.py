"""The agent's desk: what there is to do.

Rules (of the counter, 7, 14 and 18): names are masked; the rows come sorted from the station:
returned by due date, then what the agent put aside, then unsent by age, then the rest. A contact
card is opened by a touch, for the signed-in agent alone, and hides by itself. What was put aside
opens with the agent's own key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.agents import AsideDraft
from kiosk.domain.dates import CHINA
from kiosk.domain.lifecycle import State, is_owed
from kiosk.domain.problems import InputProblem, Problem
from ui.bridge.controller import Controller, shown
from ui.bridge.reveal import RevealController
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.bridge.words import words_of
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.contacts import ContactCard
    from kiosk.journeys.progress import Tracked
    from ui.bridge.ports import DeskRow, StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_RETURNED: Final = frozenset({State.CORRECTION_WANTED, State.PARKED, State.NOT_ACCEPTED})


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One row of the desk; ``act`` is the word of its act, ``card``: there is a card to open."""

    text: str
    tag: str
    tagTone: str
    iconName: str
    note: str
    act: str
    card: bool


@dataclass(frozen=True, slots=True)
class DeskView:
    """``tab``: todo | unsent | all; counts of each; ``notes``: people who ask for help; paging."""

    who: str = ""
    tab: str = "todo"
    todo: int = 0
    unsent: int = 0
    total: int = 0
    page: int = 1
    pages: int = 1
    page_size: int = 5
    loaded: bool = False
    notes: int = 0


@QmlElement
class DeskController(Controller):
    """What the signed-in agent has to do today."""

    PAGES = (Page.DESK,)

    whoChanged = Signal()
    tabChanged = Signal()
    todoChanged = Signal()
    unsentChanged = Signal()
    totalChanged = Signal()
    pageChanged = Signal()
    pagesChanged = Signal()
    pageSizeChanged = Signal()
    loadedChanged = Signal()
    notesChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, DeskView())
        self._lines = Rows(DeskLine, self)
        self._card = RevealController(session)
        self._rows: tuple[DeskRow | AsideDraft, ...] = ()
        self._shown: tuple[DeskRow | AsideDraft, ...] = ()

    who = Property(str, shown("who"), notify=whoChanged)
    tab = Property(str, shown("tab"), notify=tabChanged)
    todo = Property(int, shown("todo"), notify=todoChanged)
    unsent = Property(int, shown("unsent"), notify=unsentChanged)
    total = Property(int, shown("total"), notify=totalChanged)
    page = Property(int, shown("page"), notify=pageChanged)
    pages = Property(int, shown("pages"), notify=pagesChanged)
    loaded = Property(bool, shown("loaded"), notify=loadedChanged)
    notes = Property(int, shown("notes"), notify=notesChanged)

    @Property(QObject, constant=True)
    def lines(self) -> Rows:
        """The rows of this page of this tab."""
        return self._lines

    @Property(RevealController, constant=True)
    def card(self) -> RevealController:
        """The contact card that is open, for a moment."""
        return self._card

    @Slot(int)
    def fit(self, rows: int) -> None:
        """How many rows the page has room for."""
        self.change(page_size=max(1, rows))
        self._turn(self.view.page)

    @Slot(str)
    def choose(self, tab: str) -> None:
        """Another tab."""
        self.change(tab=tab)
        self._turn(1)

    @Slot(int)
    def turn(self, by: int) -> None:
        """Next or previous page."""
        self._turn(self.view.page + by)

    @Slot(int)
    def open(self, index: int) -> None:
        """The act of one row: see where it stands, mend it from there."""
        if 0 <= index < len(self._shown):
            row = self._shown[index]
            if isinstance(row, AsideDraft):
                self._take_up(row)
                return
            self.session.run(lambda station: station.desk_row(row.id), self._opened)

    def _take_up(self, draft: AsideDraft) -> None:
        """接着办: with the agent's own key."""
        agent = self.session.agent
        key = agent.key if agent is not None else None
        if agent is None or key is None:
            return
        self.session.run(
            lambda station: station.agents.take_up(agent.id, key, draft.id),
            lambda found: self.session.filing.resume(found, self.session.trouble),
        )

    @Slot(int)
    def find(self, index: int) -> None:
        """找人: open the contact card of one row; it is recorded who did."""
        agent = self.session.agent
        if agent is None or not 0 <= index < len(self._shown):
            return
        row, by = self._shown[index], agent.id
        if isinstance(row, AsideDraft):
            return
        self.session.run(
            lambda station: station.open_card(row.id, by),
            lambda card: self._show_card(row, card),
            self._no_card,
        )

    def _show_card(self, row: DeskRow, card: ContactCard) -> None:
        name = card.masked_name or row.masked_name
        told = " · ".join(part for part in (name, row.item_name) if part)
        self._card.show(card.words.replace("：", "\n"), told)

    def _no_card(self, problem: Problem) -> None:
        if not isinstance(problem, InputProblem):
            self.session.trouble(problem)
            return
        self._card.show("没有联系卡", words_of(problem).text)

    @Slot()
    def fresh(self) -> None:
        """新办一件: the agent stays signed in."""
        self.session.home()

    @Slot()
    def help(self) -> None:
        """要帮忙: the notes of people who found nobody there."""
        self.session.go(Page.HELP_DESK)

    @Slot()
    def machine(self) -> None:
        """机器状态."""
        self.session.go(Page.TECHNICIAN)

    def _opened(self, tracked: Tracked) -> None:
        self.session.tracked = tracked
        self.session.go(Page.PROGRESS)

    def enter(self, page: Page) -> None:
        """Load the rows anew."""
        del page
        self._card.hide()
        agent = self.session.agent
        if agent is None:
            return
        self.change(who=agent.name)
        self.session.run(lambda station: _load(station, agent.id), self._show)
        self.session.run(
            lambda station: len(station.helping.waiting()), lambda notes: self.change(notes=notes)
        )

    def _show(self, rows: tuple[DeskRow | AsideDraft, ...]) -> None:
        self._rows = rows
        self.change(
            todo=sum(_in_tab(row, "todo") for row in rows),
            unsent=sum(_in_tab(row, "unsent") for row in rows),
            total=len(rows),
            loaded=True,
        )
        if not self.view.todo and self.view.tab == "todo":
            self.change(tab="unsent" if self.view.unsent else "all")
        self._turn(self.view.page)

    def _turn(self, page: int) -> None:
        rows = [row for row in self._rows if _in_tab(row, self.view.tab)]
        size = self.view.page_size
        pages = max(1, -(-len(rows) // size))
        page = min(max(1, page), pages)
        self._shown = tuple(rows[(page - 1) * size : page * size])
        self._lines.show([_line(row) for row in self._shown])
        self.change(page=page, pages=pages)

    def speech(self, page: Page) -> str:
        """Counts, never names."""
        del page
        return f"要处理的{self.view.todo}件，还没送到的{self.view.unsent}件。"

    def reset(self) -> None:
        """Forget the rows."""
        self._rows, self._shown = (), ()
        self._lines.show(())
        super().reset()


def _load(station: StationPort, agent_id: str) -> tuple[DeskRow | AsideDraft, ...]:
    """What came back and what was not sent stands before what was put aside."""
    rows, aside = station.desk(), station.agents.aside(agent_id)
    returned = tuple(row for row in rows if row.state in _RETURNED)
    return (*returned, *aside, *(row for row in rows if row.state not in _RETURNED))


def _in_tab(row: DeskRow | AsideDraft, tab: str) -> bool:
    if isinstance(row, AsideDraft):
        return tab != "unsent"
    if tab == "todo":
        return row.state in _RETURNED
    return is_owed(row.state) if tab == "unsent" else True


def _line(row: DeskRow | AsideDraft) -> DeskLine:
    if isinstance(row, AsideDraft):
        return _aside_line(row)
    local = row.saved_at.astimezone(CHINA)
    return DeskLine(
        text=f"{row.masked_name or '没写名字'} · {row.item_name}",
        tag=row.words.title,
        tagTone=row.words.tone.value,
        iconName=row.words.icon,
        note=f"{local.month}月{local.day}日存 · {row.local_number}",
        act=_act(row),
        card=row.card,
    )


def _act(row: DeskRow) -> str:
    """去补 while nobody did; what was answered already is looked at."""
    wanted = row.state is State.CORRECTION_WANTED and row.words.tone == "stop"
    return "去补" if wanted else "看一看"


def _aside_line(draft: AsideDraft) -> DeskLine:
    local = draft.stored_at.astimezone(CHINA)
    note = f"{local.month}月{local.day}日放下的"
    return DeskLine(
        text=f"{draft.masked_name or '没写名字'} · {draft.item_name}",
        tag="没填完" if draft.mine else "转来的，没填完",
        tagTone="wait",
        iconName="pencil",
        note=note if draft.mine else f"{note}，要镇街的交接文件",
        act="接着办" if draft.mine else "看一看",
        card=False,
    )
