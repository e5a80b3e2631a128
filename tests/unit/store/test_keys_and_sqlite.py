"""Keys on disk, and what SQLite is asked and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.keys import (
    create_casebook_key,
    create_device,
    load_casebook_key,
    load_device,
    terminal_id,
)
from kiosk.store.sqlite import is_safe, require_safe_sqlite
from tests.helpers.stores import HandClock, Site, new_home, save


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A station without a casebook."""
    return new_home(tmp_path / "home")


def test_the_device_is_made_once(home: Home) -> None:
    device = load_device(home)
    assert create_device(home) == device
    assert device.terminal == terminal_id(device.signing) == "T" + device.signing.public.id[:12]
    assert device.signing.seed.hex() not in repr(device)


@pytest.mark.parametrize("damage", ["", "[]", "null", "{}", '{"signing": 5}'])
def test_a_damaged_device_file_is_told(home: Home, damage: str) -> None:
    (home.keys / "device.json").write_text(damage)
    with pytest.raises(EnvironmentProblem) as caught:
        load_device(home)
    assert caught.value.code == "bad-device-key"


def test_a_device_file_of_two_terminals_is_told(home: Home) -> None:
    file = home.keys / "device.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"terminal": "T000000000000"}))
    with pytest.raises(EnvironmentProblem):
        load_device(home)
    file.unlink()
    with pytest.raises(EnvironmentProblem) as caught:
        load_device(home)
    assert caught.value.code == "no-device-key"


@pytest.mark.parametrize("name", ["casebook.key", "casebook.key.2"])
@pytest.mark.parametrize("damage", [None, b"", b"zz", b"00"])
def test_one_good_copy_mends_the_other(home: Home, name: str, damage: bytes | None) -> None:
    key = create_casebook_key(home)
    file = home.keys / name
    good = file.read_bytes()
    file.unlink() if damage is None else file.write_bytes(damage)
    assert load_casebook_key(home) == create_casebook_key(home) == key
    assert file.read_bytes() == good


def test_two_different_keys_are_not_guessed_between(home: Home) -> None:
    create_casebook_key(home)
    (home.keys / "casebook.key").write_text("ab" * 32)
    with pytest.raises(EnvironmentProblem) as caught:
        load_casebook_key(home)
    assert caught.value.code == "casebook-keys-differ"


def test_a_wrong_key_is_told_and_changes_nothing(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    save(site)
    site.casebook.close()
    before = site.home.casebook.read_bytes()
    for file in site.home.keys.glob("casebook.key*"):
        file.write_text("ab" * 32)
    with pytest.raises(EnvironmentProblem) as caught:
        site.reopened()
    assert caught.value.code == "casebook-unreadable"
    assert site.home.casebook.read_bytes() == before
    assert capfd.readouterr() == ("", "")


def test_a_missing_casebook_is_never_replaced_in_silence(site: Site) -> None:
    site.casebook.close()
    site.home.casebook.unlink()
    with pytest.raises(EnvironmentProblem) as caught:
        site.reopened()
    assert caught.value.code == "no-casebook"
    assert not site.home.casebook.exists()


def test_nothing_readable_is_on_the_disk(site: Site) -> None:
    save(site)
    for path in site.home.path.glob("casebook.db*"):
        data = path.read_bytes()
        assert "李".encode() not in data
        assert b"gaoling" not in data
        assert b"SQLite format" not in data


def test_every_connection_is_durable_and_strict(site: Site) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
    with site.casebook.read() as one, site.casebook.read() as two:
        for tx in (one, two):
            for name, value in expected.items():
                assert tx.execute(text(f"PRAGMA {name}")).scalar_one() == value
    assert "key" not in str(site.casebook._engine.url)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 50, 7), True),
        ((3, 50, 6), False),
        ((3, 50, 8), False),
        ((3, 44, 6), True),
        ((3, 40, 1), False),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_a_sqlite_with_the_wal_reset_bug_is_refused(
    version: tuple[int, int, int], *, safe: bool
) -> None:
    assert is_safe(version) is safe
    if not safe:
        with pytest.raises(EnvironmentProblem) as caught:
            require_safe_sqlite(version)
        assert caught.value.code == "sqlite-unsafe"


def test_our_own_mistakes_stay_bugs(site: Site) -> None:
    with pytest.raises(OperationalError, match="no such table"), site.casebook.read() as tx:
        tx.execute(text("SELECT * FROM strangers"))


def test_a_writer_that_stays_too_long_is_told_as_busy(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.store.sqlite._BUSY_SECONDS", 0.05)
    with (
        site.casebook.write(),
        site.reopened() as other,
        pytest.raises(EnvironmentProblem) as caught,
        other.write(),
    ):
        pass
    assert caught.value.code == "busy"


def test_a_read_sees_one_moment(site: Site) -> None:
    with site.casebook.read() as before:
        assert site.casebook.meta(before, "x") is None
        with site.casebook.write() as tx:
            site.casebook.set_meta(tx, "x", "1")
        assert site.casebook.meta(before, "x") is None
    with site.casebook.read() as after:
        assert site.casebook.meta(after, "x") == "1"


def test_a_write_that_fails_leaves_nothing(site: Site) -> None:
    with pytest.raises(AssertionError), site.casebook.write() as tx:
        assert site.casebook.set_meta(tx, "x", "1"), "set_meta returns nothing"  # type: ignore[func-returns-value]
    with site.casebook.read() as tx:
        assert site.casebook.meta(tx, "x") is None


def test_a_clock_before_what_was_recorded_is_suspect(site: Site) -> None:
    save(site)
    assert not site.casebook.clock_suspect(site.clock.now())
    site.clock.wall = site.clock.wall.replace(year=2020)
    assert site.casebook.clock_suspect(site.clock.now())


def test_an_interrupted_creation_is_finished_by_the_next(home: Home) -> None:
    create_casebook_key(home)
    home.casebook.touch(mode=0o600)
    with Casebook.create(home, HandClock()) as casebook:
        casebook.check()
