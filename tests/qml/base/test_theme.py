"""Contrast of every token pair, by the WCAG formula, in both themes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from PySide6.QtGui import QColor

from tests.helpers.screens import Screen

GROUNDS = ("paper", "surface", "sunken", "tint", "waitTint", "stopTint", "sky")
TEXT_PAIRS = [
    *product(("ink",), (*GROUNDS, "keyDark")),
    *product(("ink2",), ("paper", "surface", "sunken", "tint")),
    *product(("primary",), ("paper", "surface", "tint")),
    ("skyInk", "sky"),
    ("ok", "tint"),
    ("ok", "paper"),
    ("wait", "waitTint"),
    ("wait", "surface"),
    ("wait", "paper"),
    ("stop", "stopTint"),
    ("stop", "surface"),
    ("stop", "paper"),
    ("fgPrimary", "primary"),
    ("fgPrimary", "pressed"),
    ("fgTone", "ok"),
    ("fgTone", "wait"),
    ("fgTone", "stop"),
]
EDGE_PAIRS = [
    *product(("edge",), ("paper", "surface", "sunken", "keyDark")),
    *product(("primary", "focus"), ("paper", "surface")),
    ("wait", "waitTint"),
    ("stop", "stopTint"),
]


def luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (linear(part) for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=["paper", "night"])
def token(request: pytest.FixtureRequest, show: Callable[..., Screen]) -> Callable[[str], QColor]:
    screen = show("import QtQuick\nItem {}", night=request.param == "night")

    def value(name: str) -> QColor:
        found = screen.theme.property(name)
        assert isinstance(found, QColor), name
        return found

    return value


def test_text_can_be_read(token: Callable[[str], QColor]) -> None:
    low = {
        pair: round(contrast(token(pair[0]), token(pair[1])), 2)
        for pair in TEXT_PAIRS
        if contrast(token(pair[0]), token(pair[1])) < 6.4
    }
    assert low == {}


def test_edges_can_be_seen(token: Callable[[str], QColor]) -> None:
    low = {
        pair: round(contrast(token(pair[0]), token(pair[1])), 2)
        for pair in EDGE_PAIRS
        if contrast(token(pair[0]), token(pair[1])) < 3
    }
    assert low == {}


def test_the_formula_itself() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#7d7667"), QColor("#ffffff")) == pytest.approx(4.5, abs=0.1)
