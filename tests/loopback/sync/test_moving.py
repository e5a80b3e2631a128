"""The drill: a station moves to a new machine, and the platform never notices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.helpers.command import Ran, run_here
from tests.helpers.platform_process import platform, publish_catalogue
from tests.helpers.sync_station import station


def kiosk(home: Path, *words: str | Path) -> Ran:
    return run_here(["--home", home, "--json", *words])


def counts(**given: int) -> dict[str, int]:
    return {"received": 0, "filed": 0, "parked": 0, "unknown": 0, "waiting": 0} | given


def test_a_station_moves_and_everything_arrives_once(tmp_path: Path) -> None:
    publish_catalogue(tmp_path / "platform")
    old, new, stick = tmp_path / "old", tmp_path / "new", tmp_path / "stick"
    stick.mkdir()
    secret = tmp_path / "passphrase"
    secret.write_text("a sentence that nobody guesses\n")
    crate: tuple[str | Path, ...] = (stick, "--passphrase-file", secret)
    with platform(tmp_path / "platform", faults=("drop-reply=0.4",), seed=3) as served:
        with station(old, served.keys, served.fleet_code, served.url) as place:
            early = {place.save(blobs=1)}
            place.once(served.url)
            late = {place.save(blobs=number) for number in range(4)}
        moved = kiosk(old, "move", "out", *crate)
        assert moved.status == 0, moved.stderr
        assert moved.json()["packages"] == 5
        for words in (("sync", "once"), ("queue", "list"), ("agent", "list"), ("init",)):
            refused = kiosk(old, *words)
            assert refused.status == 3
            assert refused.json()["error"]["code"] == "moved-away"
        assert {case["submission_id"] for case in served.cases()} <= {str(one) for one in early}

        arrived = kiosk(new, "move", "in", *crate)
        assert arrived.status == 0, arrived.stderr
        assert arrived.json()["terminal"] == moved.json()["terminal"]
        done: Any = None
        for _ in range(20):
            done = kiosk(new, "sync", "once")
            if done.status == 0:
                break
        assert done.json() == counts(received=5)
        assert kiosk(new, "audit", "verify").status == 0
        with station(new, served.keys, served.fleet_code, served.url) as place:
            later = place.save()
            place.once(served.url)
        effects = {case["submission_id"]: case["effects"] for case in served.cases()}
        assert effects.pop(str(later), 1) == 1
        assert effects == {str(one): 1 for one in early | late}
        assert kiosk(old, "sync", "once").status == 3


def test_the_passphrase_and_the_place_are_asked_for(tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("short\n")
    for words, code in (
        (("move", "in", tmp_path, "--passphrase-file", short), "short-passphrase"),
        (("move", "in", tmp_path, "--passphrase-file", tmp_path / "none"), "cannot-read"),
        (("move", "in", tmp_path), "usage"),
        (("move", "sideways"), "usage"),
    ):
        ran = kiosk(tmp_path / "home", *words)
        assert (ran.status, ran.json()["error"]["code"]) == (2, code)
    ran = kiosk(tmp_path / "home", "move", "out", tmp_path, "--passphrase-file", short)
    assert (ran.status, ran.json()["error"]["code"]) == (3, "no-home")
