"""What every page must keep, checked on sheets that use every component in every layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible

from tests.helpers.screens import SIZES, Screen

Show = Callable[..., Screen]
SHEETS = sorted(Path(__file__).parent.glob("*Sheet.qml"))
TEXT = "QQuickText"
BUTTON = "QQuickAbstractButton"
LOOKS: list[tuple[str, dict[str, bool]]] = [
    ("portrait", {}),
    ("landscape", {}),
    ("portrait", {"large": True}),
    ("landscape", {"large": True}),
    ("portrait", {"night": True}),
]
LOOK_NAMES = ["-".join((layout, *switches)) for layout, switches in LOOKS]


@pytest.mark.parametrize(("layout", "switches"), LOOKS, ids=LOOK_NAMES)
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_sheet_keeps_the_rules(
    show: Show, sheet: Path, layout: str, switches: dict[str, bool]
) -> None:
    screen = show(sheet, layout, **switches)
    window = QRectF(0, 0, *SIZES[layout])
    for item in screen.items():
        assert not item.property("overflow"), f"body too high by {item.property('overflow')}"
        if item.inherits(TEXT) and item.property("text"):
            _check_text(screen, item, window)
        if item.inherits(BUTTON):
            _check_target(screen, item, window)


def _check_text(screen: Screen, item: object, window: QRectF) -> None:
    from PySide6.QtQuick import QQuickItem

    assert isinstance(item, QQuickItem)
    text = item.property("text")
    assert not item.property("truncated"), text
    assert item.property("size") >= 26, text
    assert item.property("contentWidth") <= item.width() + 1, f"wider than its box: {text}"
    if screen.root.property("clip"):
        return
    assert window.adjusted(-1, -1, 1, 1).contains(screen.box(item)), f"off the screen: {text}"


def _check_target(screen: Screen, item: object, window: QRectF) -> None:
    from PySide6.QtQuick import QQuickItem

    assert isinstance(item, QQuickItem)
    name = item.property("spokenName")
    if not item.isEnabled() and not name:
        return
    assert name, "a target without a name"
    box = screen.box(item)
    assert box.width() >= 80, f"{name}: {box.width()}"
    assert box.height() >= 80, f"{name}: {box.height()}"
    assert window.contains(box), f"{name}: off the screen"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_targets_do_not_overlap(show: Show, sheet: Path) -> None:
    for layout in SIZES:
        screen = show(sheet, layout)
        buttons = [item for item in screen.items() if item.inherits(BUTTON)]
        boxes = [(item, screen.box(item)) for item in buttons]
        for number, (one, box) in enumerate(boxes):
            for other, its in boxes[number + 1 :]:
                if one.isAncestorOf(other) or other.isAncestorOf(one):
                    continue
                shared = box.intersected(its)
                assert shared.width() * shared.height() < 1, (
                    one.property("spokenName"),
                    other.property("spokenName"),
                )


def test_controls_stand_in_reach(show: Show) -> None:
    for sheet in SHEETS:
        if sheet.stem == "ComponentSheet":
            continue  # a sheet, not a page
        screen = show(sheet)
        for item in screen.items():
            if item.inherits(BUTTON):
                centre = screen.box(item).center().y()
                # The find page's field stands high so that its results stay above the keyboard.
                limit = 150 if sheet.stem == "FindSheet" else 240
                assert centre > limit, f"{sheet.stem}: {item.property('spokenName')}"


@pytest.mark.parametrize("name", ["HomeSheet", "QuestionSheet", "IdentitySheet", "MaterialsSheet"])
def test_wheelchair_form_keeps_controls_in_the_lower_half(show: Show, name: str) -> None:
    screen = show(Path(__file__).parent / f"{name}.qml", low=True)
    for item in screen.items():
        assert not item.property("overflow")
        if item.inherits(BUTTON):
            assert screen.box(item).top() >= 960, item.property("spokenName")


def test_accessibility_tree_names_every_control(show: Show) -> None:
    roles = {
        QAccessible.Role.Button,
        QAccessible.Role.RadioButton,
        QAccessible.Role.CheckBox,
        QAccessible.Role.PageTab,
        QAccessible.Role.EditableText,
    }
    for sheet in SHEETS:
        seen = show(sheet).seen()
        controls = [one for one in seen if one.role in roles]
        assert controls, sheet.stem
        assert all(one.name for one in controls), sheet.stem


def test_a_small_panel_shows_the_same_page_smaller(show: Show) -> None:
    sheet = Path(__file__).parent / "QuestionSheet.qml"
    screen = show(sheet)
    screen.view.resize(540, 960)
    screen.settle(20)
    box = screen.box(screen.find("下一步"))
    assert box.width() == pytest.approx((1080 - 96) / 2, abs=1)
    assert QRectF(0, 0, 540, 960).contains(box)
