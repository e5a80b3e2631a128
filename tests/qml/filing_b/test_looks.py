"""Every page of this part keeps the rules of all pages, in every layout and size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.helpers.filing_window import FilingWindow, shown
from tests.qml.filing_b.test_checking import ANSWERS, check
from tests.qml.filing_b.test_correcting import FIELD, PICTURE, wanted
from tests.qml.filing_b.test_materials import materials, opened, published
from tests.qml.filing_b.test_questions import ask
from ui.app import LANDSCAPE, PORTRAIT
from ui.bridge.material import MaterialController

ALLOWANCE = "old-age-allowance-jieyang"
SHOP = "sole-trader-setup"
LOOKS = {
    "landscape": (LANDSCAPE, False, False),
    "portrait-large": (PORTRAIT, True, False),
    "landscape-large": (LANDSCAPE, True, False),
    "wheelchair": (PORTRAIT, False, True),
}
"""Size of the window, 大字, wheelchair form; portrait without either is what the others look at."""


def place(window: FilingWindow) -> None:
    asking = ask(window, ALLOWANCE, "/household_village")
    for code in ("445222000000", "445222001000", "445222001201"):
        asking.choosePlace(code)


def place_by_name(window: FilingWindow) -> None:
    asking = ask(window, ALLOWANCE, "/household_village")
    asking.choosePlace("445222000000")
    asking.search(True)
    asking.type("新")


def number_with_fault(window: FilingWindow) -> None:
    ask(window, ALLOWANCE, "/account").proceed("")


def day_with_fault(window: FilingWindow) -> None:
    asking = ask(window, "birth-household", "/born")
    for key in "20261331":
        asking.type(key)


def choices(window: FilingWindow) -> None:
    ask(window, "homestead", "/ground").choose(5)


def words(window: FilingWindow) -> None:
    ask(window, SHOP, "/scope").type("卖日用百货、农药化肥，" * 20)


def entries(window: FilingWindow) -> None:
    asking = ask(window, SHOP, "/composition")
    asking.choose(1)
    asking.proceed("")
    application = window.filing.now_application
    several = [{"name": "李国栋", "relation": "儿子"}] * 7
    answers: dict[str, Any] = {**application.answers, "members": several}
    window.filing.replace(replace(application, answers=answers))
    asking.proceed("")


def rows(window: FilingWindow) -> None:
    materials(window, SHOP)


def ways(window: FilingWindow) -> None:
    materials(window, SHOP)
    published(window, "m5", commitment=True)
    opened(window, "m5").accept()


def picture(window: FilingWindow) -> None:
    materials(window, SHOP)
    handing = opened(window, "m2")
    for _ in range(2):
        handing.photograph()
        window.settle()


def promise(window: FilingWindow) -> None:
    ways(window)
    handing = window.controller(MaterialController)
    handing.choose([one.key for one in shown(handing.ways)].index("commitment"))
    handing.accept()


def told_back(window: FilingWindow) -> None:
    check(window, ANSWERS)


def told_back_with_faults(window: FilingWindow) -> None:
    check(window, {})


def correction(window: FilingWindow) -> None:
    wanted(window, FIELD, PICTURE, FIELD, PICTURE)


def who_corrects(window: FilingWindow) -> None:
    wanted(window, FIELD)
    window.tap("现在补")


PAGES: list[Callable[[FilingWindow], None]] = [
    place,
    place_by_name,
    number_with_fault,
    day_with_fault,
    choices,
    words,
    entries,
    rows,
    ways,
    picture,
    promise,
    told_back,
    told_back_with_faults,
    correction,
    who_corrects,
]


@pytest.mark.parametrize("page", PAGES)
def test_page_keeps_the_rules_in_every_look(
    window: FilingWindow, page: Callable[[FilingWindow], None]
) -> None:
    page(window)
    window.settle()
    broken = {}
    for name, (size, large, low) in LOOKS.items():
        window.look(size, large=large, low=low)
        broken[name] = window.faults()
    assert not any(broken.values()), broken
