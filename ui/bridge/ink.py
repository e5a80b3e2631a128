"""Ink: a signature on the glass.

Rules:

* Strokes are kept as points, drawn as round lines; nothing is smoothed away or added.
* ``png`` gives the strokes alone, black on white, cut to a margin: what goes into a filing.
* ``clear`` forgets everything; the item keeps no file and no copy.
"""

from __future__ import annotations

from PySide6.QtCore import (
    Property,
    QBuffer,
    QByteArray,
    QIODevice,
    QPointF,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QPen, QPolygonF
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

from ui.bridge.emptying import empty_when_destroyed

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_MARGIN = 24
_LEAST_MOVE = 2.0  # pixels; finger noise below this adds nothing


@QmlElement
class Ink(QQuickPaintedItem):
    """Draws and keeps the strokes. QML's pointer handler calls ``begin``, ``extend``, ``lift``."""

    strokesChanged = Signal()
    penChanged = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[list[QPointF]] = []
        self._colour = QColor("#000000")
        self._pen_width = 10.0
        self.setAntialiasing(True)
        empty_when_destroyed(self)

    @Property(int, notify=strokesChanged)
    def strokes(self) -> int:
        """How many strokes there are."""
        return len(self._strokes)

    def _get_colour(self) -> QColor:
        return self._colour

    def _set_colour(self, colour: QColor) -> None:
        self._colour = colour
        self.penChanged.emit()
        self.update()

    colour = Property(QColor, _get_colour, _set_colour, notify=penChanged)

    def _get_pen_width(self) -> float:
        return self._pen_width

    def _set_pen_width(self, width: float) -> None:
        self._pen_width = width
        self.penChanged.emit()
        self.update()

    penWidth = Property(float, _get_pen_width, _set_pen_width, notify=penChanged)

    @Slot(float, float)
    def begin(self, x: float, y: float) -> None:
        """The finger comes down."""
        self._strokes.append([QPointF(x, y)])
        self.update()
        self.strokesChanged.emit()

    @Slot(float, float)
    def extend(self, x: float, y: float) -> None:
        """The finger moves; points outside the item are held at its edge."""
        if not self._strokes:
            return
        point = QPointF(min(max(x, 0.0), self.width()), min(max(y, 0.0), self.height()))
        last = self._strokes[-1][-1]
        if (point - last).manhattanLength() < _LEAST_MOVE:
            return
        self._strokes[-1].append(point)
        reach = self._pen_width + 1
        self.update(
            QRectF(last, point).normalized().adjusted(-reach, -reach, reach, reach).toAlignedRect()
        )

    @Slot()
    def clear(self) -> None:
        """Forget every stroke."""
        self._strokes.clear()
        self.update()
        self.strokesChanged.emit()

    def paint(self, painter: QPainter) -> None:
        """Called by the scene graph."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, self._colour)

    def png(self) -> bytes:
        """The signature as a picture, black on white; empty bytes when there is none."""
        box = QRectF()
        for stroke in self._strokes:
            box = box.united(QPolygonF(stroke).boundingRect().adjusted(0, 0, 1, 1))
        if box.isEmpty():
            return b""
        box.adjust(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        image = QImage(box.toAlignedRect().size(), QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-box.topLeft())
        self._draw(painter, QColor(Qt.GlobalColor.black))
        painter.end()
        kept = QByteArray()
        buffer = QBuffer(kept)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(kept.data())

    def _draw(self, painter: QPainter, colour: QColor) -> None:
        pen = QPen(colour, self._pen_width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for stroke in self._strokes:
            if len(stroke) == 1:
                painter.drawPoint(stroke[0])
            else:
                painter.drawPolyline(QPolygonF(stroke))
