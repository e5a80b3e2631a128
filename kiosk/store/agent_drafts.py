"""Drafts that an agent put aside: begun with an elder, to be finished another day.

Rules:

* Each draft is encrypted under a key of its own (AES-256-GCM); that key is sealed twice: to the
  agent, and to the township's recovery key. The station alone opens neither.
* Readable are the matter, a masked name and the day, nothing else.
* A draft that is handed over is opened by nobody here until the township has sealed its key to the
  successor; it is forgotten when it is saved, given up, or too old.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.agents import AsideDraft, draft_context
from kiosk.domain.clock import from_text, to_text
from kiosk.domain.problems import InputProblem
from kiosk.sealing.keys import OpenKey, SealKey
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.schema import agent_draft
from kiosk.store.vaults import Vaults

DRAFT_DAYS: Final = 30
"""A draft that nobody went on with for so long is forgotten."""
_KEY: Final = 32
_NONCE: Final = 12


class AgentDrafts:
    """The drafts of a casebook."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook
        self._audit = Audit(casebook)

    def keep(
        self,
        agent_id: str,
        draft_id: UUID,
        content: bytes,
        *,
        names: tuple[str, str],
        recovery: SealKey,
    ) -> None:
        """Put a draft aside for an agent, in place of what was kept under its id.

        Args:
            agent_id: whose.
            draft_id: the application's id.
            content: the draft.
            names: the matter, and the masked name of the person.
            recovery: the township's key.

        Raises:
            InputProblem: the agent has no key (``unknown-agent``).
        """
        key, nonce = secrets.token_bytes(_KEY), secrets.token_bytes(_NONCE)
        context, public = draft_context(draft_id), Vaults(self._casebook).public(agent_id)
        if public is None:
            raise InputProblem("unknown-agent", f"there is no agent {agent_id}", path="/id")
        values = {
            "agent_id": agent_id,
            "item_name": names[0],
            "masked_name": names[1],
            "stored_at": to_text(self._casebook.clock.now()),
            "sealed": nonce + AESGCM(key).encrypt(nonce, content, context),
            "agent_key": public.seal(key, context=context),
            "recovery_key": recovery.seal(key, context=context),
        }
        row = insert(agent_draft).values(id=str(draft_id), **values)
        with self._casebook.write() as tx:
            tx.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
            self._record(tx, AuditEvent.DRAFT_KEPT, draft_id, agent_id)

    def of(self, agent_ids: Iterable[str], agent_id: str) -> tuple[AsideDraft, ...]:
        """The drafts of some agents, the newest first, as one of them sees them."""
        since = to_text(self._casebook.clock.now() - timedelta(days=DRAFT_DAYS))
        query = (
            select(agent_draft)
            .where(agent_draft.c.agent_id.in_(sorted(agent_ids)), agent_draft.c.stored_at > since)
            .order_by(agent_draft.c.stored_at.desc(), agent_draft.c.id)
        )
        with self._casebook.read() as tx:
            return tuple(
                AsideDraft(
                    UUID(row.id),
                    row.item_name,
                    row.masked_name,
                    from_text(row.stored_at),
                    mine=row.agent_id == agent_id,
                )
                for row in tx.execute(query)
            )

    def open(self, draft_id: UUID, agent_id: str, key: OpenKey) -> bytes:
        """The content of a draft, for the agent to whom it is sealed.

        Raises:
            InputProblem: there is no such draft of this agent (``unknown-draft``), or it was sealed
                to a key that is given up (``sealed-to-another``).
        """
        mine = agent_draft.c.id == str(draft_id), agent_draft.c.agent_id == agent_id
        with self._casebook.write() as tx:
            row = tx.execute(select(agent_draft).where(*mine)).first()
            if row is not None:
                self._record(tx, AuditEvent.DRAFT_OPENED, draft_id, agent_id)
        if row is None:
            raise InputProblem("unknown-draft", f"{draft_id} is no draft of this agent")
        context = draft_context(draft_id)
        try:
            cipher = AESGCM(key.open(row.agent_key, context=context))
            return cipher.decrypt(row.sealed[:_NONCE], row.sealed[_NONCE:], context)
        except (InputProblem, InvalidTag, ValueError) as error:
            raise InputProblem(
                "sealed-to-another",
                "this draft is sealed to a key that is not there any more; ask the township",
            ) from error

    def forget(self, draft_id: UUID, tx: Transaction | None = None) -> bool:
        """Forget a draft, because it was saved or given up; whether there was one."""
        with self._casebook.within(tx) as own:
            gone = own.execute(agent_draft.delete().where(agent_draft.c.id == str(draft_id)))
            if gone.rowcount:
                self._record(own, AuditEvent.DRAFT_FORGOTTEN, draft_id, "")
            return bool(gone.rowcount)

    def forget_old(self, now: datetime) -> int:
        """Forget what nobody went on with; how many there were."""
        before = to_text(now - timedelta(days=DRAFT_DAYS))
        old = agent_draft.c.stored_at <= before
        with self._casebook.read() as tx:
            ids = [UUID(one) for one in tx.execute(select(agent_draft.c.id).where(old)).scalars()]
        return sum(self.forget(one) for one in ids)

    def recovery_keys(self, agent_id: str) -> dict[UUID, bytes]:
        """The keys of an agent's drafts as they are sealed to the township."""
        query = select(agent_draft.c.id, agent_draft.c.recovery_key)
        with self._casebook.read() as tx:
            rows = tx.execute(query.where(agent_draft.c.agent_id == agent_id)).all()
        return {UUID(row.id): row.recovery_key for row in rows}

    def move(
        self, tx: Transaction, former: str, successor: str, keys: Mapping[UUID, bytes]
    ) -> None:
        """Give drafts to the successor, as far as their keys were sealed to them."""
        for draft_id, key in keys.items():
            theirs = agent_draft.c.id == str(draft_id), agent_draft.c.agent_id == former
            tx.execute(update(agent_draft).where(*theirs).values(agent_id=successor, agent_key=key))

    def _record(self, tx: Transaction, event: AuditEvent, draft_id: UUID, agent_id: str) -> None:
        now = self._casebook.clock.now()
        self._audit.record(tx, event, at=now, subject=str(draft_id), detail=agent_id)
