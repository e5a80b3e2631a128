"""``office revoke``, ``reinstate``, ``release``: what is ordered about a stolen or lost terminal.

Rules: an order is one transaction and works beside a running ``serve``; what it means stands in
``sync.platform.revocations``. It does not call back what the machine knows: whoever has it may have
read the fleet code.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from kiosk.domain.clock import from_text, to_text
from kiosk.domain.problems import InputProblem
from sync.platform import cases
from sync.platform.desk import opened
from sync.platform.revocations import reinstate, revoke


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the orders to ``office``."""
    revoking = _action(actions, "revoke", "let a stolen or lost terminal in nowhere any more")
    revoking.add_argument("--terminal", required=True, metavar="T", help="id of the terminal")
    revoking.add_argument(
        "--stolen-since", metavar="ISO", help="RFC 3339 moment since which it is gone; default now"
    )
    revoking.set_defaults(handler=run_revoke)
    lifting = _action(actions, "reinstate", "let a terminal that was found again in as before")
    lifting.add_argument("--terminal", required=True, metavar="T", help="id of the terminal")
    lifting.set_defaults(handler=run_reinstate)
    releasing = _action(actions, "release", "let a held submission take effect")
    releasing.add_argument("submission", metavar="SUBMISSION", help="its id")
    releasing.set_defaults(handler=run_release)


def run_revoke(arguments: argparse.Namespace) -> int:
    """Revoke a terminal; a second order only moves the moment of the theft."""
    with opened(arguments.data) as office:
        since = _moment(arguments.stolen_since, office.clock.now())
        with office.database.write() as tx:
            flagged = revoke(tx, arguments.terminal, since, office.clock.now())
    _tell({"terminal": arguments.terminal, "stolen_since": to_text(since), "flagged": flagged})
    return 0


def run_reinstate(arguments: argparse.Namespace) -> int:
    """Lift a revocation; what is held stays so until staff has looked at it."""
    with opened(arguments.data) as office, office.database.write() as tx:
        reinstate(tx, arguments.terminal)
    _tell({"terminal": arguments.terminal})
    return 0


def run_release(arguments: argparse.Namespace) -> int:
    """Release a held submission."""
    with opened(arguments.data) as office, office.database.write() as tx:
        row = cases.find_submission(tx, arguments.submission)
        if row is None:
            raise InputProblem(
                "unknown-submission",
                f"no submission {arguments.submission!r} is held here; see 'cases'",
                path="SUBMISSION",
            )
        cases.release(tx, office, row)
    _tell({"submission_id": arguments.submission})
    return 0


def _moment(text: str | None, now: datetime) -> datetime:
    try:
        moment = now if text is None else from_text(text)
    except ValueError as error:
        raise InputProblem(
            "bad-moment", "--stolen-since takes an RFC 3339 moment", path="--stolen-since"
        ) from error
    if moment > now:
        raise InputProblem("bad-moment", "--stolen-since has not come yet", path="--stolen-since")
    return moment


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words)
    parser.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    return parser


def _tell(document: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
