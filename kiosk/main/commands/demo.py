"""``kiosk demo``: the whole main job on this machine, headless, with pictures and a report.

Rules: it works in a temporary folder and removes it (unless ``--keep``); pictures and report go to
``--pictures``; it ends with 0 only when every check held, else with 1 and the failed ones named. No
home is needed and none is touched.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Final

from kiosk.main.output import Output
from kiosk.main.parsing import Commands

PICTURES: Final = Path("build") / "demo"
NOT_HELD: Final = 1


def register(commands: Commands) -> None:
    """Add ``kiosk demo``."""
    parser = commands.add_parser("demo", help="play the whole main job without a screen")
    parser.add_argument(
        "--pictures",
        type=Path,
        default=PICTURES,
        metavar="DIR",
        help=f"where pictures and report go (default: {PICTURES})",
    )
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace, out: Output) -> int:
    """Play, write the report, say how it ended."""
    from kiosk.main.commands.window import keyboard_folder, prepare_keyboard
    from kiosk.main.demo.play import play
    from kiosk.main.demo.record import Record
    from kiosk.main.demo.report import verdict, write_report
    from kiosk.main.demo.world import World

    # Told to end: leave by the stack, so that no window, platform or folder is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    keys = keyboard_folder()
    prepare_keyboard(keys, out)
    folder = Path(tempfile.mkdtemp(prefix="jinban-demo-"))
    record = Record(args.pictures, out.note)
    try:
        play(World(folder), record, keys)
    finally:
        if args.keep:
            out.note(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    page = write_report(record)
    failed = [check.sentence for check in record.failed]
    document = {
        "held": not failed,
        "checks": len(record.checks),
        "failed": failed,
        "figures": record.figures,
        "pictures": sum(len(scene.pictures) for scene in record.scenes),
        "report": str(page),
        "seconds": round(record.seconds, 1),
    }
    lines = [*(f"not so: {sentence}" for sentence in failed), verdict(record), f"report: {page}"]
    out.document(document, "\n".join(lines))
    return NOT_HELD if failed else 0
