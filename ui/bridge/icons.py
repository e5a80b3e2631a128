"""Icons: ``image://ic/<name>/<rrggbb>/<stroke>``.

Rules:

* Line icons only, from ``assets/icons``; colour and stroke are put into the file before it is
  drawn, because Qt paints ``currentColor`` black.
* Drawn at the exact pixel size that is asked for, never scaled.
* An unknown name is a bug of a page: it is logged as a Qt warning, which fails every test.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, qWarning
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).resolve().parents[2] / "assets" / "icons"
_REQUEST = re.compile(r"([a-z0-9-]+)/([0-9a-fA-F]{6})/([0-9.]+)")
_USUAL = 48


@functools.cache
def _source(name: str) -> str:
    return (ICONS / f"{name}.svg").read_text(encoding="utf-8")


def draw(name: str, colour: str, stroke: float, size: int) -> QImage:
    """The icon as a square picture with a transparent ground.

    Args:
        name: file name in ``assets/icons`` without its end.
        colour: ``rrggbb``.
        stroke: line width on the 24 unit grid.
        size: edge in pixels.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    svg = _source(name).replace("currentColor", f"#{colour}")
    svg = svg.replace('stroke-width="2"', f'stroke-width="{stroke}"')
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


class IconProvider(QQuickImageProvider):
    """Serves ``image://ic``."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, request: str, size: QSize, requested_size: QSize) -> QImage:
        """Called by QML; ``size`` is told the size of the picture."""
        edge = requested_size.width() if requested_size.width() > 0 else _USUAL
        size.setWidth(edge)
        size.setHeight(edge)
        asked = _REQUEST.fullmatch(request)
        if asked is None:
            qWarning(f"not an icon: {request}")
            return QImage()
        try:
            return draw(asked[1], asked[2], float(asked[3]), edge)
        except FileNotFoundError:
            qWarning(f"no such icon: {asked[1]}")
            return QImage()
