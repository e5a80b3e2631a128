"""The first page of a person: search, direct items, themes, one's own filings.

Rules: what it shows is the same for everybody, so it is kept between sessions and asked anew at
every visit (a newer directory may be there); what cannot be filed here says so on its tile.
接着上次办 is offered only while a draft of before a crash waits; when its time is over the offer
goes, and the draft is wiped, whether or not anybody is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.item_lists import TileRow, theme_row
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from ui.bridge.ports import StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

HOME_THEMES: Final = 7
_DIRECT_ICON: Final = "file-text"
_LOOK_EVERY_MS: Final = 500


@dataclass(frozen=True, slots=True)
class HomeView:
    """``ready``: the directory was read; ``resumable``: a draft of before a crash waits."""

    ready: bool = False
    resumable: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the page asks: direct items, themes, and how long a draft waits still."""

    items: tuple[TileRow, ...]
    themes: tuple[TileRow, ...]
    waiting: float


@QmlElement
class HomeController(Controller):
    """The first page of a person: 您好，想办什么."""

    PAGES = (Page.HOME,)

    readyChanged = Signal()
    resumableChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, HomeView())
        self._items = Rows(TileRow, self)
        self._themes = Rows(TileRow, self)
        self._offered_until = 0.0
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    ready = Property(bool, shown("ready"), notify=readyChanged)
    resumable = Property(bool, shown("resumable"), notify=resumableChanged)

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

    @Slot()
    def resume(self) -> None:
        """接着上次办."""
        self.session.go(Page.RESUME)

    @Slot(str)
    def open(self, item_id: str) -> None:
        """A direct item."""
        self.session.choose_item(item_id)
        self.session.go(Page.GUIDE)

    @Slot(str)
    def browse(self, theme: str) -> None:
        """A theme; the empty name: all items."""
        self.session.browse = ("theme", theme)
        self.session.go(Page.BROWSE)

    @Slot()
    def departments(self) -> None:
        """按部门找."""
        self.session.browse = ("department", "")
        self.session.go(Page.BROWSE)

    def enter(self, page: Page) -> None:
        """The same for everybody, so it is kept; asked anew, for a newer directory may be there."""
        del page
        self.session.run(_home_rows, self._show)

    def _show(self, asked: _Asked) -> None:
        self._items.show(asked.items)
        self._themes.show(asked.themes)
        self._blank = HomeView(ready=True)
        self.change(ready=True)
        self._offer(asked.waiting)

    def _offer(self, seconds: float) -> None:
        """Offer the draft for so many seconds; 0.0: it is gone."""
        self._offered_until = self.session.clock.monotonic() + seconds
        self.change(resumable=seconds > 0)
        if seconds > 0:
            self._timer.start()
        else:
            self._timer.stop()

    def _look(self) -> None:
        """When its time is over, asking is what wipes it."""
        if self.session.clock.monotonic() >= self._offered_until:
            self._timer.stop()
            self.session.run(lambda station: station.drafts.waiting(), self._offer)

    def speech(self, page: Page) -> str:
        """The choices, numbered."""
        del page
        names = [row.text for row in (*self._items.rows, *self._themes.rows)]
        choices = "。".join(f"{number}，{name}" for number, name in enumerate(names, start=1))
        again = "，也可以接着上次办" if self.view.resumable else ""
        return f"您好，想办什么？可以打字找，也可以按{again}。{choices}"


def _home_rows(station: StationPort) -> _Asked:
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
    shown_themes = tuple(theme_row(theme) for theme in themes[:HOME_THEMES])
    return _Asked(items, shown_themes, station.drafts.waiting())
