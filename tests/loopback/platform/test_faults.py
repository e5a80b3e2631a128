"""Every fault does what it says, and says nothing about what it did not do."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from kiosk.domain.problems import InputProblem, PlatformProblem
from sync.platform.faults import NAMES, Fault, Switchboard, parse
from sync.platform.office import Office
from sync.platform.terminals import enrol
from sync.protocol.messages import Receipt
from sync.protocol.statements import prove
from tests.helpers.platform_process import PlatformProcess, platform, publish_catalogue, run_here
from tests.helpers.raw_station import RawStation, blob


@contextmanager
def faulty(tmp_path: Path, *faults: str) -> Iterator[tuple[PlatformProcess, RawStation]]:
    """A platform with faults and a station that enrolled before they were switched on."""
    data_dir = tmp_path / "data"
    publish_catalogue(data_dir)
    with (
        platform(data_dir, faults=faults, seed=7) as served,
        RawStation(served.url, served.keys) as station,
    ):
        enrol_beside(served, station)
        station.judge = False
        yield served, station


def enrol_beside(served: PlatformProcess, station: RawStation) -> None:
    """Enrol without the faulty road."""
    office = Office.open(served.data_dir)
    assert enrol(office, station.enrolment(fleet_code=served.fleet_code))[0] == 201
    office.close()


def test_what_strikes_after_the_effect_leaves_exactly_one(tmp_path: Path) -> None:
    faults = ("drop-reply=1*1", "500=1*1", "truncate=1*1", "wrong-id=1*1", "html=1*1")
    with faulty(tmp_path, *faults) as (served, station):
        package = station.package()
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            station.put(package)
        assert served.case(package.head.id)["effects"] == 1, "the effect came before the drop"
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            station.put(package)  # truncated
        # 500, wrong-id and html strike the same reply, in this order: a page remains.
        page = station.put(package)
        assert page.headers["content-type"].startswith("text/html")
        receipt = station.file(package)
        assert (receipt.submission_id, receipt.complete) == (package.head.id, True)
        assert served.case(package.head.id)["effects"] == 1


def test_500_and_wrong_id(tmp_path: Path) -> None:
    with faulty(tmp_path, "500=1*1", "wrong-id=1*3") as (served, station):
        package = station.package()
        # Both strike the first reply; an altered page is a page.
        assert station.put(package).status_code == 500
        assert served.case(package.head.id)["effects"] == 1
        response = station.put(package)
        receipt = Receipt.from_json(prove(response.json(), served.keys.signing, kind="receipt"))
        assert receipt.submission_id != package.head.id, "validly signed, about another"
        ping = station.send_as_is("GET", "/v1/ping?nonce=mine", b"", {}).json()
        assert prove(ping, served.keys.signing, kind="ping")["nonce"] != "mine"
        assert station.file(package).submission_id == package.head.id


@pytest.mark.parametrize(
    ("fault", "status", "header"),
    [
        ("portal", 200, "content-type"),
        ("redirect", 302, "location"),
        ("429=7", 429, "retry-after"),
        ("503=7", 503, "retry-after"),
    ],
)
def test_what_strikes_before_has_no_effect(
    tmp_path: Path, fault: str, status: int, header: str
) -> None:
    with faulty(tmp_path, fault) as (served, station):
        response = station.put(station.package())
        assert (response.status_code, header in response.headers) == (status, True)
        if "=" in fault:
            assert response.headers["retry-after"] == "7"
        else:
            assert b"<html" in response.content
            with pytest.raises((PlatformProblem, ValueError)):
                prove(response.json(), served.keys.signing, kind="receipt")
        assert served.cases() == []
        tuf = station.send_as_is("GET", "/tuf/metadata/x", b"", {})
        assert tuf.status_code == 404, "the directory is not touched"


def test_slow_is_slow_after_the_effect(tmp_path: Path) -> None:
    with faulty(tmp_path, "slow=1") as (served, station):
        package = station.package()
        begun = time.monotonic()
        assert station.put(package).status_code == 201
        assert time.monotonic() - begun >= 1
        assert served.case(package.head.id)["effects"] == 1


def test_huge_is_huge(tmp_path: Path) -> None:
    with (
        faulty(tmp_path, "huge") as (_, station),
        station._http.stream("GET", "/v1/ping?nonce=n") as response,
    ):
        assert int(response.headers["content-length"]) == 64 * 1024 * 1024
        assert len(next(response.iter_raw())) > 0


def test_a_line_cut_again_and_again_still_carries_a_file(tmp_path: Path) -> None:
    with faulty(tmp_path, "cut-after=100000") as (served, station):
        package = station.package(os.urandom(600_000))
        station.file(package)
        location = station.create(package).headers["Location"]
        data, offset, cuts = blob(package), 0, 0
        while offset < len(data):
            try:
                station.patch(location, offset, data[offset : offset + 256 * 1024])
            except httpx.TransportError:
                cuts += 1
            with contextlib.suppress(httpx.TransportError):
                offset = station.offset(location)
        assert cuts >= 5
        assert served.case(package.head.id)["effects"] == 1


def test_faults_of_the_directory_are_named_apart(tmp_path: Path) -> None:
    with faulty(tmp_path, "tuf-503=3", "tuf-slow=0") as (served, station):
        response = station.send_as_is("GET", "/tuf/metadata/x", b"", {})
        assert (response.status_code, response.headers["retry-after"]) == (503, "3")
        assert station.put(station.package()).status_code == 201
        assert len(served.cases()) == 1


def test_a_directory_file_is_cut(tmp_path: Path) -> None:
    with faulty(tmp_path, "tuf-cut-after=1000") as (served, station):
        (served.data_dir / "tuf" / "targets" / "big").write_bytes(bytes(100_000))
        with pytest.raises(httpx.TransportError):
            station.send_as_is("GET", "/tuf/targets/big", b"", {})
        part = station.send_as_is("GET", "/tuf/targets/big", b"", {"Range": "bytes=0-499"})
        assert (part.status_code, len(part.content)) == (206, 500)


def test_the_dice_are_seeded() -> None:
    async def nothing(*_: object) -> None:
        raise AssertionError

    def throws(seed: int) -> list[bool]:
        fault = Fault("500", 0.3)
        board = Switchboard(nothing, [fault], seed, lambda statement: statement)
        return [board._strikes(fault) for _ in range(200)]

    assert throws(1) == throws(1)
    assert throws(1) != throws(2)
    assert 30 < sum(throws(1)) < 90


SENSELESS = [
    *("x", "", "tuf-", "drop-reply=2", "drop-reply=x", "slow", "slow=-1", "429=", "cut-after"),
    *("portal=1*0", "portal=1*x"),
]


@pytest.mark.parametrize("text", SENSELESS)
def test_an_unknown_fault_is_refused_with_the_list(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputProblem, match="drop-reply"):
        parse(text)
    said = run_here(["serve", "--fault", text], tmp_path / "data", status=2)
    assert all(name in said for name in NAMES)
    assert not (tmp_path / "data").exists()


def test_faults_are_read() -> None:
    assert parse("tuf-drop-reply=0.25*3") == Fault("drop-reply", 0.25, tuf=True, left=3)
    assert parse("portal") == Fault("portal")
