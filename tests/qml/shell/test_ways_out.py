"""No chord and no gesture leads out of the window, on any page of the gallery."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypinyin import lazy_pinyin

from kiosk.main.demo.cast import ELDER
from kiosk.main.demo.people import fill_in_allowance
from kiosk.main.demo.walk import HELD, PHOTO
from kiosk.main.demo.walk import Walk as Person
from kiosk.main.puppet.hand import Hand, Launch
from tests.helpers.command import ROOT, environment
from tests.helpers.tour import walk
from ui.navigation import Page

CLOCK = re.compile(r"\d{1,2}:\d\d|还有\d+秒")
LAUNCH = Launch("tests.helpers.mischief_host", environment(), ROOT)
FILING = {Page.WHO, Page.NOTICE, Page.QUESTION, Page.MATERIALS, Page.CHECK, Page.SIGN, Page.SAVED}


@pytest.fixture
def hand(home: Path, keyboard: Path) -> Iterator[Hand]:
    opened = Hand(keyboard, readings=lazy_pinyin, launch=LAUNCH)
    with opened.start(home):
        yield opened


def try_everything(hand: Hand, where: str) -> str:
    """Every chord and gesture; the page, which must be as it was."""
    page = hand.page()
    before = settled(hand)
    after = hand._ask("mischief")
    assert after["page"] == page, where
    assert (after["windows"], after["visible"], after["moved"]) == (1, True, False), where
    assert not any(after["clipboard"]), where
    assert not after["dropped"], where
    assert settled(hand) == before, where
    return page


def settled(hand: Hand) -> list[str]:
    """What is shown, once it changes no more; the time aside."""
    before: list[str] = []
    while True:
        now = [text for text in hand.texts() if not CLOCK.fullmatch(text)]
        if now == before and not any("正在" in text for text in now):
            return now
        before = now
        time.sleep(0.15)


@pytest.mark.slow
def test_no_chord_and_no_gesture_leads_out_of_the_shell(hand: Hand) -> None:
    pages: set[str] = set()
    for where in walk(hand, large=False):  # type: ignore[arg-type]  # a driver is a hand
        if where not in {"attract", "idle"}:  # there whatever is touched says that somebody is here
            pages.add(try_everything(hand, where))
    assert {"home", "find", "browse", "guide", "track", "help", "desk", "technician"} <= pages


@pytest.mark.slow
def test_no_chord_and_no_gesture_leads_out_of_a_filing(hand: Hand) -> None:
    pages: set[str] = set()

    def once_a_page(name: str, _: str) -> None:
        if hand.page() not in pages:
            pages.add(try_everything(hand, name))

    person = Person(hand, once_a_page)
    person.begin()
    fill_in_allowance(person, ELDER, (PHOTO, HELD, HELD, HELD))
    person.save()
    person.leave()
    assert {page.value for page in FILING} <= pages
