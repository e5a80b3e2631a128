"""已保存: the slip, what happens next, and the end.

Rules: the page exists only after the station has answered; it says that the department has not
received anything yet; printing never claims more than the printer did; in a proxy filing the
principal's copy is printed with the slip. 办完退出 ends the session and wipes everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.dates import CHINA, in_words
from kiosk.domain.problems import Problem
from ui.bridge.controller import Controller, shown
from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.journeys.slips import Paper
    from ui.bridge.ports import StationFacts, StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_UNPRINTED: Final = "您的申请已经存好，不受影响。请用手机拍下编号，或叫人帮忙。"


@dataclass(frozen=True, slots=True)
class SavedView:
    """``printed``: what became of printing, "" before; ``fine``: it was printed."""

    context: str = ""
    code: str = ""
    number: str = ""
    later: str = ""
    later_sub: str = ""
    proxy: bool = False
    supplement: bool = False
    printed: str = ""
    fine: bool = False
    busy: bool = False


@QmlElement
class SavedController(Controller):
    """The slip of what was just saved."""

    PAGES = (Page.SAVED,)

    contextChanged = Signal()
    codeChanged = Signal()
    numberChanged = Signal()
    laterChanged = Signal()
    laterSubChanged = Signal()
    proxyChanged = Signal()
    supplementChanged = Signal()
    printedChanged = Signal()
    fineChanged = Signal()
    busyChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, SavedView())
        self._station: StationFacts | None = None

    context = Property(str, shown("context"), notify=contextChanged)
    code = Property(str, shown("code"), notify=codeChanged)
    number = Property(str, shown("number"), notify=numberChanged)
    later = Property(str, shown("later"), notify=laterChanged)
    laterSub = Property(str, shown("later_sub"), notify=laterSubChanged)
    proxy = Property(bool, shown("proxy"), notify=proxyChanged)
    supplement = Property(bool, shown("supplement"), notify=supplementChanged)
    printed = Property(str, shown("printed"), notify=printedChanged)
    fine = Property(bool, shown("fine"), notify=fineChanged)
    busy = Property(bool, shown("busy"), notify=busyChanged)

    def enter(self, page: Page) -> None:
        """Show the slip; the station's phone follows."""
        del page
        self.reset()
        saved = self.session.filing.saved
        if saved is None:
            self.session.home()
            return
        from kiosk.journeys.slips import WAIT_DAYS

        application = self.session.filing.now_application
        matter = application.item.common_name or application.item.name
        today = self.session.filing.today
        day = in_words(today + timedelta(days=WAIT_DAYS), today)
        self.change(
            context=f"{matter} · {saved.masked_name}" if saved.masked_name else matter,
            code=saved.code.as_text(),
            number=saved.local_number,
            later=f"{day}还查不到，请来站里",
            later_sub="凭条或编号加4位查询码，都能查",
            proxy=application.mandate is not None,
            supplement=self.session.filing.supplement,
        )
        self.session.run(lambda station: station.facts(), self._know)

    def _know(self, facts: StationFacts) -> None:
        self._station = facts
        if facts.phone:
            self.change(later_sub=f"或打{facts.phone}")

    # -- paper ----------------------------------------------------------------------------------

    @Slot()
    def printOut(self) -> None:
        """The slip, and in a proxy filing the principal's copy."""
        if self.view.busy or self._station is None:
            return
        from ui.paper import as_document, as_picture

        pages = [(name, as_picture(one), as_document(one)) for name, one in self._papers()]

        def put_out(station: StationPort) -> str | None:
            for name, picture, document in pages:
                why = station.print_slip(picture, document, name)
                if why is not None:
                    return why
            return None

        self.change(busy=True, printed="", fine=False)
        self.session.run(put_out, self._printed, self._not_printed)

    def _papers(self) -> list[tuple[str, Paper]]:
        from kiosk.journeys.slips import Letterhead, principal_copy, slip

        saved, facts = self.session.filing.saved, self._station
        assert saved is not None
        assert facts is not None
        application = self.session.filing.now_application
        head = Letterhead(facts.name, facts.phone, facts.demo)
        local = saved.sealed_at.astimezone(CHINA)
        papers = [("slip", slip(saved, application, head, local))]
        copy = principal_copy(saved, application, head, local)
        if copy is not None:
            papers.append(("copy", copy))
        return papers

    def _printed(self, why: str | None) -> None:
        if why is not None:
            self.change(busy=False, printed=_UNPRINTED)
            return
        both = "两张都打好了，一张请转交本人。" if self.view.proxy else "打好了，请拿好。"
        self.change(busy=False, printed=both, fine=True)

    def _not_printed(self, problem: Problem) -> None:
        del problem
        self._printed(_UNPRINTED)

    # -- the end --------------------------------------------------------------------------------

    @Slot()
    def finish(self) -> None:
        """办完退出."""
        self.session.end()

    def back(self) -> bool:
        """What is saved is not filled in again: home."""
        self.session.home()
        return True

    def speech(self, page: Page) -> str:
        """That it is saved and not yet sent; never the number."""
        del page
        return (
            "已保存，还没送到部门。现在锁在这台机器里，断电也不会丢。有网时自动送出，不用您再来。"
            f"{self.view.later}，{self.view.later_sub}。请打印凭条，或用手机拍下。"
        )

    def reset(self) -> None:
        """Forget the slip."""
        super().reset()
        self._station = None
