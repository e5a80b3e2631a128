"""The savepoint of the window: the open draft in the stores, under item and form as they are now.

Rules:

* Called on the store worker only. One draft is open at a time; it is begun anew when id or owner
  change, so that the former owner cannot open what the next one fills in.
* A draft that is open in this window is not offered: it is only offered after a crash.
* Where nothing can be kept (no memory folder) nothing is offered; filing goes on without it.
* A machine may have stopped between saving and the slip: then the slip comes back, never the form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.domain.clock import Clock
from kiosk.domain.dates import today_in_china
from kiosk.domain.problems import EnvironmentProblem

if TYPE_CHECKING:
    from kiosk.journeys.applying import Application
    from kiosk.journeys.drafting import Reopened
    from kiosk.journeys.slips import Saved
    from kiosk.main.wiring import Station
    from kiosk.store.directory import Directory
    from kiosk.store.drafts import Drafts, OpenDraft


class Savepoint:
    """The open draft of a station's window.

    Args:
        home: the station's folder.
        clock: for the five minutes.
        directory: the directory as it is now.
        station: the opened stores.
    """

    def __init__(
        self,
        home: Path,
        clock: Clock,
        directory: Callable[[], Directory],
        station: Callable[[], Station],
    ) -> None:
        self._home = home
        self._clock = clock
        self._directory = directory
        self._station = station
        self._drafts: Drafts | None = None
        self._open: OpenDraft | None = None
        self._whose: tuple[UUID, str] | None = None

    def save(self, application: Application, owner_id: str) -> None:
        """Keep an application for its owner, durably, in place of what was kept before.

        Raises:
            EnvironmentProblem: nothing can be kept here (``no-tmpfs``), or the disk refuses.
        """
        from kiosk.journeys.drafting import draft_bytes

        whose = (application.id, owner_id)
        if self._open is None or self._whose != whose:
            self._open = self._whose = None
            self._open = self._store().begin(*whose)
            self._whose = whose
        self._open.save(draft_bytes(application))

    def waiting(self) -> float:
        """For how many seconds a draft of before a crash can be offered; 0.0: there is none."""
        if self._open is not None:
            return 0.0
        try:
            return self._store().seconds_left()
        except EnvironmentProblem:
            return 0.0

    def reopen(self, id_number: str) -> Reopened | None:
        """The draft that waits, if this is the full ID of its owner.

        Raises:
            InputProblem: its item is not in the directory any more (``unknown-item``).
        """
        from kiosk.journeys.drafting import item_of, reopened

        found = self._store().reopen(id_number)
        if found is None:
            return None
        directory = self._directory()
        item = directory.item(item_of(found.document))
        form = directory.form(item.form_id, item)
        today = today_in_china(self._clock.now())
        again = reopened(found.document, item, form, directory.divisions, today)
        return replace(again, saved=self._slip(found.id))

    def wipe(self) -> None:
        """Forget the draft, whoever's it is.

        Raises:
            EnvironmentProblem: the disk refuses.
        """
        self._open = self._whose = None
        try:
            drafts = self._store()
        except EnvironmentProblem:  # nothing could ever be kept here
            return
        drafts.wipe()

    def _slip(self, draft_id: UUID) -> Saved | None:
        from kiosk.journeys.submitting import saved

        station = self._station()
        row = station.outbox.get(draft_id)
        return saved(station.desk(), row) if row is not None else None

    def _store(self) -> Drafts:
        if self._drafts is None:
            from kiosk.store.drafts import Drafts
            from kiosk.store.home import Home

            self._drafts = Drafts(Home(self._home), self._clock)
        return self._drafts
