"""People: name, number, phone, relation of everybody whom the filing needs.

Rules (of the counter, 1 and 18): one thing at a time, one person after the other, in the order of
``kiosk.journeys.seating``. A number that cannot be right is told as soon as that is certain; the
birth date is read back from digit 14. A permit of 港澳台 is known by its first digits and not asked
for. Numbers are shown masked as soon as the step is left. Other people than before end a mandate.
A signed-in agent gives number and phone once; at each filing they say whether the matter is their
own or a relative's (rule 6).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtQml import QmlElement

from ui.bridge.agent_steps import OWN_PART, own_part_step
from ui.bridge.session import Session
from ui.bridge.steps import StepsController
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.parties import Party
    from kiosk.journeys.seating import Seat

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

PROOF = "guardian_proof"
_LIST = "list"
_log = logging.getLogger("kiosk.window")


@QmlElement
class PeopleController(StepsController):
    """The people of a filing: the first on the identity page, the others on the next."""

    PAGES = (Page.IDENTITY, Page.PARTY)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._page = Page.IDENTITY
        self._seat = 0
        self._at = ""
        self._draft: Party | None = None

    # -- where we are ---------------------------------------------------------------------------

    @property
    def seat(self) -> Seat:
        """The role being filled."""
        return self.filing.seats[self._seat]

    @property
    def draft(self) -> Party:
        """The person being entered."""
        assert self._draft is not None
        return self._draft

    @property
    def _steps(self) -> tuple[str, ...]:
        from ui.bridge.person_steps import steps_of

        steps = steps_of(self.seat, self.draft)
        return (*steps, OWN_PART) if self._for_agent else steps

    @property
    def _for_agent(self) -> bool:
        """Whether the signed-in agent sits here."""
        from kiosk.domain.parties import Role, Way

        application = self.filing.now_application
        return self.seat.role is Role.AGENT and application.way is Way.AGENT

    def enter(self, page: Page) -> None:
        """From the first person of the page; what is known is kept."""
        self.reset()
        if not self.filing.begun:
            self.session.home()
            return
        self._page = page
        self.change(context=self.filing.whom)
        self._sit(*self.filing.take_seat(page))

    def _sit(self, seat: int, at: str = "") -> None:
        """Begin with one seat; an agent who is known already is only asked about their part."""
        self._seat = seat
        if self.seat.repeated:
            self._to(_LIST)
            return
        known = self.filing.now_application.party(self.seat.role)
        self._draft = known or self._fresh()
        told = known is None and self._for_agent and self._draft.id_number
        self._to(OWN_PART if told else at or self._steps[0])

    def _fresh(self) -> Party:
        from ui.bridge.person_steps import fresh

        return fresh(self.seat, self.filing.now_application.way, self.session.agent)

    def _to(self, at: str) -> None:
        from ui.bridge.person_steps import Asking, list_step, step

        self._at = at
        application = self.filing.now_application
        if at == _LIST:
            self.show_step(list_step(self.seat, application, self.filing.today))
            return
        if at == OWN_PART:
            self.show_step(own_part_step(application.interest))
            return
        asking = Asking(self.seat, application, self.draft, first=self._page is Page.IDENTITY)
        shown, entry = step(at, asking)
        self.show_step(shown, entry)

    # -- answers --------------------------------------------------------------------------------

    def judge(self, entry: str) -> None:
        """Early faults, the birth date read back, how many digits are missing."""
        if self.step.kind != "pad" or not entry:
            return
        from ui.bridge.person_steps import judged

        error, good, note = judged(self._at, entry, self.filing.today)
        self.change(error=error, good=good, note=note)

    def take(self) -> None:
        """Take the answer and go on, or tell what is missing."""
        if self._at == _LIST:
            self._leave_list()
            return
        if self._at == "proof":
            self._take_proof()
            return
        if self._at == OWN_PART:
            self._take_own_part()
            return
        from ui.bridge.person_steps import Answer, answered

        given = Answer(self._at, self.view.entry, self.chosen)
        taken = answered(given, self.draft, self.seat, self.filing)
        if isinstance(taken, str):
            self.change(error=taken)
            return
        self._draft = taken
        self._onward()

    def other(self) -> None:
        """No phone, no name yet, no proof with them; or one more person."""
        if self._at == _LIST:
            self._draft = self._fresh()
            self._to(self._steps[0])
        elif self._at == "phone":
            self._draft = replace(self.draft, phone=None)
            self._onward()
        elif self._at == "name":
            self._draft = replace(self.draft, name="")
            self._onward()
        elif self._at == "proof" and self.view.picture:
            self._to("proof")
        else:
            self._onward()

    def act_on(self, index: int) -> None:
        """Take a person of the list away."""
        application = self.filing.now_application
        here = [party for party in application.parties if party.role is self.seat.role]
        if self._at == _LIST and 0 <= index < len(here):
            self._keep(tuple(one for one in application.parties if one is not here[index]))
            self._to(_LIST)

    def _take_proof(self) -> None:
        from kiosk.journeys.applying import Attachment
        from ui.bridge.person_steps import PROOF_TAKEN

        if not self.view.picture:
            self.shoot(PROOF_TAKEN)
            return
        picture = Attachment(PROOF, "关系证明.jpg", "image/jpeg", self.view.picture)
        application = self.filing.now_application
        others = tuple(one for one in application.attachments if one.key != PROOF)
        self.filing.replace(replace(application, attachments=(*others, picture)))
        self._onward()

    def _take_own_part(self) -> None:
        from kiosk.domain.agents import Interest

        if not self.chosen:
            self.change(error="请选一个。")
            return
        said = Interest(self.chosen[0])
        application = self.filing.now_application
        if application.interest is not said:
            self.filing.replace(replace(application, interest=said))
        self._know_agent()
        self._onward()

    def _know_agent(self) -> None:
        """Number and phone of the signed-in agent are kept for the next filing, sealed to them."""
        from kiosk.domain.agents import AgentDetails

        agent = self.session.agent
        details = AgentDetails(self.draft.id_number or "", self.draft.phone)
        if agent is None or agent.details == details:
            return
        self.session.sign_in(replace(agent, details=details))
        self.session.run(
            lambda station: station.agents.keep_details(agent.id, details),
            lambda _: None,
            lambda problem: _log.info("the agent's details: %s", problem.code),
        )

    # -- going on -------------------------------------------------------------------------------

    def _onward(self) -> None:
        steps = self._steps
        here = steps.index(self._at)
        if here + 1 < len(steps):
            self._to(steps[here + 1])
            return
        application = self.filing.now_application
        if self.seat.repeated:
            self._keep((*application.parties, self.draft))
            self._to(_LIST)
            return
        others = [party for party in application.parties if party.role is not self.draft.role]
        self._keep((*others, self.draft))
        self._next_seat()

    def _leave_list(self) -> None:
        application = self.filing.now_application
        count = sum(party.role is self.seat.role for party in application.parties)
        if count < self.seat.need.least:
            self.other()
        else:
            self._next_seat()

    def _next_seat(self) -> None:
        self.change(context=self.filing.whom)
        if (
            self.filing.returning
            or self._page is Page.IDENTITY
            or self._seat + 1 >= len(self.filing.seats)
        ):
            self.filing.next(self._page)
        else:
            self._sit(self._seat + 1)

    def _keep(self, parties: tuple[Party, ...]) -> None:
        """Put the parties in the order of the seats; other people end a mandate."""
        application = self.filing.now_application
        if parties == application.parties:
            return
        order = {seat.role: place for place, seat in enumerate(self.filing.seats)}
        ordered = tuple(sorted(parties, key=lambda one: order.get(one.role, len(order))))
        changed = replace(application, parties=ordered, declarations=())
        if _people(ordered) != _people(application.parties):
            kept = tuple(one for one in application.attachments if one.key != "mandate")
            changed = replace(changed, mandate=None, attachments=kept)
        self.filing.replace(changed)

    def back(self) -> bool:
        """One small step back; then to the person before."""
        if not self.filing.begun or not self._at:
            return False
        if self._at != _LIST:
            steps = self._steps
            here = steps.index(self._at)
            if here > 0:
                self._to(steps[here - 1])
                return True
            if self.seat.repeated:
                self._to(_LIST)
                return True
        if self._page is Page.PARTY and self._seat > 1:
            self._sit(self._seat - 1)
            return True
        return False

    def reset(self) -> None:
        """Forget who it was."""
        super().reset()
        self._draft, self._seat, self._at = None, 0, ""


def _people(parties: tuple[Party, ...]) -> set[tuple[str, str, str | None]]:
    return {(one.role.value, one.name, one.id_number) for one in parties}
