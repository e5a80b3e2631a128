"""The real window on a real home, held in this process, for tests of the filing pages.

Rules: real services, stores, directory and QML; only the platform plug-in (offscreen) and the clock
differ. What the worker answers is waited for; nothing is stubbed.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.devices.printer import FolderPrinter
from kiosk.domain.parties import IdType, Party, Role, Way
from kiosk.main.demonstration import ReferencePlatform, prepare_station
from kiosk.main.window import Options, StationWindow
from tests.helpers.platform_process import run_platform
from ui.app import create_app
from ui.bridge.controller import Controller
from ui.bridge.filing import Filing
from ui.bridge.rows import Rows
from ui.navigation import Page

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ITEMS = Path(__file__).resolve().parents[2] / "assets" / "directory" / "items.json"
ELDER = Party(
    Role.APPLICANT, "李桂英", IdType.RESIDENT_ID, "440000194305060021", phone="13800005678"
)
_TAP_REST = 0.32  # a trembling hand's second tap near the first is dropped for 0.3 s
_NEAR = 200
Kind = TypeVar("Kind", bound=Controller)


def shown(model: object) -> tuple[Any, ...]:
    """The rows of a list of a controller."""
    assert isinstance(model, Rows)
    return model.rows


class StillClock:
    """A clock that stands until a test moves it; waiting goes by the machine's."""

    def __init__(self) -> None:
        self.wall = NOON

    def now(self) -> datetime:
        """The wall clock."""
        return self.wall

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    def forward(self, days: int) -> None:
        """Days pass."""
        self.wall += timedelta(days=days)


def prepare_home(folder: Path) -> Path:
    """A home that is set up for a platform that is out of reach; its items are the bundled ones.

    Of such a platform a home knows the keys alone, which come with any publication, so one item is
    published and not the whole directory.
    """
    one = folder / "items.json"
    one.write_text(json.dumps(json.loads(ITEMS.read_text("utf-8"))[:1]), encoding="utf-8")
    run_platform(["publish", "--items", str(one)], folder / "data")
    home = folder / "home"
    prepare_station(home, ReferencePlatform("http://127.0.0.1:9", folder / "data" / "trust.json"))
    return home


class FilingWindow:
    """One window on one home.

    Args:
        home: a home that was set up.
        size: of the window.
    """

    def __init__(self, home: Path, size: tuple[int, int] = (1080, 1920)) -> None:
        self.app = create_app(["filing"])
        self.clock = StillClock()
        self._tapped = (0.0, QPointF())
        self.home = home
        printer = FolderPrinter(home / "prints")
        self.window = StationWindow(home, self.clock, printer, Options(size=size, sync=False))
        self.session = self.window.session
        self.settle()
        self.session.begin()
        self.settle()

    @property
    def filing(self) -> Filing:
        """The application being made."""
        return self.session.filing

    def page(self) -> Page:
        """The page being shown."""
        return self.session.page

    def controller(self, kind: type[Kind]) -> Kind:
        """The controller of a page."""
        return next(one for one in self.window.controllers if isinstance(one, kind))

    def begin(self, item_id: str, way: Way = Way.SELF, *people: Party) -> None:
        """An application that has its people already."""
        from dataclasses import replace

        self.filing.begin(item_id, way, lambda: None)
        self.settle()
        application = self.filing.now_application
        self.filing.replace(replace(application, parties=people or (ELDER,)))

    def go(self, page: Page) -> None:
        """Show a page."""
        self.session.go(page)
        self.settle()

    def settle(self, seconds: float = 10.0) -> None:
        """Wait for the worker and for the layout."""
        end = time.monotonic() + seconds
        relay = self.session._relay
        for _ in range(3):
            QGuiApplication.processEvents()
        while relay.busy and time.monotonic() < end:
            QTest.qWait(5)
        assert not relay.busy, "the worker is still busy"
        for _ in range(3):
            QGuiApplication.processEvents()

    def fresh(self, size: tuple[int, int]) -> None:
        """The next person, at a window of this size; the clock stands at noon again."""
        self.session.end()
        self.clock.wall = NOON
        self.session.begin()
        self.settle()
        self.window.window.resize(*size)
        self.settle()

    def look(self, size: tuple[int, int], *, large: bool = False, low: bool = False) -> None:
        """Show the page that is shown anew, in another look; what was filled in stays."""
        app = self.window.app
        self.window.window.resize(*size)
        self.settle()
        app.change(large=large, low=low)
        app.pageChanged.emit()
        self.settle()
        assert (self.window.window.width(), self.window.window.height()) == size

    # -- seeing ---------------------------------------------------------------------------------

    def picture(self, path: Path) -> None:
        """What is shown, as a PNG."""
        self.window.window.grabWindow()
        self.settle()
        path.parent.mkdir(parents=True, exist_ok=True)
        assert self.window.window.grabWindow().save(str(path)), path

    def items(self) -> list[QQuickItem]:
        """All visible items."""
        self.window.window.grabWindow()
        self.settle()
        found: list[QQuickItem] = []
        waiting = [self.window.window.contentItem()]
        while waiting:
            for child in waiting.pop().childItems():
                if child.isVisible() and child.opacity() > 0:
                    found.append(child)
                    waiting.append(child)
        return found

    def texts(self) -> list[str]:
        """Every visible text."""
        return [
            str(item.property("text"))
            for item in self.items()
            if item.inherits("QQuickText") and item.property("text")
        ]

    def box(self, item: QQuickItem) -> QRectF:
        """Where an item stands in the window."""
        return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))

    def button(self, name: str) -> QQuickItem:
        """The one visible button of that accessible name, or whose first words are it."""
        buttons = [item for item in self.items() if item.inherits("QQuickAbstractButton")]
        names = {item: str(item.property("spokenName")) for item in buttons}
        exact = [item for item in buttons if names[item] == name]
        found = exact or [item for item in buttons if names[item].split("，")[0] == name]
        assert len(found) == 1, f"{name!r}: {len(found)} of {sorted(names.values())}"
        return found[0]

    def tap(self, name: str) -> None:
        """Tap the button of that name, in its middle."""
        from PySide6.QtCore import Qt

        point: QPointF = self.box(self.button(name)).center()
        wait = _TAP_REST - (time.monotonic() - self._tapped[0])
        if wait > 0 and (point - self._tapped[1]).manhattanLength() < _NEAR:
            QTest.qWait(int(wait * 1000) + 1)
        QTest.mouseClick(
            self.window.window,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            point.toPoint(),
        )
        self._tapped = (time.monotonic(), point)
        self.settle()

    def type(self, keys: str) -> None:
        """Tap keys one after the other."""
        for key in keys:
            self.tap(key)

    def faults(self) -> list[str]:
        """What breaks the rules of every page: sizes, names, edges, overflow."""
        frame = QRectF(0, 0, self.window.window.width(), self.window.window.height())
        inside = frame.adjusted(-1, -1, 1, 1)
        found = []
        for item in self.items():
            box, text = self.box(item), item.property("text")
            if item.property("overflow"):
                found.append(f"body too high by {item.property('overflow')}")
            if item.inherits("QQuickText") and text and not _clipped(item):
                if item.property("truncated"):
                    found.append(f"cut: {text}")
                if item.property("contentWidth") > item.width() + 1:
                    found.append(f"wider than its box: {text}")
                if not inside.contains(box):
                    found.append(f"off the screen: {text}")
            if item.inherits("QQuickAbstractButton") and item.isEnabled():
                name = item.property("spokenName")
                if not name or min(box.width(), box.height()) < 79 or not inside.contains(box):
                    found.append(f"target {name!r}: {box}")
        return found

    def close(self) -> None:
        """Close the window and the stores."""
        self.window.close()
        QGuiApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.app.processEvents()


def _clipped(item: QQuickItem) -> bool:
    parent = item.parentItem()
    return parent is not None and bool(parent.property("clip"))
