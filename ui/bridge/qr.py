"""QR codes as an item.

Rules:

* The text is painted straight into the scene: it is never part of an image address, so no cache
  and no log ever holds it.
* Whole pixels per module and a quiet zone of four modules, black on white in every theme.
* The library is loaded with the first code, not with the window.
"""

from __future__ import annotations

from PySide6.QtCore import Property, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

from ui.bridge.emptying import empty_when_destroyed

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

QUIET = 4


def matrix(text: str) -> list[list[bool]]:
    """The modules of the code of ``text``, error correction M, without quiet zone."""
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


@QmlElement
class QrCode(QQuickPaintedItem):
    """Shows ``text`` as a QR code, as large as the item allows."""

    textChanged = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._matrix: list[list[bool]] = []
        empty_when_destroyed(self)

    def _get_text(self) -> str:
        return self._text

    def _set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._matrix = matrix(text) if text else []
            self.textChanged.emit()
            self.update()

    text = Property(str, _get_text, _set_text, notify=textChanged)

    def paint(self, painter: QPainter) -> None:
        """Called by the scene graph."""
        painter.fillRect(QRectF(0, 0, self.width(), self.height()), Qt.GlobalColor.white)
        if not self._matrix:
            return
        modules = len(self._matrix) + 2 * QUIET
        step = int(min(self.width(), self.height()) // modules)
        left = int(self.width() - step * modules) // 2 + QUIET * step
        top = int(self.height() - step * modules) // 2 + QUIET * step
        for y, row in enumerate(self._matrix):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(
                        left + x * step, top + y * step, step, step, Qt.GlobalColor.black
                    )
