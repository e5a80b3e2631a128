"""The platform turns away what it could not serve soon, on a real socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx
import pytest
import uvicorn

from sync.client.outcomes import RETRY_AFTER_MOST
from sync.platform.answers import ProblemAnswer
from sync.platform.app import build
from sync.platform.office import Office
from sync.platform.reception import CAPACITY, Door
from sync.protocol.messages import Receipt
from tests.helpers.platform_process import publish_catalogue
from tests.helpers.raw_station import RawStation


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[str, Office, Door]]:
    """A platform in a thread of this process, with its door."""
    publish_catalogue(tmp_path)
    office = Office.open(tmp_path)
    app = build(office)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, ws="none", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    (socket,) = server.servers[0].sockets
    yield f"http://127.0.0.1:{socket.getsockname()[1]}", office, app.state.door
    server.should_exit = True
    thread.join(20)
    office.close()


def test_a_full_house_answers_pings_and_sends_the_rest_away_for_a_while(
    place: tuple[str, Office, Door],
) -> None:
    url, office, door = place
    with RawStation(url, office.secrets.public) as station, httpx.Client(base_url=url) as line:
        assert station.enrol(office.secrets.fleet_code).status_code == 201
        package = station.package()
        most, door.most = door.most, 0
        for answer in (station.put(package), station.ask(package.head.id)):
            assert (answer.status_code, answer.json()["code"]) == (503, "busy")
            assert 1 <= int(answer.headers["retry-after"]) <= RETRY_AFTER_MOST
        assert line.get("/v1/ping?nonce=n").status_code == 200
        door.most = most
        assert isinstance(station.file(package), Receipt)
    assert door.inside == 0


def test_those_who_were_turned_away_are_not_told_the_same() -> None:
    door = Door(most=4 * CAPACITY, inside=4 * CAPACITY, luck=Random(1))
    hints = set()
    for _ in range(200):
        with pytest.raises(ProblemAnswer) as refused, door.entered():
            pass
        hints.add(int(refused.value.headers["Retry-After"]))
    assert hints == {5, 6, 7, 8}
    assert door.inside == 4 * CAPACITY


def test_who_failed_inside_has_left() -> None:
    door = Door(most=1)
    with pytest.raises(ZeroDivisionError), door.entered():
        raise ZeroDivisionError
    with door.entered():
        assert door.inside == 1
