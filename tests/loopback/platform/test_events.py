"""The feed: one's own events, by cursor, never lost, never another's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync.platform.events import prune
from sync.platform.office import RESTORED_MARK, Office
from sync.protocol.messages import EventKind, EventPage
from tests.helpers.platform_process import PlatformProcess, platform, publish_catalogue, run_here
from tests.helpers.raw_station import RawStation


def test_a_terminal_reads_its_own_events_only(served: PlatformProcess, station: RawStation) -> None:
    with RawStation(served.url, served.keys) as other:
        other.enrol(served.fleet_code)
        mine, theirs = station.package(), other.package()
        station.file(mine)
        other.file(theirs)
        assert {event.submission_id for event in station.events()[0]} == {mine.head.id}
        assert {event.submission_id for event in other.events()[0]} == {theirs.head.id}
        # Carried by a neighbour, it is still the sealing terminal's.
        carried = other.package()
        station.file(carried)
        assert carried.head.id in {event.submission_id for event in other.events()[0]}
        assert carried.head.id not in {event.submission_id for event in station.events()[0]}


def test_the_cursor_moves_on_and_304_says_nothing_new(station: RawStation) -> None:
    station.file(station.package())
    events, cursor = station.events()
    assert [event.kind for event in events] == [EventKind.RECEIVED, EventKind.ACCEPTED]
    assert station.events(cursor) == ([], cursor)
    path = f"/v1/events?after={cursor}"
    tag = station.send("GET", path).headers["ETag"]
    assert station.send("GET", path, headers={"If-None-Match": tag}).status_code == 304
    station.file(station.package())
    response = station.send("GET", path, headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert len(EventPage.from_json(response.json()).events) == 2


def test_many_events_come_in_pages(station: RawStation) -> None:
    for _ in range(52):
        station.file(station.package())
    response = station.send("GET", "/v1/events")
    assert (len(response.json()["events"]), response.json()["more"]) == (100, True)
    events, _ = station.events()
    assert len(events) == 104
    assert [event.id for event in events] == sorted({event.id for event in events})


def test_a_cursor_that_never_was_is_gone(station: RawStation) -> None:
    station.file(station.package())
    _, cursor = station.events()
    epoch, _, _ = cursor.partition("-")
    for gone in ("x", "0" * 16 + "-1", f"{epoch}-999999999", f"{epoch}--1", f"{epoch}-%201"):
        assert station.send("GET", f"/v1/events?after={gone}").status_code == 410
        assert station.send("PUT", f"/v1/acks/{gone}").status_code == 410


def test_acknowledged_and_old_events_go_and_take_old_cursors_along(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    publish_catalogue(data_dir)
    with platform(data_dir) as served, RawStation(served.url, served.keys) as station:
        station.enrol(served.fleet_code)
        start = station.events()[1]
        station.file(station.package())
        _, middle = station.events()
        station.file(station.package())
        station.file(station.package())
        assert station.send("PUT", f"/v1/acks/{middle}").status_code == 204
        assert station.send("PUT", f"/v1/acks/{start}").status_code == 204
        office = Office.open(data_dir)
        for days, left in ((89, 6), (91, 4)):
            with office.database.write() as tx:
                prune(tx, datetime.now(UTC) + timedelta(days=days))
            assert len(station.events()[0]) == left
        office.close()
        assert station.send("GET", f"/v1/events?after={start}").status_code == 410
        assert len(station.events(middle)[0]) == 4


def test_a_restored_platform_begins_a_new_epoch(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    publish_catalogue(data_dir)
    with platform(data_dir) as served, RawStation(served.url, served.keys) as station:
        station.enrol(served.fleet_code)
        package = station.package()
        station.file(package)
        before, cursor = station.events()
        ping = station.send_as_is("GET", "/v1/ping?nonce=n", b"", {}).json()
        run_here(["new-epoch"], data_dir)
        after = station.send_as_is("GET", "/v1/ping?nonce=n", b"", {}).json()
        assert ping["epoch"] != after["epoch"]
        assert station.send("GET", f"/v1/events?after={cursor}").status_code == 410
        again, _ = station.events()
        # What is still known is told again, under the epoch that counts now.
        assert again == [replace(event, epoch=after["epoch"]) for event in before]
        assert station.file(package).epoch == after["epoch"]
        assert after["durable_before"] is None
        run_here(["mark-durable", "--at", "2026-11-01T00:00:00Z"], data_dir)
        marked = station.send_as_is("GET", "/v1/ping?nonce=n", b"", {}).json()
        assert marked["durable_before"] == "2026-11-01T00:00:00Z"
        assert "bad-moment" in run_here(["mark-durable", "--at", "x"], data_dir, status=2)
    (data_dir / RESTORED_MARK).touch()
    with platform(data_dir) as served:
        station.move(served.url)
        with station:
            last = station.send_as_is("GET", "/v1/ping?nonce=n", b"", {}).json()
            assert last["epoch"] != after["epoch"]
    assert not (data_dir / RESTORED_MARK).exists()
