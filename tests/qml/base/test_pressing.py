"""What a finger does: presses, slides, trembles; a switch and a keyboard do the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from tests.helpers.screens import Screen

Show = Callable[..., Screen]
ONE = """
import QtQuick
import Kiosk
Item {
    property int taps: 0
    property int keys: 0
    property alias busy: button.busy
    PrimaryButton {
        id: button
        x: 100; y: 100; width: 400
        text: "下一步"
        onTapped: parent.taps += 1
    }
    KeyCap { x: 100; y: 500; width: 100; height: 108; text: "1"; onTapped: parent.keys += 1 }
    OptionRow { x: 100; y: 700; width: 600; text: "住在本村"; onTapped: selected = !selected }
}
"""


def middle(screen: Screen, name: str) -> QPoint:
    return screen.box(screen.find(name)).center().toPoint()


def press(screen: Screen, at: QPoint) -> None:
    QTest.mousePress(screen.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def release(screen: Screen, at: QPoint) -> None:
    QTest.mouseRelease(screen.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_a_trembling_hand_counts_once(show: Show) -> None:
    screen = show(ONE)
    screen.tap("下一步")
    screen.tap("下一步")
    assert screen.root.property("taps") == 1
    QTest.qWait(320)
    screen.tap("下一步")
    assert screen.root.property("taps") == 2


def test_a_second_tap_does_not_fall_through_to_the_next_page(show: Show) -> None:
    screen = show(
        """
        import QtQuick
        import Kiosk
        Item {
            property int wrong: 0
            PrimaryButton { id: a; width: 400; text: "保存"; onTapped: visible = false }
            PrimaryButton {
                visible: !a.visible
                width: 400
                text: "退出"
                onTapped: parent.wrong += 1
            }
        }
        """
    )
    screen.tap("保存")
    screen.tap("退出")
    assert screen.root.property("wrong") == 0


def test_keys_type_the_same_digit_twice(show: Show) -> None:
    screen = show(ONE)
    screen.tap("1")
    QTest.qWait(140)
    screen.tap("1")
    assert screen.root.property("keys") == 2


def test_a_slide_off_cancels(show: Show) -> None:
    screen = show(ONE)
    at = middle(screen, "下一步")
    press(screen, at)
    button = screen.find("下一步")
    assert button.property("down")
    QTest.mouseMove(screen.view, QPoint(at.x(), at.y() + 300))
    release(screen, QPoint(at.x(), at.y() + 300))
    assert screen.root.property("taps") == 0
    assert not button.property("down")


def test_pressed_is_painted_at_once(show: Show) -> None:
    screen = show(ONE)
    at = middle(screen, "下一步")
    corner = QPoint(at.x() - 150, at.y())
    before = screen.view.grabWindow().pixelColor(corner)
    press(screen, at)
    pressed = screen.view.grabWindow().pixelColor(corner)
    release(screen, at)
    assert before == screen.theme.property("primary")
    assert pressed == screen.theme.property("pressed")


def test_busy_ignores_taps_and_keeps_its_place(show: Show) -> None:
    screen = show(ONE)
    box = screen.box(screen.find("下一步"))
    screen.root.setProperty("busy", True)
    screen.tap("下一步")
    assert screen.root.property("taps") == 0
    assert screen.box(screen.find("下一步")) == box


def test_assistive_press_acts_exactly_once(show: Show) -> None:
    screen = show(ONE)
    button = screen.find("下一步")
    reached = QAccessible.queryAccessibleInterface(button)
    assert reached is not None
    reached.actionInterface().doAction(QAccessibleActionInterface.pressAction())
    screen.settle()
    assert screen.root.property("taps") == 1


def test_two_fingers_type_two_keys(show: Show) -> None:
    screen = show(
        """
        import QtQuick
        import Kiosk
        Item {
            property string typed: ""
            Keypad { width: 1080; onKeyed: digit => parent.typed += digit }
        }
        """
    )
    device = QTest.createTouchDevice()
    one, two = middle(screen, "1"), middle(screen, "3")
    QTest.touchEvent(screen.view, device).press(0, one, screen.view).commit()
    QTest.touchEvent(screen.view, device).stationary(0).press(1, two, screen.view).commit()
    QTest.touchEvent(screen.view, device).release(0, one, screen.view).stationary(1).commit()
    QTest.touchEvent(screen.view, device).release(1, two, screen.view).commit()
    screen.settle()
    assert screen.root.property("typed") == "13"


def test_a_selected_option_says_so(show: Show) -> None:
    screen = show(ONE)
    screen.tap("住在本村")
    reached = QAccessible.queryAccessibleInterface(screen.find("住在本村"))
    assert reached is not None
    assert reached.role() == QAccessible.Role.RadioButton
    assert reached.state().checked


def test_disabled_end_of_a_list_does_nothing(show: Show) -> None:
    screen = show(
        """
        import QtQuick
        import Kiosk
        Item {
            property int asked: 0
            Pager {
                width: 1000
                page: 1
                pages: 3
                onPreviousAsked: parent.asked -= 1
                onNextAsked: parent.asked += 1
            }
        }
        """
    )
    screen.tap("上一页")
    assert screen.root.property("asked") == 0
    screen.tap("下一页（1/3）")
    assert screen.root.property("asked") == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_4, Qt.Key.Key_X])
def test_a_real_keyboard_types_too(show: Show, key: Qt.Key) -> None:
    screen = show(
        """
        import QtQuick
        import Kiosk
        Item {
            property string typed: ""
            Keypad { focus: true; width: 1080; onKeyed: digit => parent.typed += digit }
        }
        """
    )
    screen.view.requestActivate()
    QTest.keyClick(screen.view, key)
    assert screen.root.property("typed") == {Qt.Key.Key_4: "4", Qt.Key.Key_X: "X"}[key]


def test_markup_in_words_is_shown_not_obeyed(show: Show) -> None:
    screen = show(
        """
        import QtQuick
        import Kiosk
        Words { text: "<b>张三</b><img src='http://x.invalid/a.png'>" }
        """
    )
    plain = next(item for item in screen.items() if item.inherits("QQuickText"))
    assert isinstance(plain, QQuickItem)
    assert plain.property("contentWidth") > 600
