"""The rows of the agent's desk, in the order in which they want hands.

Rules: what came back first, by the platform's date (no date: after those with one); then what was
not sent, the oldest first; then the rest, the newest first. Requests about other submissions
(withdrawals) stand with them. Names are masked; whether a contact card may be opened is told, the
card is not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.domain.lifecycle import State, is_owed
from ui.bridge.ports import DeskRow

if TYPE_CHECKING:
    from kiosk.journeys.contacting import Contacting
    from kiosk.journeys.tracking import Tracking
    from kiosk.store.rows import OutboxRow

_RETURNED = {State.CORRECTION_WANTED: 0, State.PARKED: 1, State.NOT_ACCEPTED: 2}
_NO_DATE = "9999"


def desk_rows(
    rows: tuple[OutboxRow, ...], tracking: Tracking, contacting: Contacting
) -> tuple[DeskRow, ...]:
    """All rows, sorted."""
    found = contacting.available(rows)
    made = [(row, replace(desk_row(row, tracking), card=row.id in found)) for row in rows]
    made.sort(key=lambda pair: _order(*pair))
    return tuple(shown for _, shown in made)


def desk_row(row: OutboxRow, tracking: Tracking) -> DeskRow:
    """One row, with the platform's date if something is wanted by then."""
    tracked = tracking.for_staff(row.id)
    return DeskRow(
        id=row.id,
        local_number=row.local_number,
        item_name=row.item_name,
        masked_name=row.masked_name,
        state=row.state,
        words=tracked.words,
        saved_at=row.sealed_at,
        by=tracked.correction.by if tracked.correction else None,
    )


def _order(row: OutboxRow, shown: DeskRow) -> tuple[int, str, int]:
    if row.state in _RETURNED:
        return _RETURNED[row.state], shown.by or _NO_DATE, row.sequence
    if is_owed(row.state):
        return len(_RETURNED), "", row.sequence
    return len(_RETURNED) + 1, "", -row.sequence
