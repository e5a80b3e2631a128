"""Bundles on a stick, read by the platform.

Rules:

* A bundle is looked at only if its manifest proves itself; then every file stands alone: one that
  is torn is told and keeps no other from being taken.
* The letter first: it may make the terminal known. Packages in the listed order, bundles by number.
* A package goes through the very intake of the network, its files through the very upload; a
  refusal is kept so that it can travel back.
* Nothing large is read for somebody whom we do not know.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import delete, insert, select

from kiosk.domain.clock import from_text, to_text
from kiosk.domain.problems import InputProblem, Problem
from kiosk.sealing.canonical import Json, canonical
from kiosk.sealing.package import Package, parse
from sync.bundle import layout
from sync.bundle.layout import BundleManifest, BundleName, Entry
from sync.bundle.letter import Letter
from sync.bundle.stick import StickFolder
from sync.platform import events, intake, terminals, uploads
from sync.platform.answers import ProblemAnswer
from sync.platform.database import BusyError
from sync.platform.office import Office
from sync.platform.revocations import is_revoked
from sync.platform.tables import courier_refusals
from sync.platform.tables import terminals as terminal_rows

MOST_BUNDLES: Final = 1_000
_CREATED: Final = 201
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose manifest proved itself; ``letter`` is None when there is none that opens."""

    manifest: BundleManifest
    letter: Letter | None


@dataclass(slots=True)
class Taken:
    """What was taken.

    ``refused`` were judged and go back with a signed refusal; ``waiting`` could not be judged yet;
    ``problems`` tell what was torn or forged.
    """

    bundles: int = 0
    filed: int = 0
    replayed: int = 0
    refused: int = 0
    waiting: int = 0
    problems: list[Problem] = field(default_factory=list)


class Reader:
    """Reads the bundles of one stick."""

    def __init__(self, office: Office, stick: StickFolder) -> None:
        self._office = office
        self._stick = stick
        self._taken = Taken()

    @property
    def problems(self) -> list[Problem]:
        """What could not be read."""
        return self._taken.problems

    def bundles(self) -> Iterator[Bundle]:
        """The bundles on the stick, of one terminal after the other, by number."""
        found = (BundleName.parse(name) for name in self._stick.names(layout.MAX_ENTRIES))
        names = sorted(name for name in found if name is not None)
        if len(names) > MOST_BUNDLES:
            raise InputProblem(
                "too-many-files", f"more than {MOST_BUNDLES} bundles are on this stick"
            )
        for name in names:
            try:
                bundle = self._read(name)
            except InputProblem as problem:
                self._taken.problems.append(problem)
            else:
                if bundle is not None:
                    yield bundle

    def take_all(self) -> Taken:
        """Take everything that is on the stick."""
        for bundle in self.bundles():
            self._taken.bundles += 1
            self._take(bundle)
        return self._taken

    def _read(self, name: BundleName) -> Bundle | None:
        folder = self._stick.child(str(name))
        if folder is None:
            return None
        with folder:
            if not folder.exists(layout.MANIFEST):
                raise InputProblem(
                    "unfinished",
                    f"{name} was broken off while it was written; export it again",
                    path=str(name),
                )
            data = folder.read(layout.MANIFEST, layout.MAX_MANIFEST)
            manifest = BundleManifest.parse(name, data)
            return Bundle(manifest, self._letter(folder, manifest))

    def _letter(self, folder: StickFolder, manifest: BundleManifest) -> Letter | None:
        entry = manifest.letter
        if entry is None:
            return None
        try:
            data = _read_listed(folder, entry, layout.MAX_LETTER)
            return Letter.unwrap(data, self._office.secrets.courier)
        except InputProblem as problem:
            self._taken.problems.append(_at(folder, entry, problem))
            return None

    def _take(self, bundle: Bundle) -> None:
        manifest = bundle.manifest
        try:
            if bundle.letter is not None:
                self._open_letter(manifest, bundle.letter)
            known = self._is_known(manifest)
        except ProblemAnswer as answer:
            self._taken.problems.append(
                InputProblem(answer.code, answer.detail, path=f"{manifest.name}/{layout.LETTER}")
            )
            known = False
        if not known:
            self._taken.waiting += len(manifest.packages)
            return
        folder = self._stick.child(str(manifest.name))
        if folder is None:
            return
        with folder:
            for _, entry in manifest.packages:
                try:
                    self._take_package(folder, entry, manifest.name.terminal)
                except InputProblem as problem:
                    self._taken.problems.append(_at(folder, entry, problem))

    def _is_known(self, manifest: BundleManifest) -> bool:
        query = select(terminal_rows.c.device_key_id).where(
            terminal_rows.c.terminal == manifest.name.terminal
        )
        with self._office.database.read() as tx:
            return tx.execute(query).scalar_one_or_none() == manifest.key.id

    def _open_letter(self, manifest: BundleManifest, letter: Letter) -> None:
        office, terminal = self._office, manifest.name.terminal
        if not self._is_known(manifest):
            enrolment = letter.enrolment
            if enrolment.get("terminal") != terminal:
                raise ProblemAnswer(403, "not-yours", "the letter enrols another terminal")
            terminals.enrol(office, canonical(enrolment))
        with office.database.read() as tx:
            if is_revoked(tx, terminal):
                return  # Its packages are taken and held; its letter is nobody's word any more.
        self._note_status(manifest, letter)
        for cursor in letter.cursors:
            try:
                with office.database.write() as tx:
                    events.acknowledge(tx, terminal, cursor)
            except ProblemAnswer:
                continue  # Of an epoch that has passed: nothing to note.

    def _note_status(self, manifest: BundleManifest, letter: Letter) -> None:
        """Keep the heartbeat, unless the terminal was heard of after the letter was written."""
        office, terminal = self._office, manifest.name.terminal
        query = select(terminal_rows.c.seen_at).where(terminal_rows.c.terminal == terminal)
        with office.database.read() as tx:
            seen = tx.execute(query).scalar_one()
        if seen is None or from_text(seen) < manifest.made_at:
            status: dict[str, Json] = {**letter.status, "courier": to_text(manifest.made_at)}
            terminals.report(office, terminal, canonical(status))

    def _take_package(self, folder: StickFolder, entry: Entry, terminal: str) -> None:
        data = _read_listed(folder, entry, layout.MAX_PACKAGE)
        package = parse(data)
        if entry.name != layout.package_name(package.head.id):
            raise InputProblem("wrong-id", f"it is the package of {package.head.id}")
        try:
            status, receipt = intake.put(self._office, package.head.id, data[: package.body_size])
            self._take_blobs(package, receipt.get("missing"), terminal)
        except BusyError:
            self._taken.waiting += 1
        except ProblemAnswer as answer:
            if answer.statement is None:
                self._taken.waiting += 1
            else:
                self._keep_refusal(package, answer)
                self._taken.refused += 1
        else:
            self._forget_refusal(package)
            if status == _CREATED:
                self._taken.filed += 1
            else:
                self._taken.replayed += 1

    def _take_blobs(self, package: Package, missing: Json, terminal: str) -> None:
        wanted = missing if isinstance(missing, list) else []
        for index, part in enumerate(package.blobs):
            if part.digest in wanted:
                start = package.blob_offset(index)
                self._take_blob(
                    package, part.digest, package.data[start : start + part.size], terminal
                )

    def _take_blob(self, package: Package, digest: str, data: bytes, terminal: str) -> None:
        # Under a name of its own: what the terminal is just uploading by network stays apart.
        sender, wanted = f"courier-{terminal}", (package.head.id, digest, len(data))
        try:
            upload = uploads.create(self._office, sender, wanted)
        except ProblemAnswer as answer:
            if answer.status == _GONE:
                return  # It was withdrawn before it was whole: nothing is owed any more.
            raise
        if not upload.finished:
            file = uploads.open_for(self._office, upload)
            file.write(data[upload.received :])
            upload = uploads.keep(self._office, upload, file, upload.size)
        uploads.drop(self._office, upload)

    def _keep_refusal(self, package: Package, answer: ProblemAnswer) -> None:
        self._forget_refusal(package)
        with self._office.database.write() as tx:
            tx.execute(
                insert(courier_refusals).values(
                    submission_id=str(package.head.id),
                    envelope_digest=package.envelope_digest,
                    terminal=package.head.terminal,
                    at=to_text(self._office.clock.now()),
                    statement=json.dumps(answer.statement, ensure_ascii=False),
                )
            )

    def _forget_refusal(self, package: Package) -> None:
        with self._office.database.write() as tx:
            tx.execute(
                delete(courier_refusals).where(
                    courier_refusals.c.submission_id == str(package.head.id),
                    courier_refusals.c.envelope_digest == package.envelope_digest,
                )
            )


def _read_listed(folder: StickFolder, entry: Entry, most: int) -> bytes:
    if entry.size > most:
        raise InputProblem("too-large", f"{entry.size} bytes are listed; at most {most} fit")
    data = folder.read(entry.name, entry.size)
    if Entry.of(entry.name, data) != entry:
        raise InputProblem("torn", "its bytes are not the listed ones")
    return data


def _at(folder: StickFolder, entry: Entry, problem: Problem) -> InputProblem:
    where = str(folder.where / entry.name)
    return InputProblem(problem.code, f"{entry.name}: {problem.message}", path=where)
