"""``kiosk move``: this station to another machine, never onto two.

Rules: ``out`` closes the old home for good and packs a crate, ``in`` unpacks it into an empty home;
both go on where they were broken off when they are called again; ``cancel`` takes the station back
as long as no crate is ready. Exit 3 when something stands in the way; nothing is lost then.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from kiosk.domain.problems import InputProblem
from kiosk.main.clock import SystemClock
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.home import Home
from kiosk.store.moving import Moved, call_off, move_in, move_out

_SHORTEST: Final = 12
_LONGEST: Final = 1024


def register(commands: Commands) -> None:
    """Add ``kiosk move``."""
    parser = commands.add_parser("move", help="move this station to another machine")
    ways = parser.add_subparsers(title="ways", metavar="WAY", required=True)
    for name, handler, summary in (
        ("out", run_out, "close this station and pack it; it works on the new machine only"),
        ("in", run_in, "unpack a station into an empty --home"),
    ):
        way = ways.add_parser(name, help=summary)
        way.add_argument("folder", metavar="DIR", type=Path, help="folder of the crate (a stick)")
        way.add_argument(
            "--passphrase-file",
            metavar="F",
            type=Path,
            required=True,
            help=f"its first line opens the crate; at least {_SHORTEST} characters",
        )
        way.set_defaults(handler=handler)
    ways.choices["out"].add_argument(
        "--again",
        action="store_true",
        help="the first crate is lost and was never unpacked: pack another one",
    )
    cancel = ways.add_parser("cancel", help="take the station back before its crate is ready")
    cancel.set_defaults(handler=run_cancel)


def run_out(args: argparse.Namespace, out: Output) -> int:
    """``kiosk move out``."""
    home = Home(args.home).require()
    passphrase = _passphrase(args.passphrase_file)
    moved = move_out(home, SystemClock(), args.folder, passphrase, again=args.again)
    words = (
        f"{moved.terminal} left this machine: {moved.packages} packages in {moved.folder}; "
        "run kiosk move in there on the new machine"
    )
    out.document(_document(moved), words)
    return 0


def run_in(args: argparse.Namespace, out: Output) -> int:
    """``kiosk move in``."""
    home = Home(args.home)
    moved = move_in(home, SystemClock(), args.folder, _passphrase(args.passphrase_file))
    words = f"{moved.terminal} lives in {home.path} now; run kiosk doctor, then kiosk sync once"
    out.document(_document(moved) | {"home": str(home.path)}, words)
    return 0


def run_cancel(args: argparse.Namespace, out: Output) -> int:
    """``kiosk move cancel``."""
    home = Home(args.home).require()
    call_off(home, SystemClock())
    out.document({"home": str(home.path)}, f"the station of {home.path} stays here")
    return 0


def _document(moved: Moved) -> dict[str, object]:
    return {
        "terminal": moved.terminal,
        "folder": str(moved.folder),
        "files": moved.files,
        "packages": moved.packages,
    }


def _passphrase(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST)
    except OSError as error:
        raise InputProblem(
            "cannot-read", f"the passphrase cannot be read: {error.strerror}", path=str(path)
        ) from error
    lines = data.decode("utf-8", "replace").splitlines()
    if not lines or len(lines[0]) < _SHORTEST:
        raise InputProblem(
            "short-passphrase",
            f"the first line of {path} must have {_SHORTEST} characters or more",
            path=str(path),
        )
    return lines[0]
