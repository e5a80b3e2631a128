"""Attacks in bulk, one parser after the other, with a ledger of what was really run.

Rules:

* Examples come from our own generator by seed (``tests.fuzz.hostile``): a tenth of what hypothesis
  takes for one. The suite drives the same generator through hypothesis, which shrinks.
* Seeds go on where the ledger ended: a run can be stopped at any time, nothing is counted twice.
* Memory is watched in every fiftieth example (``tracemalloc``), and as the growth of the process.
* A finding ends the run, is not counted, and is brought back by ``PARSER --seed N``.
"""

from __future__ import annotations

import argparse
import faulthandler
import fcntl
import gc
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.fuzz.arsenal import NAMES, arsenal
from tests.fuzz.target import Finding, Target, attack, example

_MARK: Final = "<!-- fuzz: "
_END: Final = "<!-- end of fuzz -->\n"
_WATCHED: Final = 50
_STEP: Final = 2000
_HANGS: Final = 120
_NOISE: Final = 0.01
_MEMORY: Final = Path("/dev/shm")
_GROWTH: Final = 256 * 1024  # KiB that a process may grow while one parser is attacked

Sums = dict[str, float]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("parsers", nargs="*", metavar="PARSER", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--examples", type=int, default=1000, help="of each parser, in the ledger")
    parser.add_argument("--minutes", type=float, help="end after this time")
    parser.add_argument("--ledger", type=Path, help="page that keeps the figures")
    parser.add_argument("--seed", type=int, help="one example only, with its traceback")
    given = parser.parse_args(arguments)
    unknown = set(given.parsers) - set(NAMES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    ends = time.monotonic() + given.minutes * 60 if given.minutes else float("inf")
    place = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder, arsenal(Path(folder)) as found:
        gc.freeze()  # what stands is not to be looked through within some example
        chosen = [found[name] for name in given.parsers or NAMES]
        if given.seed is not None:
            _again(chosen, given.seed)
        sys.exit(run(chosen, given.examples, ends, given.ledger))


def run(targets: Sequence[Target], examples: int, ends: float, ledger: Path | None) -> int:
    """Attack until each parser has its examples; 1 when there was a finding."""
    status = 0
    for target in targets:
        sums = read_ledger(ledger).get(target.name, {})
        while sums.get("examples", 0) < examples and time.monotonic() < ends:
            first = int(sums.get("examples", 0))
            seeds = range(first, min(first + _STEP, examples))
            try:
                news = _batch(target, seeds)
            except Finding as finding:
                _say(str(finding))
                status = 1
                break
            sums = added(sums, news)
            if ledger is not None:
                keep(ledger, target.name, sums)
        _say(f"{target.name}: {json.dumps(sums)}")
    return status


def _batch(target: Target, seeds: range) -> Sums:
    accepted, slowest, peak = 0, 0.0, 0
    before = _resident(reset=True)
    for seed in seeds:
        case = example(target, seed)
        faulthandler.dump_traceback_later(_HANGS, exit=True, file=sys.__stderr__ or 2)
        try:
            outcome = attack(target, case, watch=seed % _WATCHED == 0)
        except Finding as finding:
            raise Finding(f"{finding} (seed {seed})") from finding.__cause__
        finally:
            faulthandler.cancel_dump_traceback_later()
        if outcome.seconds > _NOISE:  # once more: was it the example, or the machine?
            again = attack(target, case, watch=False)
            outcome = replace(outcome, seconds=min(outcome.seconds, again.seconds))
        accepted += outcome.accepted
        slowest, peak = max(slowest, outcome.seconds), max(peak, outcome.peak)
    growth = _resident() - before
    if growth > _GROWTH:
        raise Finding(f"{target.name}: the process grew by {growth} KiB (seeds {seeds})")
    return {
        "examples": len(seeds),
        "accepted": accepted,
        "slowest_ms": round(slowest * 1000, 1),
        "peak_kib": peak // 1024,
        "growth_kib": growth,
    }


def added(sums: Sums, news: Sums) -> Sums:
    """The figures of a parser with those of one more batch."""
    counted = ("examples", "accepted")
    return {
        name: sums.get(name, 0) + value if name in counted else max(sums.get(name, 0), value)
        for name, value in news.items()
    }


def _resident(*, reset: bool = False) -> int:
    """The most that this process has held since the last reset, KiB; 0 where nobody tells."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    if reset:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    lines = status.read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _again(targets: Sequence[Target], seed: int) -> None:
    for target in targets:
        case = example(target, seed)
        _say(f"{target.name} {seed}: {case!r}")
        try:
            _say(repr(attack(target, case, watch=False)))
        except Finding as finding:
            raise finding.__cause__ or finding from None
    sys.exit(0)


def keep(ledger: Path, name: str, sums: Sums) -> None:
    """Write one parser's figures; runs of other parsers may share the page."""
    with ledger.open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        write_ledger(ledger, {**read_ledger(ledger), name: sums})


def read_ledger(ledger: Path | None) -> dict[str, Sums]:
    """The figures by parser."""
    if ledger is None or not ledger.exists():
        return {}
    for line in ledger.read_text(encoding="utf-8").splitlines():
        if line.startswith(_MARK):
            found: dict[str, Sums] = json.loads(line.removeprefix(_MARK).removesuffix(" -->"))
            return found
    return {}


def write_ledger(ledger: Path, figures: dict[str, Sums]) -> None:
    """Replace the table of the page; what stands around it is kept."""
    page = ledger.read_text(encoding="utf-8") if ledger.exists() else ""
    before, found, rest = page.partition(_MARK)
    after = rest.partition(_END)[2] if found else ""
    if found:
        before = before.partition("| parser |")[0]
    ledger.write_text(before + table(figures) + after, encoding="utf-8")


def table(figures: dict[str, Sums]) -> str:
    """The figures as they stand in the page, for people and for the next run."""
    rows = [
        f"| {name} | {sums['examples']:.0f} | {sums['accepted']:.0f} "
        f"| {sums['examples'] - sums['accepted']:.0f} | {sums['slowest_ms']:.0f} "
        f"| {sums['peak_kib']:.0f} | {sums['growth_kib'] / 1024:.0f} |\n"
        for name in NAMES
        if (sums := figures.get(name))
    ]
    head = "| parser | examples | taken | refused | slowest ms | most KiB | process MiB |\n"
    mark = f"\n{_MARK}{json.dumps(figures, sort_keys=True)} -->\n{_END}"
    return f"{head}|---|---|---|---|---|---|---|\n{''.join(rows)}{mark}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
