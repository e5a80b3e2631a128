"""What a picture says of itself in its first bytes, read without decoding anything.

Rules: only JPEG and PNG count as pictures; the kind is told by the content, never by a name; the
size comes from the first frame header (JPEG) or from IHDR (PNG), and a picture that names none is
torn. Nothing is allocated by what the file claims.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_IHDR: Final = slice(12, 16)
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that begin a frame header; the three others define tables."""


@dataclass(frozen=True, slots=True)
class PictureHead:
    """Kind (``image/jpeg``, ``image/png``) and size; 0 by 0: torn."""

    media_type: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        """How many pixels it claims to have."""
        return self.width * self.height


def picture_head(data: bytes) -> PictureHead | None:
    """The head of a picture; None: neither JPEG nor PNG."""
    if data.startswith(_PNG):
        return PictureHead("image/png", *_png_size(data))
    if data.startswith(_JPEG):
        return PictureHead("image/jpeg", *_jpeg_size(data))
    return None


def _png_size(data: bytes) -> tuple[int, int]:
    if len(data) <= 24 or data[_IHDR] != b"IHDR":  # noqa: PLR2004 (up to the size in IHDR)
        return 0, 0
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:  # noqa: PLR2004 (marker byte)
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 (a fill byte before a marker)
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int(length)
    return 0, 0
