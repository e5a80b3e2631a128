"""The real application on a stage of its own: ``python -m kiosk.main.puppet.stage --home DIR``.

Rules:

* The real window on the real services; only the platform plug-in (offscreen) and the clock differ,
  and the clock can only be put forward.
* Commands come as JSON lines on stdin, answers go out as JSON lines on stdout: ``{"ok": …}`` or
  ``{"refused": why}``. What a command finds, it finds in the accessibility tree; what it does, it
  does by touching a place.
* A Qt warning, an exception in a slot or an unexpected logged warning is told in the next answer
  and makes the process end with status 4.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QRect,
    QSocketNotifier,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.devices.printer import FolderPrinter
from kiosk.domain.problems import Problem
from kiosk.main.discretion import be_discreet, refuse_dumps
from kiosk.main.puppet.hand import FAULTY, QT_WORDS
from kiosk.main.window import Options, StationWindow, leave
from kiosk.store.home import Home
from ui.app import create_app

KEYS = frozenset({QAccessible.Role.Button})
TAPPABLE = KEYS | {
    QAccessible.Role.RadioButton,
    QAccessible.Role.CheckBox,
    QAccessible.Role.PageTab,
    QAccessible.Role.EditableText,
}
_TAP_REST = 0.32  # the window ignores a second tap near the first for 0.3 s
_KEY_REST = 0.14  # … and a second tap on a key for 0.12 s
_NEAR = 100
_FRAME_MS = 20  # the window merges moves within one frame: a hand is not so fast at a corner
_GLIDE = 6  # moves between two points of a stroke


class ForwardClock:
    """The machine's clock, put forward at will.

    Args:
        start: the first instant; None: now.
    """

    def __init__(self, start: datetime | None) -> None:
        self._ahead = timedelta() if start is None else start - datetime.now(UTC)
        self._slept = 0.0

    def forward(self, seconds: float) -> None:
        """Time passes."""
        self._slept += seconds

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC) + self._ahead + timedelta(seconds=self._slept)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic() + self._slept


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that a person or a screen reader perceives."""

    role: str
    name: str
    enabled: bool
    box: tuple[int, int, int, int]


class Refused(Exception):
    """The command cannot be done on what is shown."""


class Stage(QObject):
    """Takes commands for one window.

    Args:
        station: the window.
        clock: its clock.
        faults: what went wrong so far; shared with the message handlers.
    """

    def __init__(self, station: StationWindow, clock: ForwardClock, faults: list[str]) -> None:
        super().__init__()
        self._station = station
        self._clock = clock
        self._faults = faults
        self._touch = QTest.createTouchDevice()
        self._last_tap = (0.0, QPoint(-1000, -1000))
        self._buffer = b""
        self._commands: dict[str, Callable[..., Any]] = {
            "seen": lambda: [asdict(one) for one in self.seen()],
            "texts": lambda: [one.name for one in self.seen() if one.name],
            "everything": self.everything,
            "tap": self.tap,
            "key": lambda text: self.tap(text, KEYS, _KEY_REST),
            "tap_at": lambda x, y: self.tap_at(QPoint(x, y)),
            "draw": self.draw,
            "scan": self.scan,
            "picture": self.picture,
            "idle": self.idle,
            "page": lambda: station.session.page.value,
            "settle": self.settle,
            "stop": self.stop,
        }
        self._notifier = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def answer(self, value: dict[str, Any]) -> None:
        """One line out."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def _read(self) -> None:
        data = os.read(0, 65536)
        if not data:
            self.stop()
            return
        self._buffer += data
        while b"\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition(b"\n")
            self._obey(json.loads(line))

    def _obey(self, command: dict[str, Any]) -> None:
        name = command.pop("do")
        try:
            result = self._commands[name](**command)
        except Refused as refused:
            reply: dict[str, Any] = {"refused": str(refused)}
        else:
            reply = {"ok": result}
        self.answer({**reply, "faults": self._faults} if self._faults else reply)

    # -- seeing ---------------------------------------------------------------------------------

    def seen(self) -> list[Seen]:
        """What is visible, in the order of the accessibility tree."""
        self.settle()
        self._station.window.grabWindow()  # items stand where they belong once they are painted
        top = QAccessible.queryAccessibleInterface(self._station.window)
        return [] if top is None else list(self._walk(top))

    def _walk(self, node: QAccessibleInterface) -> Iterator[Seen]:
        window = QRect(QPoint(0, 0), self._station.window.size())
        for number in range(node.childCount()):
            child = node.child(number)
            state = child.state()
            if state.invisible:
                continue
            box = child.rect().translated(-self._station.window.position())
            if box.intersects(window):
                yield Seen(
                    child.role().name,
                    child.text(QAccessible.Text.Name),
                    not state.disabled,
                    (box.x(), box.y(), box.width(), box.height()),
                )
            yield from self._walk(child)

    def everything(self) -> list[str]:
        """Every text of the item tree, hidden items included."""
        found: list[str] = []

        def walk(item: QQuickItem) -> None:
            for name in ("text", "query", "composing", "entry"):
                value = item.property(name)
                if isinstance(value, str) and value:
                    found.append(value)
            for child in item.childItems():
                walk(child)

        walk(self._station.window.contentItem())
        return found

    def picture(self, path: str) -> None:
        """What is shown, as a PNG."""
        self.settle()
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if not self._station.window.grabWindow().save(path):
            raise Refused(f"{path} could not be written")

    # -- doing ----------------------------------------------------------------------------------

    def tap(
        self, text: str, roles: frozenset[QAccessible.Role] = TAPPABLE, rest: float = _TAP_REST
    ) -> None:
        """Tap the one visible enabled thing of that name (or whose first words are it)."""
        names = {role.name for role in roles}
        tappable = [one for one in self.seen() if one.role in names]
        exact = [one for one in tappable if one.name == text]
        found = exact or [one for one in tappable if one.name.split("，")[0] == text]
        ready = [one for one in found if one.enabled]
        if not ready:
            state = "is disabled" if found else "is not there"
            raise Refused(f"{text!r} {state}; tappable: {[one.name for one in tappable]}")
        if len(ready) > 1:
            raise Refused(f"{text!r} is ambiguous: {len(ready)} things have that name")
        x, y, width, height = ready[0].box
        self.tap_at(QPoint(x + width // 2, y + height // 2), rest)

    def tap_at(self, point: QPoint, rest: float = _TAP_REST) -> None:
        """Touch a place, like a steady hand."""
        at, last = self._last_tap
        wait = rest - (time.monotonic() - at)
        if wait > 0 and (point - last).manhattanLength() < 2 * _NEAR:
            QTest.qWait(int(wait * 1000) + 1)
        window = self._station.window
        QTest.touchEvent(window, self._touch).press(1, point, window).commit()
        QTest.touchEvent(window, self._touch).release(1, point, window).commit()
        self._last_tap = (time.monotonic(), point)
        self.settle()

    def draw(self, text: str, strokes: list[list[list[float]]]) -> None:
        """Draw with a finger in the one visible field whose name begins with ``text``."""
        fields = [one for one in self.seen() if one.name.startswith(text)]
        if len(fields) != 1:
            raise Refused(f"{text!r} is not there once but {len(fields)} times")
        left, top, width, height = fields[0].box
        window = self._station.window
        for stroke in strokes:
            points = [QPoint(left + int(x * width), top + int(y * height)) for x, y in stroke]
            QTest.touchEvent(window, self._touch).press(1, points[0], window).commit()
            for start, end in pairwise(points):
                for part in range(1, _GLIDE + 1):
                    between = start + (end - start) * (part / _GLIDE)
                    QTest.touchEvent(window, self._touch).move(1, between, window).commit()
                QTest.qWait(_FRAME_MS)
            QTest.touchEvent(window, self._touch).release(1, points[-1], window).commit()
            self.settle()

    def scan(self, text: str) -> None:
        """A code under the scanner, which types it and ends with Enter."""
        window, plain = self._station.window, Qt.KeyboardModifier.NoModifier
        for letter in text:
            QGuiApplication.sendEvent(window, QKeyEvent(QEvent.Type.KeyPress, 0, plain, letter))
        QTest.keyClick(window, Qt.Key.Key_Return)
        self.settle()

    def idle(self, seconds: float) -> None:
        """Nobody touches anything for a while; seconds pass one by one."""
        left = seconds
        while left > 0:
            self._clock.forward(min(1.0, left))
            left -= 1.0
            self._station.app.watcher.look()
        self.settle()

    def settle(self) -> None:
        """Let what is under way be laid out and painted."""
        for _ in range(3):
            QGuiApplication.processEvents()

    def stop(self) -> None:
        """End the application."""
        self._notifier.setEnabled(False)
        QGuiApplication.quit()


def watch(faults: list[str]) -> None:
    """Collect what must not happen."""

    def handle(kind: QtMsgType, context: object, message: str | None) -> None:
        del context
        if kind is not QtMsgType.QtDebugMsg and kind is not QtMsgType.QtInfoMsg:
            faults.append(f"{QT_WORDS}{message}")

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        faults.append("".join(traceback.format_exception(kind, error, trace)))

    class Recorder(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            faults.append(f"log: {record.getMessage()}")

    qInstallMessageHandler(handle)
    sys.excepthook = hook
    logging.getLogger().addHandler(Recorder(logging.WARNING))


def main(kind: type[Stage] = Stage) -> int:
    """Open the window and obey until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--size", default="1080x1920")
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--start", type=datetime.fromisoformat)
    parser.add_argument("--sync", action="store_true")
    parser.add_argument("--prints", type=Path)
    args = parser.parse_args()
    faults: list[str] = []
    be_discreet()
    watch(faults)
    app = create_app(["stage"])
    width, height = map(int, args.size.split("x"))
    clock = ForwardClock(args.start)
    options = Options(size=(width, height), sync=args.sync, keys=args.keys)
    printer = FolderPrinter(args.prints or args.home / "prints")
    try:
        with Home(args.home).require().ui_lock():
            station = StationWindow(args.home, clock, printer, options)
            stage = kind(station, clock, faults)
            station.started.connect(refuse_dumps)
            station.started.connect(lambda: stage.answer({"ok": "started"}))
            app.exec()
            station.close()
            leave()
    except Problem as problem:
        sys.stderr.write(f"{problem.message}\n")
        return problem.exit_status
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return FAULTY if faults else 0


if __name__ == "__main__":
    sys.exit(main())
