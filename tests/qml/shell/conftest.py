"""The real window on a copy of a prepared station."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.devices.rime_deploy import deploy, is_deployed
from kiosk.domain.problems import EnvironmentProblem
from tests.helpers.driver import KEYS, Driver
from tests.helpers.prepared import Prepared, prepare


@pytest.fixture(scope="session")
def keyboard() -> Path:
    if not is_deployed(KEYS):
        try:
            deploy(KEYS)
        except EnvironmentProblem as problem:
            pytest.skip(f"not runnable here: {problem.message}")
    return KEYS


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("window"))


@pytest.fixture
def home(prepared: Prepared, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared.home, tmp_path / "home"))


@pytest.fixture
def station(home: Path, keyboard: Path) -> Iterator[Callable[..., Driver]]:
    opened: list[Driver] = []

    def start(size: str = "1080x1920", *, sync: bool = False) -> Driver:
        driver = Driver().start(home, size, sync=sync)
        opened.append(driver)
        return driver

    yield start
    for driver in opened:
        driver.stop()


@pytest.fixture
def window(station: Callable[..., Driver]) -> Driver:
    return station()
