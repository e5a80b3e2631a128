"""``kiosk sync``: exchange with the platform, once or until stopped, and how that stands.

Rules: ``once`` tries every owed submission exactly once, whatever its back-off, and answers with
the outbox afterwards; it exits 1 while anything is owed or the platform did not answer. ``run``
ends with 0 on SIGTERM or SIGINT. Both leave the lock to others between two rounds.
"""

from __future__ import annotations

import argparse
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType

from kiosk.domain.clock import to_text
from kiosk.main.clock import SystemClock
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.casebook import Casebook
from kiosk.store.chores import do_chores
from kiosk.store.directory_apply import facts as directory_facts
from kiosk.store.findings import findings
from kiosk.store.home import Home
from kiosk.store.hosts import Hosts
from kiosk.store.keys import load_device
from kiosk.store.outbox import Outbox
from kiosk.store.recovery import tidy
from sync.engine.assembly import Exchange, exchange, platform_of
from sync.engine.decisions import BRISK_WAIT, tally
from sync.engine.links import links_up
from sync.engine.rounds import Round

NOT_DONE = 1


def register(commands: Commands) -> None:
    """Add ``kiosk sync``."""
    parser = commands.add_parser("sync", help="exchange with the platform")
    ways = parser.add_subparsers(title="ways", metavar="WAY", required=True)
    once = ways.add_parser("once", help="try everything that is owed once")
    once.set_defaults(handler=run_once)
    run = ways.add_parser("run", help="exchange until stopped")
    run.set_defaults(handler=run_on)
    status = ways.add_parser("status", help="what is owed and how the line is")
    status.set_defaults(handler=show_status)


def run_once(args: argparse.Namespace, out: Output) -> int:
    """``kiosk sync once``."""
    home = Home(args.home).require()
    platform_of(home)
    with home.sync_lock(), _opened(home) as (running, casebook):
        do_chores(casebook)
        done = running.engine.run(brisk=True, wait=_sit_out)
    _tell(done, out)
    document = asdict(done.tally)
    words = ", ".join(f"{count} {name}" for name, count in document.items())
    out.document(document, words)
    return NOT_DONE if done.tally.owed or not done.reached else 0


def run_on(args: argparse.Namespace, out: Output) -> int:
    """``kiosk sync run``."""
    home = Home(args.home).require()
    platform_of(home)
    with _stoppable() as stopping, _opened(home) as (running, casebook):
        while not stopping.is_set():
            do_chores(casebook)
            with home.sync_lock():
                done = running.engine.run(brisk=False, stopped=stopping.is_set)
            _tell(done, out)
            stopping.wait(done.next_in)
    return 0


def show_status(args: argparse.Namespace, out: Output) -> int:
    """``kiosk sync status``."""
    home = Home(args.home).require()
    clock = SystemClock()
    with Casebook.open(home, clock) as casebook:
        outbox, hosts = Outbox(casebook), Hosts(casebook)
        owed = outbox.owed(None)
        oldest = outbox.require(min(owed)).sealed_at if owed else None
        until = hosts.paused_until
        paused = until is not None and until > clock.now()
        facts = {name: value for name, (value, _) in hosts.facts().items()}
        document = {
            "owed": len(owed),
            "oldest": None if oldest is None else to_text(oldest),
            **asdict(tally(outbox.counts())),
            "last_contact": facts.get("last_contact"),
            "last_problem": facts.get("last_problem") or None,
            "paused_until": to_text(until) if paused and until is not None else None,
            "pause_reason": hosts.pause_reason if paused else None,
            "directory_version": (directory_facts(home.directory_db) or {}).get("version"),
            "alarms": [asdict(one) for one in findings(casebook, carrier=bool(links_up()))],
        }
    out.document(document)
    return 0


@contextmanager
def _opened(home: Home) -> Iterator[tuple[Exchange, Casebook]]:
    clock = SystemClock()
    with Casebook.open(home, clock) as casebook, exchange(home, casebook, clock) as running:
        tidy(casebook, load_device(home))
        yield running, casebook


def _sit_out(seconds: float) -> bool:
    time.sleep(min(seconds, BRISK_WAIT))
    return True


def _tell(done: Round, out: Output) -> None:
    told: set[str] = set()
    for problem in done.problems:
        if problem.code not in told:
            out.note(f"kiosk: {problem.message} ({problem.code})")
            told.add(problem.code)
    for sentence in done.notes:
        out.note(f"kiosk: {sentence}")


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; the former handlers come back afterwards."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    former = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
