"""``kiosk audit verify``: has anybody touched the audit trail?

Rules: the whole chain is walked and nothing is changed; exit 0 when it holds, 1 when it does not,
with the number of the first row that does not fit. A head that was noted elsewhere (the platform
is told one with every status) is given as ``--anchor NUMBER:DIGEST`` and shows a trail that was cut
or written anew as a whole.
"""

from __future__ import annotations

import argparse
import re
from typing import Final

from kiosk.domain.problems import InputProblem
from kiosk.main.clock import SystemClock
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.audit import Audit, AuditFault, AuditReport
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home

BROKEN: Final = 1
_ANCHOR: Final = re.compile(r"([1-9][0-9]{0,14}):([0-9a-f]{64})")
_WORDS: Final = {
    AuditFault.MISSING: "row {0} was removed",
    AuditFault.UNLINKED: "row {0} does not follow the row before it",
    AuditFault.EDITED: "row {0} is not what was recorded",
    AuditFault.CUT: "row {0} and whatever followed were cut off",
    AuditFault.ADDED: "row {0} was added past the record",
    AuditFault.REPLACED: "row {0} is not the head that was noted: the trail was written anew",
}


def register(commands: Commands) -> None:
    """Add ``kiosk audit``."""
    parser = commands.add_parser("audit", help="the audit trail of this station")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    verifying = actions.add_parser("verify", help="walk the whole chain")
    verifying.add_argument(
        "--anchor",
        action="append",
        default=[],
        metavar="NUMBER:DIGEST",
        help="a head that was noted elsewhere",
    )
    verifying.set_defaults(handler=verify)


def verify(args: argparse.Namespace, out: Output) -> int:
    """Walk the chain and say what was found."""
    anchors = _anchors(args.anchor)
    with Casebook.open(Home(args.home).require(), SystemClock()) as casebook:
        report = Audit(casebook).verify(anchors)
    document = {
        "entries": report.rows,
        "ok": report.ok,
        "first_bad": report.fault,
        "reason": None if report.reason is None else report.reason.value,
        "head": report.head,
    }
    out.document(document, _sentence(report))
    return 0 if report.ok else BROKEN


def _anchors(words: list[str]) -> dict[int, str]:
    anchors: dict[int, str] = {}
    for text in words:
        found = _ANCHOR.fullmatch(text)
        if found is None:
            raise InputProblem(
                "bad-anchor", f"{text!r} is no head; write NUMBER:DIGEST, as it was noted"
            )
        if anchors.setdefault(int(found[1]), found[2]) != found[2]:
            raise InputProblem("bad-anchor", f"two different heads were given for row {found[1]}")
    return anchors


def _sentence(report: AuditReport) -> str:
    if report.reason is None:
        return f"the audit trail holds: {report.rows} rows, head {report.rows}:{report.head}"
    return f"{_WORDS[report.reason].format(report.fault)}; call the technician"
