"""The scene of the tests of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from kiosk.sealing.keys import OpenKey, SigningKey
from sync.protocol.trust import PlatformKeys
from tests.helpers.simulated_platform import SimulatedClock, SimulatedPlatform
from tests.helpers.sync_scene import Scene
from tests.helpers.sync_station import station


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    clock = SimulatedClock()
    far = SimulatedPlatform(clock)
    keys = PlatformKeys((SigningKey.generate().public,), OpenKey.generate().public)
    with station(tmp_path / "home", keys, "fleet", clock=clock) as place:
        yield Scene(place, far, clock, place.engine(far, Random(1)))
