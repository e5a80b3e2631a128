"""Deadlines of filing: said before saving, because saving does not keep them.

Rules (of the counter, 11): the deadline and what it counts from are the guide's; that saving here
does not count is said with the phone and the way to the town; nothing is computed that the guide
does not give.
"""

from __future__ import annotations

from kiosk.domain.items import ServiceItem


def deadline_words(item: ServiceItem, phone: str | None) -> str:
    """What is said before saving; empty when the guide gives no deadline.

    Args:
        item: the matter.
        phone: of the station, if it has one.
    """
    if item.deadline is None:
        return ""
    limit = item.deadline
    call = f"打{phone}问，或" if phone else ""
    return (
        f"从{limit.counts_from}起{limit.days}天内要交到部门；存在这里不算。"
        f"怕来不及，{call}带上材料去{window_of(item)}。"
    )


def window_of(item: ServiceItem) -> str:
    """Where else to go in person, as the guide says it."""
    return item.department or "镇街便民服务中心"
