"""One prepared home and one window for all tests of this folder; each test is another person."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.filing_window import FilingWindow, prepare_home
from tests.qml.filing_a.stepping import Stepping
from ui.app import PORTRAIT


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home at which nobody filed yet: to be copied."""
    return prepare_home(tmp_path_factory.mktemp("pristine"))


@pytest.fixture(scope="session")
def prepared(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the one window, its platform's data beside it."""
    all_of_it = shutil.copytree(pristine.parent, tmp_path_factory.mktemp("filing-a") / "all")
    return Path(all_of_it) / pristine.name


@pytest.fixture(scope="session")
def the_window(prepared: Path) -> Iterator[FilingWindow]:
    window = FilingWindow(prepared, PORTRAIT)
    yield window
    window.close()


@pytest.fixture
def person(the_window: FilingWindow, prepared: Path) -> Stepping:
    the_window.fresh(PORTRAIT)
    shutil.rmtree(prepared / "prints", ignore_errors=True)
    return Stepping(the_window, prepared)
