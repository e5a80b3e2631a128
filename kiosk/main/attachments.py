"""Files given on the command line as attachments.

Rules: the content decides what a file is, not its name; only JPEG, PNG and PDF are taken; a picture
is checked for its pixel count before anything decodes it, and stored as it is (the window
re-encodes at capture).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

from kiosk.domain.items import ServiceItem
from kiosk.domain.problems import InputProblem
from kiosk.journeys.applying import Attachment
from kiosk.sealing.package import MAX_BLOB

MAX_PIXELS: Final = 64_000_000
EVIDENCE_KEYS: Final = frozenset({"mandate", "stamp", "relation", "presence"})
_PNG = b"\x89PNG\r\n\x1a\n"


def load_attachment(spec: str, item: ServiceItem) -> Attachment:
    """Read ``KEY=PATH``; KEY is ``m1``… , a material's exact name, or a kind of evidence.

    Raises:
        InputProblem: unknown key, unreadable, empty, too large, or not JPEG, PNG or PDF.
    """
    key, separator, name = spec.partition("=")
    if not separator:
        raise InputProblem("usage", f"--attach {spec!r} must be KEY=PATH")
    data = _content(Path(name), name)
    return Attachment(material_key(key, item), Path(name).name, media_type(data, name), data)


def _content(path: Path, name: str) -> bytes:
    """The bytes of a plain file; a pipe or a device could go on for ever."""
    try:
        if not path.is_file():
            raise InputProblem(
                "cannot-read", f"the attachment {path.name!r} is not there or no file", path=name
            )
        with path.open("rb") as file:
            data = file.read(MAX_BLOB + 1)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise InputProblem(
            "cannot-read", f"the attachment cannot be read: {reason}", path=name
        ) from error
    if len(data) > MAX_BLOB:
        raise InputProblem(
            "too-large", f"{path.name} is too large; at most {MAX_BLOB} bytes fit", path=name
        )
    return data


def material_key(key: str, item: ServiceItem) -> str:
    """The key of a material given by key or exact name.

    Raises:
        InputProblem: the item has no such material (``unknown-material``).
    """
    for material in item.materials:
        if key in {material.key, material.name}:
            return material.key
    if key in EVIDENCE_KEYS:
        return key
    raise InputProblem(
        "unknown-material", f"{item.name} has no material {key!r}", path=f"/materials/{key}"
    )


def media_type(data: bytes, name: str) -> str:
    """The type of a file by its content.

    Raises:
        InputProblem: empty, another type, or more pixels than we would ever decode.
    """
    if data.startswith(_PNG) and len(data) > 24:  # noqa: PLR2004 (up to the size in IHDR)
        width, height = struct.unpack(">II", data[16:24])
        _check_pixels(width * height, name)
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        _check_pixels(_jpeg_pixels(data), name)
        return "image/jpeg"
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    raise InputProblem("bad-file", "only JPEG, PNG and PDF files can be attached", path=name)


def _check_pixels(pixels: int, name: str) -> None:
    if not pixels:
        raise InputProblem("bad-file", "the picture is torn: it names no size", path=name)
    if pixels > MAX_PIXELS:
        raise InputProblem("too-large", f"the picture has {pixels} pixels", path=name)


def _jpeg_pixels(data: bytes) -> int:
    """Pixels by the first start-of-frame marker; 0 when there is none."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:  # noqa: PLR2004 (marker byte)
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 (a fill byte before a marker)
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:  # noqa: PLR2004 (SOF)
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(height) * int(width)
        at += 2 + int(length)
    return 0
