"""From a checked source item to a ``ServiceItem``.

Rules: nothing is invented: what neither the source nor the enrichment says is ``None``; what is
derived comes from the item's own words (公示 in its steps, the application form among its
materials, the place in its division). Materials are keyed ``m1``… in the source's order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from kiosk.domain.items import (
    Confidence,
    Coverage,
    FourWays,
    Material,
    Necessity,
    Period,
    Proxy,
    ServiceItem,
    Step,
)
from kiosk.domain.parties import RoleNeed
from sync.platform.publishing.divisions import Divisions
from sync.platform.publishing.enrichment import Additions, Enrichment
from sync.platform.publishing.source import SourceItem

_Json: TypeAlias = dict[str, Any]

GENERIC: Final = "generic"
OTHER_THEME: Final = "其他"
_FORM_TYPE: Final = "申请表格文书"
_FORM_NAME: Final = re.compile("(申请|登记|审批|申报|采集|申领)(表|书)")
_NATURAL: Final = "自然人"
_POSTED: Final = "公示"


class Derivation:
    """Turns source items into service items.

    Args:
        divisions: where places lie.
        enrichment: what is added.
        forms: item id → id of its own form; every other item is filed by the generic form.
    """

    def __init__(
        self, divisions: Divisions, enrichment: Enrichment, forms: Mapping[str, str]
    ) -> None:
        self._divisions = divisions
        self._enrichment = enrichment
        self._forms = forms

    def item(self, source: SourceItem, version: int = 0) -> ServiceItem:
        """The service item of a checked source item."""
        added = self._enrichment.of(source["id"])
        ours: _Json = source.get("added") or {}
        fee: _Json = source.get("fee") or {}
        return ServiceItem(
            item_id=source["id"],
            name=source["name"].strip(),
            version=version,
            common_name=source.get("common_name"),
            implementation_code=source.get("item_code"),
            basic_code=source.get("basic_code"),
            department=source.get("department"),
            place=source.get("implementing_division"),
            level=source.get("administrative_level"),
            item_type=source.get("item_type"),
            service_objects=_texts(source, "service_object"),
            theme=ours.get("theme") or OTHER_THEME,
            keywords=_texts(ours, "keywords"),
            conditions=_texts(source, "conditions"),
            materials=_materials(source),
            steps=_steps(source),
            legal_basis=_texts(source, "legal_basis"),
            legal_period=_period(source, "legal"),
            promised_period=_period(source, "promised"),
            fee=fee.get("text"),
            charged=fee.get("charged"),
            channels=_texts(source, "channels"),
            visits=_whole(source.get("onsite_visits")),
            visits_reason=source.get("onsite_reason"),
            four_ways=_four_ways(source),
            proxy=_proxy(source, added),
            coverage=self._coverage(source, added),
            roles=self._roles(source, added),
            deadline=added.deadline,
            publicised=_publicised(source),
            result=source.get("result_document"),
            notes=source.get("notes"),
            confidence=Confidence(source.get("confidence") or Confidence.REPOST),
            source_url=source.get("source_url"),
            source_date=source.get("source_date") or self._enrichment.source_date,
            form_id=self._forms.get(source["id"], GENERIC),
            complete=source.get("complete") is True,
        )

    def _coverage(self, source: SourceItem, added: Additions) -> Coverage:
        place = source.get("implementing_division")
        code = self._divisions.code_of(place) if place else None
        return Coverage(
            prefixes=(code,) if code else (),
            basis=added.basis,
            demo_fileable=self._enrichment.demo_fileable,
        )

    def _roles(self, source: SourceItem, added: Additions) -> tuple[RoleNeed, ...]:
        if added.roles is not None:
            return added.roles
        objects = _texts(source, "service_object")
        natural = any(name.startswith(_NATURAL) for name in objects)
        bodies = any(not name.startswith(_NATURAL) for name in objects)
        chosen = "person" if not bodies else "person_or_body" if natural else "body"
        return self._enrichment.role_sets[chosen]


def _texts(source: _Json, name: str) -> tuple[str, ...]:
    return tuple(text.strip() for text in source.get(name) or () if text.strip())


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)  # JSON allows 2.0 for an integer


def _period(source: SourceItem, kind: str) -> Period | None:
    days, unit = source.get(f"{kind}_days"), source.get(f"{kind}_days_unit")
    return None if days is None or not unit else Period(int(days), unit)


def _materials(source: SourceItem) -> tuple[Material, ...]:
    return tuple(
        _material(f"m{number}", entry)
        for number, entry in enumerate(source.get("materials") or (), start=1)
    )


def _material(key: str, entry: _Json) -> Material:
    copies: _Json = entry.get("copies") or {}
    return Material(
        key=key,
        name=entry["name"].strip(),
        necessity=Necessity(entry.get("required") or Necessity.REQUIRED),
        form=entry.get("form"),
        source=entry.get("source"),
        originals=_whole(copies.get("original")),
        copies=_whole(copies.get("copy")),
        note=entry.get("note"),
        commitment=entry.get("replaceable_by_commitment"),
        exempt=entry.get("exempt_submission"),
        e_licence=entry.get("e_licence_name"),
        blank_form=_is_form(entry),
    )


def _is_form(entry: _Json) -> bool:
    kind = entry.get("material_type")
    return kind == _FORM_TYPE or (not kind and bool(_FORM_NAME.search(entry["name"])))


def _steps(source: SourceItem) -> tuple[Step, ...]:
    return tuple(
        Step(
            entry["name"].strip(),
            entry.get("time_limit"),
            entry.get("description"),
            entry.get("channel"),
        )
        for entry in source.get("steps") or ()
    )


def _publicised(source: SourceItem) -> bool | None:
    told = any(
        _POSTED in f"{entry['name']}{entry.get('description') or ''}"
        for entry in source.get("steps") or ()
    )
    return True if told else None


def _four_ways(source: SourceItem) -> FourWays:
    flags: _Json = source.get("four_way_flags") or {}
    return FourWays(*(flags.get(name) for name in ("on_the_spot", "online", "nearby", "once")))


def _proxy(source: SourceItem, added: Additions) -> Proxy:
    return Proxy(
        allowed=source.get("proxy_allowed"),
        who=added.who,
        note=source.get("proxy_note"),
        mandate_form=added.mandate_form,
        presence_only=added.presence_only,
    )
