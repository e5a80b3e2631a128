"""``python -m sync.platform courier``: bundles from sticks in, answers onto sticks out.

Rules:

* Import is the same intake as by network: the same packages have the same effect, once. What could
  not be judged yet (terminal unknown, nothing published) stays on the stick and is told.
* Export writes for the terminals whose bundles are on the stick; on a stick without any, for all
  that are enrolled. ``--terminal`` names others.
* Neither needs a running ``serve``, and neither minds one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.domain.problems import EnvironmentProblem, InputProblem, Problem
from sync.bundle.stick import StickFolder
from sync.platform.courier_intake import Reader, Taken
from sync.platform.courier_returns import Written, write_returns
from sync.platform.office import Office

NOT_DONE: Final = 1


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``courier import`` and ``courier export``."""
    parser = subparsers.add_parser("courier", help="bundles on sticks")
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder")
    ways = parser.add_subparsers(required=True, metavar="WAY")
    taking = _way(ways, "import", "take the bundles on a stick")
    taking.add_argument("--manual", action="store_true", help="cases wait for 'decide'")
    taking.set_defaults(handler=run_import)
    giving = _way(ways, "export", "write receipts, events and the directory onto a stick")
    giving.add_argument("--terminal", action="append", default=[], help="also for this one")
    giving.set_defaults(handler=run_export)


def run_import(arguments: argparse.Namespace) -> int:
    """Take every bundle on a stick."""
    with _office(arguments) as office, StickFolder.open(arguments.folder) as stick:
        taken = Reader(office, stick).take_all()
    for problem in taken.problems:
        _tell(problem)
    if taken.bundles == 0:
        raise (
            taken.problems[0]
            if taken.problems
            else InputProblem(
                "no-bundle",
                f"there is no bundle in {arguments.folder}; kiosk courier export writes one",
                path=str(arguments.folder),
            )
        )
    _print(_document(taken))
    return NOT_DONE if taken.waiting or taken.problems else 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write the answers onto a stick."""
    with _office(arguments) as office, StickFolder.open(arguments.folder) as stick:
        written = write_returns(office, stick, tuple(arguments.terminal))
    for problem in written.problems:
        _tell(problem)
    _print(_summary(written))
    return 0


def _way(
    ways: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    way = ways.add_parser(name, help=words)
    way.add_argument("folder", type=Path, metavar="DIR", help="folder of the stick")
    # The data folder may be named before or after the way.
    way.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    return way


def _document(taken: Taken) -> dict[str, int]:
    return {
        "bundles": taken.bundles,
        "filed": taken.filed,
        "replayed": taken.replayed,
        "refused": taken.refused,
        "waiting": taken.waiting,
        "torn": len(taken.problems),
    }


def _summary(written: Written) -> dict[str, int]:
    return {
        "terminals": written.terminals,
        "receipts": written.receipts,
        "events": written.events,
        "refusals": written.refusals,
        "bytes": written.bytes,
        "directory_files": written.directory_files,
    }


def _print(document: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def _tell(problem: Problem) -> None:
    where = f" ({problem.path})" if problem.path else ""
    sys.stderr.write(f"{problem.code}: {problem.message}{where}\n")


@contextmanager
def _office(arguments: argparse.Namespace) -> Iterator[Office]:
    data_dir: Path | None = arguments.data
    if data_dir is None:
        raise InputProblem("usage", "courier needs --data DIR")
    if not (data_dir / "private").is_dir():
        raise EnvironmentProblem(
            "no-platform", f"there is no platform in {data_dir}; publish first", path=str(data_dir)
        )
    office = Office.open(data_dir, manual=getattr(arguments, "manual", False))
    try:
        yield office
    except OSError as error:
        raise EnvironmentProblem(
            "disk", f"the disk under {data_dir} refused: {error.strerror}", path=str(data_dir)
        ) from error
    finally:
        office.close()
