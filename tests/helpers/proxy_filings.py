"""Filings by another, as plain payloads: invented people, a mandate that carries."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from kiosk.domain.identity import make_resident_id
from kiosk.sealing.canonical import JsonObject

_people = count(1)


def person(role: str = "applicant", phone: str | None = None, **more: Any) -> JsonObject:  # noqa: ANN401
    """Somebody in a role; nobody twice."""
    number = make_resident_id(date(1950, 1, 1), next(_people))
    return {
        "role": role,
        "name": "演示人",
        "id_type": "resident_id",
        "id_number": number,
        "phone": phone,
        **more,
    }


def mandate(principal: JsonObject, **changes: Any) -> JsonObject:  # noqa: ANN401
    """A mandate to the village committee that carries a filing sealed on 22 November 2026."""
    return {
        "principal": {"name": principal["name"], "id_number": principal["id_number"]},
        "committee": "演示村村民委员会",
        "matter": {"item_id": "demo-item", "name": "演示事项"},
        "scope": ["代为填表、递交材料"],
        "valid_from": "2026-11-01",
        "valid_until": "2027-01-31",
        "evidence": {
            "form": "paper",
            "signed_at": "2026-11-20T02:00:00Z",
            "attachment": "mandate",
        },
        **changes,
    }


def named(agent: JsonObject) -> JsonObject:
    """An agent as a mandate names them."""
    return {
        "name": agent["name"],
        "id_number": agent["id_number"],
        "phone": "13800000000",
        "relation": "邻居",
    }


def filing(*parties: JsonObject, **changes: Any) -> JsonObject:  # noqa: ANN401
    """A filing by a signed-in agent for the first of the parties."""
    document: JsonObject = {
        "way": "agent",
        "agent": "A1",
        "mandate": mandate(parties[0] if parties else person()),
        "evidence": {"mandate": [{"blob": 0, "name": "mandate.jpg"}]},
        "interest": "none",
        "parties": list(parties),
    }
    return {**document, **changes}
