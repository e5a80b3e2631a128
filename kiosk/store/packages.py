"""The files of sealed submissions, ``packages/{id}.sealed``: immutable, the truth of last resort.

Rules: a package appears complete and durable or not at all, and is read-only (0400) from its first
byte; the same bytes may be written twice, other bytes under the same id never; what is read back
must be the package it claims to be; a package is only removed when the platform's signed durable
mark has passed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from kiosk.domain.clock import from_text
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.canonical import digest
from kiosk.sealing.keys import VerifyKey
from kiosk.sealing.package import Package, parse
from kiosk.store.files import (
    SEALED_FILE,
    TEMPORARY,
    Arriving,
    disk,
    make_durable_again,
    move_durably,
    remove_durably,
)
from kiosk.store.home import Home

SUFFIX: Final = ".sealed"
QUARANTINE_DAYS: Final = 30
_EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No station is older; a clock that says less was wrong."""


class Packages:
    """The package files of a station."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def path(self, submission_id: UUID) -> Path:
        """Where the package of an id stands."""
        return self._home.packages / f"{submission_id}{SUFFIX}"

    def exists(self, submission_id: UUID) -> bool:
        """Whether there is a package of this id."""
        return self.path(submission_id).exists()

    def begin(self, submission_id: UUID, data: bytes) -> Arriving | None:
        """Begin to write a package: temporary file now; fsync, rename, fsync of the folder later.

        Returns:
            The file, to be waited for (``arrive``) before anything is promised; None: these very
            bytes stand there, durably.

        Raises:
            InputProblem: other bytes stand under this id (``id-reused``).
            EnvironmentProblem: the disk is full, read-only or broken.
        """
        path = self.path(submission_id)
        if not path.exists():
            return Arriving(path, data, SEALED_FILE)
        if self._bytes(submission_id) != data:
            raise InputProblem(
                "id-reused",
                f"another application was sealed under the id {submission_id}; use a new id",
            )
        make_durable_again(path)
        return None

    def write(self, submission_id: UUID, data: bytes) -> None:
        """Put a package durably in its place at once. Saving goes by :mod:`kiosk.store.saving`.

        Raises:
            InputProblem: other bytes stand under this id (``id-reused``).
            EnvironmentProblem: the disk is full, read-only or broken.
        """
        coming = self.begin(submission_id, data)
        if coming is not None:
            coming.arrive()

    def read(self, submission_id: UUID) -> bytes:
        """The bytes of a package, checked as far as that is possible without its keys.

        Raises:
            EnvironmentProblem: missing (``package-missing``) or damaged (``package-damaged``).
        """
        path = self.path(submission_id)
        if not path.exists():
            raise EnvironmentProblem(
                "package-missing", f"{path} is missing; look into quarantine/", path=str(path)
            )
        data = self._bytes(submission_id)
        try:
            verified(data, submission_id)
        except InputProblem as problem:
            raise EnvironmentProblem(
                "package-damaged",
                f"{path} is damaged ({problem.message}); bring it back from the backup",
                path=str(path),
            ) from problem
        return data

    def remove(self, submission_id: UUID) -> None:
        """Remove a package that the platform holds for good."""
        remove_durably(self.path(submission_id))

    def quarantine(self, path: Path) -> Path:
        """Move a file out of the way, durably; staff decide what becomes of it."""
        target = self._home.quarantine / path.name
        count = 0
        while target.exists():
            count += 1
            target = self._home.quarantine / f"{path.name}.{count}"
        move_durably(path, target)
        return target

    def files(self) -> Iterator[tuple[Path, UUID | None]]:
        """Every file of the folder, with its id (None: not the name of a package)."""
        for path in sorted(self._home.packages.iterdir()):
            yield path, id_of(path)

    def sweep_temporaries(self) -> int:
        """Remove what interrupted writes left. Only with the home lock held exclusively."""
        left = [path for path in self._home.packages.iterdir() if path.name.endswith(TEMPORARY)]
        for path in left:
            remove_durably(path)
        return len(left)

    def expire_quarantine(self, proven: datetime) -> int:
        """Remove files that have been in quarantine for more than thirty days (no casebook).

        Args:
            proven: a time that the platform signed: a clock that runs ahead must not throw away
                what staff have not seen yet. For the same reason a file that came here while the
                clock was plainly wrong stays.
        """
        oldest = proven - timedelta(days=QUARANTINE_DAYS)
        removed = 0
        for path in filter(Path.is_file, self._home.quarantine.iterdir()):
            with disk(path):
                changed = datetime.fromtimestamp(path.stat().st_ctime, UTC)
            if _EARLIEST < changed < oldest:
                remove_durably(path)
                removed += 1
        return removed

    def _bytes(self, submission_id: UUID) -> bytes:
        path = self.path(submission_id)
        with disk(path):
            return path.read_bytes()


def verified(data: bytes, submission_id: UUID, key: VerifyKey | None = None) -> Package:
    """Parse a whole package file and check it: id, signature, and every digest.

    Args:
        data: the file.
        submission_id: whose it should be.
        key: the device key that must have signed it; None: the signature is not judged.

    Raises:
        InputProblem: it is not that package, or it is damaged.
    """
    package = parse(data)
    if package.head.id != submission_id:
        raise InputProblem("wrong-id", f"the package is that of {package.head.id}")
    if key is not None and not package.signed_by(key):
        raise InputProblem("bad-signature", "the package was not signed by this terminal")
    end = package.body_size
    for index, part in enumerate(package.blobs):
        start, end = package.blob_offset(index), package.blob_offset(index) + part.size
        if digest(data[start:end]) != part.digest:
            raise InputProblem(
                "digest-differs", f"file {index + 1} is damaged", path=f"/blobs/{index}"
            )
    if len(data) != end:
        raise InputProblem("too-long", "the package goes on after its last file")
    try:
        from_text(package.head.sealed_at)
    except ValueError as error:
        raise InputProblem("bad-envelope", "sealed_at is no instant", path="/sealed_at") from error
    return package


def id_of(path: Path) -> UUID | None:
    """The id in the name of a package file; None: it is not the name of one."""
    if path.suffix != SUFFIX:
        return None
    try:
        found = UUID(path.stem)
    except ValueError:
        return None
    return found if str(found) == path.stem else None
