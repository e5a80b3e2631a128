"""``python -m tests.soak [HARNESS]… [--minutes M]``: run trials and enter them in the ledger.

Rules: goes on where the ledger stands (the seed of a batch is the number of trials before it);
SIGTERM ends it after the batch, so that nothing stays mounted; ends with 1 and a sentence at the
first broken promise, and when a negative control is never noticed.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from tests.soak import kernel, kills, power_batches
from tests.soak.ledger import LEDGER, Batch, Ledger, Total, open_ledger

HARNESSES: Final[dict[str, Callable[[Random, Path], Batch]]] = {
    "power": power_batches.cuts,
    "calls": power_batches.calls,
    "kernel": kernel.batch,
    "swaps": kernel.directories,
    "kills": kills.kills,
    "migrations": kills.migrations,
    "directories": kills.directories,
    "deliveries": kills.deliveries,
}
_ENOUGH: Final = 60


def main() -> int:
    """Run until the time is up."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("harness", nargs="*", help=f"of {', '.join(HARNESSES)}; default: all")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="default: for ever")
    parser.add_argument("--ledger", type=Path, default=LEDGER)
    args = parser.parse_args()
    for name in args.harness:
        if name not in HARNESSES:
            parser.error(f"there is no harness {name}")
    chosen = [name for name in args.harness or HARNESSES if _runnable(name)]
    told_to_end: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda found, _frame: told_to_end.append(found))
    end = time.monotonic() + args.minutes * 60
    while chosen:
        for name in chosen:
            if told_to_end or time.monotonic() >= end:
                return 0
            if not _one(name, args.ledger):
                return 1
    return 0


def _runnable(name: str) -> bool:
    reason = kernel.not_runnable() if name in {"kernel", "swaps"} else None
    if reason is not None:
        _tell(f"{name}: not runnable here: {reason}")
    return reason is None


def _one(name: str, path: Path) -> bool:
    with open_ledger(path) as ledger:
        before = ledger.totals.get(name, Total()).trials
    started = time.monotonic()
    with TemporaryDirectory(prefix="soak-") as folder:
        batch = HARNESSES[name](Random(f"{name} {before}"), Path(folder))
    with open_ledger(path) as ledger:
        ledger.add(name, batch, time.monotonic() - started)
        asleep = unnoticed(ledger)
    _tell(f"{name} from {before}: {batch.trials} trials, {len(batch.faults)} faults")
    for fault in (*batch.faults, *asleep):
        _tell(f"{name} from {before}: {fault}")
    return not batch.faults and not batch.doubles and not asleep


def unnoticed(ledger: Ledger) -> list[str]:
    """Negative controls that were tried often enough and never noticed."""
    return [
        f"{harness} is broken: it never noticed {what}"
        for (harness, what), control in ledger.controls.items()
        if control.trials >= _ENOUGH and not control.caught
    ]


def _tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
