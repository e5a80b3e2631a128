"""Hand-over of an agent's work: what a station asks for, and what the township orders.

Rules: the request is signed by the terminal, the order by the platform; both name the terminal and
both agents, and prove themselves wherever they come from (a stick, a mail). Keys of drafts travel
sealed: to the township in the request, to the successor in the order; a draft itself never leaves
the station.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from kiosk.domain.agents import Order, OrderKind
from kiosk.domain.clock import to_text
from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import Json, JsonObject
from kiosk.sealing.keys import SealKey, from_text
from kiosk.sealing.keys import to_text as key_text
from sync.protocol import fields

MAX_ORDER: Final = 4 * 1024 * 1024
REQUEST: Final = "hand_over_request"
ORDER: Final = "hand_over"


@dataclass(frozen=True, slots=True)
class HandOverRequest:
    """``keys``: of the former's drafts, sealed to the township, wanted for ``successor_key``."""

    order: Order
    successor_key: SealKey
    keys: Mapping[UUID, bytes] = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """The statement, without its signature."""
        return {
            "type": REQUEST,
            **_parties(self.order),
            "successor_key": key_text(self.successor_key.raw),
            "keys": _keys_json(self.keys),
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> HandOverRequest:
        """Parse a proven statement.

        Raises:
            PlatformProblem: a member is missing or mistyped.
        """
        try:
            key = SealKey(from_text(fields.text(data, "successor_key")))
        except InputProblem as problem:
            raise fields.bad("successor_key") from problem
        return cls(_order(data), key, _keys(data))


@dataclass(frozen=True, slots=True)
class HandOverOrder:
    """``keys``: of the former's drafts, sealed to the successor."""

    order: Order
    counter: int
    at: datetime
    keys: Mapping[UUID, bytes] = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """The statement, without its signature."""
        return {
            "type": ORDER,
            **_parties(self.order),
            "counter": self.counter,
            "at": to_text(self.at),
            "keys": _keys_json(self.keys),
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> HandOverOrder:
        """Parse a proven statement.

        Raises:
            PlatformProblem: a member is missing or mistyped.
        """
        counter = fields.count(data, "counter")
        return cls(_order(data), counter, fields.moment(data, "at"), _keys(data))


def _parties(order: Order) -> JsonObject:
    return {"terminal": order.terminal, "agent": order.agent, "successor": order.successor}


def _order(data: JsonObject) -> Order:
    names = (fields.text(data, name) for name in ("terminal", "agent", "successor"))
    return Order(OrderKind.HAND_OVER, *names)


def _keys_json(keys: Mapping[UUID, bytes]) -> dict[str, Json]:
    return {str(draft_id): key_text(key) for draft_id, key in keys.items()}


def _keys(data: JsonObject) -> dict[UUID, bytes]:
    try:
        return {
            UUID(draft_id): from_text(key, length=None)
            for draft_id, key in fields.member(data, "keys").items()
            if isinstance(key, str)
        }
    except (ValueError, InputProblem) as error:
        raise fields.bad("keys") from error
