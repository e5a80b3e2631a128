"""The second copy of every package, on another path (another disk, a stick that stays in).

Rules:

* Saving never waits for it and never depends on it: it follows after the commit, is caught up at
  every round, and an absent or full medium is an alarm for the technician, never a block.
* Only packages that a row names are copied: an interrupted save was promised to nobody and must not
  come back from here.
* A copy goes when its package goes, by the platform's durable mark; nothing else removes one.
* The folder on the medium is made once, when the path is set. Where it is missing later the medium
  is not there, and nothing is written into the place where it should be.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.keys import VerifyKey
from kiosk.sealing.package import Package
from kiosk.store.files import SEALED_FILE, TEMPORARY, Arriving, disk, make_private, remove_durably
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from kiosk.store.outbox import Outbox
from kiosk.store.packages import SUFFIX, Packages, id_of, verified

_FOLDER: Final = "jinban-second-copy"
_LOST: Final = frozenset({"package-missing", "package-damaged"})


@dataclass(frozen=True, slots=True)
class SecondState:
    """How the second copy stands: is the medium there, how many packages are without a copy."""

    folder: Path
    present: bool
    behind: int


@dataclass(frozen=True, slots=True)
class Caught:
    """What catching up did; ``problem``: why it stopped."""

    copied: int = 0
    problem: EnvironmentProblem | None = None


class SecondCopies:
    """The copies of one station's packages.

    Args:
        home: whose.
        medium: the path that was set.
    """

    def __init__(self, home: Home, medium: Path) -> None:
        self._packages = Packages(home)
        self.folder = medium / f"{_FOLDER}-{load_device(home).terminal}"

    @classmethod
    def of(cls, home: Home) -> SecondCopies | None:
        """The copies of a home; None: no second path is set."""
        named = home.settings().second_path if home.exists() else ""
        return cls(home, Path(named)) if named else None

    def prepare(self) -> None:
        """Make the folder, once, while a technician is there.

        Raises:
            EnvironmentProblem: the path is missing or cannot be written.
        """
        if not self.folder.parent.is_dir():
            raise EnvironmentProblem(
                "no-second-path",
                f"{self.folder.parent} is not there; plug the medium in and mount it first",
                path=str(self.folder.parent),
            )
        make_private(self.folder)

    def present(self) -> bool:
        """Whether the medium is there."""
        try:
            return self.folder.is_dir()
        except OSError:  # a medium that was pulled out while it was mounted
            return False

    def ids(self) -> frozenset[UUID]:
        """The submissions that have a copy; none while the medium cannot be read."""
        try:
            return frozenset(filter(None, map(id_of, self.folder.iterdir())))
        except OSError:
            return frozenset()

    def package(self, submission_id: UUID, key: VerifyKey | None = None) -> Package | None:
        """A whole copy; None: there is none that can be used.

        Args:
            submission_id: of what.
            key: the device key that must have signed it; None: the signature is not judged.
        """
        try:
            return verified(self._path(submission_id).read_bytes(), submission_id, key)
        except (OSError, InputProblem):
            return None

    def catch_up(self, outbox: Outbox) -> Caught:
        """Copy every package of a row that has no copy yet. Never raises for the medium."""
        copied = 0
        try:
            self._require()
            self._sweep()
            for submission_id in self._without(outbox):
                self._copy(submission_id)
                copied += 1
        except EnvironmentProblem as problem:
            return Caught(copied, problem)
        return Caught(copied)

    def state(self, outbox: Outbox) -> SecondState:
        """How it stands now."""
        try:
            self._require()
            behind = sum(1 for _ in self._without(outbox))
        except EnvironmentProblem:
            behind = sum(1 for _ in self._packages.files())
            return SecondState(self.folder, present=False, behind=behind)
        return SecondState(self.folder, present=True, behind=behind)

    def remove(self, submission_id: UUID) -> None:
        """Remove the copy of what the platform holds for good, if the medium is there."""
        with suppress(EnvironmentProblem):
            remove_durably(self._path(submission_id))

    def restore(self, submission_id: UUID) -> bool:
        """Bring a package that is missing or damaged back from its copy; whether there was one.

        Raises:
            EnvironmentProblem: the station's own disk refused.
        """
        package = self.package(submission_id)
        if package is None:
            return False
        if self._packages.exists(submission_id):
            self._packages.quarantine(self._packages.path(submission_id))
        self._packages.write(submission_id, package.data)
        return True

    def _sweep(self) -> None:
        """Remove what a copy that was broken off left. Copying is done by one process at a time."""
        with disk(self.folder):
            for path in self.folder.glob(f".*{TEMPORARY}"):
                path.unlink(missing_ok=True)

    def _without(self, outbox: Outbox) -> Iterator[UUID]:
        copied = self.ids()
        for _, found in self._packages.files():
            if found is not None and found not in copied and outbox.get(found) is not None:
                yield found

    def _require(self) -> None:
        if not self.present():
            raise EnvironmentProblem(
                "no-second-path",
                f"{self.folder} is not there; plug the medium of the second copies in",
                path=str(self.folder),
            )

    def _copy(self, submission_id: UUID) -> None:
        data = self._packages.read(submission_id)
        Arriving(self._path(submission_id), data, SEALED_FILE).arrive()

    def _path(self, submission_id: UUID) -> Path:
        return self.folder / f"{submission_id}{SUFFIX}"


class MendingPackages(Packages):
    """The packages of a station; one that is lost or damaged comes back from its second copy."""

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._station = home

    def read(self, submission_id: UUID) -> bytes:
        """As inherited, once the second copy was tried."""
        try:
            return super().read(submission_id)
        except EnvironmentProblem as problem:
            second = SecondCopies.of(self._station) if problem.code in _LOST else None
            if second is None or not second.restore(submission_id):
                raise
        return super().read(submission_id)
