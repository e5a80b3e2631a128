"""One person at the machine, from the first touch to the end.

Rules:

* A session starts at the first touch and ends when the person leaves, finishes or goes away. At the
  end nothing of them remains: answers still to come are dropped, the trail starts anew, ``ended``
  makes every controller, the keyboard and the window forget, large type goes back.
* Controllers reach the station only through :meth:`Session.run`; a known problem that nobody
  handles leads to the page of troubles, which always has a way on.
* A page is left by :meth:`go`, :meth:`back`, :meth:`leave`; where "next" leads is decided by
  ``ui.navigation``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from kiosk.domain.clock import Clock
from kiosk.domain.problems import Problem
from ui.bridge.filing import Filing
from ui.bridge.relay import Relay
from ui.navigation import Page, Trail

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.journeys.progress import Tracked
    from ui.bridge.ports import SignedIn, StationPort

Result = TypeVar("Result")

_log = logging.getLogger("kiosk.window")


class Session(QObject):
    """The trail of pages, who is signed in, and the way to the station.

    Args:
        station: what the window asks.
        relay: runs the asking on the store worker.
        clock: time of day and waiting.
        parent: the owner.
    """

    moved = Signal()
    ended = Signal()
    agentChanged = Signal()

    def __init__(
        self, station: StationPort, relay: Relay, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._station = station
        self._relay = relay
        self.clock = clock
        self._trail = Trail()
        self._agent: SignedIn | None = None
        self._problem: Problem | None = None
        self.division = ""
        """Where the station stands: public, so it outlasts a session."""
        self.unsaved = False
        """Whether leaving now would lose something the person filled in (then LEAVE asks)."""
        self.item_id: str | None = None
        """The item whose guide was opened last: what 开始办 begins."""
        self.replaces: UUID | None = None
        """The parked filing that is being filed anew; None: what begins is new."""
        self.browse: tuple[str, str] | None = None
        """How to browse, and the heading (empty: all of them); None: as the list was left."""
        self.tracked: Tracked | None = None
        """The filing that was looked up last: what 现在补 continues."""
        self.filing = Filing(self)
        """The application being made."""

    # -- where we are ---------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """The page being shown."""
        return self._trail.here

    @property
    def can_go_back(self) -> bool:
        """Whether there is a page before this one."""
        return self._trail.can_go_back

    @property
    def running(self) -> bool:
        """Whether somebody is at the machine."""
        return self._trail.here is not Page.ATTRACT

    @property
    def problem(self) -> Problem | None:
        """What the page of troubles tells."""
        return self._problem

    def begin(self) -> None:
        """The first touch."""
        if not self.running:
            self._move(self._trail.to(Page.HOME))

    def go(self, page: Page) -> None:
        """Show ``page`` next."""
        self._move(self._trail.to(page))

    def back(self) -> None:
        """One page back; home stays home."""
        self._move(self._trail.back())

    def back_to(self, page: Page) -> None:
        """Back to the last visit of ``page``, or on to it."""
        self._move(self._trail.back_to(page))

    def home(self) -> None:
        """The home page, with nothing behind it; the session goes on."""
        self._move(Trail((Page.ATTRACT, Page.HOME)))

    def walk(self, *pages: Page) -> None:
        """As if the person had come from home by these pages; the last one is shown."""
        self._move(Trail((Page.ATTRACT, Page.HOME, *pages)))

    def leave(self) -> None:
        """The person wants to go: asked first when something would be lost."""
        if self.unsaved and self.page is not Page.LEAVE:
            self.go(Page.LEAVE)
        else:
            self.end()

    def end(self) -> None:
        """End the session; nothing of the person remains."""
        self._relay.end_session()
        self._trail = self._trail.restart(Page.ATTRACT)
        self._problem = None
        self.unsaved = False
        self.item_id = self.browse = self.replaces = None
        self.tracked = None
        self.filing.clear()
        self.sign_out()
        self.ended.emit()
        self.moved.emit()

    def choose_item(self, item_id: str, replaces: UUID | None = None) -> None:
        """What 开始办 begins, and which parked filing it stands for, if any."""
        self.item_id, self.replaces = item_id, replaces

    def _move(self, trail: Trail) -> None:
        if trail != self._trail:
            self._trail = trail
            self.moved.emit()

    # -- who is here ----------------------------------------------------------------------------

    @property
    def agent(self) -> SignedIn | None:
        """The village agent at the machine, if one signed in."""
        return self._agent

    def sign_in(self, agent: SignedIn) -> None:
        """An agent proved who they are."""
        self._agent = agent
        self.agentChanged.emit()

    def sign_out(self) -> None:
        """The agent's rights end; the session may go on."""
        if self._agent is not None:
            self._agent = None
            self.agentChanged.emit()

    # -- asking the station ---------------------------------------------------------------------

    def run(
        self,
        ask: Callable[[StationPort], Result],
        then: Callable[[Result], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Ask the station on the store worker; the answer comes back on this thread.

        Args:
            ask: what to ask.
            then: what to do with the answer; not called when the session has ended meanwhile.
            failed: what to do with a known problem; without it the page of troubles tells it.
        """
        station = self._station
        self._relay.run(lambda: ask(station), then, failed or self.trouble)

    def trouble(self, problem: Problem) -> None:
        """Tell a known problem on the page of troubles."""
        _log.info("told on screen: %s", problem.code)
        self._problem = problem
        self.go(Page.TROUBLE)
