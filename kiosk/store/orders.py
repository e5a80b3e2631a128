"""Orders of the township 镇街 about agents: a new PIN, and one agent's work to another.

Rules:

* An order comes as a one-time code read over a telephone, or as a signed file; both carry a counter
  that only grows, kept with the order in the transaction that carries it out: nothing counts twice,
  and no restart or power cut forgets it.
* Wrong codes lock the codes of that agent for longer and longer, and nothing else: not the agent's
  PIN, no other agent, no resident.
* Who hands over can no longer sign in. What they answered for is the successor's from then on, and
  the successor's successor's; what was sealed under their id never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update

from kiosk.domain.agents import Order, OrderKind
from kiosk.domain.clock import to_text
from kiosk.domain.problems import InputProblem
from kiosk.sealing.office_codes import counter_of
from kiosk.store.agent_drafts import AgentDrafts
from kiosk.store.agents import Agents, hashed_pin
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.lockouts import Lockouts
from kiosk.store.schema import agent, office_order
from kiosk.store.vaults import NewVault, Vaults

_MOST_HAND_OVERS: Final = 10_000


class Orders:
    """What the township ordered, and carrying it out.

    Args:
        casebook: where agents and orders are kept.
        secret: what this terminal shares with the platform; None: only signed files are taken.
        lockouts: counts wrong codes; None: those of the casebook.
    """

    def __init__(
        self, casebook: Casebook, secret: bytes | None, lockouts: Lockouts | None = None
    ) -> None:
        self._casebook = casebook
        self._secret = secret
        self._lockouts = lockouts or Lockouts(casebook)
        self._audit = Audit(casebook)

    # -- codes ----------------------------------------------------------------------------------

    def check(self, order: Order, code: str) -> None:
        """See whether a code is right, without using it up.

        Raises:
            InputProblem: ``wrong-code`` (also for unknown and stopped agents) or ``locked-out``.
        """
        with self._casebook.write() as tx:
            refused = self._refused(tx, order, code)
        if refused is not None:
            raise refused

    def reset_pin(self, order: Order, code: str, pin: str) -> None:
        """Set an agent's PIN anew by a code; what was sealed under the old one is given up.

        Raises:
            InputProblem: ``wrong-code``, ``locked-out``, or a PIN that may not be chosen.
        """
        hashed, vault = hashed_pin(pin), NewVault.under(order.agent, pin)
        with self._casebook.write() as tx:
            refused = self._refused(tx, order, code)
            if refused is None:
                counter = self._counter(tx, order, code)
                assert counter is not None
                self._note(tx, order, counter)
                mine = agent.c.id == order.agent
                tx.execute(update(agent).where(mine).values(pin_hash=hashed))
                Vaults(self._casebook).put(tx, vault)
                for subject in (f"agent:{order.agent}", _subject(order)):
                    self._lockouts.succeeded(tx, subject)
                self._record(tx, AuditEvent.AGENT_CHANGED, order, f"pin-by-order:{counter}")
        if refused is not None:
            raise refused

    def hand_over_by_code(self, order: Order, code: str) -> None:
        """Give an agent's work to the successor by a code; drafts wait for the signed file.

        Raises:
            InputProblem: ``wrong-code``, ``locked-out`` or ``unknown-agent`` (the successor).
        """
        with self._casebook.write() as tx:
            if order.successor == order.agent:
                raise _unknown(order.successor)
            self._require_successor(tx, order)
            refused = self._refused(tx, order, code)
            if refused is None:
                counter = self._counter(tx, order, code)
                assert counter is not None
                self._hand_over(tx, order, counter, {})
        if refused is not None:
            raise refused

    # -- signed files ---------------------------------------------------------------------------

    def hand_over(self, order: Order, counter: int, keys: Mapping[UUID, bytes]) -> None:
        """Give an agent's work to the successor by a file whose signature was proven.

        An agent who is named as their own successor gets back the keys of their drafts, after a PIN
        was set anew, and stays.

        Args:
            order: who hands over to whom.
            counter: of the order.
            keys: keys of the former's drafts, sealed to the successor.

        Raises:
            InputProblem: ``used-order``, or an agent is not known here (``unknown-agent``).
        """
        with self._casebook.write() as tx:
            self._require_successor(tx, order)
            if _row(tx, order.agent) is None:
                raise _unknown(order.agent)
            if counter <= self._last(tx, order.agent):
                raise InputProblem(
                    "used-order",
                    "this order was carried out already, or a later one was; ask for a new one",
                )
            self._hand_over(tx, order, counter, keys)

    # -- who answers for what -------------------------------------------------------------------

    def answers_for(self, agent_id: str) -> frozenset[str]:
        """The agent, and everybody whose work came to them, directly or through others."""
        query = (
            select(office_order.c.agent_id, office_order.c.successor)
            .where(office_order.c.what == OrderKind.HAND_OVER.value)
            .order_by(office_order.c.counter)
            .limit(_MOST_HAND_OVERS)
        )
        with self._casebook.read() as tx:
            # Of several orders about one agent the latest stands.
            successor = {row.agent_id: row.successor for row in tx.execute(query)}
        found = {agent_id}
        while True:
            more = {one for one, to in successor.items() if to in found} - found
            if not more:
                return frozenset(found)
            found |= more

    # -- steps ----------------------------------------------------------------------------------

    def _hand_over(
        self, tx: Transaction, order: Order, counter: int, keys: Mapping[UUID, bytes]
    ) -> None:
        self._note(tx, order, counter)
        if order.successor != order.agent:
            tx.execute(update(agent).where(agent.c.id == order.agent).values(active=0))
        AgentDrafts(self._casebook).move(tx, order.agent, order.successor, keys)
        self._lockouts.succeeded(tx, _subject(order))
        self._record(tx, AuditEvent.AGENT_HANDED_OVER, order, f"to:{order.successor}")

    def _refused(self, tx: Transaction, order: Order, code: str) -> InputProblem | None:
        """Why a code is not taken; a wrong one is counted and recorded in this transaction."""
        wait = self._lockouts.wait(tx, _subject(order))
        if wait == 0:
            if self._counter(tx, order, code) is not None:
                return None
            wait = self._lockouts.failed(tx, _subject(order))
            event = AuditEvent.AGENT_LOCKED if wait else AuditEvent.AGENT_REFUSED
            self._record(tx, event, order, "code")
            if wait == 0:
                return InputProblem(
                    "wrong-code", "this code is not for this, or was used already", path="/code"
                )
        return InputProblem(
            "locked-out", f"too many wrong codes; they can be tried again in {wait} seconds"
        )

    def _counter(self, tx: Transaction, order: Order, code: str) -> int | None:
        row = _row(tx, order.agent)
        if row is None or self._secret is None:
            return None
        if order.kind is OrderKind.RESET_PIN and not row.active:
            return None
        return counter_of(self._secret, order, code, self._last(tx, order.agent))

    def _last(self, tx: Transaction, agent_id: str) -> int:
        mine = office_order.c.agent_id == agent_id
        found = tx.execute(select(func.max(office_order.c.counter)).where(mine)).scalar()
        return int(found or 0)

    def _note(self, tx: Transaction, order: Order, counter: int) -> None:
        tx.execute(
            insert(office_order).values(
                agent_id=order.agent,
                counter=counter,
                what=order.kind.value,
                successor=order.successor or None,
                at=to_text(self._casebook.clock.now()),
            )
        )

    def _require_successor(self, tx: Transaction, order: Order) -> None:
        row = _row(tx, order.successor)
        if row is None or not row.active:
            raise _unknown(order.successor)

    def _record(self, tx: Transaction, event: AuditEvent, order: Order, detail: str) -> None:
        now = self._casebook.clock.now()
        known = order.agent if Agents.is_id(order.agent) else ""
        self._audit.record(tx, event, at=now, subject=known, detail=detail)


def _row(tx: Transaction, agent_id: str) -> Row[Any] | None:
    return tx.execute(select(agent).where(agent.c.id == agent_id)).first()


def _subject(order: Order) -> str:
    return f"office:{order.agent}"


def _unknown(agent_id: str) -> InputProblem:
    return InputProblem(
        "unknown-agent", f"there is no agent {agent_id} who can sign in here", path="/id"
    )
