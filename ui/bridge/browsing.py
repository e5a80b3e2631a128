"""Browsing for those who do not type: by life event, by department, by what saves a trip.

Rules:

* Headings first, then the items of one; back leads from the items to the headings they came from.
* A way of the four (马上办 …) stands there only where a guide says yes; headings tell how many
  items they hold and how many of those count here.
* A long list can be narrowed to what can be filed here; nothing is hidden before that is asked.
* Lists and headings page; they never scroll, however many there are. An answer to what was asked
  before is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import shown
from ui.bridge.item_lists import ItemList, ListView, Room, TileRow, theme_row
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.journeys.finding import FoundItem, Group
    from ui.bridge.ports import StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

NARROW_FROM: Final = 8
"""Lists that are shorter are seen at a glance."""
_THEME, _DEPARTMENT, _FLAG = "theme", "department", "flag"
_WAYS: Final = ((_THEME, "按类别"), (_DEPARTMENT, "按部门"), (_FLAG, "省事的"))
_PROMISES: Final = MappingProxyType(
    {
        "on_the_spot": ("马上办", "当场办好，不用等", "hourglass"),
        "online": ("网上办", "网上就能办", "monitor-smartphone"),
        "nearby": ("就近办", "镇街、村里就能办", "house"),
        "once": ("一次办", "最多跑一次", "footprints"),
    }
)


@dataclass(frozen=True, slots=True)
class BrowseView(ListView):
    """``by``: theme | department | flag; ``chosen`` empty: choose a heading.

    ``narrow``: whether there is something to narrow to (``here`` items); ``only_here``: it is done.
    """

    by: str = _THEME
    chosen: str = ""
    name: str = ""
    sub: str = ""
    loaded: bool = False
    narrow: bool = False
    only_here: bool = False
    here: int = 0
    whole: int = 0


@QmlElement
class BrowseController(ItemList):
    """按类别找, 按部门找, 省事的."""

    PAGES = (Page.BROWSE,)

    pageChanged = Signal()
    pagesChanged = Signal()
    totalChanged = Signal()
    byChanged = Signal()
    chosenChanged = Signal()
    nameChanged = Signal()
    subChanged = Signal()
    loadedChanged = Signal()
    narrowChanged = Signal()
    onlyHereChanged = Signal()
    hereChanged = Signal()
    wholeChanged = Signal()
    framesBestChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, BrowseView())
        self._ways = Rows(TileRow, self)
        self._ways.show([TileRow(key, name, "", "") for key, name in _WAYS])
        self._headings = Rows(TileRow, self)
        self._every: tuple[TileRow, ...] = ()
        self._found: tuple[FoundItem, ...] = ()
        self._tiles = (1, 1)

    page = Property(int, shown("page"), notify=pageChanged)
    pages = Property(int, shown("pages"), notify=pagesChanged)
    total = Property(int, shown("total"), notify=totalChanged)
    by = Property(str, shown("by"), notify=byChanged)
    chosen = Property(str, shown("chosen"), notify=chosenChanged)
    name = Property(str, shown("name"), notify=nameChanged)
    sub = Property(str, shown("sub"), notify=subChanged)
    loaded = Property(bool, shown("loaded"), notify=loadedChanged)
    narrow = Property(bool, shown("narrow"), notify=narrowChanged)
    onlyHere = Property(bool, shown("only_here"), notify=onlyHereChanged)
    here = Property(int, shown("here"), notify=hereChanged)
    whole = Property(int, shown("whole"), notify=wholeChanged)

    @Property(QObject, constant=True)
    def rows(self) -> Rows:
        """The items on this page."""
        return self._rows

    @Property(QObject, constant=True)
    def ways(self) -> Rows:
        """按类别, 按部门, 省事的."""
        return self._ways

    @Property(QObject, constant=True)
    def headings(self) -> Rows:
        """The headings on this page, when none was chosen."""
        return self._headings

    @Slot(str)
    def look(self, by: str) -> None:
        """Another way to browse."""
        self._ask(by)

    @Slot(str)
    def choose(self, key: str) -> None:
        """One heading."""
        self._load(key)

    @Slot(bool)
    def onlyThese(self, here: bool) -> None:  # noqa: FBT001 -- a slot; QML knows no keywords
        """Only what can be filed here, or everything."""
        self.change(only_here=here)
        self._show_found()

    @Slot(float, float, float, float, float, float)
    def fit(  # noqa: PLR0913, PLR0917 -- what the page knows of its layout
        self, height: float, with_pager: float, row: float, width: float, name: float, sub: float
    ) -> None:
        """The room for rows, as the page lays them out."""
        room = Room(height, with_pager, row, width, name, sub)
        if self.view.chosen:
            self._fit(room)
        else:
            self._room = room  # the pages are those of the headings now

    @Slot(int, int)
    def fitTiles(self, count: int, with_pager: int) -> None:
        """How many headings the page has room for, without and with a pager under them."""
        first = self._tiles_a_page * (self.view.page - 1)
        self._tiles = (max(1, count), max(1, with_pager))
        if not self.view.chosen:
            self._turn_headings(first // self._tiles_a_page + 1)

    @Slot(int)
    def turn(self, by: int) -> None:
        """Next or previous page."""
        if self.view.chosen:
            self._turn_to(self.view.page + by)
        else:
            self._turn_headings(self.view.page + by)

    @Slot(str)
    def open(self, item_id: str) -> None:
        """One item."""
        self._open(item_id)

    # -- headings -------------------------------------------------------------------------------

    def _ask(self, by: str) -> None:
        self._every = ()
        self._headings.show(())
        self.change(by=by, chosen="", name="", loaded=False, page=1, pages=1)
        self.session.run(
            lambda station: _headings(station, by),
            lambda headings: self._show_headings(by, headings),
        )

    def _show_headings(self, by: str, headings: tuple[TileRow, ...]) -> None:
        if by != self.view.by or self.view.chosen:
            return
        self._every = headings
        self.change(loaded=True)
        self._turn_headings(1)

    @property
    def _tiles_a_page(self) -> int:
        whole, with_pager = self._tiles
        return whole if len(self._every) <= whole else with_pager

    def _turn_headings(self, page: int) -> None:
        size = self._tiles_a_page
        pages = max(1, -(-len(self._every) // size))
        page = min(max(1, page), pages)
        self._headings.show(self._every[(page - 1) * size : page * size])
        self.change(page=page, pages=pages)

    # -- items ----------------------------------------------------------------------------------

    def _load(self, key: str) -> None:
        by = self.view.by
        name = _PROMISES[key][0] if by == _FLAG else key
        self.change(chosen=key, name=name, sub="", loaded=False, only_here=False)
        self.session.run(
            lambda station: _items(station, by, key), lambda items: self._show(by, key, items)
        )

    def _show(self, by: str, key: str, items: tuple[FoundItem, ...]) -> None:
        if (by, key) != (self.view.by, self.view.chosen):
            return
        here = sum(one.file_here for one in items)
        self._found = items
        narrow = 0 < here < len(items) >= NARROW_FROM
        sub = _told(by, key, here, len(items))
        self.change(loaded=True, sub=sub, here=here, whole=len(items), narrow=narrow)
        self._show_found()

    def _show_found(self) -> None:
        only_here = self.view.only_here
        self._show_items([one for one in self._found if one.file_here or not only_here])

    def enter(self, page: Page) -> None:
        """The heading that was asked for; coming back, the list as it was left."""
        del page
        wanted = self.session.browse
        if wanted is None:
            return
        self.session.browse = None
        by, key = wanted
        if key:
            self._every = ()
            self._headings.show(())
            self.change(by=by)
            self._load(key)
        else:
            self._ask(by)

    def back(self) -> bool:
        """From the items of a heading back to the headings."""
        if not self.view.chosen or not self._every:
            return False
        before = next((at for at, row in enumerate(self._every) if row.key == self.view.chosen), 0)
        self.change(chosen="", name="", narrow=False)
        self._turn_headings(before // self._tiles_a_page + 1)
        return True

    def speech(self, page: Page) -> str:
        """The rows, numbered."""
        del page
        names = (
            [one.name for one in self._shown]
            if self.view.chosen
            else [row.text for row in self._headings.rows]
        )
        return "。".join(f"{number}，{name}" for number, name in enumerate(names, start=1))

    def reset(self) -> None:
        """Forget what was looked at."""
        self._every, self._found = (), ()
        self._headings.show(())
        super().reset()


def _headings(station: StationPort, by: str) -> tuple[TileRow, ...]:
    if by == _DEPARTMENT:
        return _tiles(station.departments())
    if by == _FLAG:
        return tuple(
            TileRow(one.key, one.name, f"{promise} · {_count(one)}", icon)
            for one in station.flags()
            for _, promise, icon in [_PROMISES[one.key]]
        )
    return tuple(theme_row(theme) for theme in station.themes())


def _tiles(groups: Sequence[Group]) -> tuple[TileRow, ...]:
    return tuple(TileRow(one.key, one.name, _count(one), "") for one in groups)


def _count(group: Group) -> str:
    if group.here == group.total:
        return f"{group.total}件，这里{'都' if group.total > 1 else ''}能交"
    here = f"，{group.here}件这里能交" if group.here else ""
    return f"{group.total}件{here}"


def _told(by: str, key: str, here: int, whole: int) -> str:
    """The sentence over a list: what stands in it, and what of it can be filed here."""
    from kiosk.journeys.departments import UNSAID

    why = "指南写明了的才算。" if by == _FLAG else ""
    if by == _DEPARTMENT and key != UNSAID:
        why = "每件写着指南里的部门。"
    if not here:
        return f"{why}这些在这里只能看。" if whole else why
    return why if here == whole else f"{why}这里能交的在前面。"


def _items(station: StationPort, by: str, key: str) -> tuple[FoundItem, ...]:
    if by == _DEPARTMENT:
        return station.by_department(key)
    return station.by_flag(key) if by == _FLAG else station.by_theme(key)
