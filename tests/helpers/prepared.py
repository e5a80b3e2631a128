"""A real station for the window: platform keys, an agent, one filing of an invented person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.parties import Way
from kiosk.main.demonstration import ReferencePlatform, prepare_station
from kiosk.main.wiring import open_station
from tests.helpers.command import ROOT
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


def prepare(folder: Path) -> Prepared:
    """Publish, set a home up for that platform (which is not reachable), file one application."""
    items = ROOT / "assets" / "directory" / "items.json"
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
