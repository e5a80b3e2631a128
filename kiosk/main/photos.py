"""Pictures drawn for the demonstration, where no camera is.

Rules: they are what a camera would give, no more: they go through the darkroom like any other.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

_QUALITY: Final = 85


def sample(number: int) -> bytes:
    """A drawn sheet of paper (JPEG)."""
    image = QImage(1600, 1200, QImage.Format.Format_RGB32)
    image.fill(QColor("#6b5a48"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(200, 90)
    painter.rotate(1.5)
    painter.fillRect(QRectF(0, 0, 1200, 1020), QColor("#fbf9f3"))
    font = painter.font()
    font.setPixelSize(72)
    painter.setFont(font)
    painter.setPen(QColor("#1b211e"))
    painter.drawText(QRectF(0, 60, 1200, 120), Qt.AlignmentFlag.AlignHCenter, f"演示材料 {number}")
    for line in range(7):
        painter.fillRect(
            QRectF(120, 260 + 100 * line, 960 - 60 * (line % 3), 10), QColor("#b9b1a0")
        )
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", _QUALITY)  # type: ignore[call-overload]  # a format's name is text
    return bytes(buffer.data().data())
