"""One prepared home and one window for all tests of this folder; each test is another person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.filing_window import FilingWindow, prepare_home
from ui.app import PORTRAIT


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_home(tmp_path_factory.mktemp("filing"))


@pytest.fixture(scope="session")
def the_window(prepared: Path) -> Iterator[FilingWindow]:
    window = FilingWindow(prepared, PORTRAIT)
    yield window
    window.close()


@pytest.fixture
def window(the_window: FilingWindow) -> FilingWindow:
    """The next person: nothing of the one before may be there."""
    the_window.fresh(PORTRAIT)
    return the_window
