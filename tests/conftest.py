"""What every test gets: strictness first.

Rules: a test fails on any Python warning (pyproject), any Qt warning (pytest-qt), any log record of
WARNING or above that it did not announce with the ``expected_log`` marker, and on unclosed threads.
Nothing reaches the user's own folders: HOME and the XDG folders point into the test's temporary
folder.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
# How long an example takes is told by the bench, not by a busy machine.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
os.environ.setdefault("KIOSK_INPUT_DATA", str(Path(__file__).parents[1] / "build" / "rime"))


def pytest_unconfigure() -> None:
    """As the window leaves: PySide's properties cannot be collected when the modules go."""
    gc.freeze()


class _Recorder(logging.Handler):
    """Collects records of WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail on a logged warning that the test did not announce."""
    recorder = _Recorder()
    logging.getLogger().addHandler(recorder)
    yield
    logging.getLogger().removeHandler(recorder)
    marker = request.node.get_closest_marker("expected_log")
    announced = tuple(marker.args) if marker else ()
    unexpected = [
        record.getMessage()
        for record in recorder.records
        if not any(text in record.getMessage() for text in announced)
    ]
    assert not unexpected, f"logged without being announced: {unexpected}"


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail when a test leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and not thread.daemon
    ]
    for thread in left:
        thread.join(timeout=2)
    assert not [thread for thread in left if thread.is_alive()], f"threads left: {left}"


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A HOME of the test's own."""
    folder = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("HOME", str(folder))
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(folder / name.lower()))
    monkeypatch.delenv("KIOSK_HOME", raising=False)
    return folder
