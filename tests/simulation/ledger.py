"""The ledger of the simulation: what was really run, on a page that people read.

Rules:

* The page holds its own numbers (one comment line), so it can be gone on with; what follows the
  table is kept as it is.
* A world is added once: the seeds that were counted are kept as ranges, and several runs may write
  the same page at once (a lock beside it in the folder for temporary files, then one rename).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.simulation.world import Verdict

_MARK: Final = "<!-- totals: "
_END: Final = " -->\n"
_HEAD: Final = """# Simulation: what was really run

`python -m tests.simulation --plan PLAN --seeds A..B --jobs 2 --ledger docs/simulation.md` lives
through one world per seed: terminals with the real engine, client and stores on powered disks,
lines, sticks, clocks, and a model of the platform (tests/simulation). The oracle counts effects at
the end; honesty is judged after every round. Only what ran to its end is counted, and a mishap only
when it took effect. "Terminal time" runs on at night, while a terminal is off; "hours on" does not.

"""
_COLUMNS: Final = (
    "plan",
    "worlds",
    "terminal time",
    "hours on",
    "saved",
    "rounds",
    "requests",
    "mishaps",
    "power cuts",
    "violations",
)
_SUMS: Final = (
    "worlds",
    "days",
    "hours",
    "saved",
    "rounds",
    "requests",
    "mishaps",
    "cuts",
    "violations",
)


@dataclass(slots=True)
class Total:
    """What was run of one plan. ``done``: seeds, as ranges without their end."""

    sums: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_SUMS, 0.0))
    mishaps: dict[str, int] = field(default_factory=dict)
    done: list[tuple[int, int]] = field(default_factory=list)

    def has(self, seed: int) -> bool:
        """Whether this seed was counted."""
        return any(first <= seed < end for first, end in self.done)

    def add(self, verdict: Verdict) -> None:
        """Count a world, once."""
        if self.has(verdict.seed):
            return
        news = {
            "worlds": 1,
            "days": verdict.terminal_days,
            "hours": verdict.open_hours,
            "saved": verdict.saved,
            "rounds": verdict.rounds,
            "requests": verdict.requests,
            "mishaps": sum(verdict.faults.values()),
            "cuts": verdict.faults.get("power-cut", 0),
            "violations": len(verdict.violations),
        }
        for name, value in news.items():
            self.sums[name] += value
        for name, times in verdict.faults.items():
            self.mishaps[name] = self.mishaps.get(name, 0) + times
        self.done = _with(self.done, verdict.seed)

    def row(self, plan: str) -> str:
        """The line of the table."""
        sums = self.sums
        counts = [f"{sums[name]:,.0f}" for name in _SUMS[2:]]
        years = f"{sums['days'] / 365:.2f} years"
        return f"| {plan} | {sums['worlds']:,.0f} | {years} | {' | '.join(counts)} |\n"


def read(ledger: Path | None) -> dict[str, Total]:
    """The totals by plan; nothing without a ledger."""
    if ledger is None or not ledger.exists():
        return {}
    _, found, rest = ledger.read_text(encoding="utf-8").partition(_MARK)
    document: Mapping[str, Any] = json.loads(rest.partition(_END)[0]) if found else {}
    return {
        plan: Total(
            dict.fromkeys(_SUMS, 0.0) | kept["sums"],
            dict(kept["mishaps"]),
            [(first, end) for first, end in kept["done"]],
        )
        for plan, kept in document.items()
    }


def add(ledger: Path, plan: str, verdict: Verdict) -> None:
    """Count a world on the page."""
    with _alone(ledger):
        totals = read(ledger)
        totals.setdefault(plan, Total()).add(verdict)
        _write(ledger, totals)


def _write(ledger: Path, totals: Mapping[str, Total]) -> None:
    old = ledger.read_text(encoding="utf-8") if ledger.exists() else ""
    rest = old.partition(_MARK)[2].partition(_END)[2]
    document = {
        plan: {"sums": total.sums, "mishaps": total.mishaps, "done": total.done}
        for plan, total in totals.items()
    }
    rows = "".join(total.row(plan) for plan, total in sorted(totals.items()))
    mark = f"\n{_MARK}{json.dumps(document, sort_keys=True)}{_END}"
    fresh = ledger.with_suffix(".new")
    table = f"| {' | '.join(_COLUMNS)} |\n{'|---' * len(_COLUMNS)}|\n"
    fresh.write_text(_HEAD + table + rows + mark + rest, encoding="utf-8")
    fresh.replace(ledger)


@contextmanager
def _alone(ledger: Path) -> Iterator[None]:
    name = hashlib.sha256(str(ledger.resolve()).encode()).hexdigest()[:16]
    lock = Path(tempfile.gettempdir()) / f"simulation-{name}.lock"
    with lock.open("w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _with(ranges: list[tuple[int, int]], seed: int) -> list[tuple[int, int]]:
    """The ranges and one more seed, joined where they touch."""
    joined: list[tuple[int, int]] = []
    for first, end in sorted([*ranges, (seed, seed + 1)]):
        if joined and joined[-1][1] >= first:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((first, end))
    return joined
