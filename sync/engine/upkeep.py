"""The packages that the platform has acknowledged: what it may have lost, what may go.

Rules:

* A package stays until the signed ``durable_before`` mark has passed the moment at which the
  platform held *all* of it: the time of its ``received`` event. The time on a receipt is that of
  the filing; a backup made between the two holds the envelope without its attachments.
* The second copy goes with the package. Where its medium was absent then, it goes at a later mark.
* A mark speaks of the history of its own epoch only. After a restore every package that is still
  here is at stake, however old: the backup behind a newer mark was made without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from kiosk.domain.lifecycle import CASE_STATES, State
from kiosk.store.rows import OutboxRow
from sync.engine.rounds import Stores

HELD: Final = CASE_STATES | {State.RECEIVED}
"""States in which the platform has proven that it holds everything."""


def at_stake(stores: Stores) -> Iterator[OutboxRow]:
    """What a platform restored from a backup may not know any more."""
    second = stores.second
    copied: frozenset[UUID] = second.ids() if second is not None else frozenset()
    kept = {found for _, found in stores.packages.files() if found is not None}
    for submission_id in sorted(kept | copied):
        row = stores.outbox.get(submission_id)
        if row is not None and row.state in HELD:
            yield row


def drop_durable(stores: Stores, mark: datetime) -> int:
    """Remove the packages that are in a backup of the platform; how many.

    Args:
        stores: of a terminal that has nothing at stake any more in the platform's present epoch.
        mark: signed by the platform in that epoch.
    """
    durable = []
    for row in at_stake(stores):
        since = stores.inbox.whole_since(row.id)
        if since is not None and since < mark:
            durable.append(row.id)
    for submission_id in durable:
        stores.packages.remove(submission_id)
        if stores.second is not None:
            stores.second.remove(submission_id)
    return len(durable)
