"""What an agent keeps sealed at the station: a key of their own, their number and phone.

Rules:

* Each agent has an X25519 key pair. The private key lies under a key made of the PIN (argon2id), so
  anybody may seal to an agent, and only a signed-in agent reads it. It is held in memory by the
  session alone.
* A new PIN that was not set by the old one makes a new pair: what was sealed to the old one is
  given up. Number and phone are asked for again; drafts come back by the township's recovery key.
* Without a TPM a PIN of six digits does not stop a thief of the whole disk; it stops the others.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.agents import AgentDetails
from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import canonical, parse_object
from kiosk.sealing.keys import OpenKey, SealKey
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.schema import agent_vault

_SALT: Final = 16
_NONCE: Final = 12
_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True, repr=False)
class NewVault:
    """A fresh key pair, the private key under a PIN; made before the transaction: it is slow."""

    agent_id: str
    key: OpenKey
    locked: bytes

    @classmethod
    def under(cls, agent_id: str, pin: str) -> NewVault:
        """Make a key pair for an agent."""
        key, salt, nonce = (
            OpenKey.generate(),
            secrets.token_bytes(_SALT),
            secrets.token_bytes(_NONCE),
        )
        sealed = AESGCM(_derive(pin, salt)).encrypt(nonce, key.raw, agent_id.encode())
        return cls(agent_id, key, salt + nonce + sealed)


class Vaults:
    """The agents' key pairs and sealed details."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook
        self._audit = Audit(casebook)

    def put(self, tx: Transaction, vault: NewVault) -> None:
        """Keep a fresh pair in place of the one before; what was sealed to that is given up."""
        values = {
            "public_key": vault.key.public.raw,
            "locked_key": vault.locked,
            "details": None,
        }
        row = insert(agent_vault).values(agent_id=vault.agent_id, **values)
        tx.execute(row.on_conflict_do_update(index_elements=["agent_id"], set_=values))

    def open(self, agent_id: str, pin: str) -> OpenKey:
        """The private key of an agent whose PIN was verified; made where there is none yet.

        Raises:
            InputProblem: the PIN is not the one under which the key lies (``wrong-pin``).
        """
        with self._casebook.read() as tx:
            query = select(agent_vault.c.locked_key).where(agent_vault.c.agent_id == agent_id)
            locked: bytes | None = tx.execute(query).scalar()
        if locked is None:
            fresh = NewVault.under(agent_id, pin)
            with self._casebook.write() as tx:
                self.put(tx, fresh)
            return fresh.key
        salt, nonce = locked[:_SALT], locked[_SALT : _SALT + _NONCE]
        try:
            cipher = AESGCM(_derive(pin, salt))
            return OpenKey(cipher.decrypt(nonce, locked[_SALT + _NONCE :], agent_id.encode()))
        except InvalidTag as error:
            raise InputProblem(
                "wrong-pin", "the agent's key does not open with this PIN", path="/pin"
            ) from error

    def public(self, agent_id: str, tx: Transaction | None = None) -> SealKey | None:
        """The key to which something can be sealed for an agent; None before the first sign-in."""
        query = select(agent_vault.c.public_key).where(agent_vault.c.agent_id == agent_id)
        if tx is not None:
            raw: bytes | None = tx.execute(query).scalar()
        else:
            with self._casebook.read() as own:
                raw = own.execute(query).scalar()
        return None if raw is None else SealKey(raw)

    def keep_details(self, agent_id: str, details: AgentDetails) -> None:
        """Seal an agent's number and phone to the agent, in place of those before.

        Raises:
            InputProblem: the agent has no key yet (``unknown-agent``).
        """
        public = self.public(agent_id)
        if public is None:
            raise InputProblem("unknown-agent", f"there is no agent {agent_id}", path="/id")
        plain = canonical({"id_number": details.id_number, "phone": details.phone})
        sealed = public.seal(plain, context=_context(agent_id))
        with self._casebook.write() as tx:
            mine = agent_vault.c.agent_id == agent_id, agent_vault.c.public_key == public.raw
            tx.execute(update(agent_vault).where(*mine).values(details=sealed))
            now = self._casebook.clock.now()
            event = AuditEvent.AGENT_CHANGED
            self._audit.record(tx, event, at=now, subject=agent_id, detail="details")

    def details(self, agent_id: str, key: OpenKey) -> AgentDetails | None:
        """Number and phone of a signed-in agent; None: not entered yet."""
        with self._casebook.read() as tx:
            query = select(agent_vault.c.details).where(agent_vault.c.agent_id == agent_id)
            sealed: bytes | None = tx.execute(query).scalar()
        if sealed is None:
            return None
        plain = key.open(sealed, context=_context(agent_id))
        document = parse_object(plain, what="the agent's details", limit=_LONGEST)
        phone = document["phone"]
        return AgentDetails(str(document["id_number"]), None if phone is None else str(phone))


def _context(agent_id: str) -> bytes:
    return b"jinban agent details\0" + agent_id.encode()


def _derive(pin: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        pin.encode(),
        salt,
        time_cost=2,
        memory_cost=19 * 1024,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
