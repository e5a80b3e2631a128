"""Sealed blobs on disk, named by the SHA-256 of their ciphertext, and parts still arriving.

Rules: a blob stands under its name only when it is whole, checked and on disk; its row is committed
after that. A part file may be longer than the database says (a crash between the two); what the
database does not know is cut off.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from sync.platform.publishing.files import flush_folder

_PIECE = 1024 * 1024


class BlobStore:
    """``DIR/blobs``: whole blobs in ``ab/abcd…``, arriving ones in ``parts``."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "blobs"
        self._parts = self._root / "parts"
        self._parts.mkdir(parents=True, exist_ok=True)

    def path(self, digest: str) -> Path:
        """Where a whole blob stands."""
        return self._root / digest[:2] / digest

    def open_part(self, upload_id: str, offset: int) -> BinaryIO:
        """The part file of an upload, cut to ``offset`` and ready to append."""
        file = os.fdopen(os.open(self._part(upload_id), os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        file.truncate(offset)
        file.seek(offset)
        return file

    def keep_part(self, file: BinaryIO, length: int) -> None:
        """Cut the part to ``length``, bring it to disk and close it."""
        with file:
            file.flush()
            file.truncate(length)
            os.fsync(file.fileno())

    def digest_of_part(self, upload_id: str) -> str:
        """SHA-256 of what has arrived."""
        hasher = hashlib.sha256()
        with self._part(upload_id).open("rb") as file:
            while piece := file.read(_PIECE):
                hasher.update(piece)
        return hasher.hexdigest()

    def adopt(self, upload_id: str, digest: str) -> None:
        """Give a checked part its name for good."""
        target = self.path(digest)
        target.parent.mkdir(exist_ok=True)
        self._part(upload_id).replace(target)
        flush_folder(target.parent)
        flush_folder(self._root)

    def drop_part(self, upload_id: str) -> None:
        """Forget an upload's bytes."""
        self._part(upload_id).unlink(missing_ok=True)

    def drop_unknown_parts(self, known: Iterable[str]) -> None:
        """Remove part files that no upload row names (a crash while deleting)."""
        names = set(known)
        for path in self._parts.iterdir():
            if path.name not in names:
                path.unlink(missing_ok=True)

    def _part(self, upload_id: str) -> Path:
        return self._parts / upload_id
