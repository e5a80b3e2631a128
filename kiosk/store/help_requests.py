"""Notes of people who found nobody there: one sealed file each, ``help/{time}_{id}.new``.

Rules: a note is sealed to the station's staff role before it comes here; it stands there durably
before anybody is told that it does; every opening is written to the audit trail first; opened notes
are marked as seen and stay until they are done, then nothing of them is left. A full box says so
rather than losing one.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from kiosk.domain.helping import Waiting
from kiosk.domain.problems import InputProblem
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.files import disk, make_private, move_durably, remove_durably, write_durably

MOST_WAITING: Final = 60
"""So many notes wait at most: a hand that plays with the machine cannot fill the disk."""

_NEW, _SEEN = ".new", ".seen"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(r"(\d{8}T\d{6}Z)_([0-9a-f-]{36})\.(?:new|seen)", re.ASCII)


class HelpRequests:
    """The sealed notes of a station."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook
        self._folder = casebook.home.help
        self._audit = Audit(casebook)

    def put(self, note_id: UUID, sealed: bytes) -> None:
        """Keep a note durably; the same id again changes nothing.

        Raises:
            InputProblem: too many wait already (``help-full``).
            EnvironmentProblem: the disk is full, read-only or broken.
        """
        make_private(self._folder)
        files = self._files()
        if note_id in files:
            return
        if len(files) >= MOST_WAITING:
            raise InputProblem(
                "help-full", f"{MOST_WAITING} notes wait already; read those on the desk first"
            )
        self._casebook.home.require_space(len(sealed))
        now = self._casebook.clock.now()
        with self._casebook.write() as tx:
            self._record(tx, AuditEvent.HELP_ASKED, note_id)
            path = self._folder / f"{now.astimezone(UTC).strftime(_STAMP)}_{note_id}{_NEW}"
            write_durably(path, sealed)

    def waiting(self) -> tuple[Waiting, ...]:
        """All notes, the oldest first; none is opened."""
        return tuple(
            Waiting(note_id, _left_at(path), path.suffix == _SEEN)
            for note_id, path in self._files().items()
        )

    def take(self, note_id: UUID, *, by: str) -> bytes | None:
        """The sealed note, for opening; who took it is recorded first. None: it is gone."""
        path = self._files().get(note_id)
        if path is None:
            return None
        with self._casebook.write() as tx:
            self._record(tx, AuditEvent.HELP_OPENED, note_id, by)
        with disk(path):
            sealed = path.read_bytes()
        if path.suffix == _NEW:
            move_durably(path, path.with_suffix(_SEEN))
        return sealed

    def erase(self, note_id: UUID, *, by: str) -> bool:
        """It is done: nothing of the note is left; whether there was one."""
        path = self._files().get(note_id)
        if path is None:
            return False
        with self._casebook.write() as tx:
            self._record(tx, AuditEvent.HELP_DONE, note_id, by)
            remove_durably(path)
        return True

    def _files(self) -> dict[UUID, Path]:
        """Notes by id; names begin with the time, so they come oldest first."""
        if not self._folder.is_dir():
            return {}
        with disk(self._folder):
            paths = sorted(self._folder.iterdir())
        named = ((path, _NAME.fullmatch(path.name)) for path in paths)
        return {UUID(name[2]): path for path, name in named if name is not None}

    def _record(self, tx: Transaction, event: AuditEvent, note_id: UUID, by: str = "") -> None:
        now = self._casebook.clock.now()
        self._audit.record(tx, event, at=now, subject=str(note_id), detail=by)


def _left_at(path: Path) -> datetime:
    return datetime.strptime(path.name.partition("_")[0], _STAMP).replace(tzinfo=UTC)
