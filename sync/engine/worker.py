"""The exchange in the background of the window: a thread with its own casebook connection.

Rules:

* The window hears of the exchange through one callback with frozen facts, called on this thread.
* The sync lock is held for one round, not for the window's life: other commands get their turn.
* Problems of the machine (lock busy, disk, casebook) are told and tried again; they end nothing.
* The station's chores come before every round: what was just saved gets its second copy before the
  network is asked, and also where there is no platform yet.
* ``stop`` breaks off what is under way: a submission that was being sent is ``unknown`` and is
  asked about next time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Final
from uuid import UUID

from kiosk.domain.clock import Clock, from_text
from kiosk.domain.problems import Problem
from kiosk.store.casebook import Casebook
from kiosk.store.chores import do_chores
from kiosk.store.home import Home
from kiosk.store.hosts import Hosts
from sync.client.outcomes import PORTAL
from sync.engine.assembly import Exchange, exchange
from sync.engine.decisions import BRISK_WAIT, Tally
from sync.engine.links import links_up
from sync.engine.rounds import Round

MACHINE_PAUSE: Final = 30.0
"""Seconds after a problem of this machine."""
LINK_EVERY: Final = 2.0
"""Seconds between two looks at the cables."""
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """What the window may know.

    ``online``: None: not tried yet. ``changed``: submissions to look up anew.
    ``directory``: a newer one has just been put in place.
    """

    online: bool | None = None
    portal: bool = False
    owed: int = 0
    tally: Tally = field(default_factory=lambda: Tally(0, 0, 0, 0, 0))
    last_contact: datetime | None = None
    problem: str | None = None
    changed: frozenset[UUID] = frozenset()
    directory: bool = False


class SyncWorker(threading.Thread):
    """Exchanges with the platform until stopped.

    Args:
        home: whose.
        clock: the station's.
        publish: takes the facts; called on this thread, so it must hand them over and return.
        luck: for every random choice.
        links: the network devices that carry something; a new one means "try now".
    """

    def __init__(
        self,
        home: Home,
        clock: Clock,
        publish: Callable[[SyncFacts], None],
        luck: Random | None = None,
        links: Callable[[], frozenset[str]] = links_up,
    ) -> None:
        super().__init__(name="sync", daemon=True)
        self._home = home
        self._clock = clock
        self._publish = publish
        self._luck = luck
        self._links = links
        self._up = links()
        self._wake = threading.Event()
        self._brisk = threading.Event()
        self._stopping = threading.Event()
        self._exchange: Exchange | None = None
        self._facts = SyncFacts()

    def nudge(self) -> None:
        """Try at once: somebody tapped, something was saved, or the line came up."""
        self._brisk.set()
        self._wake.set()

    def stop(self, timeout: float = 10.0) -> bool:
        """End the thread; whether it ended in time."""
        self._stopping.set()
        self._wake.set()
        running = self._exchange
        if running is not None:
            running.client.abandon()
        self.join(timeout)
        return not self.is_alive()

    def run(self) -> None:
        """The thread."""
        while not self._stopping.is_set():
            try:
                with Casebook.open(self._home, self._clock) as casebook:
                    do_chores(casebook)
                    with exchange(self._home, casebook, self._clock, self._luck) as running:
                        self._exchange = running
                        self._loop(running, casebook)
            except Problem as problem:
                self._rest_after(problem.code)
            except Exception as error:  # noqa: BLE001 (thread top: told, then tried again)
                _LOG.error("the exchange failed", exc_info=error)
                self._rest_after("bug")
            finally:
                self._exchange = None

    def _loop(self, running: Exchange, casebook: Casebook) -> None:
        while not self._stopping.is_set():
            do_chores(casebook)
            brisk = self._brisk.is_set()
            self._brisk.clear()
            with self._home.sync_lock():
                done = running.engine.run(
                    brisk=brisk, wait=self._sit_out, stopped=self._stopping.is_set
                )
            self._digest(done, running.stores.hosts)
            self._rest(done.next_in)

    def _rest(self, seconds: float) -> None:
        """Wait for the time, a nudge, or a link that comes up."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._wake.wait(min(left, LINK_EVERY)):
                break
            before, self._up = self._up, self._links()
            if self._up - before:
                self._brisk.set()
                break
        self._wake.clear()

    def _sit_out(self, seconds: float) -> bool:
        return not self._stopping.wait(min(seconds, BRISK_WAIT))

    def _rest_after(self, code: str) -> None:
        self._tell(replace(self._facts, problem=code, changed=frozenset()))
        self._rest(MACHINE_PAUSE)

    def _digest(self, done: Round, hosts: Hosts) -> None:
        facts = replace(
            self._facts,
            owed=done.tally.owed,
            tally=done.tally,
            changed=done.changed,
            directory=done.directory,
        )
        if done.reached is not None:
            contact = hosts.facts().get("last_contact")
            worst = done.problems[-1].code if done.problems else None
            facts = replace(
                facts,
                online=done.reached,
                portal=not done.reached and worst == PORTAL,
                last_contact=None if contact is None else from_text(contact[0]),
                problem=worst,
            )
        if facts != self._facts:
            self._tell(facts)

    def _tell(self, facts: SyncFacts) -> None:
        self._facts = facts
        self._publish(facts)
