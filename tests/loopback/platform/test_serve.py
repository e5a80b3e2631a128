"""The process: starts, stops, dies, comes back."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import httpx
import sqlcipher3.dbapi2 as sqlite

from kiosk.sealing.package import Package
from tests.helpers.platform_process import platform, publish_catalogue, run_here
from tests.helpers.raw_station import RawStation, blob


def test_it_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with platform(data_dir) as served:
        assert (data_dir / "url").read_text().strip() == served.url
        with httpx.Client(trust_env=False) as client:
            assert client.get(f"{served.url}/v1/ping?nonce=n").status_code == 200
            begun = time.monotonic()
            assert served.stop() == 0
            assert time.monotonic() - begun < 4
    assert (tmp_path / "data.stderr").read_text() == ""
    assert (data_dir / "private").stat().st_mode & 0o777 == 0o700


def test_one_server_for_one_folder(tmp_path: Path) -> None:
    with platform(tmp_path / "data") as served:
        said = run_here(["serve"], tmp_path / "data", status=3)
        assert "busy" in said
        port = served.url.rpartition(":")[2]
        said = run_here(["serve", "--port", port], tmp_path / "other", status=3)
        assert "address-taken" in said


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    with platform(tmp_path / "data"):
        pass
    connection = sqlite.connect(str(tmp_path / "data" / "platform.db"))
    connection.execute("UPDATE facts SET value = '99' WHERE name = 'schema'")
    connection.commit()
    connection.close()
    assert "newer-database" in run_here(["serve"], tmp_path / "data", status=3)


def test_a_new_publishing_is_seen_without_a_restart(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with platform(data_dir) as served, RawStation(served.url, served.keys) as station:
        station.enrol(served.fleet_code)
        package = station.package()
        assert station.put(package).status_code == 503
        publish_catalogue(data_dir, {"other": None})
        assert station.refusal(station.put(package)).code == "unknown-item"
        publish_catalogue(data_dir, {"demo-item": None})
        assert station.put(package).status_code == 201


def test_killed_between_effect_and_reply_it_remembers(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    publish_catalogue(data_dir)
    with platform(data_dir) as served, RawStation(served.url, served.keys) as station:
        station.enrol(served.fleet_code)
    package = station.package()
    with platform(data_dir, faults=["slow=60"]) as served:
        station.move(served.url)
        with station:
            thread = threading.Thread(target=lost, args=(station, package))
            thread.start()
            deadline = time.monotonic() + 20
            while not served.cases() and time.monotonic() < deadline:
                time.sleep(0.05)
            served.kill()
            thread.join(20)
    with platform(data_dir) as served:
        station.move(served.url)
        with station:
            assert station.put(package).status_code == 200
            assert len(station.events()[0]) == 2
        assert served.case(package.head.id)["effects"] == 1


def lost(station: RawStation, package: Package) -> None:
    try:
        station.put(package)
    except httpx.TransportError:
        return
    raise AssertionError("a reply came")


def test_killed_at_any_moment_it_has_each_effect_once(tmp_path: Path) -> None:
    """A sender that never gives up, a server that is shot again and again."""
    data_dir = tmp_path / "data"
    publish_catalogue(data_dir)
    packages: list[Package] = []
    numbers: dict[str, str] = {}
    station: RawStation | None = None
    for life in range(3):
        with platform(data_dir) as served:
            if station is None:
                station = RawStation(served.url, served.keys)
                station.enrol(served.fleet_code)
                packages = [station.package(os.urandom(2000)) for _ in range(24)]
            station.move(served.url)
            timer = threading.Timer(0.1 + 0.2 * life, served.kill) if life < 2 else None
            if timer is not None:
                timer.start()
            try:
                for package in packages:
                    receipt = station.file(package)
                    known = numbers.setdefault(str(package.head.id), receipt.number)
                    assert known == receipt.number, "a receipt once given stays"
                    if not receipt.complete:
                        station.upload(package)
            except httpx.TransportError:
                assert life < 2
            finally:
                if timer is not None:
                    timer.join()
            if life == 2:
                entries = served.cases()
                events, _ = station.events()
                station._http.close()
    assert len(entries) == len(packages)
    assert {entry["effects"] for entry in entries} == {1}
    assert {entry["state"] for entry in entries} == {"accepted"}
    assert len({entry["case_number"] for entry in entries}) == len(packages)
    assert len(events) == 2 * len(packages)
    first = events[0].id
    assert [event.id for event in events] == list(range(first, first + len(events)))


def test_a_blob_named_before_the_crash_is_found_again(tmp_path: Path) -> None:
    """The file got its name, then the power went: the row never came."""
    data_dir = tmp_path / "data"
    publish_catalogue(data_dir)
    with platform(data_dir) as served, RawStation(served.url, served.keys) as station:
        station.enrol(served.fleet_code)
        package = station.package(os.urandom(5000))
        station.file(package)
        location = station.create(package).headers["Location"]
        part = package.blobs[0]
        stored = data_dir / "blobs" / part.digest[:2] / part.digest
        stored.parent.mkdir()
        stored.write_bytes(blob(package))
        assert station.offset(location) == 0
        station.upload(package)
        assert json.dumps(served.case(package.head.id)["effects"]) == "1"
