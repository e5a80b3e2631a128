"""Materials: what is there, what is still missing, and how one of them is handed in.

Rules:

* The list never refuses: 就交这些 is always there while something is missing; what nobody spoke of
  is then recorded as missing, 没有说明.
* Pictures are taken when asked, shrunk by the station, kept in the application alone and dropped
  with the session; one that is not right is taken again or thrown away.
* A promise 告知承诺 is the person's own: its words are shown before it counts, and an agent makes
  one only where the mandate says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QByteArray, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.submissions import MaterialAnswer, MaterialState
from ui.bridge.answers import office_words
from ui.bridge.controller import Controller, shown
from ui.bridge.handing_in import (
    NEVER_REFUSED,
    REASONS,
    WAYS,
    MaterialLine,
    Way,
    act_words,
    answer_of,
    lacking,
    line,
    next_open,
    promise_words,
    title,
    wanted,
)
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.items import Material
    from kiosk.domain.problems import Problem
    from kiosk.journeys.applying import Application, Attachment, Declaration
    from ui.bridge.filing import Filing

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

MOST_PICTURES: Final = 8
LONGEST_REASON: Final = 100
_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class MaterialsView:
    """The list, and one of it (``step``: ways | photos | promise | why | words)."""

    heading: str = ""
    sub: str = ""
    context: str = ""
    act: str = ""
    short: int = 0
    upcoming: int = -1
    name: str = ""
    wanted: str = ""
    step: str = "ways"
    way: str = ""
    error: str = ""
    busy: bool = False
    promise: str = ""
    reason: str = ""
    count: int = 0
    number: int = 0
    picture: bytes = b""


@QmlElement
class MaterialsController(Controller):
    """The list of materials, and the page of one."""

    PAGES = (Page.MATERIALS, Page.MATERIAL)

    headingChanged = Signal()
    subChanged = Signal()
    contextChanged = Signal()
    actChanged = Signal()
    shortChanged = Signal()
    upcomingChanged = Signal()
    nameChanged = Signal()
    wantedChanged = Signal()
    stepChanged = Signal()
    wayChanged = Signal()
    errorChanged = Signal()
    busyChanged = Signal()
    promiseChanged = Signal()
    reasonChanged = Signal()
    countChanged = Signal()
    numberChanged = Signal()
    pictureChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, MaterialsView())
        self._lines = Rows(MaterialLine, self)
        self._ways = Rows(Way, self)
        session.filing.watch(self._changed)

    heading = Property(str, shown("heading"), notify=headingChanged)
    sub = Property(str, shown("sub"), notify=subChanged)
    context = Property(str, shown("context"), notify=contextChanged)
    act = Property(str, shown("act"), notify=actChanged)
    short = Property(int, shown("short"), notify=shortChanged)
    upcoming = Property(int, shown("upcoming"), notify=upcomingChanged)
    name = Property(str, shown("name"), notify=nameChanged)
    wanted = Property(str, shown("wanted"), notify=wantedChanged)
    step = Property(str, shown("step"), notify=stepChanged)
    way = Property(str, shown("way"), notify=wayChanged)
    error = Property(str, shown("error"), notify=errorChanged)
    busy = Property(bool, shown("busy"), notify=busyChanged)
    promise = Property(str, shown("promise"), notify=promiseChanged)
    reason = Property(str, shown("reason"), notify=reasonChanged)
    count = Property(int, shown("count"), notify=countChanged)
    number = Property(int, shown("number"), notify=numberChanged)

    @Property(QByteArray, notify=pictureChanged)
    def picture(self) -> QByteArray:
        """The picture being looked at; empty without one."""
        return QByteArray(self.view.picture)

    @Property(QObject, constant=True)
    def lines(self) -> Rows:
        """All materials."""
        return self._lines

    @Property(QObject, constant=True)
    def ways(self) -> Rows:
        """The ways in which the one may be handed in, or the reasons why it is missing."""
        return self._ways

    # -- the list -------------------------------------------------------------------------------

    @Slot(str)
    def open(self, key: str) -> None:
        """One material."""
        self._filing.material = key
        self.session.go(Page.MATERIAL)

    @Slot()
    def proceed(self) -> None:
        """The next one that is missing, or on to checking."""
        upcoming = next_open(self._application)
        if upcoming is None:
            self.settle()
        else:
            self.open(upcoming.key)

    @Slot()
    def settle(self) -> None:
        """就交这些: what nobody spoke of is recorded as it stands, and on."""
        from kiosk.forms.materials import parse_materials

        application = self._application
        said = {
            one.key: {"state": one.state.value, "reason": one.reason}
            for one in application.materials
        }
        answers = parse_materials(application.item, said)
        self._filing.replace(replace(application, materials=answers))
        self._filing.next(Page.MATERIALS)

    # -- one material ---------------------------------------------------------------------------

    @Slot(int)
    def choose(self, index: int) -> None:
        """One of the ways, or one of the reasons."""
        if not 0 <= index < len(self._ways.rows):
            return
        chosen = self._ways.rows[index].key
        self.change(way=chosen, error="")
        self._ways.show([replace(one, selected=one.key == chosen) for one in self._ways.rows])

    @Slot()
    def accept(self) -> None:
        """The filled button of a material's page."""
        if self.view.busy:
            return
        step = self.view.step
        if step == "photos":
            self.session.back()
        elif step == "promise":
            self._say(MaterialState.COMMITMENT)
        elif step == "words":
            self._take_reason(self.view.reason.strip())
        elif not self.view.way:
            self.change(error="请先选一个。")
        elif step == "why":
            self._why(self.view.way)
        else:
            self._take_way(MaterialState(self.view.way))

    @Slot()
    def photograph(self) -> None:
        """Take a picture, one more."""
        if self.view.busy:
            return
        if self.view.count >= MOST_PICTURES:
            self.change(error=f"最多拍{MOST_PICTURES}页。")
            return
        self._shoot(None)

    @Slot()
    def retake(self) -> None:
        """Take the picture being looked at again; the old one stays until the new one is there."""
        if not self.view.busy and self.view.count:
            self._shoot(self.view.number)

    @Slot()
    def remove(self) -> None:
        """Throw away the picture being looked at."""
        pictures = self._pictures
        if self.view.busy or not pictures:
            return
        left = [one for number, one in enumerate(pictures, 1) if number != self.view.number]
        self._keep(left)
        if left:
            self._look(min(self.view.number, len(left)))
        else:
            self._start()

    @Slot(int)
    def turn(self, by: int) -> None:
        """Look at the picture before or after."""
        self._look(max(1, min(self.view.count, self.view.number + by)))

    @Slot(str)
    def type(self, text: str) -> None:
        """Words of a reason."""
        if len(self.view.reason) + len(text) <= LONGEST_REASON:
            self.change(reason=self.view.reason + text, error="")

    @Slot()
    def erase(self) -> None:
        """The last character of the reason."""
        self.change(reason=self.view.reason[:-1], error="")

    def _take_way(self, state: MaterialState) -> None:
        if state is MaterialState.ATTACHED:
            if self._pictures:
                self._look(len(self._pictures))
            else:
                self._shoot(None)
        elif state is MaterialState.COMMITMENT:
            self.change(
                step="promise", promise=promise_words(self._application, self._material), error=""
            )
        elif state is MaterialState.MISSING:
            self._ways.show([*(Way(one, one, "") for one in REASONS), Way(_OTHER, "别的原因", "")])
            self.change(step="why", way="", error="")
        else:
            self._say(state)

    def _why(self, reason: str) -> None:
        if reason == _OTHER:
            self.change(step="words", reason="", error="")
        else:
            self._say(MaterialState.MISSING, reason)

    def _take_reason(self, reason: str) -> None:
        if reason:
            self._say(MaterialState.MISSING, reason)
        else:
            self.change(error="请说一下原因，几个字就行。")

    def _say(self, state: MaterialState, reason: str | None = None) -> None:
        """Record how the material stands, and back to where the page was opened."""
        application = self._application.with_material(MaterialAnswer(self._key, state, reason))
        words = promise_words(application, self._material)
        promises = [one for one in application.declarations if one.words != words]
        if state is MaterialState.COMMITMENT:
            promises.append(self._declared(application, words))
        self._filing.replace(replace(application, declarations=tuple(promises)))
        self.session.back()

    # -- pictures -------------------------------------------------------------------------------

    def _shoot(self, instead_of: int | None) -> None:
        self.change(busy=True, error="")
        self.session.run(
            lambda station: station.photograph(),
            lambda data: self._taken(data, instead_of),
            self._not_taken,
        )

    def _taken(self, data: bytes, instead_of: int | None) -> None:
        from kiosk.journeys.applying import Attachment

        self.change(busy=False)
        pictures = self._pictures
        number = instead_of or len(pictures) + 1
        fresh = Attachment(self._key, f"{self._material.name}-{number}.jpg", "image/jpeg", data)
        pictures[number - 1 : number] = [fresh]
        self._keep(pictures)
        self._look(number)

    def _not_taken(self, problem: Problem) -> None:
        del problem
        self.change(busy=False, error="镜头没拍成。可以选别的交法，或叫人帮忙。")

    def _keep(self, pictures: list[Attachment]) -> None:
        """Put the pictures of this material in place of those before."""
        application = self._application
        others = tuple(one for one in application.attachments if one.key != self._key)
        bare = replace(application, attachments=others)
        for one in pictures:
            bare = bare.with_attachment(one)
        if not pictures:
            said = tuple(one for one in bare.materials if one.key != self._key)
            bare = replace(bare, materials=said)
        self._filing.replace(bare)

    def _look(self, number: int) -> None:
        pictures = self._pictures
        if not pictures:
            return
        self.change(
            step="photos",
            number=number,
            count=len(pictures),
            picture=pictures[number - 1].data,
            error="",
        )

    @property
    def _pictures(self) -> list[Attachment]:
        return [one for one in self._application.attachments if one.key == self._key]

    # -- promises -------------------------------------------------------------------------------

    def _declared(self, application: Application, words: str) -> Declaration:
        from kiosk.domain.parties import Role
        from kiosk.journeys.applying import Declaration

        person = application.principal
        role = person.role if person else Role.APPLICANT
        name = person.name if person else ""
        return Declaration(role, name, words, self.session.clock.now())

    def _may_promise(self, application: Application) -> bool:
        """The person's own promise; an agent's only where the mandate says so."""
        from kiosk.domain.parties import Way as Who

        if application.way not in {Who.FAMILY, Who.AGENT}:
            return True
        return application.mandate is not None and application.mandate.may_sign_commitments

    # -- what is shown --------------------------------------------------------------------------

    @property
    def _filing(self) -> Filing:
        return self.session.filing

    @property
    def _application(self) -> Application:
        return self._filing.now_application

    @property
    def _key(self) -> str:
        return self._filing.material

    @property
    def _material(self) -> Material:
        return next(one for one in self._application.item.materials if one.key == self._key)

    def _changed(self) -> None:
        if self._filing.begun and self.session.page is Page.MATERIALS:
            self._list()

    def _list(self) -> None:
        application = self._application
        short = len(lacking(application))
        following = next_open(application)
        materials = application.item.materials
        self._lines.show([line(application, one) for one in materials])
        self.change(
            heading=title(application),
            sub=NEVER_REFUSED if short else "",
            context=self._filing.whom,
            short=short,
            upcoming=materials.index(following) if following else -1,
            act=act_words(following),
        )

    def _start(self) -> None:
        """The ways of one material; what was said of it before is marked."""
        from kiosk.forms.materials import allowed_states

        material, application = self._material, self._application
        said = answer_of(application, material.key)
        now = said.state.value if said else ""
        states = allowed_states(material)
        if not self._may_promise(application):
            states = tuple(one for one in states if one is not MaterialState.COMMITMENT)
        self._ways.show([Way(one.value, *WAYS[one], selected=one.value == now) for one in states])
        self.change(
            step="ways",
            way=now,
            name=material.name,
            wanted=office_words(application, self.session.tracked, f"material:{material.key}")
            or wanted(material),
            context=self._filing.whom,
            error="",
            reason="",
            count=0,
            number=0,
            picture=b"",
        )

    def enter(self, page: Page) -> None:
        """The list, or the one that was opened."""
        if not self._filing.begun:
            return
        if page is Page.MATERIALS:
            self.change(picture=b"")
            self._list()
        elif self._key:
            self._start()
            if self._pictures:
                self._look(1)

    def back(self) -> bool:
        """From a small step back to the ways."""
        if self.session.page is not Page.MATERIAL or self.view.step == "ways":
            return False
        if self.view.step == "words":
            self._take_way(MaterialState.MISSING)
        elif self.view.step == "photos":
            return False
        else:
            self._start()
        return True

    @Slot()
    def another(self) -> None:
        """Hand it in in another way than by pictures."""
        self._start()

    def speech(self, page: Page) -> str:
        """The count and what is next; or the ways by number."""
        if page is Page.MATERIALS:
            told = [f"{one.text}，{one.sub}".rstrip("，") for one in self._lines.rows]
            return "。".join([self.view.heading.replace("\n", ""), *told, self.view.sub]).rstrip(
                "。"
            )
        if self.view.step == "promise":
            return f"承诺。{self.view.promise}"
        told = [f"第{number}个，{one.text}" for number, one in enumerate(self._ways.rows, 1)]
        return "。".join([self.view.name, *(told if self.view.step in {"ways", "why"} else [])])

    def reset(self) -> None:
        """Forget the pictures with the person."""
        super().reset()
        self._lines.show(())
        self._ways.show(())
