"""Withdrawing: take back what was saved.

Rules: what was never sent becomes a tombstone and is never sent as a filing; the tombstone itself
is sent, so that a copy on a stick cannot come to life later. What may have been sent is withdrawn
by asking the platform: a submission of kind ``withdraw`` that names it; the state of the old one
changes only by the platform's own statement (rules of the counter, 15). Request and tombstone are
one commit. Asking twice is one request; a request itself is not taken back: who changed their mind
files anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kiosk.domain.items import ServiceItem
from kiosk.domain.lifecycle import OVER, State
from kiosk.domain.parties import Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.forms.definition import FormDefinition
from kiosk.journeys.applying import Application, Continues, new_id
from kiosk.journeys.slips import Saved
from kiosk.journeys.submitting import Desk, saved, submit
from kiosk.store.outbox import Outbox
from kiosk.store.rows import OutboxRow

_REQUESTS: Final = frozenset({Kind.WITHDRAW, Kind.REVOKE_MANDATE})
_GONE: Final = frozenset({State.PARKED, State.WITHDRAWN, State.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The row taken back (its state may have changed) and the request that was saved for it."""

    row: OutboxRow
    request: Saved


def withdraw(
    desk: Desk,
    submission_id: UUID,
    item: ServiceItem,
    form: FormDefinition,
) -> Withdrawn:
    """Withdraw one submission.

    Args:
        desk: the station's stores and keys.
        submission_id: what to take back.
        item: its service item, for the name on the request.
        form: its form.

    Returns:
        The row afterwards, and the saved request.

    Raises:
        InputProblem: unknown id (``unknown-submission``), already over (``already-over``), or a
            request itself (``not-withdrawable``).
    """
    outbox = Outbox(desk.casebook)
    row = outbox.require(submission_id)
    if row.state in OVER:
        raise InputProblem("already-over", f"{submission_id} is {row.state}; nothing to withdraw")
    if row.kind in _REQUESTS:
        raise InputProblem(
            "not-withdrawable",
            f"{submission_id} is a {row.kind} request; what it concerns is filed anew instead",
        )
    asked = _asked_before(outbox, row)
    request = saved(desk, asked) if asked else submit(desk, _request(row, item, form))
    return Withdrawn(outbox.require(submission_id), request)


def _asked_before(outbox: Outbox, row: OutboxRow) -> OutboxRow | None:
    """The request that is on its way already; one that was refused counts no more."""
    about = outbox.page(about=row.id)
    standing = (one for one in about if one.kind is Kind.WITHDRAW and one.state not in _GONE)
    return next(standing, None)


def _request(row: OutboxRow, item: ServiceItem, form: FormDefinition) -> Application:
    return Application(
        id=new_id(),
        item=item,
        form=form,
        way=Way.SELF,
        kind=Kind.WITHDRAW,
        continues=Continues(about=row.id, case_ref=row.case_number),
    )
