"""What people do at the window, in small strides: find, say who it is for, answer, hand in, sign.

Rules: a stride begins and ends at a page that says what it is; it looks before it taps; pictures
are taken by whoever asks for them (``shoot``), so that the same walk can be made in silence.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.main.demo.cast import Person, handwriting
from kiosk.main.puppet.hand import Hand, WindowError

Shoot = Callable[[str, str], None]
"""Takes a picture: name of the file, caption."""

PHOTO: Final = "现在拍照"
HELD: Final = "我带着"
PAPER: Final = "交纸的"
_NEXT_PAGE: Final = re.compile(r"下一页（(\d+)/(\d+)）")
_NUMBER: Final = re.compile(r"\d{4}-\d{4}-\d")
_SLOW: Final = 20.0
_POLL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """One question: words of its title, then what is tapped, or what is typed."""

    title: str
    taps: tuple[str, ...] = ()
    typed: str = ""


def no_picture(name: str, caption: str) -> None:
    """Takes no picture."""
    del name, caption


class Walk:
    """One person at the window.

    Args:
        hand: moves it.
        shoot: takes pictures.
    """

    def __init__(self, hand: Hand, shoot: Shoot = no_picture) -> None:
        self.hand = hand
        self.shoot = shoot

    # -- small things ---------------------------------------------------------------------------

    def onward(self, expected: str, button: str = "下一步") -> None:
        """Tap a button and see the page that follows."""
        self.hand.tap(button)
        self.hand.see(expected, within=_SLOW)

    def reach(self, name: str) -> None:
        """Tap something that may stand on a later page of a list."""
        deadline = time.monotonic() + _SLOW
        while time.monotonic() < deadline:
            things = self.hand.seen()
            if any(one.name.split("，")[0] == name for one in things):
                self.hand.tap(name)
                return
            turns = [one for one in things if _NEXT_PAGE.fullmatch(one.name) and one.enabled]
            if turns:
                self.hand.tap(turns[0].name)
        raise WindowError(f"{name!r} is on none of the pages")

    def arrive(self, page: str) -> None:
        """Wait for a page whose words depend on what is filed."""
        deadline = time.monotonic() + _SLOW
        while self.hand.page() != page:
            if time.monotonic() > deadline:
                raise WindowError(f"the page is {self.hand.page()}, not {page}")
            time.sleep(_POLL)

    # -- strides --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Touch the waiting machine."""
        self.hand.tap("点这里开始", within=_SLOW)
        deadline = time.monotonic() + _SLOW
        while any("正在打开" in text for text in self.hand.texts()):
            if time.monotonic() > deadline:
                raise WindowError("the directory does not open")
            time.sleep(_POLL)

    def find(self, letters: str, name: str) -> None:
        """Type letters on the on-screen keys and open the item that is meant."""
        self.hand.tap("找事项：比如“老人钱”")
        self.hand.type(letters)
        self.hand.see(name)
        self.shoot("find", f"Four letters are enough: {letters} finds {name}.")
        self.hand.tap(name)
        self.hand.see("谁能办")

    def choose_way(self, card: str) -> None:
        """From the guide: for whom is it?"""
        self.onward("给谁办？", "开始办")
        self.shoot("who", "For whom? Only what the item allows is offered.")
        self.reach(card)
        self.hand.see("姓名")

    def tell_person(self, person: Person, until: str) -> None:
        """Name, number, phone of one person."""
        if not any(f"姓名，{person.name}" in text for text in self.hand.texts()):
            self.hand.type(person.name)
        self.shoot("name", "The name, by pinyin on the station's own keys.")
        self.onward("身份证号")
        self.hand.type(person.id_number)
        self.hand.see("对吗？")
        self.shoot(
            "number", "The number is checked while it is typed; the birth date is read back."
        )
        self.onward("电话")
        self.hand.type(person.phone)
        self.onward(until)

    def read_notice(self, expected: str) -> None:
        """Who receives what, and why."""
        self.hand.see("看清了")
        self.shoot("notice", "Before anything is filled in: who receives it, why, for how long.")
        self.onward(expected, "看清了，下一步")

    def answer(self, answers: Sequence[Answer], name: str) -> None:
        """The questions, one a page, up to the materials."""
        for number, one in enumerate(answers, 1):
            self.hand.see(one.title, within=_SLOW)
            for choice in one.taps:
                self.reach(choice)
            if one.typed:
                self.hand.type(one.typed)
            self.shoot(f"{name}-{number}", f"Question {number}: {one.title}")
            self.hand.tap("下一步")
        self.arrive("materials")

    def hand_in(self, ways: Sequence[str]) -> None:
        """The materials, in their order, up to the check page."""
        for number, way in enumerate(ways, 1):
            self.hand.tap(self._next_material())
            self.hand.see(HELD)
            self.hand.tap(way)
            if way == PHOTO:
                self.hand.tap(PHOTO)
                self.hand.see("字看得清吗", within=_SLOW)
                if number == 1:
                    self.shoot("photo", "A paper under the camera; it stays in memory until saved.")
                self.hand.tap("拍好了")
            else:
                self.hand.tap("就这样")
            self.arrive("materials")
        self.shoot("materials", "Every paper has an answer; a missing one would stop nobody.")
        self.onward("请核对", "去核对")

    def _next_material(self) -> str:
        for one in self.hand.seen():
            if one.role == "Button" and one.name.startswith("交"):
                return one.name
        raise WindowError(f"no material is asked for in {self.hand.texts()}")

    def check(self) -> None:
        """Read everything once more, page by page."""
        self.shoot("check", "Everything once more; each line can be mended.")
        while not self._read_to_the_end():
            self.hand.tap("看下一页")

    def _read_to_the_end(self) -> bool:
        """Say that it is right, unless there is more to read: rows grow once they are shown."""
        if "看下一页" in self.hand.texts():
            return False
        try:
            self.onward("查询码", "没错，下一步")
        except WindowError:
            if "看下一页" not in self.hand.texts():
                raise
            return False
        return True

    def sign(self, person: Person, signer: Person | None = None) -> None:
        """Choose the four digits, leave a contact card, sign: up to the button that saves."""
        self.hand.type(person.code)
        self.onward("怎么找您")
        self.reach("到家里找我")
        self.shoot("contact", "How to be found if an act is needed: sealed, free to leave out.")
        self.onward(f"请{(signer or person).name}签名")
        self.hand.draw("签名处", handwriting((signer or person).name))
        self.shoot("sign", "The signature, on the glass, under the words that are declared.")

    def save(self, button: str = "签好了，保存") -> str:
        """Save; the local number on the slip."""
        self.onward("已保存，还没送到部门", button)
        self.shoot("saved", "Saved, and not yet sent: two different words.")
        return next(found[0] for text in self.hand.texts() if (found := _NUMBER.search(text)))

    def leave(self) -> None:
        """办完退出."""
        self.onward("点这里开始", "办完退出")
