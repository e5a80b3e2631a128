"""Screens: render any QML of the module ``Kiosk`` offscreen, and walk what is shown.

Rules: the real engine, the real fonts, the software scene graph; nothing is stubbed. What a person
perceives is read from the item tree (texts, boxes) and from the accessibility tree (names, roles).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, QPointF, QRectF, QUrl
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine
from PySide6.QtQuick import QQuickItem, QQuickView
from PySide6.QtTest import QTest

import ui.bridge.controllers  # noqa: F401 -- registers the QML types
from ui.app import LANDSCAPE, PORTRAIT, QML, create_app, create_engine

SIZES = {"portrait": PORTRAIT, "landscape": LANDSCAPE}


@dataclass(frozen=True, slots=True)
class Seen:
    """One accessible thing: role, name and its box in the window."""

    role: QAccessible.Role
    name: str
    box: QRectF


class Screen:
    """A window that shows one QML document.

    Args:
        source: QML text (``import Kiosk`` included) or a path of a file.
        size: width and height of the window.
    """

    def __init__(self, source: str | Path, size: tuple[int, int] = PORTRAIT) -> None:
        self.app: QGuiApplication = create_app(["screens"])
        self.engine: QQmlEngine = create_engine()
        theme = self.engine.singletonInstance("Kiosk", "Theme")
        assert isinstance(theme, QObject)
        self.theme = theme
        # The stubs ask for a parent window; a top window has none.
        self.view = QQuickView(self.engine, None)  # type: ignore[call-overload]
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.view.resize(*size)
        self._component = QQmlComponent(self.engine)
        if isinstance(source, Path):
            self._component.loadUrl(QUrl.fromLocalFile(str(source)))
        else:
            self._component.setData(source.encode(), QUrl.fromLocalFile(str(QML / "inline.qml")))
        made = self._component.create()
        if made is None:
            raise AssertionError(self._component.errorString())
        assert isinstance(made, QQuickItem)
        self.root = made
        self.view.setContent(QUrl(), self._component, made)
        self.view.show()
        QTest.qWaitForWindowExposed(self.view)
        self.settle()

    def settle(self, ms: int = 0) -> None:
        """Let Qt lay out, polish and paint."""
        for _ in range(3):
            self.app.processEvents()
        if ms:
            QTest.qWait(ms)

    def set_theme(self, **tokens: bool) -> None:
        """Set switches of the theme: ``large``, ``night``, ``low``."""
        for name, value in tokens.items():
            self.theme.setProperty(name, value)
        self.view.grabWindow()  # lays out everything, now
        self.settle()

    def picture(self, path: Path) -> None:
        """Write what is shown as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        assert self.view.grabWindow().save(str(path)), path

    def items(self, top: QQuickItem | None = None) -> Iterator[QQuickItem]:
        """All visible items, delegates included."""
        for child in (top or self.view.contentItem()).childItems():
            if child.isVisible() and child.opacity() > 0:
                yield child
                yield from self.items(child)

    def find(self, text: str) -> QQuickItem:
        """The one visible tappable item whose accessible name or text is ``text``."""
        found = [
            item
            for item in self.items()
            if item.inherits("QQuickAbstractButton") and item.property("spokenName") == text
        ]
        assert len(found) == 1, f"{text!r}: {len(found)} found"
        return found[0]

    def box(self, item: QQuickItem) -> QRectF:
        """Where an item stands in the window."""
        return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))

    def tap(self, text: str) -> None:
        """Tap the item named ``text`` in its middle with the mouse."""
        self.view.grabWindow()  # lays out what the last tap changed
        self.tap_at(self.box(self.find(text)).center())

    def tap_at(self, point: QPointF) -> None:
        """Tap a place."""
        from PySide6.QtCore import Qt

        QTest.mouseClick(
            self.view,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            point.toPoint(),
        )
        self.settle()

    def seen(self) -> list[Seen]:
        """The accessibility tree, flattened."""
        top = QAccessible.queryAccessibleInterface(self.view)
        assert top is not None
        return list(self._walk(top))

    def _walk(self, node: QAccessibleInterface) -> Iterator[Seen]:
        for number in range(node.childCount()):
            child = node.child(number)
            if child is None or child.state().invisible:
                continue
            origin = self.view.position()
            box = QRectF(child.rect()).translated(-origin.x(), -origin.y())
            yield Seen(child.role(), child.text(QAccessible.Text.Name), box)
            yield from self._walk(child)

    def close(self) -> None:
        """Give everything back and restore the theme."""
        self.view.close()
        self.view.deleteLater()
        self.engine.deleteLater()
        self.settle()


def main() -> None:
    """``python -m tests.helpers.screens DIR``: pictures of every page and state."""
    import sys

    from tests.helpers.gallery import take_pictures

    taken = take_pictures(Path(sys.argv[1]))
    sys.stdout.write(f"{len(taken)} pictures in {sys.argv[1]}\n")


if __name__ == "__main__":
    main()
