"""One shared platform for the tests that do not need their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.platform_process import PlatformProcess, platform, publish_catalogue
from tests.helpers.raw_station import RawStation

CODE = "11440100007483172Q3440106043001"


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    """A platform that accepts at once."""
    data_dir = tmp_path_factory.mktemp("platform") / "data"
    publish_catalogue(data_dir, {"demo-item": None, "coded-item": CODE})
    with platform(data_dir) as process:
        yield process


@pytest.fixture(scope="session")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    """A platform whose cases wait for decisions."""
    data_dir = tmp_path_factory.mktemp("manual") / "data"
    publish_catalogue(data_dir)
    with platform(data_dir, manual=True) as process:
        yield process


@pytest.fixture
def station(served: PlatformProcess) -> Iterator[RawStation]:
    """A fresh terminal, enrolled at ``served``."""
    with RawStation(served.url, served.keys) as fresh:
        assert fresh.enrol(served.fleet_code).status_code == 201
        yield fresh


@pytest.fixture
def manual_station(manual: PlatformProcess) -> Iterator[RawStation]:
    """A fresh terminal, enrolled at ``manual``."""
    with RawStation(manual.url, manual.keys) as fresh:
        assert fresh.enrol(manual.fleet_code).status_code == 201
        yield fresh
