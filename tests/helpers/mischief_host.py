"""The real application in the hands of somebody who wants out of it.

Rules: the tests' host with one more command: ``mischief`` presses every chord that a desktop, a
browser, a toolkit or a window manager is known to obey, then makes every gesture that a touch panel
or a mouse can, on whatever page is shown, and tells what is there afterwards. Nothing in it presses
what a page offers: touches that begin on a target slide off it. What the kernel and the compositor
take before any program sees it (virtual terminals, SysRq) cannot be tried here.
"""

from __future__ import annotations

import sys
from itertools import product
from typing import Any, Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QClipboard,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest

from kiosk.main.puppet.stage import Stage, main

Key, Held, Button = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton
PLAIN: Final = Held.NoModifier
_SYSTEM: Final = (
    *(Key(Key.Key_F1.value + number) for number in range(35)),
    *(Key.Key_Print, Key.Key_SysReq, Key.Key_Pause, Key.Key_Menu, Key.Key_Help, Key.Key_Insert),
    *(Key.Key_Super_L, Key.Key_Super_R, Key.Key_Meta, Key.Key_Hyper_L, Key.Key_Alt, Key.Key_AltGr),
    *(Key.Key_HomePage, Key.Key_Search, Key.Key_Favorites, Key.Key_OpenUrl, Key.Key_Explorer),
    *(Key.Key_LaunchMail, Key.Key_LaunchMedia, Key.Key_Launch0, Key.Key_WWW, Key.Key_Calculator),
    *(Key.Key_VolumeUp, Key.Key_VolumeMute, Key.Key_MediaPlay, Key.Key_MediaNext, Key.Key_Eject),
    *(Key.Key_PowerOff, Key.Key_PowerDown, Key.Key_Sleep, Key.Key_Suspend, Key.Key_Hibernate),
    *(Key.Key_LogOff, Key.Key_ScreenSaver, Key.Key_Terminal, Key.Key_TaskPane, Key.Key_Display),
    *(Key.Key_Copy, Key.Key_Cut, Key.Key_Paste, Key.Key_Undo, Key.Key_Redo, Key.Key_Open),
    *(Key.Key_New, Key.Key_Close, Key.Key_Save, Key.Key_Exit, Key.Key_Reload, Key.Key_Refresh),
)
_CHORDED: Final = "ACDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_COMBINED: Final = (
    Held.ControlModifier,
    Held.AltModifier,
    Held.MetaModifier,
    Held.ControlModifier | Held.ShiftModifier,
    Held.ControlModifier | Held.AltModifier,
)
_ENDS: Final = (Key.Key_F4, Key.Key_Delete, Key.Key_Backspace, Key.Key_Tab, Key.Key_F1, Key.Key_F7)
_LONG_PRESS_MS: Final = 850
_MOVES: Final = 5


class MischiefStage(Stage):
    """A stage for somebody who wants out."""

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 (as the stage's)
        super().__init__(*arguments)
        self._commands |= {"mischief": self.mischief}

    def mischief(self) -> dict[str, Any]:
        """All of it; what is there afterwards."""
        window = self._station.window
        before = window.geometry()
        self._chords()
        self._mouse()
        self._touches()
        dropped = self._drop()
        self.settle()
        clipboard = QGuiApplication.clipboard()
        return {
            "page": self._station.session.page.value,
            "windows": len(QGuiApplication.topLevelWindows()),
            "visible": window.isVisible(),
            "moved": window.geometry() != before,
            "clipboard": [clipboard.text(mode) for mode in QClipboard.Mode],
            "dropped": dropped,
        }

    def _chords(self) -> None:
        window = self._station.window
        for key in _SYSTEM:  # without a letter: QTest knows no such keys
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QGuiApplication.sendEvent(window, QKeyEvent(kind, key, PLAIN))
        letters = [Key(ord(letter)) for letter in _CHORDED]
        for key, held in product([*letters, *_ENDS, *_SYSTEM[:12]], _COMBINED):
            QTest.keyClick(window, key, held)
        for held in (PLAIN, Held.ShiftModifier, Held.ControlModifier):
            for _ in range(30):  # focus goes round, and stays inside
                QTest.keyClick(window, Key.Key_Tab, held)

    def _mouse(self) -> None:
        """Other buttons everywhere, wheels and pads in the middle, a double click on nothing."""
        window, size = self._station.window, self._station.window.size()
        for column, row in product(range(1, 6), range(1, 9)):
            point = QPoint(size.width() * column // 6, size.height() * row // 9)
            for button in (Button.RightButton, Button.MiddleButton, Button.BackButton):
                QTest.mouseClick(window, button, PLAIN, point)
        middle = QPointF(size.width() / 2, size.height() / 2)
        for held, way in product(
            (PLAIN, Held.ControlModifier), (QPoint(0, 960), QPoint(960, -960))
        ):
            wheel = QWheelEvent(
                middle, middle, way, way, Button.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False
            )
            QGuiApplication.sendEvent(window, wheel)
        pad = QPointingDevice.primaryPointingDevice()
        for kind in Qt.NativeGestureType:
            gesture = QNativeGestureEvent(
                kind, pad, 2, middle, middle, middle, 1.5, QPointF(40, 40)
            )
            QGuiApplication.sendEvent(window, gesture)
        QTest.mouseDClick(window, Button.LeftButton, PLAIN, QPoint(3, 3))

    def _touches(self) -> None:
        width, height = self._station.window.width(), self._station.window.height()
        middle = QPoint(width // 2, height // 2)
        edges = (
            QPoint(1, height // 2),
            QPoint(width - 2, height // 2),
            QPoint(width // 2, 1),
            QPoint(width // 2, height - 2),
        )
        for edge in edges:
            self._fingers([(edge, middle)])
            self._fingers([(edge + QPoint(0, 3), middle), (edge, middle + QPoint(60, 60))])
        apart = QPoint(width // 3, height // 4)
        near = QPoint(20, 20)
        self._fingers([(middle - near, middle - apart), (middle + near, middle + apart)])
        self._fingers([(middle - apart, middle - near), (middle + apart, middle + near)])
        three = [
            (QPoint(width // 4 * n, height // 3), QPoint(width // 4 * n, 5)) for n in (1, 2, 3)
        ]
        self._fingers(three)
        for place in (QPoint(3, 3), middle):
            self._fingers([(place, place + QPoint(0, height // 3))], hold=_LONG_PRESS_MS)

    def _fingers(self, ways: list[tuple[QPoint, QPoint]], hold: int = 0) -> None:
        """Some fingers, each from a place to another, at once."""
        window = self._station.window
        touch = QTest.touchEvent(window, self._touch)
        for number, (start, _) in enumerate(ways):
            touch.press(number, start, window)
        touch.commit()
        QTest.qWait(hold)
        for step in range(1, _MOVES + 1):
            touch = QTest.touchEvent(window, self._touch)
            for number, (start, end) in enumerate(ways):
                touch.move(number, start + (end - start) * (step / _MOVES), window)
            touch.commit()
        touch = QTest.touchEvent(window, self._touch)
        for number, (_, end) in enumerate(ways):
            touch.release(number, end, window)
        touch.commit()

    def _drop(self) -> bool:
        """Whether the window takes a file or a text that is dragged onto it."""
        window, middle = self._station.window, QPoint(300, 600)
        data = QMimeData()
        data.setUrls([QUrl("file:///etc/passwd")])
        data.setText("dropped")
        taken = False
        copy = Qt.DropAction.CopyAction
        for event in (
            QDragEnterEvent(middle, copy, data, Button.LeftButton, PLAIN),
            QDropEvent(QPointF(middle), copy, data, Button.LeftButton, PLAIN),
        ):
            event.ignore()
            QGuiApplication.sendEvent(window, event)
            taken = taken or event.isAccepted()
        QGuiApplication.sendEvent(window, QEvent(QEvent.Type.DragLeave))
        return taken


if __name__ == "__main__":
    sys.exit(main(MischiefStage))
