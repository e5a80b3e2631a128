"""Directory updates at their edges: what no honest platform publishes, what a disk refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tuf.ngclient import FetcherInterface, Updater

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.store.directory import Directory
from kiosk.store.home import Home
from sync.client.tuf_fetcher import TufFetcher
from sync.engine import directory_update
from sync.engine.directory_update import (
    MAX_FILE,
    MAX_POINTER,
    DirectoryUpdater,
    Outcome,
    PlatformConfig,
    UpdateResult,
    _Pointer,
    _Session,
)
from tests.helpers.publishing import NOW, Publisher, small_item, station


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    """A platform with one item; never changed."""
    made = Publisher(tmp_path_factory.mktemp("published"))
    made.publish([small_item("one")])
    return made


@pytest.fixture
def home(tmp_path: Path, publisher: Publisher) -> Home:
    return station(tmp_path / "home", publisher.trust())


def update(home: Home, publisher: Publisher, **more: Any) -> UpdateResult:  # noqa: ANN401
    base = (publisher.data / "tuf").as_uri()
    return DirectoryUpdater(home, TufFetcher(None), lambda: NOW).update(base, **more)


@pytest.mark.parametrize(
    "document",
    [
        {"format": 2, "url": "x", "slices": []},
        {"format": 1, "url": 5, "slices": []},
        {"format": 1, "url": "x", "slices": {}},
        {"format": 1, "url": "x", "slices": [], "keys": None},
    ],
)
def test_a_config_of_another_format_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(InputProblem):
        PlatformConfig.parse(json.dumps(document).encode())


def test_a_pointer_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="newer"):
        _Pointer.parse(b'{"format": 2}')


class Offers:
    """An updater that offers one target of a length and with given bytes."""

    def __init__(self, data: bytes | None, length: int = 0) -> None:
        self._data, self._length = data, length

    def get_targetinfo(self, _path: str) -> SimpleNamespace | None:
        return None if self._data is None else SimpleNamespace(length=self._length)

    def download_target(self, _info: object, path: str) -> None:
        assert self._data is not None
        Path(path).write_bytes(self._data)


def session(offer: Offers, folder: Path) -> _Session:
    return _Session(cast("Updater", offer), folder / "targets")


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        (Offers(None), "publishes no"),
        (Offers(b"{}", MAX_FILE + 1), "larger"),
        (Offers(b"{}", MAX_POINTER + 1), "larger"),
        (Offers(b"{}"), "another format"),
        (Offers(b"[" * 100_000), "another format"),
    ],
)
def test_what_cannot_be_a_pointer_is_refused_and_removed(
    tmp_path: Path, offer: Offers, words: str
) -> None:
    with pytest.raises(InputProblem, match=words) as caught:
        session(offer, tmp_path).read("common/current.json", _Pointer.parse)
    assert caught.value.code == "bad-directory"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_damaged_trust_file_keeps_the_directory(home: Home, publisher: Publisher) -> None:
    assert update(home, publisher).outcome is Outcome.UPDATED
    home.trust_file.write_bytes(b"{")
    kept = update(home, publisher)
    assert kept.outcome is Outcome.KEPT
    assert kept.reason
    with Directory.open(home.directory_db) as directory:
        assert directory.info().items == 1


def test_metadata_of_another_root_are_forgotten(home: Home, publisher: Publisher) -> None:
    other = home.directory / "tuf" / "0000000000000000"
    other.mkdir(parents=True)
    (other / "root.json").write_text("{}")
    assert update(home, publisher).outcome is Outcome.UPDATED
    assert not other.exists()


@pytest.fixture
def behind(tmp_path: Path) -> tuple[Home, Publisher]:
    """A home one version behind its platform, so that a delta is offered."""
    publisher = Publisher(tmp_path / "platform")
    publisher.publish([small_item("one")])
    home = station(tmp_path / "home", publisher.trust())
    assert update(home, publisher).outcome is Outcome.UPDATED
    publisher.publish([small_item("one"), small_item("two")])
    return home, publisher


@pytest.mark.parametrize(
    "problem",
    [
        InputProblem("bad-directory", "line 2 of the directory file is not a row"),
        EnvironmentProblem("directory-damaged", "the directory is damaged"),
    ],
)
def test_when_the_delta_does_not_fit_the_whole_is_taken(
    behind: tuple[Home, Publisher],
    monkeypatch: pytest.MonkeyPatch,
    problem: InputProblem | EnvironmentProblem,
) -> None:
    home, publisher = behind
    monkeypatch.setattr(directory_update, "build_delta", raising(problem))
    assert update(home, publisher) == UpdateResult(Outcome.UPDATED, version=2)


def test_a_full_disk_is_told_and_the_old_stays(
    behind: tuple[Home, Publisher], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, publisher = behind
    full = EnvironmentProblem("disk-full", "the disk is full")
    monkeypatch.setattr(directory_update, "build_delta", raising(full))
    kept = update(home, publisher)
    assert (kept.outcome, kept.reason) == (Outcome.KEPT, "disk-full")
    with Directory.open(home.directory_db) as directory:
        assert directory.info().version == 1


def raising(problem: Exception) -> Callable[..., None]:
    def build(*_given: object) -> None:
        raise problem

    return build


def test_time_is_an_argument(home: Home, publisher: Publisher) -> None:
    """A clock far in the future sees everything expired, and keeps what it has."""
    late = datetime(2099, 1, 1, tzinfo=UTC)
    fetcher: FetcherInterface = TufFetcher(None)
    base = (publisher.data / "tuf").as_uri()
    kept = DirectoryUpdater(home, fetcher, lambda: late).update(base)
    assert (kept.outcome, kept.reason) == (Outcome.KEPT, "expired")
