"""Every state of the pages, in both layouts and both sizes: nothing cut, nothing too small."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.main.wiring import open_station
from tests.helpers.filing_window import FilingWindow
from tests.qml.filing_a.stepping import AGENT_ID, ELDER_ID, WITNESS_ID, Stepping
from ui.app import LANDSCAPE, PORTRAIT
from ui.bridge.controller import Controller
from ui.bridge.saved import SavedController
from ui.navigation import Page

ELDER = "李桂英"


def walk(person: Stepping) -> Iterator[str]:
    """An agent files for an elder who cannot write; a name for each state."""
    yield from to_the_mandate(person)
    yield from to_the_questions(person)
    person.fill_in()
    person.window.go(Page.SIGN)
    yield from to_the_end(person)


def to_the_mandate(person: Stepping) -> Iterator[str]:
    person.sign_in()
    person.start("disability-care-subsidy")
    yield "who"
    person.choose("agent")
    person.go_on()
    yield "name missing"
    person.go_on(ELDER)
    person.type(ELDER_ID[:16])
    yield "number half typed"
    person.go_on()
    yield "number too short"
    person.go_on(ELDER_ID[16:])
    yield "phone"
    person.go_on("13800005678")
    person.tell("陈志强", AGENT_ID, "06635550011")
    yield "own part"
    person.declare("none")
    yield "notice"
    person.go_on()


def to_the_questions(person: Stepping) -> Iterator[str]:
    yield "mandate"
    person.go_on()
    yield "powers"
    person.go_on()
    person.go_on()
    yield "no road chosen"
    person.choose("seal")
    person.go_on()
    yield "read aloud"
    person.go_on()
    person.go_on("黄见证")
    person.go_on(WITNESS_ID)
    yield "photo"
    person.go_on()
    yield "photo taken"
    person.go_on()


def to_the_end(person: Stepping) -> Iterator[str]:
    person.skip()
    yield "code"
    person.go_on()
    yield "how to be found"
    person.go_on()
    yield "no way chosen"
    person.choose("other-phone")
    person.go_on()
    person.go_on("12345")
    yield "bad phone"
    person.back()
    person.choose("other-place")
    person.go_on()
    yield "where"
    person.choose("written")
    person.go_on()
    person.type("榕树下的小店")
    yield "place"
    person.back()
    person.choose("place:田里")
    person.go_on()
    person.go_on()
    yield "not signed"
    person.sign()
    person.go_on()
    yield "saved"
    saved = person.window.controller(SavedController)
    (person.home / "prints").write_text("no folder")
    saved.printOut()
    person.window.settle()
    yield "not printed"
    (person.home / "prints").unlink()
    saved.printOut()
    person.window.settle()
    yield "printed"


@pytest.mark.slow
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_nothing_is_cut_and_everything_can_be_hit(
    person: Stepping, the_window: FilingWindow, size: tuple[int, int], *, large: bool
) -> None:
    the_window.fresh(size)
    the_window.session.begin()
    if large:
        the_window.window.app.resize()
    found = {state: the_window.faults() for state in walk(person)}
    assert not {state: faults for state, faults in found.items() if faults}


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_a_deadline_is_told_before_the_signature(
    person: Stepping, the_window: FilingWindow, size: tuple[int, int]
) -> None:
    the_window.fresh(size)
    the_window.window.app.resize()
    person.start("birth-household")
    person.choose("guardian")
    person.tell("李演母", AGENT_ID)
    person.choose("none_yet")
    person.go_on()
    person.skip()
    person.go_on()
    person.window.go(Page.SIGN)
    person.go_on("1234")
    person.skip()
    shown = person.everything()
    assert "存在这里不算" in shown
    with open_station(person.home) as station:
        phone = station.settings.station.phone
        department = station.directory.item("birth-household").department
    assert not phone or f"打{phone}问" in shown
    assert (department or "镇街便民服务中心") in shown
    assert not the_window.faults()


def test_every_state_can_be_read_aloud_and_names_no_number(person: Stepping) -> None:
    spoken = {}
    for state in walk(person):
        controller: object = person.window.window.app.controller
        assert isinstance(controller, Controller)
        spoken[state] = controller.speech(person.window.session.page)
    assert all(spoken.values()), spoken
    told = "".join(spoken.values())
    for secret in (ELDER_ID, AGENT_ID, WITNESS_ID, "13800005678"):
        assert secret not in told
