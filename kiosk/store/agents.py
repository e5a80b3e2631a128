"""Village agents 村级代办员 of this station.

Rules: a PIN is 6 to 12 digits and neither a repetition nor a run; it is kept as argon2id; wrong
PINs lock that agent for longer and longer, over restarts and changed clocks, and never anybody
else; every sign-in and refusal stands in the audit trail under the agent's id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Row, insert, select, update

from kiosk.domain.agents import AGENT_ID
from kiosk.domain.clock import from_text, to_text
from kiosk.domain.problems import InputProblem
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook
from kiosk.store.lockouts import Lockouts
from kiosk.store.schema import agent
from kiosk.store.vaults import NewVault, Vaults

MAX_NAME: Final = 40
_PIN: Final = re.compile(r"[0-9]{6,12}")
# OWASP's floor for argon2id; a village terminal is slow and the lock-out does the rest.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True, slots=True)
class Agent:
    """A village agent."""

    id: str
    name: str
    active: bool
    added_at: datetime


class Agents:
    """The agents of a casebook.

    Args:
        casebook: where they are kept.
        lockouts: counts wrong PINs; None: those of the casebook.
    """

    def __init__(self, casebook: Casebook, lockouts: Lockouts | None = None) -> None:
        self._casebook = casebook
        self._lockouts = lockouts or Lockouts(casebook)
        self._audit = Audit(casebook)

    def add(self, agent_id: str, name: str, pin: str) -> Agent:
        """Add an agent.

        Raises:
            InputProblem: bad or used id, bad name, weak PIN.
        """
        if not self.is_id(agent_id):
            raise InputProblem(
                "bad-agent-id",
                "an agent id has 1 to 32 letters, digits, hyphens or underscores",
                path="/id",
            )
        name = name.strip()
        if not 0 < len(name) <= MAX_NAME or not name.isprintable():
            raise InputProblem(
                "bad-agent-name", f"an agent's name has 1 to {MAX_NAME} characters", path="/name"
            )
        hashed, vault = hashed_pin(pin), NewVault.under(agent_id, pin)
        now = self._casebook.clock.now()
        values = {"id": agent_id, "name": name, "active": 1, "added_at": to_text(now)}
        with self._casebook.write() as tx:
            if tx.execute(select(agent.c.id).where(agent.c.id == agent_id)).first():
                raise InputProblem(
                    "agent-exists", f"there is an agent {agent_id} already", path="/id"
                )
            tx.execute(insert(agent).values(pin_hash=hashed, **values))
            Vaults(self._casebook).put(tx, vault)
            self._audit.record(tx, AuditEvent.AGENT_ADDED, at=now, subject=agent_id)
        return Agent(agent_id, name, active=True, added_at=now)

    def list(self) -> tuple[Agent, ...]:
        """All agents, by id."""
        with self._casebook.read() as tx:
            return tuple(_agent(row) for row in tx.execute(select(agent).order_by(agent.c.id)))

    def get(self, agent_id: str) -> Agent | None:
        """One agent."""
        with self._casebook.read() as tx:
            row = tx.execute(select(agent).where(agent.c.id == agent_id)).first()
        return None if row is None else _agent(row)

    def set_pin(self, agent_id: str, pin: str) -> None:
        """Give an agent a new PIN and lift the lock-out; what was sealed under the old is given up.

        Raises:
            InputProblem: no such agent, or a weak PIN.
        """
        hashed, vault = hashed_pin(pin), NewVault.under(agent_id, pin)
        self._change(agent_id, "pin", vault, pin_hash=hashed)

    def set_active(self, agent_id: str, *, active: bool) -> None:
        """Let an agent sign in, or no longer.

        Raises:
            InputProblem: no such agent.
        """
        self._change(agent_id, "active" if active else "inactive", active=int(active))

    def wait_seconds(self, agent_id: str) -> int:
        """How long an agent is still locked out; 0: not at all."""
        with self._casebook.write() as tx:
            return self._lockouts.wait(tx, f"agent:{agent_id}")

    def verify(self, agent_id: str, pin: str, now: datetime) -> Agent:
        """Sign an agent in.

        Raises:
            InputProblem: unknown agent or wrong PIN (``wrong-pin``; the two are not told apart and
                cost the same time), or locked out for a while (``locked-out``).
        """
        subject = f"agent:{agent_id}"
        with self._casebook.write() as tx:
            wait = self._lockouts.wait(tx, subject)
            active = agent.c.id == agent_id, agent.c.active == 1
            row = tx.execute(select(agent).where(*active)).first()
        if wait > 0:
            raise _locked(wait)
        right = _matches(_NOBODY if row is None else row.pin_hash, pin)
        return self._settle(agent_id, row if right else None, now)

    def _settle(self, agent_id: str, row: Row[tuple[object, ...]] | None, now: datetime) -> Agent:
        subject = f"agent:{agent_id}"
        # What was typed as an id is only recorded when it has the form of one.
        known = agent_id if self.is_id(agent_id) else ""
        with self._casebook.write() as tx:
            # Somebody may have tried at another place while the PIN was being hashed.
            wait = self._lockouts.wait(tx, subject)
            if row is not None and wait == 0:
                self._lockouts.succeeded(tx, subject)
                self._audit.record(tx, AuditEvent.AGENT_SIGNED_IN, at=now, subject=known)
                return _agent(row)
            wait = wait or self._lockouts.failed(tx, subject)
            event = AuditEvent.AGENT_LOCKED if wait else AuditEvent.AGENT_REFUSED
            self._audit.record(tx, event, at=now, subject=known)
        if wait:
            raise _locked(wait)
        raise InputProblem("wrong-pin", "agent and PIN do not belong together", path="/pin")

    @staticmethod
    def is_id(agent_id: str) -> bool:
        """Whether a text has the form of an agent's id."""
        return AGENT_ID.fullmatch(agent_id) is not None

    def _change(
        self, agent_id: str, detail: str, vault: NewVault | None = None, **values: object
    ) -> None:
        with self._casebook.write() as tx:
            changed = tx.execute(update(agent).where(agent.c.id == agent_id).values(**values))
            if changed.rowcount == 0:
                raise InputProblem("unknown-agent", f"there is no agent {agent_id}", path="/id")
            if vault is not None:
                Vaults(self._casebook).put(tx, vault)
            self._lockouts.succeeded(tx, f"agent:{agent_id}")
            self._audit.record(
                tx,
                AuditEvent.AGENT_CHANGED,
                at=self._casebook.clock.now(),
                subject=agent_id,
                detail=detail,
            )


def hashed_pin(pin: str) -> str:
    """The PIN as it is kept, if it is one that may be chosen.

    Raises:
        InputProblem: see :func:`check_pin`.
    """
    return _HASHER.hash(check_pin(pin))


def check_pin(pin: str) -> str:
    """The PIN, if it is one that may be chosen.

    Raises:
        InputProblem: too short, too long, not digits, or easily guessed.
    """
    if _PIN.fullmatch(pin) is None:
        raise InputProblem("bad-pin", "a PIN has 6 to 12 digits", path="/pin")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    half = pin[: len(pin) // 2]
    if steps in ({0}, {1}, {9}) or half * 2 == pin or len(set(pin)) == 2:  # noqa: PLR2004
        raise InputProblem(
            "weak-pin", "this PIN is too easily guessed; avoid runs and repetitions", path="/pin"
        )
    return pin


def _locked(wait: int) -> InputProblem:
    return InputProblem(
        "locked-out", f"too many wrong PINs; this agent can try again in {wait} seconds"
    )


def _matches(hashed: str, pin: str) -> bool:
    try:
        return _HASHER.verify(hashed, pin)
    except (VerificationError, InvalidHashError):
        return False


def _agent(row: Row[tuple[object, ...]]) -> Agent:
    return Agent(row.id, row.name, bool(row.active), from_text(row.added_at))


# A hash that no PIN has, with the parameters of the others.
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
