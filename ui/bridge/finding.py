"""Finding: the home page, searching while typing, and browsing for those who do not type.

Rules:

* Every key searches, letters that are not yet characters included; while one search runs only the
  newest wish waits, so a fast hand never queues work.
* Lists page; how many rows fit is told by the page.
* Nothing found is said plainly, with themes to go on from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.journeys.finding import Found, FoundItem
    from ui.bridge.ports import StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

HOME_THEMES: Final = 7
LIMIT: Final = 40
LONGEST: Final = 40
_GAP: Final = 16.0
_PADDING: Final = 50.0
_LINE: Final = 1.46
_LINES: Final = 1.63  # of a text of several lines
_TAG_LINE: Final = 1.74
_TAG_FRAME: Final = 90.0  # icon and padding of a tag
_LAST_NARROW: Final = 0x2000
_DIRECT_ICON: Final = "file-text"
_FLAGS: Final = (
    ("", "全部"),
    ("on_the_spot", "马上办"),
    ("online", "网上办"),
    ("nearby", "就近办"),
    ("once", "一次办"),
)


@dataclass(frozen=True, slots=True)
class TileRow:
    """A tile: an item (home) or a theme."""

    key: str
    text: str
    sub: str
    iconName: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of a list of items; ``tag`` says where it counts, if not here."""

    key: str
    text: str
    sub: str
    tag: str
    tone: str
    best: bool


@dataclass(frozen=True, slots=True)
class HomeView:
    """``ready``: the directory was read."""

    ready: bool = False


@QmlElement
class HomeController(Controller):
    """The first page of a person: 您好，想办什么."""

    PAGES = (Page.HOME,)

    readyChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, HomeView())
        self._items = Rows(TileRow, self)
        self._themes = Rows(TileRow, self)

    ready = Property(bool, shown("ready"), notify=readyChanged)

    @Property(QObject, constant=True)
    def items(self) -> Rows:
        """The direct items."""
        return self._items

    @Property(QObject, constant=True)
    def themes(self) -> Rows:
        """The themes of the home page."""
        return self._themes

    @Slot()
    def find(self) -> None:
        """打字找."""
        self.session.go(Page.FIND)

    @Slot()
    def track(self) -> None:
        """查我的办件."""
        self.session.go(Page.TRACK)

    @Slot(str)
    def open(self, item_id: str) -> None:
        """A direct item."""
        self.session.item_id = item_id
        self.session.go(Page.GUIDE)

    @Slot(str)
    def browse(self, theme: str) -> None:
        """A theme; the empty name: all items."""
        self.session.theme = theme
        self.session.go(Page.BROWSE)

    def enter(self, page: Page) -> None:
        """The same for everybody, so it is kept; asked anew, for a newer directory may be there."""
        del page
        self.session.run(_home_rows, self._show)

    def _show(self, rows: tuple[tuple[TileRow, ...], tuple[TileRow, ...]]) -> None:
        self._items.show(rows[0])
        self._themes.show(rows[1])
        self._blank = HomeView(ready=True)
        self.reset()

    def speech(self, page: Page) -> str:
        """The choices, numbered."""
        del page
        names = [row.text for row in (*self._items.rows, *self._themes.rows)]
        choices = "。".join(f"{number}，{name}" for number, name in enumerate(names, start=1))
        return f"您好，想办什么？可以打字找，也可以按。{choices}"


def _home_rows(station: StationPort) -> tuple[tuple[TileRow, ...], tuple[TileRow, ...]]:
    themes = station.themes()
    icons = {name: icon for icon, name in themes}
    items = tuple(
        TileRow(
            one.item_id,
            one.common_name or one.name,
            "" if one.file_here else f"{one.place or '别处'}的，这里只能看",
            icons.get(station.item(one.item_id).theme, _DIRECT_ICON),
        )
        for one in station.home_items()
    )
    return items, tuple(_theme_row(theme) for theme in themes[:HOME_THEMES])


def _theme_row(theme: tuple[str, str]) -> TileRow:
    icon, name = theme
    return TileRow(name, name, "", icon)


@dataclass(frozen=True, slots=True)
class _ListView:
    """What every paged list shows."""

    page: int = 1
    pages: int = 1
    total: int = 0
    frames_best: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """The place for rows, in pixels, as the page lays them out (``ListRow``)."""

    height: float = 700
    with_pager: float = 600
    row: float = 152
    width: float = 860
    name: float = 40
    sub: float = 30

    def starts(self, rows: Sequence[ItemRow]) -> tuple[int, ...]:
        """Where each page begins; never empty."""
        whole = self._cut(rows, self.height)
        return whole if len(whole) == 1 else self._cut(rows, self.with_pager)

    def _cut(self, rows: Sequence[ItemRow], height: float) -> tuple[int, ...]:
        starts, used = [0], 0.0
        for index, row in enumerate(rows):
            needed = self._needed(row)
            if index > starts[-1] and used + needed > height:
                starts.append(index)
                used = 0.0
            used += needed + _GAP
        return tuple(starts)

    def _needed(self, row: ItemRow) -> float:
        names = max(1, math.ceil(_ems(row.text) * self.name / self.width))
        sub = _ems(row.sub) * self.sub
        tag = _ems(row.tag) * self.sub + _TAG_FRAME if row.tag else 0.0
        lines = max(1, math.ceil(sub / self.width))
        lines += bool(sub and tag and sub + tag + _GAP > self.width)
        name_line = _LINE if names == 1 else _LINES
        words = names * self.name * name_line + lines * (self.sub * _TAG_LINE + _GAP) - _GAP / 2
        return max(self.row, words + _PADDING)


def _ems(text: str) -> float:
    """Width of a text in units of its size; a little too wide rather than too narrow."""
    return sum(1.0 if ord(letter) > _LAST_NARROW else 0.62 for letter in text)


class _ItemList(Controller):
    """A paged list of items."""

    def __init__(self, session: Session, blank: _ListView) -> None:
        super().__init__(session, blank)
        self._rows = Rows(ItemRow, self)
        self._all: tuple[FoundItem, ...] = ()
        self._shown: tuple[FoundItem, ...] = ()
        self._room = Room()
        self._starts: tuple[int, ...] = (0,)

    def _show_items(self, items: Sequence[FoundItem]) -> None:
        self._all = tuple(items)
        self._turn_to(1)

    def _turn_to(self, page: int) -> None:
        self._starts = self._room.starts([_item_row(one, best=False) for one in self._all])
        pages = len(self._starts)
        page = min(max(1, page), pages)
        start = self._starts[page - 1]
        self._shown = self._all[start : self._starts[page] if page < pages else None]
        first = bool(self._shown) and start == 0 and self.view.frames_best
        self._rows.show(
            [_item_row(one, best=first and not index) for index, one in enumerate(self._shown)]
        )
        self.change(page=page, pages=pages, total=len(self._all))

    def _fit(self, room: Room) -> None:
        if room != self._room:
            first = self._starts[min(self.view.page, len(self._starts)) - 1]
            self._room = room
            self._turn_to(1)
            self._turn_to(sum(start <= first for start in self._starts))

    def _open(self, item_id: str) -> None:
        self.session.item_id = item_id
        self.session.go(Page.GUIDE)

    def reset(self) -> None:
        """Forget what was looked for."""
        self._all, self._shown = (), ()
        self._rows.show(())
        super().reset()


def _item_row(found: FoundItem, *, best: bool) -> ItemRow:
    return ItemRow(
        key=found.item_id,
        text=found.name,
        sub=found.department or (found.place if found.file_here else "") or "",
        tag=found.tag,
        tone="ok" if found.file_here else "wait",
        best=best and found.sure,
    )


@dataclass(frozen=True, slots=True)
class FindView(_ListView):
    """``query``: what was typed; ``asked``: what the rows answer; ``keyboard``: it is open."""

    query: str = ""
    composing: str = ""
    asked: str = ""
    flag: str = ""
    sure: bool = False
    keyboard: bool = True
    frames_best: bool = True


@QmlElement
class FindController(_ItemList):
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
        self.session.theme = theme
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


@dataclass(frozen=True, slots=True)
class BrowseView(_ListView):
    """``theme`` empty: choose one."""

    theme: str = ""
    loaded: bool = False


@QmlElement
class BrowseController(_ItemList):
    """按类别找."""

    PAGES = (Page.BROWSE,)

    pageChanged = Signal()
    pagesChanged = Signal()
    totalChanged = Signal()
    themeChanged = Signal()
    loadedChanged = Signal()
    framesBestChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, BrowseView())
        self._themes = Rows(TileRow, self)

    page = Property(int, shown("page"), notify=pageChanged)
    pages = Property(int, shown("pages"), notify=pagesChanged)
    total = Property(int, shown("total"), notify=totalChanged)
    theme = Property(str, shown("theme"), notify=themeChanged)
    loaded = Property(bool, shown("loaded"), notify=loadedChanged)

    @Property(QObject, constant=True)
    def rows(self) -> Rows:
        """The items on this page."""
        return self._rows

    @Property(QObject, constant=True)
    def themes(self) -> Rows:
        """Every theme, when none was chosen."""
        return self._themes

    @Slot(str)
    def choose(self, theme: str) -> None:
        """One theme of all."""
        self._load(theme)

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
        """One item."""
        self._open(item_id)

    def _load(self, theme: str) -> None:
        self.change(theme=theme, loaded=False)
        self.session.run(lambda station: station.by_theme(theme), self._show)

    def _show(self, items: tuple[FoundItem, ...]) -> None:
        self._show_items(items)
        self.change(loaded=True)

    def _show_themes(self, themes: tuple[tuple[str, str], ...]) -> None:
        self._themes.show([_theme_row(theme) for theme in themes])
        self.change(loaded=True)

    def enter(self, page: Page) -> None:
        """The theme that was asked for; coming back, the list as it was left."""
        del page
        wanted = self.session.theme
        if wanted is None:
            return
        self.session.theme = None
        if wanted:
            self._themes.show(())
            self._load(wanted)
        else:
            self.change(theme="", loaded=False)
            self.session.run(lambda station: station.themes(), self._show_themes)

    def back(self) -> bool:
        """From one of all themes back to all themes."""
        if not self.view.theme or not self._themes.rows:
            return False
        self.change(theme="")
        return True

    def speech(self, page: Page) -> str:
        """The rows, numbered."""
        del page
        names = (
            [one.name for one in self._shown]
            if self.view.theme
            else [row.text for row in self._themes.rows]
        )
        return "。".join(f"{number}，{name}" for number, name in enumerate(names, start=1))

    def reset(self) -> None:
        """Forget what was looked at."""
        self._themes.show(())
        super().reset()
