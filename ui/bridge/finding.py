"""Finding: searching while typing.

Rules:

* Every key searches, letters that are not yet characters included; while one search runs only the
  newest wish waits, so a fast hand never queues work.
* Nothing found is said plainly, with themes to go on from; what is not sure is not called found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import shown
from ui.bridge.item_lists import ItemList, ListView, Room, TileRow
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.journeys.finding import Found, FoundItem

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

LIMIT: Final = 40
LONGEST: Final = 40
_FLAGS: Final = (
    ("", "全部"),
    ("on_the_spot", "马上办"),
    ("online", "网上办"),
    ("nearby", "就近办"),
    ("once", "一次办"),
)


@dataclass(frozen=True, slots=True)
class FindView(ListView):
    """``query``: what was typed; ``asked``: what the rows answer; ``keyboard``: it is open."""

    query: str = ""
    composing: str = ""
    asked: str = ""
    flag: str = ""
    sure: bool = False
    keyboard: bool = True
    frames_best: bool = True


@QmlElement
class FindController(ItemList):
    """打字找."""

    PAGES = (Page.FIND,)

    pageChanged = Signal()
    pagesChanged = Signal()
    totalChanged = Signal()
    queryChanged = Signal()
    composingChanged = Signal()
    askedChanged = Signal()
    flagChanged = Signal()
    sureChanged = Signal()
    keyboardChanged = Signal()
    framesBestChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, FindView())
        self._flags = Rows(TileRow, self)
        self._flags.show([TileRow(key, name, "", "") for key, name in _FLAGS])
        self._themes = Rows(TileRow, self)
        self._tries = Rows(TileRow, self)
        self._running = False
        self._wanted: tuple[str, str] | None = None

    page = Property(int, shown("page"), notify=pageChanged)
    pages = Property(int, shown("pages"), notify=pagesChanged)
    total = Property(int, shown("total"), notify=totalChanged)
    query = Property(str, shown("query"), notify=queryChanged)
    asked = Property(str, shown("asked"), notify=askedChanged)
    flag = Property(str, shown("flag"), notify=flagChanged)
    sure = Property(bool, shown("sure"), notify=sureChanged)
    keyboard = Property(bool, shown("keyboard"), notify=keyboardChanged)

    @Property(QObject, constant=True)
    def rows(self) -> Rows:
        """The items on this page."""
        return self._rows

    @Property(QObject, constant=True)
    def flags(self) -> Rows:
        """The filters: 全部 and the four ways."""
        return self._flags

    @Property(QObject, constant=True)
    def themes(self) -> Rows:
        """Themes to go on from when nothing sure was found."""
        return self._themes

    @Property(QObject, constant=True)
    def tries(self) -> Rows:
        """What others look for: a beginning for those who do not know what to type."""
        return self._tries

    @Slot(str)
    def type(self, text: str) -> None:
        """Characters from the keyboard."""
        self.change(query=(self.view.query + text)[:LONGEST])
        self._search()

    @Slot(str)
    def compose(self, letters: str) -> None:
        """Letters that are not yet characters."""
        self.change(composing=letters)
        self._search()

    @Slot()
    def erase(self) -> None:
        """Erase the last character."""
        self.change(query=self.view.query[:-1])
        self._search()

    @Slot()
    def clear(self) -> None:
        """清空."""
        self.change(query="", composing="", keyboard=True)
        self._search()

    @Slot(str)
    def filter(self, flag: str) -> None:
        """Only what the guide itself says is 马上办, 网上办, 就近办 or 一次办."""
        self.change(flag=flag)
        self._search()

    @Slot()
    def openKeyboard(self) -> None:
        """The field was tapped."""
        self.change(keyboard=True)

    @Slot()
    def closeKeyboard(self) -> None:
        """收起键盘."""
        self.change(keyboard=False)

    @Slot(float, float, float, float, float, float)
    def fit(  # noqa: PLR0913, PLR0917 -- what the page knows of its layout
        self, height: float, with_pager: float, row: float, width: float, name: float, sub: float
    ) -> None:
        """The room for rows, as the page lays them out."""
        self._fit(Room(height, with_pager, row, width, name, sub))

    @Slot(int)
    def turn(self, by: int) -> None:
        """Next or previous page."""
        self._turn_to(self.view.page + by)

    @Slot(str)
    def open(self, item_id: str) -> None:
        """One result."""
        self._open(item_id)

    @Slot(str)
    def browse(self, theme: str) -> None:
        """A theme instead; the empty name: all."""
        self.session.browse = ("theme", theme)
        self.session.go(Page.BROWSE)

    def enter(self, page: Page) -> None:
        """Offer what others look for; letters left from before stay as they were typed."""
        del page
        letters = self.view.composing.replace(" ", "")
        self.change(query=self.view.query + letters, composing="")
        if not self._tries.rows:
            self.session.run(lambda station: station.home_items(), self._offer)

    def _offer(self, items: tuple[FoundItem, ...]) -> None:
        names = [one.common_name or one.name for one in items]
        self._tries.show([TileRow(name, name, "", "search") for name in names])

    def _search(self) -> None:
        self._wanted = (self.view.query + self.view.composing, self.view.flag)
        if not self._running:
            self._next()

    def _next(self) -> None:
        if self._wanted is None:
            return
        text, flag = self._wanted
        self._wanted = None
        if not text:
            self._show("", None)
            return
        self._running = True
        flags = (flag,) if flag else ()
        self.session.run(
            lambda station: station.search(text, flags, LIMIT),
            lambda found: self._answered(text, found),
        )

    def _answered(self, text: str, found: Found) -> None:
        self._running = False
        self._show(text, found)
        self._next()

    def _show(self, text: str, found: Found | None) -> None:
        self._show_items(found.hits if found else ())
        themes = found.themes if found else ()
        sure = found is not None and any(one.sure for one in found.hits)
        self._themes.show([TileRow(name, name, "", "") for name in themes])
        self.change(asked=text, sure=sure)

    def speech(self, page: Page) -> str:
        """The rows, numbered."""
        del page
        names = [f"{number}，{one.name}" for number, one in enumerate(self._shown, start=1)]
        return f"找到{self.view.total}件。{'。'.join(names)}"

    def reset(self) -> None:
        """Forget what was looked for; an answer still to come is dropped by the relay."""
        self._running, self._wanted = False, None
        self._themes.show(())
        super().reset()
