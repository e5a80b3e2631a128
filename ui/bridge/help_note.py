"""写下来，明天找您: a note for the people of the station, in small steps.

Rules (of the counter, 14, 18 and 19): most of it is answered by one touch; nothing is preselected;
who reads it and how long it stays is told before anything is written and again before it is left;
"记下了" appears only when it is durable, and promises no hour that nobody gave; where it cannot be
kept, the numbers to call stand there instead. It is never read aloud.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtQml import QmlElement

from kiosk.domain.contacts import HOME, MOST, PLACES
from kiosk.domain.faults import Flaw
from kiosk.domain.helping import LONGEST_NAME, LONGEST_WISH, called_flaw, help_request, wish_flaw
from ui.bridge.session import Session
from ui.bridge.steps import Fact, Option, Step, StepsController
from ui.navigation import Page

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.domain.items import ServiceItem
    from kiosk.domain.problems import Problem
    from ui.bridge.ports import StationFacts, StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

HOTLINE: Final = "12345"
NO_NAME: Final = "没写称呼"
_PRIVATE: Final = "只给站里的人看，办完就删。"
_REACH, _PHONE, _WHERE, _PLACE = "reach", "phone", "where", "place"
_NAME, _WISH, _WORDS, _CHECK, _END = "name", "wish", "words", "check", "end"
_WRITTEN: Final = "written"
_WISHES: Final = ("不会填，想请人帮忙填", "材料弄不齐", "想问一件事", "机器不好用")

_STEPS: Final = {
    _REACH: Step(
        kind="cards",
        title="怎么找您？",
        sub=_PRIVATE,
        primary="",
        options=(
            Option(_PHONE, "打电话给我", "座机、家人的电话都行", iconName="phone"),
            Option(HOME, "到家里找我", "村里人知道您家的", iconName="house"),
            Option(_WHERE, "到别的地方找我", "田里、村委会，都行", iconName="map-pin"),
        ),
    ),
    _PHONE: Step(
        kind="pad",
        title="打哪个电话？",
        sub="座机带区号。是家里人的，先问他同意不同意。",
        placeholder="电话号码",
        groups=(3, 4, 5),
        length=12,
    ),
    _WHERE: Step(
        kind="cards",
        title="到哪里找您？",
        primary="",
        options=(
            *(Option(place, f"到{place}", iconName="map-pin") for place in PLACES),
            Option(_WRITTEN, "别的地方，自己写", iconName="pen-line"),
        ),
    ),
    _PLACE: Step(
        kind="keys",
        title="到哪里找您？",
        sub="怎么说都行，听得懂就好。",
        label="在哪里",
        placeholder="比如：榕树下的小店",
        length=MOST,
    ),
    _NAME: Step(
        kind="keys",
        title="怎么称呼您？",
        sub="写个姓也行，不用写全名。",
        label="称呼",
        placeholder="比如：李阿婆",
        length=LONGEST_NAME,
    ),
    _WORDS: Step(
        kind="keys",
        title="要帮什么？",
        sub="写几个字就行。",
        label="要帮什么",
        placeholder="比如：帮我看看补贴",
        length=LONGEST_WISH,
    ),
}
_CHECKED: Final = Step(
    kind="facts",
    title="写得对吗？",
    sub="只给站里的人看，看了有记录，办完就删。",
    primary="对，交给站里",
    primary_icon="check",
    secondary="不写了",
)


@dataclass(frozen=True, slots=True, repr=False)
class _Note:
    """What was answered so far."""

    phone: str = ""
    place: str = ""
    name: str = ""
    wish: str = ""


@QmlElement
class HelpNoteController(StepsController):
    """The note of a person who found nobody there."""

    PAGES = (Page.HELP_NOTE,)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._note = _Note()
        self._id: UUID | None = None
        self._facts_of_station: StationFacts | None = None
        self._way: list[str] = []
        self._matter = ""

    def enter(self, page: Page) -> None:
        """A blank note; what the person was reading may be what they want help with."""
        del page
        self.reset()
        item_id = self.session.item_id
        self.session.run(lambda station: station.facts(), self._know, lambda _: None)
        if item_id is not None:
            self.session.run(lambda station: station.item(item_id), self._reading, lambda _: None)
        self._go(_REACH)

    def _know(self, facts: StationFacts) -> None:
        self._facts_of_station = facts

    def _reading(self, item: ServiceItem) -> None:
        self._matter = item.common_name or item.name

    # -- the way --------------------------------------------------------------------------------

    @property
    def _at(self) -> str:
        return self._way[-1] if self._way else _REACH

    def _go(self, at: str) -> None:
        """On to a step; one that was there before is gone back to."""
        if at in self._way:
            del self._way[self._way.index(at) :]
        self._way.append(at)
        self._show()

    def _show(self) -> None:
        at, note = self._at, self._note
        if at == _WISH:
            self.show_step(_wishes(self._matter))
        elif at == _CHECK:
            self.show_step(replace(_CHECKED, facts=_told(note)))
        elif at == _NAME and note.phone:
            self.show_step(replace(_STEPS[_NAME], secondary="不写，下一步"), note.name)
        elif at != _END:
            entries = {_PHONE: note.phone, _PLACE: note.place, _NAME: note.name}
            self.show_step(_STEPS[at], entries.get(at, ""))

    def _next(self) -> None:
        """The first thing that is still open, then the check."""
        note = self._note
        self._go(_NAME if not note.name else _WISH if not note.wish else _CHECK)

    def _put(self, **said: str) -> None:
        self._note = replace(self._note, **said)
        self._next()

    # -- answers --------------------------------------------------------------------------------

    def picked(self, key: str) -> None:
        """One of the cards: goes at once."""
        if self._at == _WISH:
            if key == _WRITTEN:
                self._go(_WORDS)
            else:
                self._put(wish=key)
        elif key in {_PHONE, _WHERE}:
            self._go(key)
        elif key == _WRITTEN:
            self._go(_PLACE)
        else:
            self._put(phone="", place=key)

    def take(self) -> None:
        """The filled button."""
        taking: dict[str, Callable[[], None]] = {
            _PHONE: lambda: self._typed_way(phone=self.view.entry),
            _PLACE: lambda: self._typed_way(place=self.view.entry),
            _NAME: lambda: self._typed_words(called_flaw, name=self.view.entry),
            _WORDS: lambda: self._typed_words(wish_flaw, wish=self.view.entry),
            _CHECK: self._leave,
            _END: self._back_to_work,
        }
        taking[self._at]()

    def other(self) -> None:
        """不写，下一步 on the name; 不写了 on the check; 再试一次 at the end."""
        if self._at == _NAME:
            self._put(name=NO_NAME)
        elif self._at == _END:
            self._go(_CHECK)
            self._leave()
        else:
            self._back_to_work()

    def act_on(self, index: int) -> None:
        """改."""
        self._go((_NAME, _REACH, _WISH)[index])

    def _typed_way(self, phone: str = "", place: str = "") -> None:
        if not phone and self._at == _PHONE:
            self.change(error="电话还没填。")
            return
        made = help_request(NO_NAME, phone, place, NO_NAME)
        if isinstance(made, Flaw):
            self.change(error=made.words)
        else:
            self._put(phone=made.card.phone, place=made.card.place)

    def _typed_words(self, judge: Callable[[str], Flaw | None], **said: str) -> None:
        flaw = judge(self.view.entry)
        if flaw is not None:
            self.change(error=flaw.words)
        else:
            self._put(**said)

    # -- leaving it -----------------------------------------------------------------------------

    def _leave(self) -> None:
        from kiosk.journeys.applying import new_id

        note = self._note
        request = help_request(note.name, note.phone, note.place, note.wish)
        if isinstance(request, Flaw):
            self.change(error=request.words)
            return
        self._id = note_id = self._id or new_id()

        def ask(station: StationPort) -> None:
            station.helping.leave(note_id, request)

        self.change(busy=True, busy_text="正在记…", error="")
        self.session.run(ask, lambda _: self._left(), self._not_left)

    def _left(self) -> None:
        self._note = _Note()
        self.change(busy=False)
        self._way = [_END]
        self.show_step(
            Step(
                kind="facts",
                title="记下了",
                sub="站里的人登录后看到，就去找您。",
                primary="知道了，接着办",
                facts=self._numbers(),
            )
        )

    def _not_left(self, problem: Problem) -> None:
        """Told where it happened, with who can be called instead."""
        full = problem.code == "help-full"
        self.change(busy=False)
        self._way.append(_END)
        self.show_step(
            Step(
                kind="facts",
                title="没记下来",
                sub="条子太多，放不下了。请打电话。" if full else "这台机器现在存不了。请打电话。",
                primary="知道了，接着办",
                secondary="再试一次",
                facts=self._numbers(),
            )
        )

    def _numbers(self) -> tuple[Fact, ...]:
        facts = self._facts_of_station
        lines = [Fact("站里电话", facts.phone)] if facts and facts.phone else []
        return (*lines, Fact("几点有人", hours_words(facts)), Fact("等不及", f"打{HOTLINE}"))

    def _back_to_work(self) -> None:
        """Back to where help was asked for."""
        self.session.back()
        if self.session.page is Page.HELP:
            self.session.back()

    # -- the controller's part ------------------------------------------------------------------

    def back(self) -> bool:
        """One small step back; what is left already is not written again."""
        if self._at == _END and not self._note.wish:
            self._back_to_work()
            return True
        if len(self._way) < 2:  # noqa: PLR2004 -- the first step leaves the page
            return False
        self._way.pop()
        self._show()
        return True

    def speech(self, page: Page) -> str:
        """Never what was written."""
        return self.step.title if self._at == _CHECK else super().speech(page)

    def reset(self) -> None:
        """Forget what was written."""
        super().reset()
        self._note, self._id, self._way, self._matter = _Note(), None, [], ""


def hours_words(facts: StationFacts | None) -> str:
    """When somebody is there; that nobody wrote it down, and whom to ask instead."""
    if facts is not None and facts.hours:
        return facts.hours
    return "没写，打电话问一下" if facts is not None and facts.phone else "没写，问问村里人"


def _wishes(matter: str) -> Step:
    options = [Option(f"想办：{matter}"[:LONGEST_WISH], f"想办：{matter}")] if matter else []
    options += [Option(wish, wish) for wish in _WISHES]
    options.append(Option(_WRITTEN, "别的，自己写"))
    return Step(kind="cards", title="要帮什么？", primary="", options=tuple(options))


def _told(note: _Note) -> tuple[Fact, ...]:
    where = f"打电话 {note.phone}" if note.phone else f"到{note.place}"
    return (
        Fact("称呼", note.name, "改"),
        Fact("怎么找", where, "改"),
        Fact("要帮什么", note.wish, "改"),
    )
