"""A real platform on loopback, a terminal that it knows, and a relay that signs for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.relay import relay
from tests.helpers.platform_process import PlatformProcess, platform, publish_catalogue
from tests.helpers.raw_station import RawStation


@dataclass(frozen=True, slots=True)
class World:
    """``relay`` signs whatever comes as ``station`` and hands it to ``served``."""

    served: PlatformProcess
    station: RawStation
    relay: str


@contextmanager
def world(folder: Path, extra: Sequence[str] = ()) -> Iterator[World]:
    """The world around a platform in ``folder``."""
    data = folder / "data"
    publish_catalogue(data)
    with (
        platform(data, extra=extra) as served,
        RawStation(served.url, served.keys) as station,
        relay(served.url, station) as address,
    ):
        assert station.enrol(served.fleet_code).status_code == 201
        yield World(served, station, address)
