"""A village, a platform and a stick; platform and station are made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from sync.platform.office import Office
from tests.helpers.command import Kiosk
from tests.helpers.couriers import Desk, Village, new_desk, village
from tests.helpers.sync_station import RealClock, SyncStation


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A platform that has published, and a station of it."""
    folder = tmp_path_factory.mktemp("world")
    made = new_desk(folder / "platform")
    Office.open(made.data).close()
    with village(folder / "home", made):
        pass
    return folder


@pytest.fixture
def desk(world: Path, tmp_path: Path) -> Desk:
    shutil.copytree(world / "platform", tmp_path / "platform")
    return Desk(tmp_path / "platform")


@pytest.fixture
def place(world: Path, tmp_path: Path, desk: Desk) -> Iterator[Village]:
    shutil.copytree(world / "home", tmp_path / "home")
    home, clock, secrets = Home(tmp_path / "home"), RealClock(), desk.secrets
    with Casebook.open(home, clock) as casebook:
        site = SyncStation(
            home, casebook, load_device(home), secrets.public, secrets.fleet_code, clock
        )
        yield Village(site, Kiosk(home.path))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder
