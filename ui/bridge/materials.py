"""Materials: what is there, what is still missing, and going on with less.

Rules: the list never refuses. 就交这些 is always there while something is missing; what nobody
spoke of is then recorded as missing, 没有说明. One of them is handed in on its own page
(:mod:`ui.bridge.material`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.bridge.controller import Controller, shown
from ui.bridge.handing_in import (
    NEVER_REFUSED,
    MaterialLine,
    act_words,
    lacking,
    line,
    next_open,
    settled,
    title,
)
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from ui.bridge.filing import Filing

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class MaterialsView:
    """The count, the words of the button, and which row is the next (``upcoming``)."""

    heading: str = ""
    sub: str = ""
    context: str = ""
    act: str = ""
    short: int = 0
    upcoming: int = -1


@QmlElement
class MaterialsController(Controller):
    """The list of materials."""

    PAGES = (Page.MATERIALS,)

    headingChanged = Signal()
    subChanged = Signal()
    contextChanged = Signal()
    actChanged = Signal()
    shortChanged = Signal()
    upcomingChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, MaterialsView())
        self._lines = Rows(MaterialLine, self)
        session.filing.watch(self._changed)

    heading = Property(str, shown("heading"), notify=headingChanged)
    sub = Property(str, shown("sub"), notify=subChanged)
    context = Property(str, shown("context"), notify=contextChanged)
    act = Property(str, shown("act"), notify=actChanged)
    short = Property(int, shown("short"), notify=shortChanged)
    upcoming = Property(int, shown("upcoming"), notify=upcomingChanged)

    @Property(QObject, constant=True)
    def lines(self) -> Rows:
        """All materials."""
        return self._lines

    @Slot(str)
    def open(self, key: str) -> None:
        """One material."""
        self._filing.material = key
        self.session.go(Page.MATERIAL)

    @Slot()
    def proceed(self) -> None:
        """The next one that is missing, or on to checking."""
        upcoming = next_open(self._filing.now_application)
        if upcoming is None:
            self.settle()
        else:
            self.open(upcoming.key)

    @Slot()
    def settle(self) -> None:
        """就交这些: what nobody spoke of is recorded as it stands, and on."""
        self._filing.replace(settled(self._filing.now_application))
        self._filing.next(Page.MATERIALS)

    # -- what is shown --------------------------------------------------------------------------

    @property
    def _filing(self) -> Filing:
        return self.session.filing

    def _changed(self) -> None:
        if self.session.page is Page.MATERIALS:
            self.enter(Page.MATERIALS)

    def enter(self, page: Page) -> None:
        """The list as it stands now."""
        del page
        if not self._filing.begun:
            return
        application = self._filing.now_application
        materials = application.item.materials
        short = len(lacking(application))
        following = next_open(application)
        self._lines.show([line(application, one) for one in materials])
        self.change(
            heading=title(application),
            sub=NEVER_REFUSED if short else "",
            context=self._filing.whom,
            short=short,
            upcoming=materials.index(following) if following else -1,
            act=act_words(following),
        )

    def speech(self, page: Page) -> str:
        """The count, how each one stands, and that less is no reason to be refused."""
        del page
        told = [f"{one.text}，{one.sub}".rstrip("，") for one in self._lines.rows]
        parts = [self.view.heading.replace("\n", ""), *told, self.view.sub]
        return "。".join(parts).rstrip("。")

    def reset(self) -> None:
        """Forget whose materials these were."""
        super().reset()
        self._lines.show(())
