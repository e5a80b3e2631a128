"""A set-up station on the real directory, for tests of what people do at the counter.

Rules: the platform publishes the bundled items once per test process; a home is initialised once by
``kiosk init`` and copied; everything is real but the people, and the time, which is moved by hand.
"""

from __future__ import annotations

import atexit
import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import UUID

import pytest

from kiosk.domain.lifecycle import State
from kiosk.domain.parties import Way
from kiosk.journeys.applying import Application, begin, settled
from kiosk.journeys.documents import read_application
from kiosk.journeys.slips import Saved
from kiosk.journeys.submitting import submit
from kiosk.main.wiring import Station, open_station
from kiosk.store.home import Home
from kiosk.store.inbox import Inbox, ProvenEvent
from tests.helpers.command import ROOT, Kiosk, Ran, run_here
from tests.helpers.platform_process import run_here as platform_here
from tests.helpers.stores import HandClock

ITEM = "old-age-allowance-jieyang"
NOWHERE = "http://127.0.0.1:9"


@cache
def published() -> Path:
    """The data folder of a platform that has published the bundled items; never changed."""
    folder = Path(mkdtemp(prefix="jinban-published-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    items = ROOT / "assets" / "directory" / "items.json"
    data = folder / "data"
    with contextlib.redirect_stderr(None):
        platform_here(["publish", "--items", str(items)], data)
    trust = data / "trust.json"
    words: list[str | Path] = ["init", "--platform", NOWHERE, "--trust", trust]
    ran = run_here(["--home", folder / "home", "--json", *words])
    assert ran.status == 0, ran
    return data


def copy_of_platform(folder: Path) -> Path:
    """A published platform of one's own."""
    return Path(shutil.copytree(published(), folder / "data"))


def copy_of_home(folder: Path) -> Path:
    """A station of the published platform, set up and empty."""
    return Path(shutil.copytree(published().parent / "home", folder / "home"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A station of one's own."""
    return copy_of_home(tmp_path)


@pytest.fixture
def clock() -> HandClock:
    """Starts now: what was recorded at set-up lies before it."""
    ticking = HandClock()
    ticking.wall = datetime.now(UTC)
    return ticking


@pytest.fixture
def station(home: Path, clock: HandClock) -> Iterator[Station]:
    """The same, opened."""
    with open_station(home, clock) as opened:
        yield opened


def example(station: Station, item_id: str = ITEM) -> dict[str, Any]:
    """The document of invented people that ``directory form --example`` prints."""
    from kiosk.forms.examples import example as printed

    item = station.directory.item(item_id)
    form = station.directory.form(item.form_id, item)
    return printed(item, form, divisions=station.directory.divisions)


def application(
    station: Station,
    item_id: str = ITEM,
    *,
    way: Way = Way.SELF,
    submission_id: UUID | None = None,
    change: Callable[[dict[str, Any]], None] = lambda _document: None,
    track_code: str | None = "2580",
) -> Application:
    """The example of an item as an application, settled."""
    document = example(station, item_id)
    change(document)
    item = station.directory.item(item_id)
    form = station.directory.form(item.form_id, item)
    fresh = begin(item, form, way, submission_id=submission_id)
    filled = replace(read_application(fresh, document, ()), track_code=track_code)
    return settled(filled, station.directory.divisions, station.clock.now())


def filed(station: Station, item_id: str = ITEM, **more: Any) -> Saved:  # noqa: ANN401
    """An example, saved."""
    return submit(station.desk(), application(station, item_id, **more))


def bring_to(station: Station, submission_id: UUID, state: State) -> None:
    """Lead a queued submission to a state by the statements that lead there."""
    from kiosk.domain.lifecycle import Signal

    outbox, now = station.outbox, station.clock.now()
    ways: dict[State, list[Signal]] = {
        State.QUEUED: [],
        State.SENDING: [Signal.TAKE],
        State.UNKNOWN: [Signal.TAKE, Signal.LOST_REPLY],
        State.PARKED: [Signal.TAKE, Signal.REFUSED],
        State.FILED: [Signal.TAKE, Signal.FILED],
        State.WITHDRAWN: [Signal.WITHDRAW],
        State.SUPERSEDED: [Signal.TAKE, Signal.REFUSED, Signal.SUPERSEDE],
        State.RECEIVED: [Signal.TAKE, Signal.RECEIVED],
        State.ACCEPTED: [Signal.TAKE, Signal.CASE_ACCEPTED],
        State.IN_PROGRESS: [Signal.TAKE, Signal.CASE_IN_PROGRESS],
        State.SUSPENDED: [Signal.TAKE, Signal.CASE_SUSPENDED],
        State.CORRECTION_WANTED: [Signal.TAKE, Signal.CASE_CORRECTION_WANTED],
        State.NOT_ACCEPTED: [Signal.TAKE, Signal.CASE_NOT_ACCEPTED],
        State.CLOSED: [Signal.TAKE, Signal.CASE_CLOSED],
    }
    for signal in ways[state]:
        outbox.apply(submission_id, signal, now=now)
    assert outbox.require(submission_id).state is state


def tell(station: Station, *events: ProvenEvent) -> None:
    """Let proven events of the platform reach the station."""
    Inbox(station.casebook).apply(events, None, station.clock.now())


def refused(kiosk: Kiosk, ran: Ran, status: int, code: str, path: str = "") -> dict[str, str]:
    """One sentence, one document, and nothing saved."""
    assert ran.status == status, ran
    error: dict[str, str] = ran.json()["error"]
    assert error["code"] == code, error
    assert error["path"].endswith(path), error
    last = ran.stderr.strip().splitlines()
    assert len(last) == 1, ran.stderr
    assert last[0].startswith("kiosk: ")
    assert "Traceback" not in ran.stderr
    assert not list(Home(kiosk.home).packages.glob("*"))
    return error
