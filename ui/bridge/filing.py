"""The filing being made: one application and its engine, held for the person at the machine.

Rules:

* One per session, plain Python: controllers read it when they are entered and put a new frozen
  application in its place; whoever watches is told after each change.
* The engine is built once per application, on the store worker; afterwards the GUI thread may ask
  it (pure, no casebook).
* Nothing outlives the session: :meth:`clear` drops every reference. A crash is survived by the
  savepoint alone, which is told of every change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.domain.dates import today_in_china
from ui.bridge.savepoint import Savepoint
from ui.navigation import Page, Progress, next_page, road

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from kiosk.domain.divisions import DivisionLookup
    from kiosk.domain.parties import Way
    from kiosk.domain.problems import Problem
    from kiosk.forms.engine import Engine, Question
    from kiosk.journeys.applying import Application
    from kiosk.journeys.authorising import ProxyRule
    from kiosk.journeys.drafting import Reopened
    from kiosk.journeys.progress import Tracked
    from kiosk.journeys.seating import Seat
    from kiosk.journeys.slips import Saved
    from ui.bridge.machine import AtMachine
    from ui.bridge.ports import StationPort


@dataclass(frozen=True, slots=True, repr=False)
class Begun:
    """What the store worker prepares for one application."""

    application: Application
    engine: Engine
    divisions: DivisionLookup
    rule: ProxyRule


class Filing:
    """The application of the person at the machine.

    Args:
        session: their session.

    Attributes:
        application: what was filled in; None when nothing is being made.
        index: which of the visible questions is asked now.
        seat: whose line, and which step of theirs, 改 was tapped at; None: nobody's.
        returning: a page was opened from the check page; what is next is to check again.
        material: key of the material that the page of one material shows.
        saved: the slip, once it is saved.
    """

    def __init__(self, session: AtMachine) -> None:
        self._session = session
        self._watchers: list[Callable[[], None]] = []
        self._savepoint = Savepoint(session)
        self._begun: Begun | None = None
        self.application: Application | None = None
        self.index = 0
        self.seat: tuple[int, str] | None = None
        self.returning = False
        self.material = ""
        self.saved: Saved | None = None

    # -- beginning and ending -------------------------------------------------------------------

    def begin(
        self,
        item_id: str,
        way: Way,
        then: Callable[[], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Begin to file an item, then call ``then``.

        Whoever comes back and chooses another way keeps answers and materials, not people.
        """
        application, replaces = self.application, self._session.replaces
        if application is not None and not self.saved and _is_for(application, item_id, replaces):
            if application.way is not way:
                self.replace(self._other_way(application, way))
            then()
            return
        today = self.today
        self._session.run(
            lambda station: _begin(station, _fresh(station, item_id, replaces, way), today),
            lambda begun: self._take(begun, then),
            failed,
        )

    def begin_supplement(
        self,
        tracked: Tracked,
        way: Way,
        then: Callable[[], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Begin to answer a correction notice, then call ``then``."""
        today = self.today
        self._session.run(
            lambda station: _begin(station, station.begin_supplement(tracked, way), today),
            lambda begun: self._take(begun, then),
            failed,
        )

    def resume(self, found: Reopened, failed: Callable[[Problem], None]) -> None:
        """Go on with a draft that came back, where something is still open; or show its slip."""
        today = self.today
        self._session.run(
            lambda station: _begin(station, found.application, today),
            lambda begun: self._take(begun, lambda: self._go_on(found.saved)),
            failed,
        )

    def _go_on(self, saved: Saved | None) -> None:
        application = self.now_application
        self._session.choose_item(application.item.item_id, application.continues.supersedes)
        if saved is not None:
            self.done(saved)
            self._session.walk(Page.SAVED)
            return
        self._session.unsaved = True
        page, self.index = self._open_place()
        self._session.walk(*road(page, self.progress))

    def clear(self) -> None:
        """Forget everything: the session is over, or the person begins anew."""
        self._begun = None
        self.application = None
        self.index = 0
        self.returning = False
        self.material = ""
        self.saved = None
        self._savepoint.wipe()
        self._tell()

    def _take(self, begun: Begun, then: Callable[[], None]) -> None:
        self._begun = begun
        self.index = 0
        self.returning = False
        self.saved = None
        application = begun.application
        self.application = replace(application, agent_id=self._agent_of(application.way))
        self._savepoint.keep(self.application)
        self._tell()
        then()

    def _agent_of(self, way: Way) -> str | None:
        """The signed-in agent, where it is the agent who files."""
        agent = self._session.agent
        return agent.id if agent is not None and way.value == "agent" else None

    def _other_way(self, application: Application, way: Way) -> Application:
        keys = {material.key for material in application.item.materials}
        kept = tuple(one for one in application.attachments if one.key in keys)
        return replace(
            application,
            way=way,
            parties=(),
            attachments=kept,
            mandate=None,
            asked=None,
            agent_id=self._agent_of(way),
            declarations=(),
            signature=None,
        )

    # -- what is there --------------------------------------------------------------------------

    @property
    def begun(self) -> bool:
        """Whether an application is being made."""
        return self.application is not None

    @property
    def supplement(self) -> bool:
        """Whether a correction notice is being answered."""
        return self.application is not None and self.application.kind.value == "supplement"

    @property
    def now_application(self) -> Application:
        """The application; a page of the journey is only shown while there is one."""
        assert self.application is not None
        return self.application

    @property
    def engine(self) -> Engine:
        """The engine of its form."""
        assert self._begun is not None
        return self._begun.engine

    @property
    def divisions(self) -> DivisionLookup:
        """Divisions, for pickers."""
        assert self._begun is not None
        return self._begun.divisions

    @property
    def rule(self) -> ProxyRule:
        """May it be filed by another?"""
        assert self._begun is not None
        return self._begun.rule

    @property
    def today(self) -> date:
        """The civil date in China."""
        return today_in_china(self._session.clock.now())

    @property
    def questions(self) -> tuple[Question, ...]:
        """The visible questions, in order."""
        return self.engine.questions(self.now_application.answers)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Who is asked for; none in a supplement."""
        from kiosk.domain.submissions import Kind
        from kiosk.journeys.seating import seats

        application = self.now_application
        if application.kind is not Kind.FILING:
            return ()
        return seats(application.item, application.way)

    @property
    def whom(self) -> str:
        """For the context line: ``高龄津贴 · 帮李桂英办``."""
        from kiosk.domain.parties import Way

        application = self.now_application
        name = application.item.common_name or application.item.name
        person = application.principal
        if person is None or not person.name or application.way in {Way.SELF, Way.BODY}:
            return name
        return f"{name} · 给{person.name}办"

    # -- changing -------------------------------------------------------------------------------

    def replace(self, application: Application) -> None:
        """Put a new application in place of the old one, and tell who watches."""
        self.application = application
        self._session.unsaved = True
        self._savepoint.keep(application)
        self._tell()

    def done(self, saved: Saved) -> None:
        """It is saved: nothing would be lost now."""
        self.saved = saved
        self._session.unsaved = False
        self._savepoint.wipe()
        self._tell()

    def watch(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` after every change, clearing included."""
        self._watchers.append(changed)

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()

    # -- going on -------------------------------------------------------------------------------

    @property
    def progress(self) -> Progress:
        """What of the filing is already there, for :func:`ui.navigation.next_page`."""
        from kiosk.domain.parties import Way
        from kiosk.domain.submissions import Kind

        application = self.now_application
        filing = application.kind is Kind.FILING
        return Progress(
            way=application.way,
            identity_known=application.principal is not None,
            parties_wanted=max(0, len(self.seats) - 1),
            notice_shown=application.notice is not None,
            needs_mandate=filing and application.way in {Way.FAMILY, Way.AGENT},
            mandate_given=application.mandate is not None,
            question=self.index,
            questions=len(self.questions),
            materials=len(application.item.materials),
            supplement=not filing,
        )

    def _open_place(self) -> tuple[Page, int]:
        """The first page on which something is still to be done, and which question; or check."""
        from ui.bridge.handing_in import next_open

        application, progress = self.now_application, self.progress
        filled = [party.role for party in application.parties]
        if any(filled.count(one.role) < one.need.least for one in self.seats[1:]):
            return Page.PARTY, 0
        if not progress.notice_shown:
            return Page.NOTICE, 0
        if progress.needs_mandate and not progress.mandate_given:
            return Page.MANDATE, 0
        index = self._open_question()
        if index is not None:
            return Page.QUESTION, index
        return (Page.CHECK if next_open(application) is None else Page.MATERIALS), 0

    def _open_question(self) -> int | None:
        """The first question with a fault; else, until papers are handed in, the one after all."""
        from ui.bridge.answers import answer_at, faults_at

        application, questions = self.now_application, self.questions
        for index, question in enumerate(questions):
            if faults_at(self.engine, question.path, application.answers):
                return index
        done = [answer_at(application.answers, one.path) is not None for one in questions]
        after = len(done) - done[::-1].index(True) if True in done else 0
        return after if after < len(questions) and not application.materials else None

    def next(self, page: Page) -> None:
        """Go where the journey leads after ``page``; from a question perhaps to the next one."""
        if self.returning:
            self.returning = False
            self._session.back_to(Page.CHECK)
            return
        following = next_page(page, self.progress)
        if following is Page.QUESTION:
            self.index = self.index + 1 if page is Page.QUESTION else 0
            self._tell()
        self._session.go(following)

    def revise(
        self, page: Page, index: int | None = None, *, seat: int | None = None, step: str = ""
    ) -> None:
        """改 on the check page: open one question or one person, and come back to check after."""
        self.returning = True
        self.seat = None if seat is None else (seat, step)
        if index is not None:
            self.index = index
        self._session.go(page)

    def take_seat(self, page: Page) -> tuple[int, str]:
        """Where a page of people begins: the seat and step that is revised, else its first."""
        wanted, self.seat = self.seat, None
        first = (0 if page is Page.IDENTITY else 1, "")
        return wanted if self.returning and wanted is not None else first

    def previous_question(self) -> bool:
        """One question back; False at the first one."""
        if self.index == 0:
            return False
        self.index -= 1
        self._tell()
        return True


def _is_for(application: Application, item_id: str, replaces: UUID | None) -> bool:
    same = application.item.item_id == item_id
    return same and application.continues.supersedes == replaces


def _fresh(station: StationPort, item_id: str, replaces: UUID | None, way: Way) -> Application:
    if replaces is None:
        return station.begin(item_id, way)
    return station.begin_refiling(replaces, way)


def _begin(station: StationPort, application: Application, today: date) -> Begun:
    from kiosk.forms.engine import Engine

    divisions = station.divisions()
    engine = Engine(application.form, divisions, today)
    rule = station.proxy_rule(application.item.item_id)
    return Begun(application, engine, divisions, rule)
