"""Pictures are stored small, upright and without the camera's record."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from kiosk.domain.problems import InputProblem
from kiosk.main.photos import MAX_BYTES, MAX_PIXELS, shrink


def encoded(image: QImage, kind: str = "JPG", quality: int = 97) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, quality)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def noise(width: int, height: int) -> QImage:
    return QImage(os.urandom(width * height * 4), width, height, QImage.Format.Format_RGB32).copy()


def test_the_worst_photo_fits() -> None:
    small = shrink(encoded(noise(4000, 3000)))
    image = QImage.fromData(small)
    assert len(small) <= MAX_BYTES
    assert 0 < image.width() * image.height() <= MAX_PIXELS


def test_a_small_picture_keeps_its_size() -> None:
    plain = QImage(640, 480, QImage.Format.Format_RGB32)
    plain.fill(QColor("teal"))
    assert QImage.fromData(shrink(encoded(plain, "PNG"))).size() == plain.size()


def test_the_camera_s_record_is_left_behind() -> None:
    plain = QImage(64, 64, QImage.Format.Format_RGB32)
    plain.fill(QColor("white"))
    data = encoded(plain)
    record = b"Exif\0\0" + b"GPS 23.5N 115.9E"
    with_record = data[:2] + b"\xff\xe1" + (len(record) + 2).to_bytes(2, "big") + record + data[2:]
    assert b"GPS" not in shrink(with_record)


def test_what_is_clear_becomes_white() -> None:
    clear = QImage(32, 32, QImage.Format.Format_ARGB32)
    clear.fill(QColor(0, 0, 0, 0))
    assert QImage.fromData(shrink(encoded(clear, "PNG"))).pixelColor(5, 5).lightness() > 250


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InputProblem) as caught:
        shrink(data)
    assert caught.value.code == "bad-photo"
