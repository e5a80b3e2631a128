"""Village agents 村级代办员 as values: what they declare, and what the township orders about them.

Rules (of the counter, 6 and 7): at each filing the agent says whether the matter is their own or a
relative's; nothing is assumed for them, and no answer keeps a filing back. The township 镇街 may
order that a PIN is set anew and that one agent's work goes to another; an order counts once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

AGENT_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
"""The form of an agent's id: fit for the audit trail, a command line and a telephone."""


class Interest(StrEnum):
    """Whether an agent files a matter of their own: 本人或亲属的事."""

    NONE = "none"
    OWN = "own"
    RELATIVE = "relative"


class OrderKind(StrEnum):
    """What the township may order about an agent of a station."""

    RESET_PIN = "reset_pin"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Order:
    """One order. ``successor`` takes over the work of ``agent``; empty for other kinds."""

    kind: OrderKind
    terminal: str
    agent: str
    successor: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class AgentDetails:
    """An agent's own number and phone, entered once; ``repr`` shows nothing of them."""

    id_number: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class AsideDraft:
    """A draft that an agent put aside; ``mine``: its key is sealed to the agent who looks."""

    id: UUID
    item_name: str
    masked_name: str
    stored_at: datetime
    mine: bool


def draft_context(draft_id: UUID) -> bytes:
    """What the key of an agent's draft is sealed under, to the agent and to the township alike."""
    return b"jinban agent draft\0" + draft_id.bytes
