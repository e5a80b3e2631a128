"""``kiosk courier``: what is owed onto a stick, what the platform answered from a stick.

Rules: needs no line at all; export changes no submission and answers with what was written;
import exits 1 when something on the stick was not taken although the rest was, 2 when nothing
could be taken. What the stick does not allow is told in one sentence.
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from kiosk.main.clock import SystemClock
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.recovery import tidy
from sync.bundle.stick import StickFolder
from sync.client.tuf_fetcher import TufFetcher
from sync.courier.exporting import export
from sync.courier.importing import NONE, Imported, import_
from sync.courier.place import Place
from sync.engine.assembly import update_from
from sync.engine.directory_update import DirectoryUpdater, UpdateResult

NOT_DONE = 1


def register(commands: Commands) -> None:
    """Add ``kiosk courier``."""
    parser = commands.add_parser("courier", help="exchange with the platform by stick")
    ways = parser.add_subparsers(title="ways", metavar="WAY", required=True)
    for name, handler, summary in (
        ("export", run_export, "write what is owed onto a stick"),
        ("import", run_import, "take what the platform sent on a stick"),
    ):
        way = ways.add_parser(name, help=summary)
        way.add_argument("folder", metavar="DIR", type=Path, help="folder of the stick")
        way.set_defaults(handler=handler)


def run_export(args: argparse.Namespace, out: Output) -> int:
    """``kiosk courier export``."""
    home, clock = Home(args.home).require(), SystemClock()
    with Casebook.open(home, clock) as casebook, StickFolder.open(args.folder) as stick:
        place = Place.of(home, casebook, clock)
        done = export(place, stick)
    for problem in done.problems:
        out.note(f"kiosk: {problem.message} ({problem.code})")
    if not done.letter:
        out.note(
            "kiosk: the trust file names no courier key, so a terminal that the platform does not "
            "know yet cannot enrol by stick; run kiosk init with a newer trust file"
        )
    document = {
        "bundle": done.bundle,
        "packages": done.packages,
        "bytes": done.bytes,
        "skipped": done.skipped,
        "unreadable": len(done.problems),
    }
    out.document(
        document,
        f"{done.bundle}: {done.packages} written, {done.skipped} on the stick already",
    )
    return NOT_DONE if done.problems else 0


def run_import(args: argparse.Namespace, out: Output) -> int:
    """``kiosk courier import``."""
    home, clock = Home(args.home).require(), SystemClock()
    with (
        StickFolder.open(args.folder) as stick,
        home.sync_lock(),
        Casebook.open(home, clock) as casebook,
    ):
        place = Place.of(home, casebook, clock)
        tidy(casebook, place.device)
        place.stores.outbox.recover(clock.now())
        done = import_(place, stick, lambda base: _update(place, base))
    for problem in done.refused:
        out.note(f"kiosk: {problem.message} ({problem.code})")
    if done.refused and _nothing(done):
        raise done.refused[0]
    document = {
        "receipts": done.receipts,
        "events": done.events,
        "directory": done.directory,
        "refused": len(done.refused),
        "parked": done.parked,
    }
    out.document(
        document,
        f"{done.receipts} receipts, {done.events} events, {done.parked} refusals; "
        f"directory: {done.directory}",
    )
    return NOT_DONE if done.refused else 0


def _nothing(done: Imported) -> bool:
    taken = done.receipts + done.events + done.parked
    return taken == 0 and done.directory in (NONE, "kept")


def _update(place: Place, base: str) -> UpdateResult:
    """Take the directory on the stick; time is the machine's, never before what was proven."""
    hosts = place.stores.hosts

    def present() -> datetime:
        floor = hosts.proven_time()
        now = place.clock.now()
        return now if floor is None else max(now, floor)

    updater = DirectoryUpdater(place.home, TufFetcher(None), present)
    return update_from(base, place.home, hosts, place.trust, updater)
