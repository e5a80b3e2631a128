"""The one Qt application of the tests of this folder, and the keyboard's engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from tests.helpers.screens import SIZES, Screen
from ui.app import create_app

SHEETS = sorted(Path(__file__).parent.glob("*Sheet.qml"))


@pytest.fixture(scope="session")
def qapp() -> QGuiApplication:
    return create_app(["tests"])


@pytest.fixture
def show(qapp: QGuiApplication) -> Iterator[Callable[..., Screen]]:
    screens: list[Screen] = []

    def open_screen(source: str | Path, layout: str = "portrait", **tokens: bool) -> Screen:
        screen = Screen(source, SIZES[layout])
        screens.append(screen)
        screen.set_theme(**tokens)
        return screen

    yield open_screen
    for screen in screens:
        screen.close()
