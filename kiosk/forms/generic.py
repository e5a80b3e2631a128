"""The form of an item that has none of its own.

Rules: it asks only what the guide needs; roles and materials carry the rest. The one question that
is always there, what it is about, may be left out; where people come from is asked only when the
item's coverage depends on it. Every field names the part of the guide that it comes from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiosk.domain.items import CoverageBasis, ServiceItem
from kiosk.forms.definition import FormDefinition, parse
from kiosk.forms.pointers import Json

GENERIC: Final = "generic"
_PLACES: Final = {
    CoverageBasis.HOUSEHOLD: "户口在哪个村（居）",
    CoverageBasis.RESIDENCE: "住在哪个村（居）",
    CoverageBasis.EITHER: "户口或住处在哪个村（居）",
}


def generic_form(item: ServiceItem) -> FormDefinition:
    """The form of an item by its guide alone."""
    properties: dict[str, Json] = {}
    if item.coverage.basis is not None and item.coverage.prefixes:
        properties["place"] = {
            "$ref": "jinban:shared#/$defs/village",
            "title": _PLACES[item.coverage.basis],
            "cites": f"受理范围：{item.place or item.name}",
        }
    properties["reason"] = {
        "$ref": "jinban:shared#/$defs/longText",
        "title": "有什么要说明的",
        "description": "可以不填。",
        "cites": _basis(item),
    }
    return parse(
        {
            "form_id": GENERIC,
            "version": item.version if item.version > 0 else 1,
            "title": item.name,
            "schema": {"type": "object", "additionalProperties": False, "properties": properties},
        }
    )


def form_for(item: ServiceItem, find: Callable[[str], FormDefinition | None]) -> FormDefinition:
    """The form of an item: its own when the directory has it, else the generic one."""
    own = None if item.form_id == GENERIC else find(item.form_id)
    return generic_form(item) if own is None else own


def _basis(item: ServiceItem) -> str:
    blank = next((material.name for material in item.materials if material.blank_form), None)
    return f"材料：{blank}" if blank else f"事项：{item.name}"
