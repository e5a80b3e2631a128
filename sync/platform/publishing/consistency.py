"""What looks wrong in an item but may be true: warnings for the publisher, never a refusal.

Rules: the consistency rules that provinces check their feeds by (docs: domain facts 2.3), as far as
the items file carries the fields; each warning names item, field and reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kiosk.domain.items import ServiceItem
from sync.platform.publishing.source import Fault, SourceItem

_FULLY_ONLINE: Final = "IV级"
_CHECKS: Final[tuple[tuple[str, str, Callable[[SourceItem], bool]], ...]] = (
    (
        "/onsite_reason",
        "visits are asked for but no reason is given",
        lambda item: (item.get("onsite_visits") or 0) > 0 and not item.get("onsite_reason"),
    ),
    (
        "/onsite_visits",
        "handled wholly online, yet visits are asked for",
        lambda item: (
            item.get("online_depth") == _FULLY_ONLINE and (item.get("onsite_visits") or 0) > 0
        ),
    ),
    (
        "/express_delivery",
        "no visit and not wholly online, yet no delivery is offered",
        lambda item: (
            item.get("onsite_visits") == 0
            and item.get("online_depth") not in {None, _FULLY_ONLINE}
            and item.get("express_delivery") is False
        ),
    ),
    (
        "/case_type",
        "decided at once, yet days are promised",
        lambda item: item.get("case_type") == "即办件" and (item.get("promised_days") or 0) > 1,
    ),
    (
        "/promised_days",
        "a promise of 0 days, yet not decided at once",
        lambda item: item.get("promised_days") == 0 and item.get("case_type") == "承诺件",
    ),
    (
        "/promised_days",
        "the promise is longer than the legal period",
        lambda item: (
            item.get("promised_days") is not None
            and item.get("legal_days") is not None
            and item.get("promised_days_unit") == item.get("legal_days_unit")
            and item["promised_days"] > item["legal_days"]
        ),
    ),
    (
        "/legal_days_unit",
        "a number of days without a unit stays unknown",
        lambda item: item.get("legal_days") is not None and not item.get("legal_days_unit"),
    ),
    (
        "/promised_days_unit",
        "a number of days without a unit stays unknown",
        lambda item: item.get("promised_days") is not None and not item.get("promised_days_unit"),
    ),
    (
        "/materials",
        "two materials have the same name",
        lambda item: _repeats([entry["name"] for entry in item.get("materials") or []]),
    ),
    (
        "/source_url",
        "a repost without its source",
        lambda item: item.get("confidence") == "C" and not item.get("source_url"),
    ),
)


def warnings(source: SourceItem, item: ServiceItem) -> Iterator[Fault]:
    """What to look at again in one checked item."""
    for pointer, reason, applies in _CHECKS:
        if applies(source):
            yield Fault(item.item_id, pointer, reason)
    if item.place and not item.coverage.prefixes:
        yield Fault(
            item.item_id,
            "/implementing_division",
            f"{item.place} is no known division of Guangdong",
        )


def _repeats(names: list[str]) -> bool:
    return len(set(names)) < len(names)
