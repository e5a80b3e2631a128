"""What the filing and its savepoint need of the session, so that neither knows the whole of it.

Rules: the session holds the filing; the filing sees the session as this alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kiosk.domain.clock import Clock
from kiosk.domain.problems import Problem
from ui.navigation import Page

if TYPE_CHECKING:
    from uuid import UUID

    from PySide6.QtCore import SignalInstance

    from ui.bridge.ports import SignedIn, StationPort

Result = TypeVar("Result")


class AtMachine(Protocol):
    """One person at the machine, as far as their filing is concerned."""

    clock: Clock
    unsaved: bool
    replaces: UUID | None

    @property
    def agent(self) -> SignedIn | None:
        """The village agent at the machine, if one signed in."""
        ...

    @property
    def moved(self) -> SignalInstance:
        """Another page is shown."""
        ...

    def run(
        self,
        ask: Callable[[StationPort], Result],
        then: Callable[[Result], Any],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Ask the station on the store worker."""
        ...

    def go(self, page: Page) -> None:
        """Show ``page`` next."""
        ...

    def back_to(self, page: Page) -> None:
        """Back to the last visit of ``page``, or on to it."""
        ...

    def walk(self, *pages: Page) -> None:
        """As if the person had come from home by these pages."""
        ...

    def choose_item(self, item_id: str, replaces: UUID | None = None) -> None:
        """What 开始办 begins."""
        ...
