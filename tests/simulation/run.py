"""Worlds by seed, some at a time, with a ledger of what was really run.

Rules:

* ``--seeds A..B`` runs what the ledger has not counted yet for this plan: it can be stopped at any
  time (SIGTERM, Ctrl-C, ``--minutes``) and goes on where it was; a world that was cut off counts
  for nothing.
* A seed with a violation is printed, and kept in ``seeds.toml`` by whoever mends it. A world that
  breaks (an exception that nobody expected) is a violation too.
* ``--fleet`` prints the recovery of a fleet, ``--controls`` whether the simulation finds the
  engines that were broken on purpose.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from tests.simulation import ledger as ledger_module
from tests.simulation.controls import CONTROLS, find
from tests.simulation.fleet import Fleet, recover
from tests.simulation.plans import PLANS
from tests.simulation.world import Verdict, live

MEMORY: Final = Path("/dev/shm")
_SHOWN: Final = 3


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", default="0..10", help="A..B, B not included")
    parser.add_argument("--plan", choices=sorted(PLANS), default="dense")
    parser.add_argument("--jobs", type=int, default=1, help="worlds at the same time")
    parser.add_argument("--minutes", type=float, help="begin no world after so long")
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--trace", type=Path, help="write the trace of one world here")
    parser.add_argument("--fleet", action="store_true")
    parser.add_argument("--controls", action="store_true")
    given = parser.parse_args(arguments)
    if given.fleet:
        _print_fleet()
        return
    if given.controls:
        sys.exit(0 if _print_controls() else 1)
    first, _, end = given.seeds.partition("..")
    seeds = range(int(first), int(end))
    if given.trace is not None:
        _trace(given.plan, seeds[0], given.trace)
        return
    end_at = None if given.minutes is None else time.monotonic() + given.minutes * 60
    sys.exit(1 if run(given.plan, seeds, given.ledger, given.jobs, end_at) else 0)


def run(
    plan: str,
    seeds: range,
    ledger: Path | None,
    jobs: int = 1,
    end_at: float | None = None,
) -> int:
    """Live through worlds.

    Args:
        plan: of all of them.
        seeds: which; those that the ledger has counted are passed over.
        ledger: where they are counted.
        jobs: how many at the same time, each in a process of its own.
        end_at: no world begins after this (monotonic clock).

    Returns:
        How many violations there were.
    """
    counted = ledger_module.read(ledger).get(plan, ledger_module.Total())
    todo = (
        seed
        for seed in seeds
        if not counted.has(seed) and (end_at is None or time.monotonic() < end_at)
    )
    violations = 0
    with memory() as folder:
        for verdict in _verdicts(plan, todo, folder, jobs):
            violations += len(verdict.violations)
            shown = verdict.violations[:_SHOWN] or "ok"
            _say(f"{plan} {verdict.seed} {verdict.trace[:16]} {shown}")
            if ledger is not None:
                ledger_module.add(ledger, plan, verdict)
    return violations


def _verdicts(plan: str, todo: Iterator[int], folder: Path, jobs: int) -> Iterator[Verdict]:
    one = partial(_one, plan, folder)
    if jobs == 1:
        yield from map(one, todo)
        return
    old = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with multiprocessing.get_context("fork").Pool(jobs, _begin) as pool:
            waiting = [pool.apply_async(one, (seed,)) for seed in islice(todo, jobs)]
            while waiting:
                ready = [result for result in waiting if result.ready()] or waiting[:1]
                for result in ready:
                    result.wait(1)
                    if result.ready():
                        yield result.get()
                        waiting.remove(result)
                        waiting += [pool.apply_async(one, (seed,)) for seed in islice(todo, 1)]
    finally:
        signal.signal(signal.SIGTERM, old)


def _begin() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one(plan: str, folder: Path, seed: int) -> Verdict:
    place = folder / multiprocessing.current_process().name
    try:
        return live(seed, place, PLANS[plan])
    except Exception:  # noqa: BLE001 (the top of a process: what breaks here is what is looked for)
        broke = f"broke: {traceback.format_exc(limit=-3)}"
        return Verdict(seed, [broke], "", 0.0, 0.0, 0, 0, 0, 0, {})


@contextmanager
def memory() -> Iterator[Path]:
    """A folder in memory where there is one; gone afterwards."""
    name = f"simulation-{os.getpid()}-"
    folder = tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None, prefix=name)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _trace(plan: str, seed: int, target: Path) -> None:
    log: list[str] = []
    with memory() as folder:
        verdict = live(seed, folder, PLANS[plan], log)
    target.write_text("\n".join(log), encoding="utf-8")
    _say(f"{plan} {seed} {verdict.trace[:16]} {verdict.violations or 'ok'}")


def _print_controls() -> bool:
    """Whether every broken engine was found."""
    found_all = True
    with memory() as folder:
        for control in CONTROLS:
            found = find(control, folder)
            found_all = found_all and found is not None
            words = "NOT FOUND" if found is None else f"world {found.worlds}: {found.fault}"
            _say(f"| {control.name} | {words} |")
    return found_all


def _print_fleet() -> None:
    for seed in range(1, 4):
        found = recover(Fleet(seed=seed))
        facts = asdict(found) | {"beyond": round(found.beyond, 3), "drain": round(found.drain, 3)}
        _say(json.dumps(facts))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
