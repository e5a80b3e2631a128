"""The command ``kiosk``.

Rules: exit 0 done, 1 not all done yet, 2 bad input or usage, 3 environment, 70 bug; ``--home``
and ``--json`` may stand before or after the command; modules of commands are imported only when
their command is called, so that no command pays for another.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk import __version__
from kiosk.domain.problems import EnvironmentProblem, InputProblem, Problem
from kiosk.main.output import Output
from kiosk.main.parsing import Handler, Parser, nested_parsers

EXIT_BUG: Final = 70
_OURS: Final = frozenset({"kiosk", "ui", "sync", "assets"})

COMMANDS: Final = {
    "run": ("kiosk.main.commands.window", "open the station"),
    "demo": ("kiosk.main.commands.demo", "play the whole main job without a screen"),
    "init": ("kiosk.main.commands.station", "set up a station"),
    "directory": ("kiosk.main.commands.directory", "look into the service directory"),
    "agent": ("kiosk.main.commands.agent", "village agents of this station"),
    "file": ("kiosk.main.commands.filing", "file an application"),
    "queue": ("kiosk.main.commands.queue", "what this station owes the platform"),
    "sync": ("kiosk.main.commands.sync", "exchange with the platform"),
    "audit": ("kiosk.main.commands.audit", "has anybody touched the audit trail"),
    "courier": ("kiosk.main.commands.courier", "exchange with the platform by stick"),
    "move": ("kiosk.main.commands.moving", "move this station to another machine"),
    "doctor": ("kiosk.main.commands.doctor", "check this machine"),
}


def default_home() -> Path:
    """``$KIOSK_HOME``, else ``jinban`` in the XDG data folder."""
    named = os.environ.get("KIOSK_HOME")
    if named:
        return Path(named)
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "jinban"


def build_parser(wanted: str | None = None) -> Parser:
    """The parser; only the module of the ``wanted`` command is imported (None: no module)."""
    parser = Parser(
        prog="kiosk", description="近办 Jinban: an offline-first station for government services."
    )
    parser.add_argument("--version", action="version", version=f"jinban {__version__}")
    _add_common(parser, home=default_home(), as_json=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (module, summary) in COMMANDS.items():
        if name == wanted:
            importlib.import_module(module).register(commands)
        else:
            commands.add_parser(name, help=summary)
    if wanted in COMMANDS:
        _add_common_below(commands.choices[wanted])
    return parser


def _add_common(parser: argparse.ArgumentParser, *, home: object, as_json: object) -> None:
    parser.add_argument(
        "--home", type=Path, default=home, help="the station's folder (default: $KIOSK_HOME)"
    )
    parser.add_argument(
        "--json", action="store_true", default=as_json, help="one JSON document on stdout"
    )


def _add_common_below(parser: argparse.ArgumentParser) -> None:
    """Allow ``--home`` and ``--json`` after the command, at any depth, without new defaults."""
    _add_common(parser, home=argparse.SUPPRESS, as_json=argparse.SUPPRESS)
    for child in nested_parsers(parser):
        _add_common_below(child)


def wanted_command(argv: Sequence[str]) -> str | None:
    """The command named in ``argv``, if any."""
    skip = False
    for word in argv:
        if skip:
            skip = False
        elif word == "--home":
            skip = True
        elif not word.startswith("-"):
            return word if word in COMMANDS else None
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; without ``argv`` the process is ours."""
    words = list(sys.argv[1:] if argv is None else argv)
    if argv is None:
        _be_discreet(words)
    out = Output(as_json="--json" in words)
    try:
        _refuse_unreadable(words)
        args = build_parser(wanted_command(words)).parse_args(words)
        handler: Handler = args.handler
        return handler(args, out)
    except Problem as problem:
        out.problem(problem)
        return problem.exit_status
    except BrokenPipeError:
        _silence_stdout()
        return EXIT_BUG
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 (top of the main thread: a bug is told, then exits 70)
        return _unforeseen(error, out)


def _refuse_unreadable(words: Sequence[str]) -> None:
    """Bytes that are no text are taken in names of files only."""
    for word in words:
        readable = word.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in word)
        if not readable and not any(os.path.lexists(one) for one in (word, word.partition("=")[2])):
            raise InputProblem("usage", f"the argument {word!a} is not UTF-8 text")


def _unforeseen(error: Exception, out: Output) -> int:
    """Tell what no part has turned into a problem: the machine's fault, else a bug."""
    refused = _from_machine(error)
    if refused is None:
        return _bug(error, out)
    out.problem(refused)
    return refused.exit_status


def _from_machine(error: Exception) -> EnvironmentProblem | None:
    """What this machine refused or lacks; None: neither, or a module of our own is missing."""
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] not in _OURS:
        return EnvironmentProblem(
            "missing-library",
            f"something that jinban needs is not installed ({error}); run make setup, "
            "then kiosk doctor",
            path=error.name or "",
        )
    if not isinstance(error, OSError):
        return None
    where = str(error.filename or "")
    reason = error.strerror or str(error)
    return EnvironmentProblem("machine", f"this machine refused: {reason}", path=where)


def _be_discreet(words: Sequence[str]) -> None:
    """Before anything of a person can be in this process; the window does its part by itself."""
    from kiosk.main.discretion import be_discreet, refuse_dumps

    be_discreet()
    if wanted_command(words) != "run":
        refuse_dumps()


def _bug(error: Exception, out: Output) -> int:
    from kiosk.main.discretion import told

    sys.stderr.write(f"Traceback (words left out):\n{told(error)}")
    out.problem(Problem("bug", f"this is a bug in jinban: {type(error).__name__}"))
    return EXIT_BUG


def _silence_stdout() -> None:
    """Keep the interpreter from flushing into the closed pipe once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
