"""The main job by command line, against the real platform: what acceptance would do."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kiosk.domain.submissions import is_local_number
from tests.helpers.command import ROOT, Kiosk, environment, run
from tests.helpers.platform_process import PlatformProcess
from tests.helpers.platform_process import platform as running_platform

ITEM = "old-age-allowance-jieyang"
PIN = "480216"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_platform(tmp_path_factory.mktemp("platform"))


@pytest.fixture
def platform(data: Path) -> Iterator[PlatformProcess]:
    with running_platform(data) as running:
        yield running


@pytest.fixture
def kiosk(tmp_path: Path, data: Path, platform: PlatformProcess) -> Kiosk:
    station = Kiosk(tmp_path / "home")
    station.ok("init", "--platform", platform.url, "--trust", data / "trust.json")
    return station


def published_platform(folder: Path) -> Path:
    """A platform that has published the demonstration directory."""
    data = folder / "data"
    items = ROOT / "assets" / "directory" / "items.json"
    ran = run(["publish", "--data", data, "--items", items], module="sync.platform")
    assert ran.status == 0, ran
    return data


def cases(data: Path) -> dict[str, dict[str, object]]:
    ran = run(["cases", "--data", data, "--json"], module="sync.platform")
    assert ran.status == 0, ran
    return {case["submission_id"]: case for case in ran.json()}


def test_every_command_works_as_a_process(kiosk: Kiosk, data: Path, tmp_path: Path) -> None:
    answers = kiosk.example(ITEM, tmp_path)
    saved = kiosk.process("file", "--item", ITEM, "--answers", answers)
    assert saved.status == 0, saved
    assert kiosk.process("sync", "once").status == 0
    assert kiosk.process("queue", "show", saved.json()["id"]).json()["state"] == "accepted"
    assert cases(data)[saved.json()["id"]]["effects"] == 1
    refused = kiosk.process("directory", "show", "nothing")
    assert refused.status == 2
    assert refused.json()["error"]["code"] == "unknown-item"
    assert "kiosk: " in refused.stderr


def test_find_file_sync_and_get_a_case_number(kiosk: Kiosk, data: Path, tmp_path: Path) -> None:
    found = kiosk.ok("directory", "search", "gljt")
    assert ITEM in [hit["item_id"] for hit in found[:5]]
    saved = kiosk.ok("file", "--item", ITEM, "--answers", kiosk.example(ITEM, tmp_path))
    assert saved["state"] == "queued"
    assert is_local_number(saved["local_number"])
    counts = kiosk.ok("sync", "once")
    assert counts["received"] == 1
    assert counts["unknown"] == counts["waiting"] == counts["parked"] == counts["filed"] == 0
    row = kiosk.ok("queue", "show", saved["id"])
    case = cases(data)[saved["id"]]
    assert case["effects"] == 1
    assert row["case_number"] == case["case_number"]
    assert row["state"] == "accepted"


def test_the_same_id_twice_is_one_submission(kiosk: Kiosk, tmp_path: Path) -> None:
    answers = kiosk.example(ITEM, tmp_path)
    chosen = str(uuid4())
    first = kiosk.ok("file", "--item", ITEM, "--answers", answers, "--id", chosen)
    again = kiosk.ok("file", "--item", ITEM, "--answers", answers, "--id", chosen)
    assert first == again
    assert len(kiosk.ok("queue", "list")) == 1
    document = json.loads(answers.read_text(encoding="utf-8"))
    document["materials"] = {"m1": {"state": "missing", "reason": "在家里"}}
    answers.write_text(json.dumps(document), encoding="utf-8")
    error = kiosk.refused(2, "file", "--item", ITEM, "--answers", answers, "--id", chosen)
    assert error["code"] == "id-reused"


def test_an_attached_picture_arrives(kiosk: Kiosk, data: Path, tmp_path: Path) -> None:
    picture = tmp_path / "passbook.png"
    picture.write_bytes(_png())
    answers = kiosk.example(ITEM, tmp_path)
    saved = kiosk.ok("file", "--item", ITEM, "--answers", answers, "--attach", f"m3={picture}")
    kiosk.ok("sync", "once")
    assert cases(data)[saved["id"]]["blobs"] == 1


def test_an_agent_files_with_a_mandate(kiosk: Kiosk, data: Path, tmp_path: Path) -> None:
    item = "disability-care-subsidy"
    pin = tmp_path / "pin"
    pin.write_text(PIN, encoding="utf-8")
    kiosk.ok("agent", "add", "a1", "--name", "陈代办", "--pin-file", pin)
    answers = kiosk.example(item, tmp_path)
    refused = kiosk.refused(
        2, "file", "--item", item, "--answers", answers, "--agent", "a1", "--pin-file", pin
    )
    assert refused["code"] == "mandate-missing"
    mandate = tmp_path / "mandate.json"
    mandate.write_text(
        json.dumps(kiosk.ok("directory", "form", item, "--example-mandate")), encoding="utf-8"
    )
    by_agent: list[str | Path] = ["--agent", "a1", "--pin-file", pin, "--mandate", mandate]
    saved = kiosk.ok("file", "--item", item, "--answers", answers, *by_agent)
    kiosk.ok("sync", "once")
    assert cases(data)[saved["id"]]["effects"] == 1
    pin.write_text("111111", encoding="utf-8")
    error = kiosk.refused(2, "file", "--item", item, "--answers", answers, *by_agent)
    assert error["code"] == "wrong-pin"


def test_the_platform_is_down(data: Path, tmp_path: Path) -> None:
    station = Kiosk(tmp_path / "home")
    station.ok("init", "--platform", "http://127.0.0.1:9", "--trust", data / "trust.json")
    saved = station.ok("file", "--item", ITEM, "--answers", station.example(ITEM, tmp_path))
    ran = station("sync", "once")
    assert ran.status == 1
    assert ran.json()["waiting"] == 1
    assert station.ok("queue", "show", saved["id"])["state"] == "queued"
    with running_platform(data) as late:
        station.ok("init", "--platform", late.url, "--trust", data / "trust.json")
        assert station.ok("sync", "once")["received"] == 1


@pytest.mark.parametrize("fault", ["drop-reply=0.5", "500=0.5", "truncate=0.5", "wrong-id=0.5"])
def test_lost_and_lying_replies_make_one_case_each(data: Path, tmp_path: Path, fault: str) -> None:
    with running_platform(data, faults=[fault], seed=7) as lossy:
        station = Kiosk(tmp_path / "home")
        station.ok("init", "--platform", lossy.url, "--trust", data / "trust.json")
        answers = station.example(ITEM, tmp_path)
        ids = [station.ok("file", "--item", ITEM, "--answers", answers)["id"] for _ in range(4)]
        for _ in range(30):
            ran = station("sync", "once")
            assert ran.status in {0, 1}
            if ran.status == 0:
                break
        counts = ran.json()
        assert counts["received"] == len(ids), counts
    known = cases(data)
    assert [known[one]["effects"] for one in ids] == [1] * len(ids)
    numbers = {row["case_number"] for row in station.ok("queue", "list")}
    assert len(numbers) == len(ids)
    assert None not in numbers


@pytest.mark.parametrize("fault", ["portal", "redirect", "html", "503=1"])
def test_what_is_not_the_platform_takes_nothing(data: Path, tmp_path: Path, fault: str) -> None:
    with running_platform(data, faults=[fault]) as strange:
        station = Kiosk(tmp_path / "home")
        station.ok("init", "--platform", strange.url, "--trust", data / "trust.json")
        saved = station.ok("file", "--item", ITEM, "--answers", station.example(ITEM, tmp_path))
        ran = station("sync", "once")
        assert ran.status == 1
        assert ran.json()["received"] == 0
        assert station.ok("queue", "show", saved["id"])["state"] == "queued"


def test_two_syncs_at_once_make_one_case(kiosk: Kiosk, data: Path, tmp_path: Path) -> None:
    saved = kiosk.ok("file", "--item", ITEM, "--answers", kiosk.example(ITEM, tmp_path))
    commands = [_start(kiosk, "sync", "once") for _ in range(2)]
    statuses = sorted(command.wait(timeout=60) for command in commands)
    assert statuses in ([0, 0], [0, 3])
    assert cases(data)[saved["id"]]["effects"] == 1


def test_a_killed_sync_loses_nothing(data: Path, tmp_path: Path) -> None:
    with running_platform(data, faults=["slow=1.5"]) as slow:
        station = Kiosk(tmp_path / "home")
        station.ok("init", "--platform", slow.url, "--trust", data / "trust.json")
        saved = station.ok("file", "--item", ITEM, "--answers", station.example(ITEM, tmp_path))
        command = _start(station, "sync", "once")
        deadline = time.monotonic() + 60
        while station.ok("queue", "show", saved["id"])["state"] == "queued":
            assert time.monotonic() < deadline
        command.send_signal(signal.SIGKILL)
        command.wait(timeout=10)
    with running_platform(data) as quick:
        station.ok("init", "--platform", quick.url, "--trust", data / "trust.json")
        assert station.ok("sync", "once")["received"] == 1
    assert cases(data)[saved["id"]]["effects"] == 1


def test_withdraw_before_sending_is_never_sent_as_a_filing(
    kiosk: Kiosk, data: Path, tmp_path: Path
) -> None:
    saved = kiosk.ok("file", "--item", ITEM, "--answers", kiosk.example(ITEM, tmp_path))
    assert kiosk.ok("queue", "withdraw", saved["id"])["state"] == "withdrawn"
    kiosk.ok("sync", "once")
    known = cases(data)
    assert saved["id"] not in known or known[saved["id"]]["effects"] == 0


def test_a_correction_reaches_the_station(data: Path, tmp_path: Path) -> None:
    with running_platform(data, manual=True) as office:
        station = Kiosk(tmp_path / "home")
        station.ok("init", "--platform", office.url, "--trust", data / "trust.json")
        saved = station.ok("file", "--item", ITEM, "--answers", station.example(ITEM, tmp_path))
        station.ok("sync", "once")
        assert station.ok("queue", "show", saved["id"])["state"] == "received"
        decide = ["decide", "--data", data, saved["id"]]
        assert run([*decide, "accept"], module="sync.platform").status == 0
        correct = ["correct", "--material", "m3", "--reason", "看不清账号", "--by", "2026-12-04"]
        assert run([*decide, *correct], module="sync.platform").status == 0
        station.ok("sync", "once")
        assert station.ok("queue", "show", saved["id"])["state"] == "correction_wanted"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["directory", "show", "nothing"], "unknown-item"),
        (["file", "--item", "nothing", "--answers", "{answers}"], "unknown-item"),
        (["file", "--item", ITEM, "--answers", "missing.json"], "cannot-read"),
        (["file", "--item", ITEM, "--answers", "{answers}", "--id", "x"], "bad-id"),
        (["file", "--item", ITEM, "--answers", "{answers}", "--attach", "m9=x"], "cannot-read"),
        (["queue", "show", str(UUID(int=1))], "unknown-submission"),
        (["queue"], "usage"),
        (["init", "--platform", "ftp://x", "--trust", "missing"], None),
    ],
)
def test_bad_input_is_refused_in_words(
    kiosk: Kiosk, tmp_path: Path, arguments: list[str], code: str | None
) -> None:
    answers = kiosk.example(ITEM, tmp_path)
    error = kiosk.refused(2, *[one.replace("{answers}", str(answers)) for one in arguments])
    assert error["message"]
    assert code is None or error["code"] == code
    assert kiosk.ok("queue", "list") == []


def test_wrong_answers_name_their_place(kiosk: Kiosk, tmp_path: Path) -> None:
    answers = kiosk.example(ITEM, tmp_path)
    good = json.loads(answers.read_text(encoding="utf-8"))
    party = good["parties"][0]
    number = party["id_number"]
    wrong_digit = number[:-1] + ("1" if number[-1] != "1" else "2")
    bad = [
        ({**good, "parties": [{**party, "id_number": wrong_digit}]}, "/parties/0/id_number"),
        ({**good, "parties": [{**party, "nick": "x"}]}, "/parties/0/nick"),
        ({**good, "materials": {"不存在的材料": "held"}}, "/materials/不存在的材料"),
        ({**good, "materials": {"m1": "lost"}}, "/materials/m1"),
        ({**good, "form": {**good["form"], "unasked": 1}}, "/unasked"),
        ({**good, "more": 1}, "/more"),
    ]
    for document, path in bad:
        answers.write_text(json.dumps(document), encoding="utf-8")
        error = kiosk.refused(2, "file", "--item", ITEM, "--answers", answers)
        assert error["path"].endswith(path), (path, error)


def test_without_a_home_it_says_what_to_do(tmp_path: Path) -> None:
    nowhere = Kiosk(tmp_path / "nowhere")
    for arguments in (["queue", "list"], ["sync", "once"], ["agent", "list"]):
        error = nowhere.refused(3, *arguments)
        assert "kiosk init" in error["message"]
    assert nowhere.ok("directory", "info")["items"] == 91


def test_another_platform_cannot_take_over(kiosk: Kiosk, tmp_path: Path) -> None:
    other = published_platform(tmp_path / "other")
    error = kiosk.refused(
        2, "init", "--platform", "http://127.0.0.1:9", "--trust", other / "trust.json"
    )
    assert error["code"]


def _start(kiosk: Kiosk, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "--home", str(kiosk.home), "--json", *arguments],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _png() -> bytes:
    """A one-pixel PNG."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\xff\xff")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )
