"""A scene for tests of the engine: one station, a simulated platform, a clock that tests move.

Rules: the station's stores are real; only the platform and the clock are simulated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from uuid import UUID

from kiosk.domain.lifecycle import State
from sync.engine.engine import Engine
from sync.engine.rounds import Round
from tests.helpers.simulated_platform import SimulatedClock, SimulatedPlatform
from tests.helpers.sync_station import SyncStation


@dataclass
class Scene:
    """What a test of the engine looks at and acts through."""

    place: SyncStation
    far: SimulatedPlatform
    clock: SimulatedClock
    engine: Engine

    def once(self, **more: object) -> Round:
        """One round now, as after a tap."""
        return self.engine.run(brisk=True, **more)  # type: ignore[arg-type] # of run

    def politely(self) -> Round:
        """One round as the worker makes it, keeping every pause."""
        return self.engine.run(brisk=False)

    def state(self, submission_id: UUID) -> State:
        """The state of a row."""
        return self.place.outbox.require(submission_id).state

    def again(self) -> None:
        """A new process."""
        self.engine = self.place.engine(self.far, Random(2))


def waited(waits: list[float]) -> Callable[[float], bool]:
    """Sits everything out, at no cost of time."""

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return True

    return wait
