"""What agents do for themselves at the window: details, a forgotten PIN, drafts put aside.

Rules: called on the store worker only; nothing of an agent is kept here between two calls: the key
that opens what is sealed to them comes with each of them, from the session that holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.domain.agents import AgentDetails, AsideDraft, Order, OrderKind
from kiosk.domain.clock import Clock
from kiosk.domain.dates import today_in_china

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.journeys.applying import Application
    from kiosk.journeys.drafting import Reopened
    from kiosk.main.wiring import Station
    from kiosk.sealing.keys import OpenKey
    from kiosk.store.directory import Directory
    from ui.bridge.ports import SignedIn


class AgentRoom:
    """The agents of a station's window.

    Args:
        clock: the station's clock.
        directory: the directory as it is now.
        station: the opened stores.
    """

    def __init__(
        self, clock: Clock, directory: Callable[[], Directory], station: Callable[[], Station]
    ) -> None:
        self._clock = clock
        self._directory = directory
        self._station = station

    def sign_in(self, agent_id: str, pin: str) -> SignedIn:
        """Sign an agent in, with what only they can open.

        Raises:
            InputProblem: ``wrong-pin`` or ``locked-out``.
        """
        from kiosk.journeys.admitting import let_on
        from ui.bridge.ports import SignedIn

        station = self._station()
        agent = station.agents.verify(agent_id, pin, self._clock.now())
        key = station.vaults.open(agent.id, pin)
        let_on(station.casebook)
        return SignedIn(agent.id, agent.name, station.vaults.details(agent.id, key), key)

    def keep_details(self, agent_id: str, details: AgentDetails) -> None:
        """Keep an agent's number and phone, sealed to them.

        Raises:
            InputProblem: there is no such agent.
        """
        self._station().vaults.keep_details(agent_id, details)

    def check_code(self, agent_id: str, code: str) -> None:
        """See whether a code of the township is right, without using it up.

        Raises:
            InputProblem: ``wrong-code`` or ``locked-out``.
        """
        self._station().orders().check(self._order(agent_id), code)

    def reset_pin(self, agent_id: str, code: str, pin: str) -> SignedIn:
        """Set a PIN anew by the township's code, and sign in with it.

        Raises:
            InputProblem: ``wrong-code``, ``locked-out``, ``weak-pin`` or ``bad-pin``.
        """
        self._station().orders().reset_pin(self._order(agent_id), code, pin)
        return self.sign_in(agent_id, pin)

    def _order(self, agent_id: str) -> Order:
        return Order(OrderKind.RESET_PIN, self._station().device.terminal, agent_id)

    # -- drafts ---------------------------------------------------------------------------------

    def put_aside(self, agent_id: str, application: Application) -> None:
        """Put what an agent began aside, sealed to them and to the township.

        Raises:
            InputProblem: there is no such agent.
            EnvironmentProblem: no platform was adopted, or the disk refuses.
        """
        from kiosk.domain.identity import mask_name
        from kiosk.journeys.drafting import draft_bytes

        station, person = self._station(), application.principal
        station.agent_drafts.keep(
            agent_id,
            application.id,
            draft_bytes(application),
            names=(application.item.name, mask_name(person.name) if person else ""),
            recovery=station.desk().sealing_key,
        )

    def aside(self, agent_id: str) -> tuple[AsideDraft, ...]:
        """The drafts that an agent answers for, the newest first."""
        station = self._station()
        return station.agent_drafts.of(station.orders().answers_for(agent_id), agent_id)

    def take_up(self, agent_id: str, key: OpenKey, draft_id: UUID) -> Reopened:
        """A draft again, under item and form as they are now; it stays until it is saved.

        Raises:
            InputProblem: not this agent's, sealed to a key that is gone, or its item is not in the
                directory any more.
        """
        from kiosk.journeys.drafting import item_of, reopened
        from kiosk.journeys.submitting import saved

        station, directory = self._station(), self._directory()
        content = station.agent_drafts.open(draft_id, agent_id, key)
        item = directory.item(item_of(content))
        form = directory.form(item.form_id, item)
        today = today_in_china(self._clock.now())
        again = reopened(content, item, form, directory.divisions, today)
        row = station.outbox.get(draft_id)
        # Whoever took the work over files in their own name.
        application = replace(again.application, agent_id=agent_id)
        slip = saved(station.desk(), row) if row is not None else None
        return replace(again, application=application, saved=slip)
