"""打印这一页 on the guide: only where there is a printer, claiming no more than it did."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.devices.printer import FolderPrinter, NoPrinter, Page
from kiosk.domain.problems import EnvironmentProblem
from tests.helpers.filing_window import FilingWindow
from tests.qml.finding.test_browsing import LOOKS, names
from ui.bridge.guiding import GuideController
from ui.navigation import Page as Screen

ITEM = "homestead"
BUTTON = "打印这一页"


class JammedPrinter(FolderPrinter):
    """Prints one page, then jams."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.left = 1

    def print(self, page: Page) -> None:
        if not self.left:
            raise EnvironmentProblem("printer-failed", "jammed")
        self.left -= 1
        super().print(page)


def open_guide(window: FilingWindow) -> GuideController:
    window.session.choose_item(ITEM)
    window.go(Screen.GUIDE)
    return window.controller(GuideController)


def prints(window: FilingWindow) -> list[str]:
    folder = window.home / "prints"
    return sorted(path.name for path in folder.glob("guide*")) if folder.is_dir() else []


def test_the_whole_guide_comes_out_and_nothing_is_saved(window: FilingWindow) -> None:
    shutil.rmtree(window.home / "prints", ignore_errors=True)
    packages = sorted((window.home / "packages").iterdir())
    control = open_guide(window)
    window.tap(BUTTON)
    assert control.view.fine
    assert "打好了" in control.view.printed
    assert {"guide-1.png", "guide-1.pdf"} <= set(prints(window))
    assert sorted((window.home / "packages").iterdir()) == packages
    window.go(Screen.HOME)
    open_guide(window)
    assert control.view.printed == "", "the next guide was not printed yet"


def test_without_a_printer_there_is_no_button(
    window: FilingWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.session._station, "_printer", NoPrinter())
    control = open_guide(window)
    assert BUTTON not in names(window)
    assert not control.view.can_print


def test_a_printer_that_jams_is_told(window: FilingWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    jammed = JammedPrinter(window.home / "prints")
    monkeypatch.setattr(window.session._station, "_printer", jammed)
    control = open_guide(window)
    window.tap(BUTTON)
    assert not control.view.fine
    assert control.view.printed == "没打印出来。可以用手机拍下，或叫人帮忙。"
    jammed.left = 99
    window.tap(BUTTON)
    assert control.view.fine


def test_nothing_is_printed_twice_by_a_trembling_hand(window: FilingWindow) -> None:
    control = open_guide(window)
    shutil.rmtree(window.home / "prints", ignore_errors=True)
    control.change(busy=True)
    control.printOut()
    window.settle()
    assert prints(window) == []
    control.reset()
    control.printOut()
    window.settle()
    assert prints(window) == []


@pytest.mark.parametrize("look", list(LOOKS))
def test_the_guide_keeps_the_rules_in_every_look(window: FilingWindow, look: str) -> None:
    size, large, low = LOOKS[look]
    control = open_guide(window)
    window.look(size, large=large, low=low)
    assert window.faults() == []
    control.printOut()
    window.settle()
    assert window.faults() == []
