"""The folder of a station, its settings and locks, as a hostile user leaves them."""

from __future__ import annotations

import json
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.store.files import write_durably
from kiosk.store.home import Home, Settings, Station, parse_settings
from tests.helpers.stores import SETTINGS, new_home

GOOD = {"station": {"code": "s1", "name": "站", "division": "445222"}}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A station without a casebook."""
    return new_home(tmp_path / "home")


def test_everything_is_private(home: Home) -> None:
    for path in (home.path, *home.path.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_wide_folder_is_narrowed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    assert new_home(tmp_path / "home").path.stat().st_mode & 0o777 == 0o700


def test_no_home_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="run kiosk init") as caught:
        Home(tmp_path / "none").settings()
    assert (caught.value.code, caught.value.exit_status) == ("no-home", 3)


def test_settings_come_back(home: Home) -> None:
    assert home.settings() == SETTINGS
    other = Settings(Station("a", "乙", "44", "丙", "0"), "https://p.example", demo=True)
    home.save_settings(other)
    assert home.settings() == other


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "settings.json#"),
        ("{", "settings.json#"),
        ("[" * 100_000, "settings.json#"),
        ("[]", "settings.json#"),
        ("{}", "settings.json#/station"),
        (json.dumps({"station": 5}), "settings.json#/station"),
        (json.dumps(GOOD | {"demo": "yes"}), "settings.json#/demo"),
        (json.dumps(GOOD | {"demo": 1}), "settings.json#/demo"),
        (json.dumps(GOOD | {"filings_per_hour": "20"}), "settings.json#/filings_per_hour"),
        (json.dumps(GOOD | {"filings_per_hour": True}), "settings.json#/filings_per_hour"),
        (json.dumps(GOOD | {"platfrom_url": ""}), "settings.json#/platfrom_url"),
        (json.dumps({"station": GOOD["station"] | {"name": ""}}), "settings.json#/station/name"),
        (json.dumps({"station": GOOD["station"] | {"name": None}}), "settings.json#/station/name"),
        (
            json.dumps({"station": GOOD["station"] | {"division": "44x"}}),
            "settings.json#/station/division",
        ),
    ],
)
def test_malformed_settings_name_file_and_place(home: Home, text: str, path: str) -> None:
    home.settings_file.write_text(text)
    with pytest.raises(InputProblem) as caught:
        home.settings()
    assert (caught.value.code, caught.value.path) == ("bad-settings", path)


def test_settings_that_are_not_text_are_told() -> None:
    for data in (b"\xff\xfe\x00", b" " * 100_000):
        with pytest.raises(InputProblem):
            parse_settings(data)


def test_an_unusable_place_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem) as caught:
        new_home(tmp_path / "file" / "home")
    assert caught.value.exit_status == 3


def test_a_durable_write_syncs_the_file_then_renames_then_syncs_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        real_fsync(handle)

    def replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    write_durably(tmp_path / "x", b"data" * 1000)
    assert steps == ["file", "rename", "folder"]
    assert (tmp_path / "x").read_bytes() == b"data" * 1000


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_durably(tmp_path / "x", b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentProblem) as caught:
        write_durably(tmp_path / "x", b"new")
    assert caught.value.code == "disk-full"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


def test_too_little_space_is_told_before_saving(home: Home) -> None:
    home.require_space(1)
    with pytest.raises(EnvironmentProblem) as caught:
        home.require_space(home.free_bytes())
    assert caught.value.code == "disk-full"


def test_shared_locks_go_together_and_exclusive_ones_do_not(home: Home) -> None:
    with home.home_lock(shared=True), home.home_lock(shared=True, wait=0):
        with pytest.raises(EnvironmentProblem) as caught, home.home_lock(wait=0.05):
            pass
        assert caught.value.code == "busy"
    with home.home_lock(wait=0), pytest.raises(EnvironmentProblem), home.home_lock(wait=0):
        pass


def test_a_busy_lock_is_waited_for(home: Home) -> None:
    held, released = threading.Event(), threading.Event()

    def hold() -> None:
        with home.sync_lock():
            held.set()
            released.wait(5)
            time.sleep(0.1)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(5)
        with pytest.raises(EnvironmentProblem), home.sync_lock(wait=0.05):
            pass
        released.set()
        with home.sync_lock(wait=5):
            pass
    finally:
        released.set()
        holder.join()


def test_the_second_window_is_told_at_once(home: Home) -> None:
    with home.ui_lock():
        started = time.monotonic()
        with pytest.raises(EnvironmentProblem) as caught, home.ui_lock():
            pass
        assert caught.value.code == "already-open"
        assert time.monotonic() - started < 1
