"""Pictures as they are stored: small, upright, without metadata.

Rules: at most 2 megapixels and 400 KB of JPEG; the picture is turned as its camera said and the
record of the camera (place, time, device) is left behind; what is no picture, or has more pixels
than would fit into memory, is refused before it is decoded.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QImageWriter, QPainter

from kiosk.domain.problems import InputProblem

MAX_PIXELS: Final = 2_000_000
MAX_BYTES: Final = 400_000
_MAX_SOURCE_PIXELS: Final = 64_000_000
_QUALITIES: Final = (85, 75, 65, 50, 35)


def shrink(data: bytes) -> bytes:
    """Re-encode a picture.

    Raises:
        InputProblem: not a picture (``bad-photo``), or too large to decode (``too-large``).
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        raise InputProblem("bad-photo", "this is not a picture that can be read")
    if size.width() * size.height() > _MAX_SOURCE_PIXELS:
        raise InputProblem("too-large", f"the picture has {size.width()}x{size.height()} pixels")
    reader.setScaledSize(_fitting(size, MAX_PIXELS))
    image = reader.read()
    if image.isNull():
        raise InputProblem("bad-photo", "this is not a picture that can be read")
    return _encoded(_opaque(image))


def sample(number: int) -> bytes:
    """A drawn sheet of paper, for the demonstration where no camera is (JPEG)."""
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
    return _encoded(image)


def _fitting(size: QSize, pixels: int) -> QSize:
    count = size.width() * size.height()
    if count <= pixels:
        return size
    factor = (pixels / count) ** 0.5
    return QSize(max(1, int(size.width() * factor)), max(1, int(size.height() * factor)))


def _opaque(image: QImage) -> QImage:
    """JPEG knows no transparency: what is clear becomes white, not black."""
    ground = QImage(image.size(), QImage.Format.Format_RGB32)
    ground.fill(QColor("white"))
    painter = QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    return ground


def _encoded(image: QImage) -> bytes:
    data = b""
    for quality in _QUALITIES:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QImageWriter(buffer, QByteArray(b"jpeg"))
        writer.setQuality(quality)
        writer.write(image)
        data = bytes(buffer.data().data())
        if len(data) <= MAX_BYTES:
            return data
    smaller = image.scaled(_fitting(image.size(), image.width() * image.height() // 2))
    return _encoded(smaller)
