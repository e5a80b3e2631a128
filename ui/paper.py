"""Drawing a page of paper (slip, copy for the principal) as a picture and as a PDF.

Rules: drawn by Qt with the station's fonts, so that rare characters print as they show; black on
white, large type; the QR code has its quiet zone of four modules; long text wraps, never elided;
what does not fit on one sheet goes on to the next, each of which says at its foot which it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from kiosk.journeys.slips import Matrix, Paper

WIDTH = 800.0
HEIGHT = 1180.0
_MARGIN = 48.0
_QR = 300.0
_QUIET = 4
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_PDF_DPI = 300
_A5_MM = QSizeF(148, 218)


def as_picture(paper: Paper) -> bytes:
    """PNG, 800 × 1180."""
    image = QImage(int(WIDTH), int(HEIGHT), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _Sheet(painter).draw(paper)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # stubs want bytes, Qt wants str
    return bytes(buffer.data().data())


def as_document(paper: Paper) -> bytes:
    """PDF, one page."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_PDF_DPI)
    writer.setTitle(f"{paper.title} {paper.number}")
    size = QPageSize(_A5_MM, QPageSize.Unit.Millimeter)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(writer)
    scale = writer.width() / WIDTH
    painter.scale(scale, scale)
    _Sheet(painter).draw(paper)
    painter.end()
    return bytes(buffer.data().data())


def sheets(paper: Paper) -> tuple[Paper, ...]:
    """A paper of any length as sheets: head and foot on each, the steps on the last."""
    painter = QPainter(scratch := QImage(1, 1, QImage.Format.Format_RGB32))
    bare = replace(paper, lines=(), steps=(), footer=_numbered(paper.footer, 10, 10))
    room = HEIGHT - _MARGIN - _height(painter, bare)
    room_last = HEIGHT - _MARGIN - _height(painter, replace(bare, steps=paper.steps))
    heights = [_Sheet(painter, y=0.0).line(*line) for line in paper.lines]
    painter.end()
    del scratch
    ends = _ends(heights, room)
    start = ends[-2] if len(ends) > 1 else 0
    if sum(heights[start:]) > room_last:
        ends[-1:] = [start + end for end in _ends(heights[start:], room_last)]
    starts = [0, *ends[:-1]]
    return tuple(
        replace(
            paper,
            lines=paper.lines[begin:end],
            steps=paper.steps if number == len(ends) else (),
            footer=_numbered(paper.footer, number, len(ends)),
        )
        for number, (begin, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )


def _ends(heights: list[float], room: float) -> list[int]:
    """After which line each sheet ends; a line too high for a sheet has one to itself."""
    ends: list[int] = []
    used = 0.0
    for at, height in enumerate(heights):
        if used and used + height > room:
            ends.append(at)
            used = 0.0
        used += height
    return [*ends, len(heights)]


def _numbered(footer: str, number: int, whole: int) -> str:
    return f"{footer}第{number}张，共{whole}张。" if whole > 1 else footer


def _height(painter: QPainter, paper: Paper) -> float:
    """How far down a paper reaches."""
    sheet = _Sheet(painter)
    sheet.draw(paper)
    return sheet.y


@dataclass(slots=True)
class _Sheet:
    """A painter and the height reached."""

    painter: QPainter
    y: float = _MARGIN

    def draw(self, paper: Paper) -> None:
        if paper.demo:
            self._text("演示，不是真的办件", 26, bold=True)
        self._text(paper.title, 44, bold=True)
        if paper.qr:
            self._head(paper)
        self._rule()
        self._text(paper.warning, 34, bold=True)
        self._rule()
        for label, text in paper.lines:
            self.line(label, text)
        self._rule()
        for step in paper.steps:
            self._text(f"· {step}", 28)
        self.y += 12
        self._text(paper.footer, 22)

    def _head(self, paper: Paper) -> None:
        top = self.y + 8
        _draw_qr(self.painter, paper.qr, QRectF(_MARGIN, top, _QR, _QR))
        left = _MARGIN + _QR + 32
        self.y = top + 70
        self._text("本机编号", 28, left=left)
        self._text(paper.number, 50, bold=True, left=left)
        self.y = top + _QR + 16

    def line(self, label: str, text: str) -> float:
        """A label and its text; how far down they reach."""
        top = self.y
        self._text(label, 26)
        after_label = self.y
        self.y = top
        self._text(text, 28, bold=True, left=_MARGIN + 170)
        self.y = max(self.y, after_label)
        return self.y

    def _text(self, text: str, size: int, *, bold: bool = False, left: float = _MARGIN) -> None:
        font = QFont(self.painter.font())
        font.setPixelSize(size)
        font.setBold(bold)
        self.painter.setFont(font)
        room = QRectF(left, self.y, WIDTH - _MARGIN - left, HEIGHT)
        used = self.painter.boundingRect(room, int(_WRAP), text)
        self.painter.drawText(used, int(_WRAP), text)
        self.y += used.height() + 6

    def _rule(self) -> None:
        self.y += 10
        self.painter.drawLine(QPointF(_MARGIN, self.y), QPointF(WIDTH - _MARGIN, self.y))
        self.y += 14


def _draw_qr(painter: QPainter, matrix: Matrix, room: QRectF) -> None:
    module = room.width() / (len(matrix) + 2 * _QUIET)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.fillRect(room, Qt.GlobalColor.white)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                x = room.x() + (column + _QUIET) * module
                y = room.y() + (row + _QUIET) * module
                painter.fillRect(QRectF(x, y, module, module), Qt.GlobalColor.black)
    painter.restore()
