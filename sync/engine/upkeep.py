"""The packages that the platform has acknowledged: what it may have lost, what may go.

Rules: a package stays until the signed ``durable_before`` mark has passed the time at which the
platform received it; what was received later may be missing after a restore and is at stake.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from kiosk.domain.lifecycle import CASE_STATES, State
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.rows import OutboxRow

HELD: Final = CASE_STATES | {State.RECEIVED}
"""States in which the platform has proven that it holds everything."""


def at_stake(outbox: Outbox, packages: Packages, mark: datetime | None) -> Iterator[OutboxRow]:
    """What a platform restored from a backup of ``mark`` may not know any more."""
    for row in _held(outbox, packages):
        if mark is None or row.received_at is None or row.received_at >= mark:
            yield row


def drop_durable(outbox: Outbox, packages: Packages, mark: datetime) -> int:
    """Remove the packages that are in a backup of the platform; how many."""
    durable = [
        row.id
        for row in _held(outbox, packages)
        if row.received_at is not None and row.received_at < mark
    ]
    for submission_id in durable:
        packages.remove(submission_id)
    return len(durable)


def _held(outbox: Outbox, packages: Packages) -> Iterator[OutboxRow]:
    for _, submission_id in packages.files():
        row = None if submission_id is None else outbox.get(submission_id)
        if row is not None and row.state in HELD:
            yield row
