"""Files arrive whole, once, over any number of broken lines."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kiosk.sealing.canonical import digest
from sync.protocol.messages import EventKind
from sync.protocol.request_signing import sign_headers
from tests.helpers.platform_process import PlatformProcess, platform, publish_catalogue
from tests.helpers.raw_station import RawStation, blob, metadata


def owing(station: RawStation, *blobs: bytes) -> tuple[str, bytes]:
    """A filed submission that owes blobs; location and bytes of the first."""
    package = station.package(*(blobs or (os.urandom(700_000),)))
    receipt = station.file(package)
    assert receipt.missing == tuple(part.digest for part in package.blobs)
    created = station.create(package)
    assert created.headers["Upload-Offset"] == "0"
    return created.headers["Location"], blob(package)


def test_the_last_file_makes_the_case(served: PlatformProcess, station: RawStation) -> None:
    package = station.package(os.urandom(600_000), b"second")
    assert len(station.file(package).missing) == 2
    station.upload(package, 0)
    assert served.case(package.head.id)["case_number"] is None
    assert served.case(package.head.id)["state"] == "filed"
    assert station.events()[0] == []
    assert len(station.file(package).missing) == 1
    station.upload(package, 1)
    entry = served.case(package.head.id)
    assert (entry["state"], entry["blobs"], entry["effects"]) == ("accepted", 2, 1)
    assert station.file(package).complete
    assert station.events()[0][0].kind is EventKind.RECEIVED
    stored = served.data_dir / "blobs" / package.blobs[0].digest[:2] / package.blobs[0].digest
    assert digest(stored.read_bytes()) == package.blobs[0].digest


def test_a_second_upload_of_the_same_file_needs_no_bytes(
    served: PlatformProcess, station: RawStation
) -> None:
    package = station.package(b"photo" * 1000)
    station.file(package)
    station.upload(package)
    created = station.create(package)
    assert int(created.headers["Upload-Offset"]) == package.blobs[0].size
    with RawStation(served.url, served.keys) as other:
        other.enrol(served.fleet_code)
        created = other.create(package)
        assert int(created.headers["Upload-Offset"]) == package.blobs[0].size
        assert other.offset(created.headers["Location"]) == package.blobs[0].size
    assert served.case(package.head.id)["effects"] == 1


def test_creating_again_finds_the_first_and_its_bytes(station: RawStation) -> None:
    package = station.package(os.urandom(100_000))
    station.file(package)
    location = station.create(package).headers["Location"]
    station.patch(location, 0, blob(package)[:40_000])
    again = station.create(package)
    assert again.headers["Location"] == location
    assert again.headers["Upload-Offset"] == "40000"


def test_a_wrong_offset_is_told_the_right_one(station: RawStation) -> None:
    location, data = owing(station)
    station.patch(location, 0, data[:1000])
    for offset in (0, 999, 1001, 600_000):
        response = station.patch(location, offset, data[offset : offset + 10])
        assert (response.status_code, response.headers["Upload-Offset"]) == (409, "1000")
    assert station.offset(location) == 1000


def test_wrong_bytes_are_found_at_the_end(served: PlatformProcess, station: RawStation) -> None:
    package = station.package(os.urandom(50_000))
    station.file(package)
    location = station.create(package).headers["Location"]
    response = station.patch(location, 0, bytes(package.blobs[0].size))
    assert (response.status_code, response.json()["code"]) == (460, "digest-differs")
    assert station.send("HEAD", location, headers={"Tus-Resumable": "1.0.0"}).status_code == 404
    assert not station.file(package).complete
    station.upload(package)
    assert served.case(package.head.id)["effects"] == 1


def test_a_damaged_chunk_is_not_kept(station: RawStation) -> None:
    location, data = owing(station)
    signed = sign_headers(
        "PATCH",
        f"http://platform{location}",
        station.chunk_headers(0),
        data[:1000],
        key=station.signing,
        created=station.clock(),
    )
    headers = {**station.chunk_headers(0), **signed}
    response = station.send_as_is("PATCH", location, data[1:1001], headers)
    assert (response.status_code, response.json()["code"]) == (400, "content-digest")
    assert station.offset(location) == 0


def raw_patch(
    station: RawStation, location: str, offset: int, chunk: bytes, sent: int
) -> socket.socket:
    """A connection on which only ``sent`` bytes of a chunk were written."""
    headers = station.chunk_headers(offset)
    url = str(station._http.base_url).rstrip("/") + location
    headers |= sign_headers(
        "PATCH", url, headers, chunk, key=station.signing, created=station.clock()
    )
    where = urlsplit(url)
    lines = [f"PATCH {location} HTTP/1.1", f"Host: {where.netloc}", f"Content-Length: {len(chunk)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    line = socket.create_connection((where.hostname or "", where.port or 0), timeout=20)
    line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + chunk[:sent])
    return line


def test_bytes_before_the_line_broke_are_kept(station: RawStation) -> None:
    location, data = owing(station)
    with raw_patch(station, location, 0, data[:400_000], 300_000):
        pass
    deadline = time.monotonic() + 10
    while (offset := station.offset(location)) == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert 0 < offset <= 300_000
    rest = data[offset:]
    assert station.patch(location, offset, rest).status_code == 204


def test_a_new_request_takes_over_from_one_that_hangs(station: RawStation) -> None:
    location, data = owing(station)
    with raw_patch(station, location, 0, data[:400_000], 200_000) as hanging:
        time.sleep(0.3)
        begun = time.monotonic()
        offset = station.offset(location)
        assert time.monotonic() - begun < 5
        assert 0 < offset <= 200_000
        assert b" 423 " in hanging.recv(1000)
    assert station.patch(location, offset, data[offset:]).status_code == 204


def test_two_patches_at_once_end_in_one_whole_file(
    served: PlatformProcess, station: RawStation
) -> None:
    package = station.package(os.urandom(300_000))
    station.file(package)
    location = station.create(package).headers["Location"]
    data = blob(package)
    statuses = []

    def rush() -> None:
        twin = RawStation(served.url, served.keys)
        twin.signing = station.signing
        with twin:
            statuses.append(twin.patch(location, 0, data).status_code)

    threads = [threading.Thread(target=rush) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(statuses) <= {204, 409, 423}
    station.upload(package)
    assert served.case(package.head.id)["effects"] == 1


def test_an_idle_upload_expires(tmp_path: Path) -> None:
    publish_catalogue(tmp_path / "data")
    with (
        platform(tmp_path / "data", extra=["--upload-seconds", "3"]) as served,
        RawStation(served.url, served.keys) as station,
    ):
        station.enrol(served.fleet_code)
        package = station.package(os.urandom(100_000))
        station.file(package)
        location = station.create(package).headers["Location"]
        station.patch(location, 0, blob(package)[:1000])
        time.sleep(4.1)
        assert station.patch(location, 1000, b"x").status_code == 410
        created = station.create(package)
        assert created.headers["Location"] != location
        assert station.send("HEAD", location, headers={"Tus-Resumable": "1.0.0"}).status_code == 404
        assert len(list((tmp_path / "data" / "blobs" / "parts").iterdir())) == 0
        station.upload(package)
        assert served.case(package.head.id)["effects"] == 1


def test_termination(station: RawStation) -> None:
    location, data = owing(station)
    station.patch(location, 0, data[:10])
    tus = {"Tus-Resumable": "1.0.0"}
    assert station.send("DELETE", location, headers=tus).status_code == 204
    assert station.send("DELETE", location, headers=tus).status_code == 404
    assert station.patch(location, 10, b"x").status_code == 404


def test_an_upload_is_its_terminals_own(served: PlatformProcess, station: RawStation) -> None:
    location, _ = owing(station)
    with RawStation(served.url, served.keys) as other:
        other.enrol(served.fleet_code)
        tus = {"Tus-Resumable": "1.0.0"}
        assert other.send("HEAD", location, headers=tus).status_code == 404
        assert other.patch(location, 0, b"x").status_code == 404
        assert other.send("DELETE", location, headers=tus).status_code == 404


def test_what_nobody_owes_is_not_taken(station: RawStation) -> None:
    package, never = station.package(b"photo"), station.package(b"photo")
    assert station.create(package).status_code == 404
    station.file(package)
    other = metadata(never.blobs[0].digest, str(package.head.id))
    assert station.create(package, changes={"Upload-Metadata": other}).json()["code"] == "not-owed"
    assert station.create(package, changes={"Upload-Length": "7"}).json()["code"] == "size-differs"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "9" * 11}, 413),
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "sha256 eA==,submission eA=="}, 400),
        ({"Upload-Metadata": "sha256 ***,submission eA=="}, 400),
    ],
)
def test_senseless_headers(station: RawStation, changes: dict[str, str], status: int) -> None:
    package = station.package(b"photo")
    station.file(package)
    assert station.create(package, changes=changes).status_code == status


def test_chunks_have_bounds_and_a_type(station: RawStation) -> None:
    location, data = owing(station)
    assert station.patch(location, 0, data + b"x").status_code == 413
    assert station.patch(location, 0, bytes(5 * 1024 * 1024)).status_code == 413
    headers = {**station.chunk_headers(0), "Content-Type": "text/plain"}
    assert station.send("PATCH", location, b"x", headers).status_code == 415
    headers = {**station.chunk_headers(0), "Upload-Offset": "x"}
    assert station.send("PATCH", location, b"x", headers).status_code == 400
    assert station.offset(location) == 0


def test_the_server_says_what_it_can(station: RawStation) -> None:
    response = station.send_as_is("OPTIONS", "/v1/uploads", b"", {})
    assert response.headers["Tus-Extension"] == "creation,expiration,termination"
    assert int(response.headers["Tus-Max-Size"]) >= 8 * 1024 * 1024
