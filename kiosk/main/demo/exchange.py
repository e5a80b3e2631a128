"""The line comes back, and loses replies.

Rules: the exchange is asked for as a person would ask (the technician's button); what arrived is
counted at the platform, what it cost at the station; exactly once means one effect for each
submission, nothing else, and one case number that both sides name alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from kiosk.domain.lifecycle import Signal
from kiosk.main.demo.record import Record
from kiosk.main.demo.walk import Walk
from kiosk.main.demo.world import World
from kiosk.main.puppet.hand import Hand, WindowError

LOSS: Final = "drop-reply=0.3"
_MOST_SECONDS: Final = 90.0
_BETWEEN: Final = 1.5
_POLL: Final = 0.2
_OWED: Final = frozenset({"queued", "sending", "unknown", "filed"})


def sync_until(hand: Hand, done: Callable[[], bool]) -> int:
    """Tap 立即同步 on the technician's page until it is done; how often it was tapped."""
    taps = 0
    deadline = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < deadline:
        hand.tap("立即同步", within=15)
        taps += 1
        pause = time.monotonic() + _BETWEEN
        while time.monotonic() < pause:
            if done():
                return taps
            time.sleep(_POLL)
    raise WindowError(f"after {taps} rounds it was not done")


def to_machine_page(walk: Walk) -> None:
    """From the waiting machine to the technician's page."""
    walk.begin()
    walk.onward("机器状态", "代办员")
    walk.onward("办件库", "机器状态")


def all_told(world: World) -> bool:
    """Nothing is owed, and every filing has its case number."""
    rows = world.queue()
    numbered = all(row["case_number"] for row in rows if row["kind"] == "filing")
    return numbered and not any(row["state"] in _OWED for row in rows)


def check_exactly_once(world: World, record: Record) -> None:
    """Compare what the station holds with what the platform counted."""
    rows, cases = world.queue(), world.cases()
    ids = {row["id"] for row in rows}
    filings = [row for row in rows if row["kind"] == "filing"]
    effects = {one: cases[one]["effects"] if one in cases else 0 for one in ids}
    record.figures["submissions sent"] = len(rows)
    record.figures["effects at the platform"] = sum(one["effects"] for one in cases.values())
    record.check(
        f"each of the {len(rows)} submissions took effect exactly once",
        held=set(effects.values()) <= {1} and bool(rows),
        detail={one: count for one, count in effects.items() if count != 1} or "one effect each",
    )
    record.check(
        "the platform has nothing that the station did not send",
        held=set(cases) == ids,
        detail=sorted(set(cases) - ids) or f"{len(cases)} submissions on both sides",
    )
    numbers = {row["id"]: row["case_number"] for row in filings}
    theirs = {one: case["case_number"] for one, case in cases.items()}
    wrong = [one for one, number in numbers.items() if number is None or number != theirs.get(one)]
    record.check(
        "every filing has a case number of its own, the same on both sides",
        held=not wrong
        and None not in numbers.values()
        and len(set(numbers.values())) == len(numbers),
        detail=wrong or ", ".join(sorted(map(str, numbers.values()))[:3]) + "…",
    )


def count_attempts(world: World, record: Record) -> None:
    """Attempts and lost replies, as the station noted them on the submissions."""
    rows = world.queue()
    histories = [world.one(row["id"])["history"] for row in rows]
    lost = sum(step["signal"] == Signal.LOST_REPLY for steps in histories for step in steps)
    record.figures["attempts to send a submission"] = sum(row["attempts"] for row in rows)
    record.figures["of these without a reply that proves anything"] = lost
