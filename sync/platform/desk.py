"""``cases``, ``decide`` and the operator's marks: what officers and operators do.

Rules: every command opens the data folder by itself and works beside a running ``serve``; a
decision is one transaction with its event; words to a person travel sealed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, select

from kiosk.domain.clock import from_text as moment_from_text
from kiosk.domain.clock import to_text
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.package import parse
from sync.platform import cases
from sync.platform.database import DURABLE_MARK, FILE_NAME, new_epoch, set_fact
from sync.platform.events import Said
from sync.platform.flags import flags_of, is_held
from sync.platform.office import Office
from sync.platform.tables import blobs, bodies, effects, parts, submissions
from sync.protocol.messages import CorrectionLine

CLOSING_REASONS = ("granted", "refused", "withdrawn", "returned")
_LONGEST_WORDS = 4000
_MOST_LINES = 64


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the officer's and the operator's commands."""
    listing = _command(subparsers, "cases", "list what was received and what became of it")
    listing.add_argument("--json", action="store_true", help="one JSON document")
    listing.set_defaults(handler=run_cases)
    deciding = _command(subparsers, "decide", "decide about a case")
    deciding.add_argument("case", metavar="CASE", help="case number or submission id")
    deciding.add_argument("decision", choices=tuple(cases.DECISIONS))
    deciding.add_argument("--reason", help="close: granted, refused…; else words for the person")
    deciding.add_argument("--words", help="words for the person")
    deciding.add_argument("--material", action="append", default=[], metavar="KEY")
    deciding.add_argument("--field", action="append", default=[], metavar="POINTER")
    deciding.add_argument("--by", metavar="YYYY-MM-DD", help="last day to correct")
    deciding.set_defaults(handler=run_decide)
    _command(subparsers, "new-epoch", "after restoring a backup").set_defaults(handler=run_epoch)
    marking = _command(subparsers, "mark-durable", "after a backup")
    marking.add_argument("--at", help="RFC 3339; default now")
    marking.set_defaults(handler=run_mark)


def run_cases(arguments: argparse.Namespace) -> int:
    """List every submission with its case."""
    with opened(arguments.data) as office, office.database.read() as tx:
        found = [_listed(tx, row) for row in tx.execute(_all_submissions()).all()]
    if arguments.json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    else:
        for entry in found:
            number = entry["case_number"] or "-"
            sys.stdout.write(f"{number}\t{entry['state']}\t{entry['submission_id']}\n")
    return 0


def run_decide(arguments: argparse.Namespace) -> int:
    """Decide about a case; the event is there for its terminal at once."""
    with opened(arguments.data) as office, office.database.write() as tx:
        case = cases.find_case(tx, arguments.case, arguments.case)
        if case is None:
            raise InputProblem(
                "unknown-case", f"there is no case {arguments.case}; see 'cases'", path="CASE"
            )
        cases.decide(tx, office, case, arguments.decision, _said(tx, office, case, arguments))
        filing = cases.find_submission(tx, case.submission_id)
        if filing is not None and arguments.decision != "refuse" and is_held(tx, filing.id):
            cases.release(tx, office, filing)
        decided = cases.find_case(tx, case.submission_id, None)
        assert decided is not None
        document = {"case_number": decided.case_number, "state": decided.state}
    sys.stdout.write(json.dumps(document) + "\n")
    return 0


def run_epoch(arguments: argparse.Namespace) -> int:
    """Begin a new epoch: every terminal asks again what is held."""
    with opened(arguments.data) as office, office.database.write() as tx:
        value = new_epoch(tx)
    sys.stdout.write(json.dumps({"epoch": value}) + "\n")
    return 0


def run_mark(arguments: argparse.Namespace) -> int:
    """Let terminals drop packages received before a backup was taken."""
    with opened(arguments.data) as office, office.database.write() as tx:
        try:
            moment = moment_from_text(arguments.at) if arguments.at else office.clock.now()
        except ValueError as error:
            raise InputProblem(
                "bad-moment", "--at takes an RFC 3339 moment", path="--at"
            ) from error
        set_fact(tx, DURABLE_MARK, to_text(moment))
    sys.stdout.write(json.dumps({"durable_before": to_text(moment)}) + "\n")
    return 0


def _command(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(name, help=words)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="data folder")
    return parser


@contextmanager
def opened(data_dir: Path | None) -> Iterator[Office]:
    """The platform of a data folder, for one command.

    Raises:
        EnvironmentProblem: there is none (``no-platform``).
        InputProblem: no folder was named.
    """
    if data_dir is None:
        raise InputProblem("usage", "name the data folder with --data DIR", path="--data")
    if not (data_dir / FILE_NAME).exists():
        raise EnvironmentProblem(
            "no-platform", f"there is no platform in {data_dir}; serve first", path=str(data_dir)
        )
    office = Office.open(data_dir)
    try:
        yield office
    finally:
        office.close()


def _all_submissions() -> Any:  # noqa: ANN401 (a statement; its type says nothing here)
    return select(submissions).order_by(submissions.c.receipt_number)


def _listed(tx: Connection, row: Row[Any]) -> JsonObject:
    own = cases.find_case(tx, row.id, None)
    case = own
    if own is None and row.kind in cases.ACTING:
        case = cases.find_case(tx, row.about, row.case_ref)
    held = tx.execute(
        select(func.count())
        .select_from(parts.join(blobs, blobs.c.digest == parts.c.digest))
        .where(parts.c.submission_id == row.id)
    ).scalar_one()
    counted = tx.execute(
        select(func.count()).select_from(effects).where(effects.c.submission_id == row.id)
    ).scalar_one()
    return {
        "case_number": case.case_number if case is not None else None,
        "submission_id": row.id,
        "item_id": row.item_id,
        "state": own.state if own is not None else row.state,
        "blobs": int(held),
        "effects": int(counted),
        "kind": row.kind,
        "clone": bool(row.clone),
        "flags": flags_of(tx, row.id),
        "held": is_held(tx, row.id),
    }


def _said(tx: Connection, office: Office, case: Row[Any], arguments: argparse.Namespace) -> Said:
    words, reason = arguments.words, arguments.reason
    closing = None
    if arguments.decision == "close":
        if reason not in CLOSING_REASONS:
            raise InputProblem(
                "bad-reason", f"close takes --reason {'|'.join(CLOSING_REASONS)}", path="--reason"
            )
        closing = reason
    elif reason and not words:
        words = reason
    if words is not None and len(words) > _LONGEST_WORDS:
        raise InputProblem("too-long", f"at most {_LONGEST_WORDS} characters", path="--words")
    lines: tuple[CorrectionLine, ...] = ()
    if arguments.decision == "correct":
        lines = _lines(_materials(tx, office, case), arguments, words or "")
    elif arguments.material or arguments.field or arguments.by:
        raise InputProblem("not-a-correction", "--material, --field and --by belong to 'correct'")
    return Said(by=_day(arguments.by), closing_reason=closing, words=words, lines=lines)


def _lines(
    names: dict[str, str], arguments: argparse.Namespace, reason: str
) -> tuple[CorrectionLine, ...]:
    lines = [
        CorrectionLine(f"material:{key}", names.get(key, key), reason) for key in arguments.material
    ]
    lines += [CorrectionLine(f"field:{path}", path, reason) for path in arguments.field]
    if not lines or not reason or len(lines) > _MOST_LINES:
        raise InputProblem(
            "bad-correction", "correct needs --reason and at least one --material or --field"
        )
    return tuple(lines)


def _materials(tx: Connection, office: Office, case: Row[Any]) -> dict[str, str]:
    """Names of the materials as the application lists them."""
    body = tx.execute(
        select(bodies.c.body).where(bodies.c.submission_id == case.submission_id)
    ).scalar_one()
    listed = office.open_payload(parse(bytes(body))).get("materials")
    names: dict[str, str] = {}
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict):
            key, name = entry.get("key"), entry.get("name")
            if isinstance(key, str) and isinstance(name, str):
                names[key] = name
    return names


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InputProblem("bad-day", "--by takes YYYY-MM-DD", path="--by") from error
