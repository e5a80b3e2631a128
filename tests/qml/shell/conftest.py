"""A real station for the window: platform keys, an agent, one filing of an invented person."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.devices.rime_deploy import deploy, is_deployed
from kiosk.domain.parties import Way
from kiosk.domain.problems import EnvironmentProblem
from kiosk.main.demonstration import ReferencePlatform, prepare_station
from kiosk.main.wiring import open_station
from tests.helpers.driver import KEYS, Driver
from tests.helpers.platform_process import run_platform

ITEM = "old-age-allowance-jieyang"
CODE = "4827"


@dataclass(frozen=True)
class Prepared:
    """A home to copy, and what stands in it."""

    home: Path
    data: Path
    number: str
    slip: str
    id_number: str
    phone: str
    masked: str


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
    folder = tmp_path_factory.mktemp("window")
    items = Path(__file__).resolve().parents[3] / "assets" / "directory" / "items.json"
    run_platform(["publish", "--items", str(items)], folder / "data")
    home = folder / "home"
    nowhere = ReferencePlatform("http://127.0.0.1:9", folder / "data" / "trust.json")
    prepare_station(home, nowhere)
    return _filed(home, folder / "data")


def _filed(home: Path, data: Path) -> Prepared:
    from kiosk.forms.examples import example
    from kiosk.journeys.applying import begin
    from kiosk.journeys.documents import read_application
    from kiosk.journeys.submitting import submit

    with open_station(home) as station:
        item = station.directory.item(ITEM)
        form = station.directory.form(item.form_id, item)
        fresh = begin(item, form, Way.SELF)
        application = read_application(fresh, example(item, form), [])
        saved = submit(station.desk(), replace(application, track_code=CODE))
        person = application.principal
        assert person is not None
        assert person.id_number is not None
        return Prepared(
            home=home,
            data=data,
            number=saved.local_number,
            slip=saved.code.as_text(),
            id_number=person.id_number,
            phone=person.phone or "",
            masked=saved.masked_name,
        )


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
