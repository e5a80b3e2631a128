"""Orders of the township, by command line on both sides: a forgotten PIN, an agent who leaves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from kiosk.domain.identity import make_resident_id
from kiosk.main.wiring import open_station
from sync.platform.__main__ import main as platform_main
from sync.platform.desk import opened
from sync.platform.tables import counters
from tests.helpers.command import Kiosk, run
from tests.helpers.platform_process import ROOT, PlatformProcess, run_platform
from tests.helpers.platform_process import platform as running_platform
from tests.journeys.test_command_line import ITEM

PIN, NEW_PIN, OTHER_PIN = "480216", "730518", "915204"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A platform that has published the one item; the whole directory would take its time."""
    folder = tmp_path_factory.mktemp("platform")
    items = json.loads((ROOT / "assets" / "directory" / "items.json").read_bytes())
    one = folder / "items.json"
    one.write_text(json.dumps([item for item in items if item["id"] == ITEM]), "utf-8")
    run_platform(["publish", "--items", str(one)], folder / "data")
    return folder / "data"


@pytest.fixture(scope="module")
def platform(data: Path) -> Iterator[PlatformProcess]:
    with running_platform(data) as running:
        yield running


@pytest.fixture(scope="module")
def enrolled(
    tmp_path_factory: pytest.TempPathFactory, data: Path, platform: PlatformProcess
) -> Path:
    """A station that has enrolled, with two agents; made once."""
    folder = tmp_path_factory.mktemp("enrolled")
    station = Kiosk(folder / "home")
    station.ok("init", "--platform", platform.url, "--trust", data / "trust.json")
    for agent, pin in (("a-1", PIN), ("b-1", OTHER_PIN)):
        file = secret(folder, pin)
        station.ok("agent", "add", agent, "--name", "演示员", "--pin-file", file)
    station("sync", "once")
    return station.home


@pytest.fixture
def kiosk(tmp_path: Path, enrolled: Path) -> Kiosk:
    """The station as it was enrolled; the township's counters go on from test to test."""
    shutil.copytree(enrolled, tmp_path / "home")
    return Kiosk(tmp_path / "home")


def secret(folder: Path, content: str) -> Path:
    file = folder / f"secret-{content}"
    file.write_text(f"{content}\n", encoding="ascii")
    return file


def terminal(kiosk: Kiosk) -> str:
    return str(kiosk.ok("init")["terminal"])


def office(data: Path, capsys: pytest.CaptureFixture[str], *words: str | Path) -> Any:  # noqa: ANN401 (its document)
    """What the township's command prints."""
    action, *rest = map(str, words)
    capsys.readouterr()
    assert platform_main(["office", action, "--data", str(data), *rest]) == 0
    return json.loads(capsys.readouterr().out)


def office_refused(data: Path, capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    action, *rest = map(str, words)
    capsys.readouterr()
    assert platform_main(["office", action, "--data", str(data), *rest]) == 2
    return capsys.readouterr().err.partition(":")[0]


def reset_code(kiosk: Kiosk, data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    ordered = office(data, capsys, "pin-reset", "--terminal", terminal(kiosk), "--agent", "a-1")
    return str(ordered["code"])


def test_a_forgotten_pin_is_set_anew_with_the_cable_out(
    kiosk: Kiosk, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("office", "pin-reset", "--data", data, "--terminal", terminal(kiosk), "--agent", "a-1")
    ran = run(words, module="sync.platform")
    assert ran.status == 0, ran
    code = ran.json()["code"]
    assert len(code.replace(" ", "")) == 12
    # Nothing of the station's line is used from here on.
    kiosk.ok("init", "--platform", "http://127.0.0.1:9")
    new = secret(tmp_path, NEW_PIN)
    done = kiosk.ok("agent", "reset-pin", "a-1", "--code", code, "--pin-file", new)
    assert done == {"id": "a-1", "pin": "reset"}
    answers = kiosk.example(ITEM, tmp_path)
    filing = ("file", "--item", ITEM, "--answers", answers, "--agent", "a-1", "--pin-file")
    assert kiosk.refused(2, *filing, secret(tmp_path, PIN))["code"] == "wrong-pin"
    assert kiosk.refused(2, *filing, new)["code"] == "mandate-missing"  # signed in
    again = kiosk.refused(2, "agent", "reset-pin", "a-1", "--code", code, "--pin-file", new)
    assert again["code"] == "wrong-code"
    assert kiosk.ok("audit", "verify")["ok"] is True


def test_a_code_is_for_one_agent_of_one_station(
    kiosk: Kiosk, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, new = reset_code(kiosk, data, capsys), secret(tmp_path, NEW_PIN)
    for words in (("b-1", code), ("a-1", "0" * 12), ("a-1", ""), ("nobody", code)):
        agent, typed = words
        refused = kiosk.refused(2, "agent", "reset-pin", agent, "--code", typed, "--pin-file", new)
        assert refused["code"] == "wrong-code", words
    kiosk.ok("agent", "reset-pin", "a-1", "--code", code, "--pin-file", new)


def test_a_platform_restored_from_a_backup_gives_codes_that_count(
    kiosk: Kiosk, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was ordered since the backup is forgotten by the platform, not by the station."""
    new = secret(tmp_path, NEW_PIN)
    for _ in range(3):
        code = reset_code(kiosk, data, capsys)
        kiosk.ok("agent", "reset-pin", "a-1", "--code", code, "--pin-file", new)
    with opened(data) as restored, restored.database.write() as tx:
        tx.execute(counters.delete().where(counters.c.name.startswith("office:")))
    assert platform_main(["new-epoch", "--data", str(data)]) == 0
    code = reset_code(kiosk, data, capsys)
    kiosk.ok("agent", "reset-pin", "a-1", "--code", code, "--pin-file", new)


def test_unknown_terminals_and_ids_are_told(
    kiosk: Kiosk, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = terminal(kiosk)
    assert office_refused(data, capsys, "pin-reset", "--terminal", "Tnobody", "--agent", "a-1") == (
        "unknown-terminal"
    )
    assert office_refused(data, capsys, "pin-reset", "--terminal", here, "--agent", "李 四") == (
        "bad-agent-id"
    )
    assert office_refused(data, capsys, "hand-over", "--terminal", here, "--agent", "a-1") == (
        "usage"
    )
    same = ("--terminal", here, "--agent", "a-1", "--to", "a-1")
    assert office_refused(data, capsys, "hand-over", *same) == "usage"


def test_an_agent_leaves_by_a_code(
    kiosk: Kiosk, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("--agent", "a-1", "--to", "b-1")
    ordered = office(data, capsys, "hand-over", "--terminal", terminal(kiosk), *names)
    done = kiosk.ok("agent", "hand-over", "--code", ordered["code"], *names)
    assert done == {"agent": "a-1", "successor": "b-1", "drafts": 0}
    active = {one["id"]: one["active"] for one in kiosk.ok("agent", "list")}
    assert active == {"a-1": False, "b-1": True}
    with open_station(kiosk.home) as station:
        assert station.orders().answers_for("b-1") == {"a-1", "b-1"}
    assert kiosk.refused(2, "agent", "hand-over", "--code", "1")["code"] == "usage"


def put_aside(kiosk: Kiosk, content: bytes) -> UUID:
    """A draft of a-1's, as the window puts it aside."""
    with open_station(kiosk.home) as station:
        draft = uuid4()
        recovery = station.desk().sealing_key
        names = ("高龄津贴", "李*英")
        station.agent_drafts.keep("a-1", draft, content, names=names, recovery=recovery)
    return draft


def test_an_agent_leaves_with_drafts_that_only_the_township_can_pass_on(
    kiosk: Kiosk, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = put_aside(kiosk, b"what the elder said")
    asked, signed = tmp_path / "asked.json", tmp_path / "order.json"
    assert (
        kiosk.ok("agent", "hand-over-request", "a-1", "--to", "b-1", "--out", asked)["drafts"] == 1
    )
    office(data, capsys, "hand-over", "--request", asked, "--out", signed)
    for file in (asked, signed):
        assert b"elder" not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0
    assert kiosk.ok("agent", "hand-over", signed)["drafts"] == 1
    with open_station(kiosk.home) as station:
        key = station.vaults.open("b-1", OTHER_PIN)
        assert station.agent_drafts.open(draft, "b-1", key) == b"what the elder said"
    assert kiosk.refused(2, "agent", "hand-over", signed)["code"] == "used-order"


@pytest.mark.parametrize("changed", ["successor", "agent", "terminal", "counter", "keys", "type"])
def test_a_changed_order_is_not_believed(
    kiosk: Kiosk,
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changed: str,
) -> None:
    signed = tmp_path / "order.json"
    names = ("--terminal", terminal(kiosk), "--agent", "a-1", "--to", "b-1")
    office(data, capsys, "hand-over", *names, "--out", signed)
    document = json.loads(signed.read_bytes())
    other = {"counter": document["counter"] + 1, "keys": {str(uuid4()): "AA"}}
    document[changed] = other.get(changed, "b-1" if changed == "agent" else "a-1")
    signed.write_text(json.dumps(document), encoding="utf-8")
    assert kiosk.refused(2, "agent", "hand-over", signed)["code"] == "unproven-order"
    assert all(one["active"] for one in kiosk.ok("agent", "list"))


def test_the_order_of_another_station_and_a_forged_request_are_refused(
    kiosk: Kiosk,
    data: Path,
    platform: PlatformProcess,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    elsewhere = Kiosk(tmp_path / "elsewhere")
    elsewhere.ok("init", "--platform", platform.url, "--trust", data / "trust.json")
    elsewhere("sync", "once")
    signed = tmp_path / "order.json"
    names = ("--terminal", terminal(elsewhere), "--agent", "a-1", "--to", "b-1")
    office(data, capsys, "hand-over", *names, "--out", signed)
    assert kiosk.refused(2, "agent", "hand-over", signed)["code"] == "other-terminal"
    asked = tmp_path / "asked.json"
    kiosk.ok("agent", "hand-over-request", "a-1", "--to", "b-1", "--out", asked)
    assert office_refused(
        data, capsys, "hand-over", "--request", asked, "--terminal", terminal(elsewhere)
    ) == ("other-request")
    document = json.loads(asked.read_bytes())
    asked.write_text(json.dumps({**document, "successor_key": "A" * 43}), encoding="utf-8")
    assert office_refused(data, capsys, "hand-over", "--request", asked) == "bad-request"
    for nonsense in (b"", b"[]", b"{}", b"\xff\xfe", b'{"terminal": 5}'):
        asked.write_bytes(nonsense)
        office_refused(data, capsys, "hand-over", "--request", asked)
        assert kiosk("agent", "hand-over", asked).status == 2
    assert kiosk("agent", "hand-over", tmp_path / "nowhere").status == 2


def test_a_stopped_agent_cannot_sign_in_until_allowed_again(kiosk: Kiosk, tmp_path: Path) -> None:
    answers = kiosk.example(ITEM, tmp_path)
    pin = secret(tmp_path, PIN)
    filing = ("file", "--item", ITEM, "--answers", answers, "--agent", "a-1", "--pin-file", pin)
    assert kiosk.ok("agent", "disable", "a-1")["active"] is False
    assert kiosk.refused(2, *filing)["code"] == "wrong-pin"
    assert kiosk.ok("agent", "enable", "a-1")["active"] is True
    assert kiosk.refused(2, *filing)["code"] == "mandate-missing"
    assert kiosk.refused(2, "agent", "disable", "nobody")["code"] == "unknown-agent"


def test_an_agents_number_is_entered_once_and_sealed(kiosk: Kiosk, tmp_path: Path) -> None:
    number = make_resident_id(date(1980, 5, 6), 3)
    words = ("agent", "add", "c-1", "--name", "演示员", "--pin-file", secret(tmp_path, PIN))
    bad = secret(tmp_path, number[:-2] + "99")
    assert kiosk.refused(2, *words, "--number-file", bad)["code"] == "bad-number"
    kiosk.ok(*words, "--number-file", secret(tmp_path, number))
    with open_station(kiosk.home) as station:
        key = station.vaults.open("c-1", PIN)
        details = station.vaults.details("c-1", key)
        assert details is not None
        assert details.id_number == number
