"""Worlds by seed, one after the other, with a ledger of what was really run.

Rules:

* ``--seeds A..B`` runs what the ledger has not counted yet for this plan and this code: it can be
  stopped at any time and goes on where it was.
* The ledger adds up what was really simulated: terminal time (nights too), hours in which a
  terminal was on, deliveries, mishaps, losses, doubles. A seed with a violation is
  printed, and kept in ``seeds.toml`` by whoever mends it.
* ``--fleet`` prints the recovery of a fleet instead.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tests.simulation.fleet import Fleet, recover
from tests.simulation.world import Plan, Verdict, live

PLANS: Final = {
    "calm": Plan(),
    "dense": Plan(
        days=1,
        saves_a_day=40,
        weather=0.7,
        power=1.5,
        clock=9,
        backup=5,
        restore=12,
        officer=1,
        stick=6,
        salvage=30,
        old_book=40,
        clone=100,
    ),
}
_MEMORY: Final = Path("/dev/shm")
_MARK: Final = "<!-- totals: "
_WORDS: Final = """# Simulation: what was really run

`python -m tests.simulation --plan PLAN --seeds A..B --ledger docs/simulation.md` lives through one
world per seed: terminals with the real engine, client and stores on powered disks, lines, sticks,
clocks, and a model of the platform (tests/simulation). The oracle counts effects at the end;
honesty is judged after every round. Only what ran to its end is counted. "Terminal time" runs on at
night, while a terminal is off; "hours on" does not.

| plan | worlds | terminal time | hours on | saved | requests | mishaps | power cuts | violations |
|---|---|---|---|---|---|---|---|---|
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", default="0..10", help="A..B, B not included")
    parser.add_argument("--plan", choices=sorted(PLANS), default="dense")
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--trace", type=Path, help="write the trace of every world here")
    parser.add_argument("--fleet", action="store_true")
    given = parser.parse_args(arguments)
    if given.fleet:
        _print_fleet()
        return
    first, _, end = given.seeds.partition("..")
    seeds = range(int(first), int(end))
    sys.exit(1 if run(given.plan, seeds, given.ledger, given.trace) else 0)


def run(plan: str, seeds: range, ledger: Path | None, trace: Path | None = None) -> int:
    """Live through worlds; how many violations there were."""
    totals = read_ledger(ledger)
    mine = totals.setdefault(plan, {})
    violations = 0
    for seed in seeds:
        if seed < mine.get("next", 0):
            continue
        log: list[str] | None = None if trace is None else []
        verdict = live(seed, memory(), PLANS[plan], log)
        if trace is not None and log is not None:
            trace.write_text("\n".join(log), encoding="utf-8")
        violations += len(verdict.violations)
        _say(f"{plan} {seed} {verdict.trace[:16]} {verdict.violations or 'ok'}")
        _add(mine, verdict)
        mine["next"] = seed + 1
        if ledger is not None:
            write_ledger(ledger, totals)
    return violations


def memory() -> Path:
    """A folder in memory where there is one."""
    return Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None, prefix="simulation-"))


def read_ledger(ledger: Path | None) -> dict[str, dict[str, float]]:
    """The totals by plan."""
    if ledger is None or not ledger.exists():
        return {}
    for line in ledger.read_text(encoding="utf-8").splitlines():
        if line.startswith(_MARK):
            found: dict[str, dict[str, float]] = json.loads(
                line.removeprefix(_MARK).removesuffix(" -->")
            )
            return found
    return {}


def write_ledger(ledger: Path, totals: dict[str, dict[str, float]]) -> None:
    """The page, with what follows the table kept as it is."""
    old = ledger.read_text(encoding="utf-8") if ledger.exists() else ""
    _, found, rest = old.partition(" -->\n")
    rows = [
        f"| {plan} | {sums['worlds']:.0f} | {sums['days'] / 365:.2f} years "
        f"| {sums['hours']:.0f} | {sums['saved']:.0f} | {sums['requests']:.0f} "
        f"| {sums['mishaps']:.0f} | {sums['cuts']:.0f} | {sums['violations']:.0f} |\n"
        for plan, sums in sorted(totals.items())
        if sums
    ]
    mark = f"\n{_MARK}{json.dumps(totals, sort_keys=True)} -->\n"
    ledger.write_text(_WORDS + "".join(rows) + mark + (rest if found else ""), encoding="utf-8")


def _add(sums: dict[str, float], verdict: Verdict) -> None:
    news = {
        "worlds": 1,
        "days": verdict.terminal_days,
        "hours": verdict.open_hours,
        "saved": verdict.saved,
        "requests": verdict.requests,
        "mishaps": sum(verdict.faults.values()),
        "cuts": verdict.faults.get("power-cut", 0),
        "violations": len(verdict.violations),
    }
    for name, value in news.items():
        sums[name] = sums.get(name, 0) + value


def _print_fleet() -> None:
    for seed in range(1, 4):
        found = recover(Fleet(seed=seed))
        facts = asdict(found) | {"beyond": round(found.beyond, 3), "drain": round(found.drain, 3)}
        _say(json.dumps(facts))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
