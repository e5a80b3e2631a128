"""One material: how it is handed in, its pictures, the words of a promise, why it is missing.

Rules:

* Small steps on one page; 返回 goes back through them one by one.
* Pictures are taken when asked, shrunk by the station, kept in the application alone and dropped
  with the session; one that is not right is taken again or thrown away. Off this page none is held
  here, and one that comes when its page has been left is dropped: it is of that material alone.
* A promise 告知承诺 is read before it counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QByteArray, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.submissions import MaterialState
from ui.bridge.answers import office_words
from ui.bridge.controller import Controller, shown
from ui.bridge.handing_in import (
    OTHER_REASON,
    WHY,
    Way,
    pictures_of,
    promise_words,
    wanted,
    ways_of,
    with_pictures,
    with_way,
)
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.domain.items import Material
    from kiosk.domain.problems import Problem
    from kiosk.journeys.applying import Application, Attachment
    from ui.bridge.filing import Filing

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

MOST_PICTURES: Final = 8
LONGEST_REASON: Final = 100


@dataclass(frozen=True, slots=True)
class MaterialView:
    """One material; ``step``: ways | photos | promise | why | words."""

    name: str = ""
    wanted: str = ""
    context: str = ""
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
class MaterialController(Controller):
    """The page of one material."""

    PAGES = (Page.MATERIAL,)

    nameChanged = Signal()
    wantedChanged = Signal()
    contextChanged = Signal()
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
        super().__init__(session, MaterialView())
        self._ways = Rows(Way, self)
        session.moved.connect(self._moved)

    name = Property(str, shown("name"), notify=nameChanged)
    wanted = Property(str, shown("wanted"), notify=wantedChanged)
    context = Property(str, shown("context"), notify=contextChanged)
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
    def ways(self) -> Rows:
        """The ways in which it may be handed in, or the reasons why it is missing."""
        return self._ways

    # -- ways -----------------------------------------------------------------------------------

    @Slot(int)
    def choose(self, index: int) -> None:
        """One of the ways, or one of the reasons."""
        if not 0 <= index < len(self._ways.rows):
            return
        chosen = self._ways.rows[index].key
        self.change(way=chosen, error="")
        self._ways.show([replace(one, selected=one.key == chosen) for one in self._ways.rows])

    @Slot()
    def another(self) -> None:
        """Hand it in in another way than by pictures."""
        self._start()

    @Slot()
    def accept(self) -> None:
        """The filled button."""
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

    def _take_way(self, state: MaterialState) -> None:
        if state is MaterialState.ATTACHED:
            if self._pictures:
                self._look(len(self._pictures))
            else:
                self._shoot(None)
        elif state is MaterialState.COMMITMENT:
            words = promise_words(self._application, self._material)
            self.change(step="promise", promise=words, error="")
        elif state is MaterialState.MISSING:
            self._ways.show(WHY)
            self.change(step="why", way="", error="")
        else:
            self._say(state)

    def _say(self, state: MaterialState, reason: str | None = None) -> None:
        """Record how the material stands, and back to where the page was opened."""
        now = self.session.clock.now()
        self._filing.replace(with_way(self._application, self._material, state, reason, now))
        self.session.back()

    # -- why it is missing ----------------------------------------------------------------------

    @Slot(str)
    def type(self, text: str) -> None:
        """Words of a reason."""
        if len(self.view.reason) + len(text) <= LONGEST_REASON:
            self.change(reason=self.view.reason + text, error="")

    @Slot()
    def erase(self) -> None:
        """The last character of the reason."""
        self.change(reason=self.view.reason[:-1], error="")

    def _why(self, reason: str) -> None:
        if reason == OTHER_REASON:
            self.change(step="words", reason="", error="")
        else:
            self._say(MaterialState.MISSING, reason)

    def _take_reason(self, reason: str) -> None:
        if reason:
            self._say(MaterialState.MISSING, reason)
        else:
            self.change(error="请说一下原因，几个字就行。")

    # -- pictures -------------------------------------------------------------------------------

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

    def _shoot(self, instead_of: int | None) -> None:
        filed, key = self._application.id, self._key
        self.change(busy=True, error="")
        self.session.run(
            lambda station: station.photograph(),
            lambda data: self._taken(data, filed, key, instead_of),
            self._not_taken,
        )

    def _taken(self, data: bytes, filed: UUID, key: str, instead_of: int | None) -> None:
        from kiosk.journeys.applying import Attachment

        self.change(busy=False)
        here = self.session.page is Page.MATERIAL and self._key == key
        if not here or self._application.id != filed:
            return
        pictures = self._pictures
        number = instead_of or len(pictures) + 1
        fresh = Attachment(key, f"{self._material.name}-{number}.jpg", "image/jpeg", data)
        pictures[number - 1 : number] = [fresh]
        self._keep(pictures)
        self._look(number)

    def _not_taken(self, problem: Problem) -> None:
        del problem
        self.change(busy=False, error="镜头没拍成。可以选别的交法，或叫人帮忙。")

    def _keep(self, pictures: list[Attachment]) -> None:
        self._filing.replace(with_pictures(self._application, self._material, pictures))

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

    @property
    def _pictures(self) -> list[Attachment]:
        return pictures_of(self._application, self._key)

    def _start(self) -> None:
        """The ways; what was said of it before is marked."""
        material, application = self._material, self._application
        ways = ways_of(application, material)
        self._ways.show(ways)
        self.change(
            step="ways",
            way=next((one.key for one in ways if one.selected), ""),
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
        """The one that was opened: its pictures if there are any, else its ways."""
        del page
        if self._filing.begun and self._key:
            self._start()
            self._look(1)

    def _moved(self) -> None:
        if self.session.page is not Page.MATERIAL:
            self.change(picture=b"")

    def back(self) -> bool:
        """From a small step back to the ways."""
        if self.view.step in {"ways", "photos"}:
            return False
        if self.view.step == "words":
            self._take_way(MaterialState.MISSING)
        else:
            self._start()
        return True

    def speech(self, page: Page) -> str:
        """The ways by number, or the words of the promise."""
        del page
        if self.view.step == "promise":
            return f"承诺。{self.view.promise}"
        told = [f"第{number}个，{one.text}" for number, one in enumerate(self._ways.rows, 1)]
        return "。".join([self.view.name, *(told if self.view.step in {"ways", "why"} else [])])

    def reset(self) -> None:
        """Forget the pictures with the person."""
        super().reset()
        self._ways.show(())
