"""The guide on paper: what to bring, where to go, when somebody is there.

Rules: the paper says the whole of what the screen says in parts (all conditions, all materials), in
the same words; its first words say that it is no slip and that nothing was filed; what the guide or
the station does not say stands there as not said; source, its date and the day of printing are
always there. Printing saves nothing and needs no login.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from kiosk.domain.dates import in_words
from kiosk.journeys.guiding import Guide, RowKey
from kiosk.journeys.slips import Letterhead, Paper

HOURS_UNSAID: Final = "没写，去之前先问一问"
_WHOLE: Final = {RowKey.WHO: "conditions", RowKey.MATERIALS: "materials"}


def guide_paper(guide: Guide, head: Letterhead, hours: str | None, today: date) -> Paper:
    """The guide to take home, as one paper of any length.

    Args:
        guide: as the screen shows it.
        head: the station.
        hours: when somebody is at the station; None: nobody wrote it down.
        today: the day of printing.
    """
    ask = f"打{head.phone}，或打12345" if head.phone else "打12345"
    return Paper(
        title=guide.common_name or guide.name,
        number="",
        qr=(),
        warning="办事指南。这不是凭条，还没有申请。",
        lines=tuple(_lines(guide, head, hours)),
        steps=(
            guide.source,
            *guide.warnings,
            f"有不明白的：{ask}。",
        ),
        footer=f"{in_words(today)}打印。以当地窗口为准。",
        demo=head.demo,
    )


def _lines(guide: Guide, head: Letterhead, hours: str | None) -> Iterator[tuple[str, str]]:
    sections = {one.key: [line for page in one.pages for line in page] for one in guide.sections}
    if guide.common_name and guide.common_name != guide.name:
        yield "全名", guide.name
    for row in guide.rows:
        whole = sections.get(_WHOLE.get(row.key, ""), []) if row.known else []
        told = whole or [row.answer if not row.reason else f"{row.answer}。{row.reason}"]
        yield from _labelled(row.question, told)
    yield "能不能代办", guide.another
    yield from _labelled("去哪里", [guide.here.words, *filter(None, [guide.here.where])])
    yield from _labelled("还能去", sections.get("channels", []))
    yield "本站", head.station
    yield "几点有人", hours or HOURS_UNSAID


def _labelled(label: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    """The label stands at the first line alone."""
    yield from ((label if not at else "", line) for at, line in enumerate(lines))
