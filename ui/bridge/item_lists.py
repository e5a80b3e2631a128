"""Lists of items that page by the height of their rows, and tiles.

Rules: rows differ in height (long names, tags), so pages are cut by what each row needs; nothing
overlaps, nothing scrolls; a row is reckoned a little too high rather than too low.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ui.bridge.controller import Controller
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.journeys.finding import FoundItem

_GAP: Final = 16.0
_PADDING: Final = 50.0
_LINE: Final = 1.46
_LINES: Final = 1.63  # of a text of several lines
_TAG_LINE: Final = 1.74
_TAG_FRAME: Final = 90.0  # icon and padding of a tag
_LAST_NARROW: Final = 0x2000


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


def theme_row(theme: tuple[str, str]) -> TileRow:
    """The tile of a theme given as (icon, name)."""
    icon, name = theme
    return TileRow(name, name, "", icon)


@dataclass(frozen=True, slots=True)
class ListView:
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


class ItemList(Controller):
    """A paged list of items."""

    def __init__(self, session: Session, blank: ListView) -> None:
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
        self.session.choose_item(item_id)
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
        sub=_office(found),
        tag=found.tag,
        tone="ok" if found.file_here else "wait",
        best=best and found.sure,
    )


def _office(found: FoundItem) -> str:
    """The department as the guide names it; with its place, unless the tag tells that."""
    office, place = found.department or "", found.place or ""
    if not found.file_here or place in office:
        return office
    return "，".join(part for part in (place, office) if part)
