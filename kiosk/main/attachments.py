"""Files given on the command line as attachments.

Rules: the content decides what a file is, not its name; only JPEG, PNG and PDF are taken; pictures
go through the darkroom as those of the camera do (small, upright, without the camera's record); a
PDF is stored as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kiosk.devices.darkroom import develop
from kiosk.devices.picture_heads import picture_head
from kiosk.domain.items import ServiceItem
from kiosk.domain.problems import InputProblem
from kiosk.journeys.applying import Attachment
from kiosk.sealing.package import MAX_BLOB

EVIDENCE_KEYS: Final = frozenset({"mandate", "stamp", "relation", "presence"})
PICTURE: Final = "image/jpeg"
DOCUMENT: Final = "application/pdf"


def load_attachment(spec: str, item: ServiceItem) -> Attachment:
    """Read ``KEY=PATH``; KEY is ``m1``… , a material's exact name, or a kind of evidence.

    Raises:
        InputProblem: unknown key, unreadable, empty, too large, or not JPEG, PNG or PDF.
    """
    key, separator, name = spec.partition("=")
    if not separator:
        raise InputProblem("usage", f"--attach {spec!r} must be KEY=PATH")
    media_type, data = _as_stored(_content(Path(name), name), name)
    file_name = Path(name).name
    if media_type == PICTURE:
        file_name = Path(name).with_suffix(".jpg").name
    return Attachment(material_key(key, item), file_name, media_type, data)


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


def _as_stored(data: bytes, name: str) -> tuple[str, bytes]:
    """Type and bytes of a file as it will be sealed."""
    if data.startswith(b"%PDF-"):
        return DOCUMENT, data
    if picture_head(data) is None:
        raise InputProblem("bad-file", "only JPEG, PNG and PDF files can be attached", path=name)
    try:
        return PICTURE, develop(data)
    except InputProblem as problem:
        code = "bad-file" if problem.code == "bad-photo" else problem.code
        raise InputProblem(code, problem.message, path=name) from problem
