"""Checking before signing: everything that was filled in, with 改 at each line.

Rules:

* All people, answers and materials are told back on pages of lines; numbers are masked (rules of
  the counter, 18). 改 opens exactly that page and comes back here.
* Only what cannot be sealed keeps anybody here, and leads to its place; doubts and what is missing
  are advice (rule 9).
* The statement of truth stands above the button, in the words of whoever is at the machine: own
  matters are promised, another's are passed on as told (rule 6).
* Who has not turned all pages is led to the next one before signing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.dates import full_years, in_words
from kiosk.domain.discretion import matter_aloud
from kiosk.domain.identity import birth_date, mask_id, mask_phone
from ui.bridge.agent_steps import OWN_PART, own_part_words
from ui.bridge.answers import UNSAID, answer_at, told
from ui.bridge.controller import Controller, shown
from ui.bridge.handing_in import told_materials
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.faults import Fault
    from kiosk.domain.parties import Party
    from kiosk.domain.problems import Problem
    from kiosk.journeys.applying import Application, Review
    from ui.bridge.filing import Filing

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_OWN_PART: Final = "own-party"
WAY_WORDS: Final = {
    "self": "自己办",
    "family": "帮家人、邻居办",
    "guardian": "监护人、父母来办",
    "agent": "代办员帮办",
    "body": "给店铺、合作社、村集体办",
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line; ``key`` says where 改 leads: seat ``party:0``, ``question:2``, ``material:m1``."""

    key: str
    label: str
    value: str
    note: str = ""
    fault: str = ""
    act: str = "改"


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """Something to know; nothing to be done."""

    text: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """The page: what leads on, and what stands above the button."""

    context: str = ""
    heading: str = ""
    statement: str = ""
    faults: int = 0
    busy: bool = True


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a fault is mended."""

    key: str
    words: str


@QmlElement
class CheckController(Controller):
    """请核对."""

    PAGES = (Page.CHECK,)

    contextChanged = Signal()
    headingChanged = Signal()
    statementChanged = Signal()
    faultsChanged = Signal()
    busyChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, CheckView())
        self._lines = Rows(CheckLine, self)
        self._advice = Rows(AdviceLine, self)
        self._places: tuple[_Place, ...] = ()

    context = Property(str, shown("context"), notify=contextChanged)
    heading = Property(str, shown("heading"), notify=headingChanged)
    statement = Property(str, shown("statement"), notify=statementChanged)
    faults = Property(int, shown("faults"), notify=faultsChanged)
    busy = Property(bool, shown("busy"), notify=busyChanged)

    @Property(QObject, constant=True)
    def lines(self) -> Rows:
        """Everything that was filled in."""
        return self._lines

    @Property(QObject, constant=True)
    def advice(self) -> Rows:
        """What is worth knowing before signing."""
        return self._advice

    # -- acts -----------------------------------------------------------------------------------

    @Slot(str)
    def revise(self, key: str) -> None:
        """改: the page of one line."""
        kind, _, name = key.partition(":")
        filing = self._filing
        if kind == "question":
            filing.revise(Page.QUESTION, int(name))
        elif kind == "material":
            filing.material = name
            filing.revise(Page.MATERIAL)
        elif kind == "party":
            filing.revise(Page.PARTY if name != "0" else Page.IDENTITY, seat=int(name))
        elif kind == _OWN_PART:
            filing.revise(Page.PARTY, seat=int(name), step=OWN_PART)
        elif kind == "mandate":
            filing.revise(Page.MANDATE)
        elif kind == "way":
            self.session.back_to(Page.WHO)

    @Slot()
    def proceed(self) -> None:
        """To the place of the first fault; without any, on to signing."""
        if self.view.busy:
            return
        if self._places:
            self.revise(self._places[0].key)
        else:
            self._filing.next(Page.CHECK)

    # -- what is shown --------------------------------------------------------------------------

    @property
    def _filing(self) -> Filing:
        return self.session.filing

    def enter(self, page: Page) -> None:
        """Everything anew: a page may have changed anything."""
        del page
        filing = self._filing
        if not filing.begun:
            return
        filing.returning = False
        application = filing.now_application
        self._places = ()
        self._lines.show(tuple(self._told(application)))
        self._advice.show(())
        self.change(
            context=filing.whom,
            heading="请核对，\n错了点“改”",
            statement=_statement(application),
            faults=0,
            busy=True,
        )
        self.session.run(lambda station: station.review(application), self._judge, self._not_judged)

    def _not_judged(self, problem: Problem) -> None:
        self.change(busy=False)
        self.session.trouble(problem)

    def _judge(self, review: Review) -> None:
        places = tuple(self._place(fault) for fault in review.faults)
        by_key: dict[str, str] = {}
        for place in places:
            by_key.setdefault(place.key, place.words)
        known = {line.key for line in self._lines.rows}
        missing = [
            CheckLine(key, _missing_label(key), UNSAID, fault=words)
            for key, words in by_key.items()
            if key not in known
        ]
        lines = [replace(line, fault=by_key.get(line.key, "")) for line in self._lines.rows]
        self._places = places
        self._lines.show([*missing, *lines])
        self._advice.show([AdviceLine(words) for words in dict.fromkeys(review.advice)])
        count = len(by_key)
        self.change(
            faults=count,
            busy=False,
            heading=f"还有{count}处要改" if count else "请核对，\n错了点“改”",
        )

    def _place(self, fault: Fault) -> _Place:
        """Where a fault is mended: people, mandate, or the question that holds it."""
        path = fault.path
        if path.startswith("/parties"):
            return _Place(self._seat_of(fault), fault.words)
        if path.startswith("/mandate"):
            return _Place("mandate", fault.words)
        for index, question in enumerate(self._filing.questions):
            if path == question.path or path.startswith(f"{question.path}/"):
                return _Place(f"question:{index}", fault.words)
        return _Place("question:0" if self._filing.questions else "way", fault.words)

    def _seat_of(self, fault: Fault) -> str:
        """``/parties/1/name``: that party's line; ``payee-missing``: the seat of that role."""
        parts = fault.path.split("/")
        if len(parts) > 2 and parts[2].isdecimal():  # noqa: PLR2004 -- "", "parties", number
            return self._party_key(int(parts[2]))
        role = fault.code.removesuffix("-missing").removesuffix("-too-many")
        seats = enumerate(self._filing.seats)
        return f"party:{next((place for place, seat in seats if seat.role.value == role), 0)}"

    def _party_key(self, index: int) -> str:
        """The seat in which a party sits; whoever has none is mended with the last one."""
        role = self._filing.now_application.parties[index].role
        seats = self._filing.seats
        found = (place for place, seat in enumerate(seats) if seat.role is role)
        return f"party:{next(found, len(seats) - 1)}"

    def _told(self, application: Application) -> Iterator[CheckLine]:
        item = application.item
        yield CheckLine("item", "办什么", item.name, note=item.department or "", act="")
        if application.parties:
            yield CheckLine("way", "谁来办", WAY_WORDS[application.way.value], act="")
        for index, party in enumerate(application.parties):
            key = self._party_key(index)
            yield self._told_party(key, party)
            if party.role.value == "agent" and application.way.value == "agent":
                words = own_part_words(application.interest)
                seat = key.partition(":")[2]
                yield CheckLine(f"{_OWN_PART}:{seat}", "是自己的事吗", words)
        if application.mandate is not None:
            until = in_words(application.mandate.valid_until)
            agreed = f"{application.mandate.principal.name}同意了"
            yield CheckLine("mandate", "委托", agreed, note=f"到{until}为止，随时可以取消")
        yield from self._told_answers(application)
        for key, name, standing in told_materials(application):
            yield CheckLine(f"material:{key}", name, standing)

    def _told_party(self, key: str, party: Party) -> CheckLine:
        from kiosk.forms.parties import ROLE_WORDS

        number = party.id_number or ""
        born = birth_date(number)
        years = f"，{full_years(born, self._filing.today)}岁" if born and not party.deceased else ""
        notes = [
            mask_id(number) if number else "没有证件号",
            f"电话 {mask_phone(party.phone)}" if party.phone else "",
            party.relation or "",
            "已去世" if party.deceased else "",
        ]
        name = party.name or "还没起名"
        note = "\n".join(one for one in notes if one)
        return CheckLine(key, ROLE_WORDS[party.role], name + years, note)

    def _told_answers(self, application: Application) -> Iterator[CheckLine]:
        divisions = self._filing.divisions
        for index, question in enumerate(self._filing.questions):
            value = answer_at(application.answers, question.path)
            words = told(question, value, divisions)
            yield CheckLine(f"question:{index}", question.title, words)

    def speech(self, page: Page) -> str:
        """Labels and values as they stand, masked, no sensitive one; then advice and statement."""
        del page
        parts = [self.view.heading.replace("\n", "")]
        parts += [f"{one.label}：{matter_aloud(one.value)}" for one in self._lines.rows]
        parts += [one.text for one in self._advice.rows]
        return "。".join(part.rstrip("。") for part in (*parts, self.view.statement) if part)

    def reset(self) -> None:
        """Forget what was told back."""
        super().reset()
        self._places = ()
        self._lines.show(())
        self._advice.show(())


def _missing_label(key: str) -> str:
    return {"mandate": "委托"}.get(key, "还缺的人")


def _statement(application: Application) -> str:
    """What tapping on means, in the words of whoever taps."""
    person = application.principal
    if application.for_another:
        whose = person.name if person and person.name else "本人"
        return f"点“没错，下一步”，就是说：照{whose}说的如实填的。"
    return "点“没错，下一步”，就是保证以上都是真的。"
