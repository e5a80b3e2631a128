"""The keyboard on the glass, with the real engine behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from kiosk.devices.keying import LettersOnly
from kiosk.devices.rime import Rime, open_engine
from kiosk.devices.rime_deploy import deploy, is_deployed
from kiosk.domain.problems import EnvironmentProblem
from tests.helpers.screens import Screen
from ui.bridge.keys import KeySurface
from ui.lint import ROOT

Show = Callable[..., Screen]
PAGE = """
import QtQuick
import Kiosk
Item {
    id: page
    property string typed: ""
    property alias mode: keys.mode
    KeySurface {
        id: keys
        onCommitted: text => page.typed += text
        onErased: page.typed = page.typed.slice(0, -1)
    }
    property alias composing: keys.composing
    KeyBoard { y: 900; width: 1080; surface: keys }
}
"""


@pytest.fixture
def engine() -> Iterator[None]:
    folder = ROOT / "build" / "rime"
    try:
        if not is_deployed(folder):
            deploy(folder)
        rime = Rime(folder)
    except EnvironmentProblem as problem:
        pytest.skip(f"not runnable here: {problem.message}")
    KeySurface.use(rime)
    yield
    KeySurface.use(LettersOnly("tests"))
    rime.close()


def type_keys(screen: Screen, letters: str) -> None:
    for letter in letters:
        screen.tap(letter)
        QTest.qWait(1)


def test_pinyin_by_taps(show: Show, engine: None) -> None:
    screen = show(PAGE)
    type_keys(screen, "gaolingjintie")
    assert screen.root.property("composing") == "gao ling jin tie"
    screen.tap("高龄津贴")
    assert screen.root.property("typed") == "高龄津贴"
    assert screen.root.property("composing") == ""


def test_space_takes_the_best(show: Show, engine: None) -> None:
    screen = show(PAGE)
    type_keys(screen, "sfz")
    screen.tap("空格")
    assert screen.root.property("typed") == "身份证"


def test_erasing_reaches_the_field_when_nothing_is_composed(show: Show, engine: None) -> None:
    screen = show(PAGE)
    type_keys(screen, "sfz")
    screen.tap("空格")
    screen.tap("删除")
    assert screen.root.property("typed") == "身份"


def test_strokes_by_taps(show: Show, engine: None) -> None:
    screen = show(PAGE)
    screen.tap("笔画")
    for key in ("横 一", "竖 丨", "撇 丿", "点 丶"):
        screen.tap(key)
        QTest.qWait(125)
    screen.tap("木")
    assert screen.root.property("typed") == "木"


def test_every_mode_can_be_reached_and_left(show: Show, engine: None) -> None:
    screen = show(PAGE)
    names = {"jyutping": "粤拼", "stroke": "笔画", "letters": "英文", "digits": "123"}
    for mode, name in names.items():
        QTest.qWait(125)
        screen.tap(name)
        assert screen.root.property("mode") == mode
        QTest.qWait(125)
        screen.tap("拼音")
        assert screen.root.property("mode") == "pinyin"


def test_candidates_page_forth_and_back(show: Show, engine: None) -> None:
    screen = show(PAGE)
    type_keys(screen, "yi")
    first = shown(screen)
    screen.tap("后面的字")
    assert not set(first) & set(shown(screen))
    screen.tap("前面的字")
    assert shown(screen) == first


def shown(screen: Screen) -> list[str]:
    top = screen.box(screen.find("q")).top()
    return [
        item.property("spokenName")
        for item in screen.items()
        if item.inherits("QQuickAbstractButton")
        and screen.box(item).bottom() < top
        and not item.property("iconName")
    ]


def test_without_an_engine_letters_and_digits_remain(show: Show, qapp: QGuiApplication) -> None:
    KeySurface.use(open_engine(ROOT / "nowhere"))
    screen = show(PAGE)
    type_keys(screen, "abc")
    screen.tap("123")
    screen.tap("7")
    assert screen.root.property("typed") == "abc7"
    assert not any(item.property("spokenName") == "拼音" for item in screen.items())
