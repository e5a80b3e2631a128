"""What QML made and destroyed keeps nothing: PySide would hold on to all of it."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from tests.helpers.screens import Screen
from ui.bridge.controller import Controller
from ui.bridge.front import Front
from ui.bridge.rows import Rows
from ui.lint import registered

GIVEN = (Controller, Front, Rows)  # Python makes these and keeps them
MADE_BY_QML = sorted(
    (one for one in registered("ui.bridge") if not issubclass(one, GIVEN)),
    key=lambda one: one.__name__,
)


def test_the_types_that_hold_what_is_personal_are_among_them() -> None:
    assert {"Ink", "KeySurface", "Photo", "QrCode"} <= {one.__name__ for one in MADE_BY_QML}


@pytest.mark.parametrize("kind", MADE_BY_QML, ids=lambda one: str(one.__name__))
def test_nothing_is_kept_of_what_qml_destroyed(
    show: Callable[..., Screen], kind: type[QObject]
) -> None:
    before = {id(one) for one in gc.get_objects() if isinstance(one, kind)}
    screen = show(
        "import QtQuick\nimport Kiosk\n"
        f"Item {{ property bool there: true; Loader {{ active: parent.there; "
        f"sourceComponent: Item {{ {kind.__name__} {{}} }} }} }}"
    )
    made = [one for one in gc.get_objects() if isinstance(one, kind) and id(one) not in before]
    assert len(made) == 1
    assert vars(made[0])
    screen.root.setProperty("there", False)
    screen.settle()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not vars(made[0])
