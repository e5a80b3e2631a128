"""A bundle onto a stick.

Rules:

* Exporting changes no submission: what is owed stays owed until its receipt comes back, by
  whatever road. Only the audit trail says that it was done.
* Packages go out byte for byte, in the order of sending; what stands on this stick already, read
  again and found right, is not written twice. A bundle that was broken off is gone on with.
* The manifest is written last, when everything that it lists was read back; without it nothing is
  importable.
* A package that cannot be read keeps no other from going.
* Bundles of this station of which nothing is owed any more are tidied away afterwards, and so is
  what else was broken off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kiosk.domain.lifecycle import State
from kiosk.domain.problems import EnvironmentProblem, InputProblem, Problem
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.locks import locked
from sync.bundle import layout
from sync.bundle.layout import BundleManifest, BundleName, Entry
from sync.bundle.letter import Letter
from sync.bundle.stick import TEMPORARY, StickFolder
from sync.courier.place import AFTER, RENEW, Place
from sync.engine.upkeep import at_stake

_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Exported:
    """What was done.

    ``packages`` and ``bytes`` were written now; ``skipped`` stood on this stick already;
    ``problems`` are packages that could not be read; ``letter``: whether one went along.
    """

    bundle: str
    packages: int
    bytes: int
    skipped: int
    problems: tuple[Problem, ...]
    letter: bool


def export(place: Place, stick: StickFolder) -> Exported:
    """Write what this station owes onto a stick.

    Raises:
        EnvironmentProblem: the stick is full, read-only, pulled, or does not hold what it took.
        InputProblem: the stick holds something that no bundle may hold.
    """
    lock = place.home.path / "courier.lock"
    with locked(lock, message="another export is under way; try again when it is done"):
        return _Export(place, stick).run()


def due(place: Place) -> list[UUID]:
    """Everything that the platform is owed, in order: what is being sent by network as well."""
    outbox = place.stores.outbox
    sending = sorted(outbox.page({State.SENDING}, _PAGE), key=lambda row: row.sequence)
    found = [row.id for row in sending] + outbox.owed(None)
    epoch = place.fact(RENEW)
    if epoch and epoch != place.stores.inbox.epoch():
        found += [row.id for row in at_stake(place.stores)]
    return list(dict.fromkeys(found))[: layout.MAX_FILES - 1]


class _Export:
    """One export under way."""

    def __init__(self, place: Place, stick: StickFolder) -> None:
        self._place = place
        self._stick = stick
        self._complete: dict[BundleName, BundleManifest] = {}
        self._broken: list[BundleName] = []
        self._entries: list[Entry] = []
        self._bytes = 0
        self._skipped = 0
        self._problems: list[Problem] = []

    def run(self) -> Exported:
        owed = due(self._place)
        name = self._look_around()
        there = self._already_there(owed)
        with self._stick.make(str(name)) as folder:
            folder.remove(layout.MANIFEST)
            for submission_id in owed:
                if submission_id not in there:
                    self._put_package(folder, submission_id)
            packages = len(self._entries)
            letter = self._put_letter(folder, owed)
            self._finish(folder, name)
        self._stick.sync()
        self._record(name, packages)
        self._tidy(name, set(owed))
        return Exported(
            str(name), packages, self._bytes, self._skipped, tuple(self._problems), letter
        )

    def _look_around(self) -> BundleName:
        """Find the own bundles of this stick; the name to write under."""
        own = self._place.device.terminal
        names = set(self._stick.names(layout.MAX_ENTRIES))
        # The audit trail only grows, and every export is in it: its length numbers bundles.
        number = Audit(self._place.casebook).head()[0] + 1
        for name in sorted(filter(None, map(BundleName.parse, names))):
            if name.terminal != own:
                continue
            manifest = _manifest(self._stick, name)
            if manifest is not None:
                self._complete[name] = manifest
            else:
                self._broken.append(name)
        # A number that we cannot have given yet is not ours to go on with.
        begun = [name for name in self._broken if name.number <= number]
        while str(BundleName(own, number)) in names:
            number += 1
        return begun[-1] if begun else BundleName(own, number)

    def _already_there(self, owed: list[UUID]) -> set[UUID]:
        wanted, found = set(owed), set[UUID]()
        for name, manifest in self._complete.items():
            folder = self._stick.child(str(name))
            assert folder is not None
            with folder:
                found |= {
                    submission_id
                    for submission_id, entry in manifest.packages
                    if submission_id in wanted and folder.holds(entry)
                }
        self._skipped = len(found)
        return found

    def _put_package(self, folder: StickFolder, submission_id: UUID) -> None:
        try:
            data = self._place.stores.packages.read(submission_id)
        except EnvironmentProblem as problem:
            self._problems.append(problem)
            return
        self._put(folder, layout.package_name(submission_id), data)

    def _put_letter(self, folder: StickFolder, owed: list[UUID]) -> bool:
        recipient = self._place.recipient
        if recipient is None:
            return False
        cursors = (self._place.stores.inbox.cursor(), self._place.fact(AFTER))
        letter = Letter(
            self._place.enrolment(),
            self._place.status(),
            tuple(owed),
            tuple(found for found in cursors if found),
        )
        self._put(folder, layout.LETTER, letter.wrapped(recipient))
        return True

    def _put(self, folder: StickFolder, name: str, data: bytes) -> None:
        entry = Entry.of(name, data)
        if not folder.holds(entry):
            folder.write(name, data)
            self._bytes += len(data)
        self._entries.append(entry)

    def _finish(self, folder: StickFolder, name: BundleName) -> None:
        """Read back what was written; only then does the bundle become one."""
        device = self._place.device
        manifest = BundleManifest(
            name, device.signing.public, self._place.clock.now(), tuple(self._entries)
        )
        data = manifest.signed(device.signing)
        listed = {entry.name for entry in self._entries}
        for left in folder.names(layout.MAX_ENTRIES):
            if left not in listed and layout.is_ours(left.removesuffix(TEMPORARY)):
                folder.remove(left)
        last = Entry.of(layout.MANIFEST, data)
        _check_all(folder, self._entries)
        folder.write(last.name, data)
        try:
            _check_all(folder, [last])
        except EnvironmentProblem:
            folder.remove(last.name)
            raise

    def _record(self, name: BundleName, packages: int) -> None:
        with self._place.casebook.write() as tx:
            Audit(self._place.casebook).record(
                tx,
                AuditEvent.COURIER_EXPORTED,
                at=self._place.clock.now(),
                subject=str(name),
                detail=f"packages:{packages}",
            )

    def _tidy(self, kept: BundleName, owed: set[UUID]) -> None:
        done = [
            name
            for name, manifest in self._complete.items()
            if owed.isdisjoint(found for found, _ in manifest.packages)
        ]
        for name in (*done, *self._broken):
            if name != kept:
                _clear(self._stick, name)


def _manifest(stick: StickFolder, name: BundleName) -> BundleManifest | None:
    """The manifest of an own bundle; None: it was broken off, or is damaged."""
    folder = stick.child(str(name))
    if folder is None:
        return None
    with folder:
        try:
            return BundleManifest.parse(name, folder.read(layout.MANIFEST, layout.MAX_MANIFEST))
        except InputProblem:
            return None


def _check_all(folder: StickFolder, entries: list[Entry]) -> None:
    for entry in entries:
        if not folder.holds(entry):
            raise EnvironmentProblem(
                "stick-lies",
                f"{entry.name} was written to {folder.where} and cannot be read back; use another "
                "stick",
                path=str(folder.where / entry.name),
            )


def _clear(stick: StickFolder, name: BundleName) -> None:
    """Remove a bundle that has done its work: the manifest first, so that no half is left."""
    folder = stick.child(str(name))
    if folder is None:
        return
    with folder:
        folder.remove(layout.MANIFEST)
        folder.sync()
        for left in folder.names(layout.MAX_ENTRIES):
            if layout.is_ours(left.removesuffix(TEMPORARY)):
                folder.remove(left)
    stick.remove_empty(str(name))
