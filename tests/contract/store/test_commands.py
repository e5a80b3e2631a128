"""``kiosk init``, ``agent``, ``queue`` and ``doctor`` as scripts use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.problems import InputProblem
from kiosk.main.cli import main
from kiosk.main.clock import SystemClock
from kiosk.main.commands.station import check_url
from kiosk.sealing.keys import SigningKey
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook
from kiosk.store.directory import Directory
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from sync.protocol.trust import PlatformKeys, Trust
from tests.helpers.stores import PLATFORM, START, HandClock, Site, save


class Kiosk:
    """Runs commands on one home."""

    def __init__(self, path: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.home = Home(path)
        self._capture = capture

    def __call__(self, *words: str) -> tuple[int, Any]:
        """Exit status and the one document on stdout."""
        self._capture.readouterr()
        status = main(["--home", str(self.home.path), "--json", *words])
        captured = self._capture.readouterr()
        assert captured.out.count("\n") == 1
        return status, json.loads(captured.out)

    def save(self, *, count: int = 1, item_id: str = "gaoling") -> list[UUID]:
        """File by the store's own road."""
        with Casebook.open(self.home, HandClock()) as casebook:
            site = Site(self.home, HandClock(), load_device(self.home), casebook)
            return [save(site, item_id=item_id).id for _ in range(count)]


@pytest.fixture
def kiosk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    """A place where no station is yet."""
    return Kiosk(tmp_path / "home", capsys)


def trust_file(path: Path, *, root: str = "one", url: str = "") -> str:
    """A trust file of a fleet."""
    keys = PlatformKeys((SigningKey(bytes(32)).public,), PLATFORM.public)
    trust = Trust({"signed": {"name": root}}, url, "fleet", keys)
    file = path / f"{root}.json"
    file.write_bytes(trust.as_bytes())
    return str(file)


def test_init_makes_the_demonstration_station_and_may_be_repeated(kiosk: Kiosk) -> None:
    status, first = kiosk("init")
    assert status == 0
    assert first["demo"] is True
    assert "演示" in first["station"]
    assert first["terminal"].startswith("T")
    assert (first["platform_url"], first["root"]) == ("", None)
    assert kiosk("init") == (0, first)
    with Casebook.open(kiosk.home, SystemClock()) as casebook:
        assert Audit(casebook).verify().rows == 1
    assert kiosk("doctor")[0] == 0


def test_a_station_changes_its_platforms_address_but_not_its_fleet(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    one, other = trust_file(tmp_path), trust_file(tmp_path, root="two")
    words = ("init", "--platform", "http://127.0.0.1:1/", "--trust", one)
    status, first = kiosk(*words)
    assert (status, first["platform_url"]) == (0, "http://127.0.0.1:1")
    status, moved = kiosk("init", "--platform", "https://platform.example:8443", "--trust", one)
    assert (status, moved["root"], moved["terminal"]) == (0, first["root"], first["terminal"])
    assert moved["platform_url"] == "https://platform.example:8443"
    assert kiosk("init", "--platform", "http://127.0.0.1:2")[1]["platform_url"].endswith(":2")
    before = kiosk.home.settings(), kiosk.home.trust_bytes()
    status, refused = kiosk("init", "--platform", "http://127.0.0.1:3", "--trust", other)
    assert (status, refused["error"]["code"]) == (2, "other-root")
    assert (kiosk.home.settings(), kiosk.home.trust_bytes()) == before


def test_the_address_in_the_trust_file_is_used(kiosk: Kiosk, tmp_path: Path) -> None:
    status, made = kiosk("init", "--trust", trust_file(tmp_path, url="http://127.0.0.1:9"))
    assert (status, made["platform_url"]) == (0, "http://127.0.0.1:9")


def test_a_station_of_its_own(kiosk: Kiosk) -> None:
    status, made = kiosk("init", "--name", "甲村站", "--division", "445222102001")
    assert (status, made["station"], made["demo"]) == (0, "甲村站", False)
    assert kiosk("init", "--phone", "0663-0000000", "--hours", " 周一到周五 ")[0] == 0
    station = kiosk.home.settings().station
    assert station.hours == "周一到周五"
    assert (station.name, station.phone, station.code) == (
        "甲村站",
        "0663-0000000",
        "S445222102001",
    )


@pytest.mark.parametrize(
    "words",
    [
        ("--platform", "http://127.0.0.1:1"),
        ("--trust", "/nowhere/at/all"),
        ("--trust", "/dev/null"),
        ("--name", "甲"),
        ("--name", "甲", "--division", "11"),
        ("--name", "甲", "--division", "44x"),
        ("--name", " ", "--division", "44"),
        ("--name", "甲", "--division", "44", "--code", "a b"),
        ("--colour", "red"),
    ],
)
def test_bad_words_make_no_station(kiosk: Kiosk, words: tuple[str, ...]) -> None:
    status, refused = kiosk("init", *words)
    assert status == 2
    assert refused["error"]["message"]
    assert not kiosk.home.exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "//a",
        "ftp://a",
        "http://",
        "http://a:99999",
        "http://a:0",
        "http://u:p@a",
        "http://a?b=1",
        "http://a#b",
        "http://a b",
        "http://例",
        "http://[::1",
    ],
)
def test_bad_addresses_are_refused(url: str) -> None:
    with pytest.raises(InputProblem):
        check_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "https://a.example/base", "http://[::1]:9"]
)
def test_good_addresses_lose_their_last_slash(url: str) -> None:
    assert check_url(url) == check_url(url + "/") == url


@pytest.mark.parametrize("words", [("queue", "list"), ("agent", "list"), ("doctor",)])
def test_without_a_station_the_answer_is_kiosk_init(kiosk: Kiosk, words: tuple[str, ...]) -> None:
    status, refused = kiosk(*words)
    assert status == 3
    assert "run kiosk init" in json.dumps(refused)


def test_agents(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk("init")
    pin = tmp_path / "pin"
    pin.write_text("482915\n")
    words = ("agent", "add", "a-1", "--name", "演示员", "--pin-file", str(pin))
    status, added = kiosk(*words)
    assert (status, added["id"], added["name"]) == (0, "a-1", "演示员")
    assert kiosk("agent", "list") == (0, [added])
    assert kiosk(*words)[0] == 2
    for content in (b"1234", b"\xff" * 6, b"1" * 100):
        pin.write_bytes(content)
        assert kiosk("agent", "add", "b", "--name", "n", "--pin-file", str(pin))[0] == 2
    assert kiosk("agent", "add", "b", "--name", "n", "--pin-file", "/nowhere")[0] == 2


def test_the_queue(kiosk: Kiosk) -> None:
    kiosk("init")
    first, second = kiosk.save(count=2)
    status, rows = kiosk("queue", "list")
    assert status == 0
    assert [row["id"] for row in rows] == [str(first), str(second)]
    assert set(rows[0]) == {
        "id",
        "local_number",
        "item_id",
        "kind",
        "state",
        "attempts",
        "last_problem",
        "case_number",
    }
    assert kiosk("queue", "list", "--state", "parked") == (0, [])
    status, shown = kiosk("queue", "show", rows[0]["local_number"])
    assert (status, shown["id"], shown["history"][0]["to"]) == (0, str(first), "queued")
    for name in ("nonsense", "01234567-89ab-7def-8123-456789abcdef", "1234-5678-0"):
        status, refused = kiosk("queue", "show", name)
        assert (status, refused["error"]["code"]) == (2, "unknown-submission")


def test_releasing(kiosk: Kiosk) -> None:
    kiosk("init")
    (parked, waiting, done) = kiosk.save(count=3)
    with Casebook.open(kiosk.home, HandClock()) as casebook:
        outbox = Outbox(casebook)
        outbox.apply(parked, Signal.REFUSED, now=START, problem="422")
        later = START.replace(year=2030)
        outbox.postpone(waiting, now=START, problem="unreachable", next_at=later)
        outbox.apply(done, Signal.RECEIVED, now=START)
    status, row = kiosk("queue", "release", str(parked))
    assert (status, row["state"], row["last_problem"]) == (0, "queued", None)
    assert kiosk("queue", "release", str(waiting))[0] == 0
    assert kiosk("queue", "show", str(waiting))[1]["next_at"] is None
    assert kiosk("queue", "release", str(done))[0] == 2


def test_withdrawing_what_was_never_sent(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk("init", "--platform", "http://127.0.0.1:1", "--trust", trust_file(tmp_path))
    with Directory.open(kiosk.home.directory_db) as directory:
        item = next(iter(directory.items()))
    (filing,) = kiosk.save(item_id=item.item_id)
    status, row = kiosk("queue", "withdraw", str(filing))
    assert (status, row["state"]) == (0, "withdrawn")
    with Casebook.open(kiosk.home, HandClock()) as casebook:
        request = Outbox(casebook).require(UUID(row["request"]))
    assert (request.kind.value, request.about, request.state) == ("withdraw", filing, State.QUEUED)
    assert kiosk("queue", "withdraw", str(filing))[0] == 2


def test_rebuilding_adopts_what_was_saved(kiosk: Kiosk) -> None:
    kiosk("init")
    saved = kiosk.save(count=3)
    for file in kiosk.home.keys.glob("casebook.key*"):
        file.unlink()
    status, refused = kiosk("init")
    assert (status, refused["error"]["code"]) == (3, "casebook-key-missing")
    assert kiosk("queue", "list")[0] == 3
    assert kiosk("doctor")[0] == 3
    status, made = kiosk("init", "--rebuild")
    assert (status, made["adopted"]) == (0, 3)
    rows = kiosk("queue", "list")[1]
    assert {row["id"] for row in rows} == set(map(str, saved))
    assert {row["state"] for row in rows} == {"unknown"}
    assert kiosk("doctor")[0] == 0


def test_the_doctor_finds_a_missing_package(kiosk: Kiosk) -> None:
    kiosk("init")
    (saved,) = kiosk.save()
    Packages(kiosk.home).remove(saved)
    (kiosk.home.keys / "device.json").chmod(0o644)
    status, found = kiosk("doctor")
    failed = {check["name"] for check in found["checks"] if not check["ok"]}
    assert status == 3
    assert {"casebook", "keys"} <= failed
    assert all(set(check) == {"name", "required", "ok", "detail"} for check in found["checks"])
