"""Updating over a real line: newer data are taken, everything doubtful keeps the old."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from kiosk.store.directory import Directory
from kiosk.store.directory_bundle import install_bundled
from kiosk.store.home import Home
from sync.client.transport import Transport
from sync.client.tuf_fetcher import TufFetcher
from sync.engine.directory_update import DirectoryUpdater, Outcome, UpdateResult, known_config
from tests.helpers.publishing import NOW, Publisher, served, small_item, station

ITEMS = [small_item("one", implementing_division="揭阳市榕城区"), small_item("two")]


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "platform")
    made.publish(ITEMS)
    return made


@pytest.fixture
def home(tmp_path: Path, publisher: Publisher) -> Home:
    return station(tmp_path / "home", publisher.trust())


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport() as made:
        yield made


def update(
    home: Home,
    transport: Transport | None,
    base: str,
    *,
    now: datetime = NOW,
    division: str = "",
    floor: int = 0,
    seconds: float = 5.0,
) -> UpdateResult:
    fetcher = TufFetcher(transport, seconds=seconds)
    return DirectoryUpdater(home, fetcher, lambda: now).update(base, division=division, floor=floor)


def ids(home: Home) -> list[str]:
    with Directory.open(home.directory_db) as directory:
        return [item.item_id for item in directory.items()]


def version(home: Home) -> int:
    with Directory.open(home.directory_db) as directory:
        return directory.info().version


def test_first_update_then_nothing_then_a_delta(
    home: Home, publisher: Publisher, transport: Transport
) -> None:
    with served(publisher.data) as (url, requested):
        assert update(home, transport, f"{url}/tuf") == UpdateResult(Outcome.UPDATED, version=1)
        assert ids(home) == ["one", "two"]
        requested.clear()
        assert update(home, transport, f"{url}/tuf").outcome is Outcome.CURRENT
        assert not [line for line in requested if "dir-" in line]
        publisher.publish([*ITEMS, small_item("three")])
        requested.clear()
        assert update(home, transport, f"{url}/tuf") == UpdateResult(Outcome.UPDATED, version=2)
        fetched = [line for line in requested if "dir-" in line]
        assert len(fetched) == 1
        assert "dir-1-2." in fetched[0]
    assert ids(home) == ["one", "three", "two"]
    assert not list(home.directory.glob("**/*.tmp"))


def test_a_chain_of_deltas_is_followed(
    home: Home, publisher: Publisher, transport: Transport
) -> None:
    with served(publisher.data) as (url, requested):
        update(home, transport, f"{url}/tuf")
        for number in range(3):
            publisher.publish([*ITEMS, small_item(f"more{number}")])
        requested.clear()
        assert update(home, transport, f"{url}/tuf").version == 4
        assert sum("dir-" in line for line in requested) == 3
    assert ids(home) == ["more2", "one", "two"]


def test_an_adopted_root_replaces_the_bundled_directory_once_though_its_number_is_lower(
    home: Home, publisher: Publisher, transport: Transport
) -> None:
    assert install_bundled(home)
    assert not install_bundled(home)
    with served(publisher.data) as (url, _):
        assert update(home, transport, f"{url}/tuf").outcome is Outcome.UPDATED
    with Directory.open(home.directory_db) as directory:
        assert directory.info().source == "platform"


def test_a_home_without_trust_takes_nothing_from_a_platform(
    tmp_path: Path, publisher: Publisher, transport: Transport
) -> None:
    stranger = station(tmp_path / "other")
    install_bundled(stranger)
    with served(publisher.data) as (url, _):
        result = update(stranger, transport, f"{url}/tuf")
    assert (result.outcome, result.reason) == (Outcome.KEPT, "unsigned")
    with Directory.open(stranger.directory_db) as directory:
        assert directory.info().source == "bundled"


def test_the_station_s_part_of_the_province(
    home: Home, publisher: Publisher, transport: Transport
) -> None:
    far = small_item("far", implementing_division="广州市海珠区")
    publisher.publish([*ITEMS, far], slice_over=0)
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf", division="445202001001")
        assert ids(home) == ["one", "two"]
        update(home, transport, f"{url}/tuf")
        assert ids(home) == ["far", "one", "two"]


def test_a_part_may_not_speak_outside_its_folder(publisher: Publisher) -> None:
    publisher.publish([*ITEMS], slice_over=0)
    newest = max((publisher.data / "tuf/metadata").glob("*.targets.json"))
    roles = json.loads(newest.read_text())["signed"]["delegations"]["roles"]
    assert {role["name"]: role["paths"] for role in roles} == {
        "common": ["common/*"],
        "d-4452": ["d-4452/*"],
    }
    assert all(role["terminating"] for role in roles)


def test_from_a_stick(home: Home, publisher: Publisher, tmp_path: Path) -> None:
    stick = tmp_path / "stick ü"
    shutil.copytree(publisher.data / "tuf", stick)
    assert update(home, None, stick.as_uri()).outcome is Outcome.UPDATED


def test_links_on_a_stick_are_not_followed(
    home: Home, publisher: Publisher, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    shutil.copytree(publisher.data / "tuf", stick)
    timestamp = stick / "metadata" / "timestamp.json"
    (tmp_path / "real.json").write_bytes(timestamp.read_bytes())
    timestamp.unlink()
    timestamp.symlink_to(tmp_path / "real.json")
    assert update(home, None, stick.as_uri()).reason == "unreachable"


def test_config_is_kept(home: Home, publisher: Publisher, transport: Transport) -> None:
    assert known_config(home) is None
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
    config = known_config(home)
    assert config is not None
    assert config.url == ""
    (home.directory / "config.json").write_bytes(b"{")
    assert known_config(home) is None


def test_rollback_is_refused(
    home: Home, publisher: Publisher, transport: Transport, tmp_path: Path
) -> None:
    shutil.copytree(publisher.data / "tuf", tmp_path / "old" / "tuf")
    publisher.publish([*ITEMS, small_item("three")])
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
    with served(tmp_path / "old") as (url, _):
        result = update(home, transport, f"{url}/tuf")
    assert (result.outcome, result.reason) == (Outcome.KEPT, "rollback")
    assert version(home) == 2


def test_rollback_is_refused_by_the_floor_when_all_metadata_are_lost(
    home: Home, publisher: Publisher, transport: Transport
) -> None:
    with served(publisher.data) as (url, _):
        result = update(home, transport, f"{url}/tuf", floor=2)
    assert (result.outcome, result.reason) == (Outcome.KEPT, "rollback")
    assert not home.directory_db.exists()


def test_rollback_is_refused_by_the_directory_itself_when_metadata_are_lost(
    home: Home, publisher: Publisher, transport: Transport, tmp_path: Path
) -> None:
    shutil.copytree(publisher.data / "tuf", tmp_path / "old" / "tuf")
    publisher.publish([*ITEMS, small_item("three")])
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
    shutil.rmtree(home.directory / "tuf")
    with served(tmp_path / "old") as (url, _):
        assert update(home, transport, f"{url}/tuf").reason == "rollback"
    assert version(home) == 2


def test_freeze_expiry_blocks_updating_never_use(
    home: Home, publisher: Publisher, transport: Transport
) -> None:
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
        publisher.publish([*ITEMS, small_item("three")])
        late = NOW + timedelta(days=31)
        result = update(home, transport, f"{url}/tuf", now=late)
        assert (result.outcome, result.reason) == (Outcome.KEPT, "expired")
        assert ids(home) == ["one", "two"]
        # A station that was switched off for years takes what is published anew.
        much_later = NOW + timedelta(days=900)
        publisher.publish([*ITEMS, small_item("four")], now=much_later)
        assert update(home, transport, f"{url}/tuf", now=much_later).outcome is Outcome.UPDATED
    assert ids(home) == ["four", "one", "two"]


def test_mixed_metadata_are_refused(home: Home, publisher: Publisher, transport: Transport) -> None:
    metadata = publisher.data / "tuf" / "metadata"
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
        publisher.publish([*ITEMS, small_item("three")])
        shutil.copyfile(metadata / "1.snapshot.json", metadata / "2.snapshot.json")
        assert update(home, transport, f"{url}/tuf").reason == "rollback"
    assert ids(home) == ["one", "two"]


def test_forged_metadata_are_refused(
    home: Home, publisher: Publisher, transport: Transport, tmp_path: Path
) -> None:
    forger = Publisher(tmp_path / "forger")
    forger.publish([small_item("forged")])
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
    with served(forger.data) as (url, _):
        result = update(home, transport, f"{url}/tuf")
    assert (result.outcome, result.reason) == (Outcome.KEPT, "unsigned")
    assert ids(home) == ["one", "two"]


@pytest.mark.parametrize("what", ["flip", "truncate", "replace", "remove", "longer"])
def test_an_altered_target_is_refused(
    home: Home, publisher: Publisher, transport: Transport, what: str
) -> None:
    (whole,) = (publisher.data / "tuf/targets/common").glob("*.dir-full-1.*")
    data = whole.read_bytes()
    altered = {
        "flip": data[:100] + bytes([data[100] ^ 1]) + data[101:],
        "truncate": data[:-1],
        "replace": b"<html>login</html>",
        "longer": data + b"x",
    }
    if what == "remove":
        whole.unlink()
    else:
        whole.write_bytes(altered[what])
    install_bundled(home)
    with served(publisher.data) as (url, _):
        result = update(home, transport, f"{url}/tuf")
    assert result.outcome is Outcome.KEPT
    assert result.reason in {"altered", "unreachable"}
    with Directory.open(home.directory_db) as directory:
        assert directory.info().source == "bundled"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nLocation: http://login.invalid/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2_000_000,
        b"nonsense\r\n\r\n",
        b"",
    ],
    ids=["portal", "page", "busy", "endless", "flood", "nonsense", "silent"],
)
def test_hostile_answers_end_in_time_and_keep_the_old(
    home: Home, publisher: Publisher, transport: Transport, answer: bytes
) -> None:
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = Event()
        thread = Thread(target=_answer_all, args=(server, answer, stop))
        thread.start()
        begun = time.monotonic()
        base = f"http://127.0.0.1:{server.getsockname()[1]}/tuf"
        result = update(home, transport, base, seconds=0.5)
        took = time.monotonic() - begun
        stop.set()
        thread.join()
    assert result.outcome is Outcome.KEPT
    assert took < 4
    assert ids(home) == ["one", "two"]


def _answer_all(server: socket.socket, answer: bytes, stop: Event) -> None:
    """Say the same to everybody and then nothing more, with the line held open."""
    held = []
    while not stop.is_set():
        with contextlib.suppress(OSError):
            connection, _ = server.accept()
            held.append(connection)
            connection.settimeout(1)
            connection.recv(65536)
            connection.sendall(answer)
    for connection in held:
        connection.close()


def test_torn_local_metadata_are_rebuilt(
    home: Home, publisher: Publisher, transport: Transport
) -> None:
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
        files = [path for path in home.directory.glob("tuf/**/*.json") if not path.is_symlink()]
        assert len(files) >= 5
        for path in files:
            for damage in (b"", b"{", b"\xff\xfe", path.read_bytes()[:-20], b"[" * 5000):
                path.write_bytes(damage)
                result = update(home, transport, f"{url}/tuf")
                assert result.outcome is Outcome.CURRENT, (path, damage[:20], result)
        publisher.publish([*ITEMS, small_item("three")])
        assert update(home, transport, f"{url}/tuf").outcome is Outcome.UPDATED
        shutil.rmtree(home.directory / "tuf")
        (home.directory / "tuf").mkdir()
        assert update(home, transport, f"{url}/tuf").outcome is Outcome.CURRENT


def test_metadata_folder_that_became_a_file_is_rebuilt(
    home: Home, publisher: Publisher, transport: Transport
) -> None:
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
        (folder,) = (home.directory / "tuf").iterdir()
        shutil.rmtree(folder / "root_history")
        (folder / "root_history").write_text("x")
        assert update(home, transport, f"{url}/tuf").outcome is Outcome.CURRENT


def test_a_root_renewal_is_followed(home: Home, publisher: Publisher, transport: Transport) -> None:
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
        later = NOW + timedelta(days=300)
        publisher.publish([*ITEMS, small_item("three")], now=later)
        assert (publisher.data / "tuf/metadata/2.root.json").exists()
        assert update(home, transport, f"{url}/tuf", now=later).outcome is Outcome.UPDATED
        assert publisher.trust() == (publisher.data / "trust.json").read_bytes()
        assert json.loads(publisher.trust())["root"]["signed"]["version"] == 1


def test_a_damaged_directory_is_built_anew(
    home: Home, publisher: Publisher, transport: Transport
) -> None:
    with served(publisher.data) as (url, _):
        update(home, transport, f"{url}/tuf")
        home.directory_db.write_bytes(home.directory_db.read_bytes()[:5000])
        publisher.publish([*ITEMS, small_item("three")])
        assert update(home, transport, f"{url}/tuf").outcome is Outcome.UPDATED
    assert ids(home) == ["one", "three", "two"]
