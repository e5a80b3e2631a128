"""Pages that ask one thing after the other: the base of who, people, mandate and signature.

Rules:

* One small step shows one thing: a field with keys or keypad, options, facts, a picture, a place
  to sign. A subclass tells what the present step asks (:meth:`shows`) and takes the answer
  (:meth:`take`); this class holds what is typed and draws nothing.
* A fault stands under the field and nothing is cleared. Back goes one small step back, then off
  the page. Nothing is preselected.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from PySide6.QtCore import Property, QByteArray, QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from kiosk.domain.discretion import aloud, matter_aloud
from kiosk.domain.problems import Problem
from ui.bridge.controller import Controller, shown
from ui.bridge.ink import Ink
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

LONGEST: Final = 60
_MATTER: Final = "办什么"
_NO_SHOT: Final = "没拍成。再按一次，或叫人帮忙。"
_NO_PICTURE: Final = {"no-camera": "这台机器没有镜头。请叫人帮忙，或到镇街窗口办。"}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer, or one way to go on. ``need``: the green line of a giant card."""

    key: str
    text: str
    sub: str = ""
    selected: bool = False
    iconName: str = ""
    need: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line that is told: label, value, and the word of its act."""

    label: str
    value: str
    act: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What one small step shows.

    ``kind``: keys | pad | options | cards | facts | photo | sign | wait. ``groups`` and ``length``
    belong to digits; ``extra`` is the keypad's third key; ``many``: several options may be chosen.
    """

    kind: str = "wait"
    title: str = ""
    sub: str = ""
    label: str = ""
    placeholder: str = ""
    groups: tuple[int, ...] = ()
    accent: int = -1
    extra: str = ""
    length: int = LONGEST
    many: bool = False
    primary: str = "下一步"
    primary_icon: str = ""
    secondary: str = ""
    secondary_icon: str = ""
    hint: str = ""
    modes: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class StepsView:
    """The present step and what was typed in it."""

    shown: Step = field(default_factory=Step)
    entry: str = ""
    error: str = ""
    good: str = ""
    note: str = ""
    context: str = ""
    busy: bool = False
    busy_text: str = ""
    picture: bytes = b""


@QmlElement
@QmlUncreatable("a base class")
class StepsController(Controller):  # type: ignore[operator]  # the decorator's stub is wrong
    """What all pages of small steps share."""

    shownChanged = Signal()
    entryChanged = Signal()
    errorChanged = Signal()
    goodChanged = Signal()
    noteChanged = Signal()
    contextChanged = Signal()
    busyChanged = Signal()
    busyTextChanged = Signal()
    pictureChanged = Signal()

    def __init__(self, session: Session, view: StepsView | None = None) -> None:
        super().__init__(session, view or StepsView())
        self._options = Rows(Option, self)
        self._facts = Rows(Fact, self)
        self.filing = session.filing
        self.ink: Ink | None = None

    entry = Property(str, shown("entry"), notify=entryChanged)
    error = Property(str, shown("error"), notify=errorChanged)
    good = Property(str, shown("good"), notify=goodChanged)
    note = Property(str, shown("note"), notify=noteChanged)
    context = Property(str, shown("context"), notify=contextChanged)
    busy = Property(bool, shown("busy"), notify=busyChanged)
    busyText = Property(str, shown("busy_text"), notify=busyTextChanged)

    @Property(QByteArray, notify=pictureChanged)
    def picture(self) -> QByteArray:
        """The picture just taken; empty without one."""
        return QByteArray(self.view.picture)

    @Property(bool, notify=pictureChanged)
    def taken(self) -> bool:
        """Whether a picture was taken."""
        return bool(self.view.picture)

    @Property(QObject, constant=True)
    def options(self) -> Rows:
        """The answers to choose from."""
        return self._options

    @Property(QObject, constant=True)
    def facts(self) -> Rows:
        """What is told."""
        return self._facts

    @Property(str, notify=shownChanged)
    def kind(self) -> str:
        """What stands in the body."""
        return str(self.step.kind)

    @Property(str, notify=shownChanged)
    def title(self) -> str:
        """The question."""
        return self.step.title

    @Property(str, notify=shownChanged)
    def sub(self) -> str:
        """One sentence under it."""
        return self.step.sub

    @Property(str, notify=shownChanged)
    def label(self) -> str:
        """Label over the field."""
        return self.step.label

    @Property(str, notify=shownChanged)
    def placeholder(self) -> str:
        """What stands in the empty field."""
        return self.step.placeholder

    @Property("QList<int>", notify=shownChanged)  # type: ignore[arg-type]  # a name is taken too
    def groups(self) -> list[int]:
        """Digits in groups."""
        return list(self.step.groups)

    @Property(int, notify=shownChanged)
    def accent(self) -> int:
        """The group in green."""
        return self.step.accent

    @Property(str, notify=shownChanged)
    def extra(self) -> str:
        """The keypad's third key."""
        return self.step.extra

    @Property(bool, notify=shownChanged)
    def many(self) -> bool:
        """Several options may be chosen."""
        return self.step.many

    @Property("QStringList", notify=shownChanged)  # type: ignore[arg-type]  # a name is taken too
    def modes(self) -> list[str]:
        """Modes of the keyboard; none: all of them."""
        return list(self.step.modes)

    @Property(str, notify=shownChanged)
    def primary(self) -> str:
        """Words of the filled button."""
        return self.step.primary

    @Property(str, notify=shownChanged)
    def primaryIcon(self) -> str:
        """Its icon."""
        return self.step.primary_icon

    @Property(str, notify=shownChanged)
    def secondary(self) -> str:
        """Words of the other button."""
        return self.step.secondary

    @Property(str, notify=shownChanged)
    def secondaryIcon(self) -> str:
        """Its icon."""
        return self.step.secondary_icon

    @Property(str, notify=shownChanged)
    def hint(self) -> str:
        """A grey line over the buttons."""
        return self.step.hint

    # -- what a subclass tells ------------------------------------------------------------------

    @property
    def step(self) -> Step:
        """The present step."""
        shown_now: Step = self.view.shown
        return shown_now

    @property
    def chosen(self) -> tuple[str, ...]:
        """Keys of the options that are chosen."""
        return tuple(row.key for row in self._options.rows if row.selected)

    def show_step(self, step: Step, entry: str = "", picture: bytes = b"") -> None:
        """Show a small step, with what was answered before."""
        self._options.show(step.options)
        self._facts.show(step.facts)
        self.change(shown=step, entry=entry, error="", good="", note="", picture=picture)
        self.judge(entry)

    def judge(self, entry: str) -> None:
        """After every key: fault, read-back and note of what is typed so far."""

    def take(self) -> None:
        """The filled button: take the answer and go on, or tell what is missing."""

    def other(self) -> None:
        """The other button."""

    def picked(self, key: str) -> None:
        """An option was tapped that goes at once (a giant card)."""

    def act_on(self, index: int) -> None:
        """The act of one of the facts."""

    def shoot(self, taken: Step) -> None:
        """Take a picture and show it with the step ``taken``."""
        self.change(busy=True, busy_text="正在拍…", error="")
        self.session.run(
            lambda station: station.photograph(),
            lambda data: self._shot(data, taken),
            self._not_shot,
        )

    def _shot(self, data: bytes, taken: Step) -> None:
        self.change(busy=False)
        self.show_step(taken, picture=data)

    def _not_shot(self, problem: Problem) -> None:
        self.change(busy=False, error=_NO_PICTURE.get(problem.code, _NO_SHOT))

    # -- what QML calls -------------------------------------------------------------------------

    @Slot(str)
    def type(self, text: str) -> None:
        """Text from the keys, one or more characters."""
        if not self.view.busy and len(self.view.entry) + len(text) <= self.step.length:
            self._typed(self.view.entry + text)

    @Slot()
    def erase(self) -> None:
        """Erase the last character."""
        if not self.view.busy:
            self._typed(self.view.entry[:-1])

    def _typed(self, entry: str) -> None:
        self.change(entry=entry, error="", good="", note="")
        self.judge(entry)

    @Slot(int)
    def choose(self, index: int) -> None:
        """One of the options."""
        rows = self._options.rows
        if self.view.busy or not 0 <= index < len(rows):
            return
        if self.step.kind == "cards":
            self.picked(rows[index].key)
            return
        many = self.step.many
        self._options.show(
            [
                replace(row, selected=(not row.selected if many else True))
                if place == index
                else (row if many else replace(row, selected=False))
                for place, row in enumerate(rows)
            ]
        )
        self.change(error="")

    @Slot(int)
    def act(self, index: int) -> None:
        """The act of one of the facts."""
        if not self.view.busy:
            self.act_on(index)

    @Slot()
    def next(self) -> None:
        """The filled button."""
        if not self.view.busy:
            self.take()

    @Slot()
    def skip(self) -> None:
        """The other button."""
        if not self.view.busy:
            self.other()

    @Slot(Ink)
    def lendInk(self, ink: Ink | None) -> None:
        """The page's place to sign; None when it goes."""
        self.ink = ink

    # -- the controller's part ------------------------------------------------------------------

    def speech(self, page: Page) -> str:
        """Title, sentence, facts, numbered choices; never what was typed."""
        del page
        step = self.step
        parts = [step.title.replace("\n", ""), step.sub]
        parts += [f"{one.label}：{_fact_aloud(one)}" for one in self._facts.rows]
        parts += [
            f"第{number}个，{one.text}，{one.sub}".rstrip("，")
            for number, one in enumerate(self._options.rows, 1)
        ]
        return "。".join(part.rstrip("。") for part in parts if part)

    def reset(self) -> None:
        """Forget what was typed, chosen and signed."""
        super().reset()
        self._options.show(())
        self._facts.show(())
        self.ink = None


def _fact_aloud(fact: Fact) -> str:
    """A fact as it may be heard by who stands behind: a sensitive matter is not named."""
    return matter_aloud(fact.value) if fact.label == _MATTER else aloud(fact.value)
