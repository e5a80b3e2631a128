"""The savepoint: what is being filled in is kept for a crash, without anybody waiting for it.

Rules:

* Kept from the moment a number of the person concerned is known, after every change, on the store
  worker; while one saving is under way only the newest change waits, so typing never queues up.
  Kept again whenever the page changes: the five minutes count from the crash, not from the last
  answer.
* Filings of residents only: what an agent does belongs to the agent's session, and an answer to a
  correction names nobody who could ask for it.
* That nothing can be kept is no trouble of the person's: it is noted, and filing goes on.
* Wiped at once when the filing is saved, left or given up: :meth:`Savepoint.wipe`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.domain.problems import Problem
    from kiosk.journeys.applying import Application
    from ui.bridge.machine import AtMachine

_log = logging.getLogger("kiosk.window")


class Savepoint:
    """Keeps the application of the person at the machine.

    Args:
        session: their session.
    """

    def __init__(self, session: AtMachine) -> None:
        self._session = session
        self._saving = False
        self._next: tuple[Application, str] | None = None
        self._kept: Application | None = None
        session.moved.connect(self._moved)

    def keep(self, application: Application) -> None:
        """Keep the application as it is now; what was kept of it before goes if it may not be."""
        owner = self._owner(application)
        if owner is None:
            if self._kept is not None:
                self.wipe()
            return
        self._kept = application
        self._next = (application, owner)
        if not self._saving:
            self._save()

    def wipe(self) -> None:
        """Forget what is kept, and what waits of somebody before."""
        self._saving = False
        self._kept = self._next = None
        self._session.run(lambda station: station.drafts.wipe(), lambda _: None, _note)

    def _moved(self) -> None:
        if self._kept is not None:
            self.keep(self._kept)

    def _owner(self, application: Application) -> str | None:
        from kiosk.domain.submissions import Kind
        from kiosk.journeys.drafting import owner_id

        if self._session.agent is not None or application.kind is not Kind.FILING:
            return None
        return owner_id(application)

    def _save(self) -> None:
        newest, self._next = self._next, None
        self._saving = newest is not None
        if newest is not None:
            self._session.run(lambda station: station.drafts.save(*newest), self._saved, self._lost)

    def _saved(self, _: None) -> None:
        self._save()

    def _lost(self, problem: Problem) -> None:
        _note(problem)
        self._save()


def _note(problem: Problem) -> None:
    _log.info("the open draft: %s", problem.code)
