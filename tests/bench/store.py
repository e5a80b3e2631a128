"""Measures the store against its budgets; prints one JSON document.

``python -m tests.bench.store [--rows N] [--rounds N] [FOLDER]``

* ``save``: a durable save (package, row, history, audit row) of 40 answers and three photographs
  of 400 KB, sealing apart, over one new file of the same bytes written and fsynced. Budget: 2.
* ``opening``: opening a casebook of N rows, the time-boxed look for damage included, in
  milliseconds; and reading all of it, as the daily check does.
* ``next_due``: what to send next among N rows, over the same among 100. Budget: 2. Three shapes:
  all due, all waiting but the last, all waiting.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from kiosk.domain.clock import to_text
from kiosk.sealing.package import Package
from kiosk.store.saving import place, saving
from tests.helpers.stores import START, Site, sealed, site_at

PHOTOS = tuple(os.urandom(400_000) for _ in range(3))


def timed(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def floor(path: Path, data: bytes) -> None:
    """One new file of the same bytes, written and fsynced."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def save(site: Site, package: Package) -> None:
    """A durable save of a sealed package."""
    with saving(site.casebook) as tx:
        site.casebook.next_sequence(tx)
        place(tx, site.casebook, package.head.id, package.data)
        site.outbox.add(
            tx,
            package.head,
            envelope_digest=package.envelope_digest,
            item_name="高龄津贴",
            masked_name="李*英",
            claim_hash="0" * 64,
            id_tag="0" * 64,
            track_code_tag=None,
            agent_id=None,
            urgent=False,
            now=START,
            content_tag="0" * 64,
        )


def measure_save(site: Site, folder: Path, rounds: int) -> dict[str, float]:
    """Medians of both, taken in turns so that the disk's moods meet both alike."""
    floors, saves, size = [], [], 0
    for number in range(rounds):
        package = sealed(site.device, number + 1, blobs=PHOTOS)
        size = len(package.data)
        floors.append(timed(partial(floor, folder / f"floor-{number}", package.data)))
        saves.append(timed(partial(save, site, package)))
    low, high = statistics.median(floors), statistics.median(saves)
    return {"bytes": size, "floor_ms": low * 1e3, "save_ms": high * 1e3, "ratio": high / low}


def fill(site: Site, rows: int) -> None:
    """Queued rows without packages: the question is asked of the casebook alone."""
    with site.casebook.write() as tx:
        tx.execute(text("PRAGMA cache_size = -65536"))
        tx.execute(
            text(
                "INSERT INTO submission (id, sequence, terminal, local_number, item_id, kind, "
                "sealed_at, envelope_digest, content_tag, urgent, item_name, masked_name, state, "
                "attempts, case_seq) VALUES (:id, :n, 'T0', '', 'gaoling', 'filing', :at, "
                ":digest, '', 0, '', '', 'queued', 0, -1)"
            ),
            [
                {"id": str(uuid4()), "n": number, "at": to_text(START), "digest": "0" * 64}
                for number in range(rows)
            ],
        )


def postpone_all(site: Site, *, but_last: bool) -> None:
    """Let rows wait for an hour."""
    later = to_text(START + timedelta(hours=1))
    last = "WHERE sequence < (SELECT max(sequence) FROM submission)" if but_last else ""
    with site.casebook.write() as tx:
        statement = f"UPDATE submission SET next_at = :later {last}"
        tx.execute(text(statement), {"later": later})


def measure_opening(rows: int) -> dict[str, float]:
    """Milliseconds until a casebook is open, and until all of it was read."""
    with tempfile.TemporaryDirectory() as folder, site_at(Path(folder) / "home") as site:
        fill(site, rows)
        opening = [timed(lambda: site.reopened().close()) for _ in range(20)]
        return {
            "rows": rows,
            "open_ms": statistics.median(opening) * 1e3,
            "whole_check_ms": timed(site.casebook.damage) * 1e3,
        }


def measure_next(rows: int, rounds: int) -> dict[str, float]:
    """Median cost of the question in three shapes, in microseconds."""
    with tempfile.TemporaryDirectory() as folder, site_at(Path(folder) / "home") as site:
        fill(site, rows)
        found = {}
        for shape in ("all_due", "last_due", "none_due"):
            if shape != "all_due":
                postpone_all(site, but_last=shape == "last_due")
            times = [timed(lambda: site.outbox.next_due(START)) for _ in range(rounds)]
            found[shape] = statistics.median(times) * 1e6
        return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="budgets of the store")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=100)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=args.folder) as folder,
        site_at(Path(folder) / "home") as site,
    ):
        saved = measure_save(site, Path(folder), args.rounds)
    few, many = measure_next(100, args.rounds), measure_next(args.rows, args.rounds)
    ratios = {shape: many[shape] / few[shape] for shape in few}
    ok = saved["ratio"] <= 2 and max(ratios.values()) <= 2
    document = {
        "save": saved,
        "opening": [measure_opening(1000), measure_opening(100_000)],
        "next_due_us": {"100": few, str(args.rows): many, "ratio": ratios},
        "within_budget": ok,
    }
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
