"""A picture just taken, as an item.

Rules: the bytes are painted straight into the scene and never become part of an image address, so
no cache and no log ever holds them; nothing is kept after the item is gone.
"""

from __future__ import annotations

from PySide6.QtCore import Property, QByteArray, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

from ui.bridge.emptying import empty_when_destroyed

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class Photo(QQuickPaintedItem):
    """Shows ``source`` (the bytes of a JPEG or PNG), whole, in the middle of the item."""

    sourceChanged = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._source = QByteArray()
        self._image = QImage()
        empty_when_destroyed(self)

    def _get_source(self) -> QByteArray:
        return self._source

    def _set_source(self, source: QByteArray) -> None:
        if source != self._source:
            self._source = source
            self._image = QImage.fromData(source)
            self.sourceChanged.emit()
            self.update()

    source = Property(QByteArray, _get_source, _set_source, notify=sourceChanged)

    def paint(self, painter: QPainter) -> None:
        """Called by the scene graph."""
        if self._image.isNull():
            return
        room = QSizeF(self.width(), self.height())
        size = QSizeF(self._image.size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (room.width() - size.width()) / 2, (room.height() - size.height()) / 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._image)
