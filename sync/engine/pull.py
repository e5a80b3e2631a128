"""The platform's events into the inbox.

Rules: pages are taken until there are no more, each in one transaction with its cursor; what is
kept is acknowledged, and an acknowledgement that was lost is made up for next time; a cursor that
the platform does not know means "from the beginning": repeated events change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kiosk.domain.clock import Clock
from kiosk.domain.problems import PlatformProblem
from kiosk.store.hosts import Hosts
from kiosk.store.inbox import Inbox, ProvenEvent
from sync.client.outcomes import CURSOR_GONE
from sync.client.session import ProvenPage
from sync.engine.road import Road
from sync.protocol.messages import EVENT_SIGNALS, CaseEvent

_ACKED: Final = "acked"


@dataclass(frozen=True, slots=True)
class Pull:
    """Brings events home.

    Args:
        inbox: where they are kept.
        hosts: remembers the last acknowledgement.
        road: from the platform.
        clock: for what is recorded.
    """

    inbox: Inbox
    hosts: Hosts
    road: Road
    clock: Clock

    def run(self) -> frozenset[UUID]:
        """Take everything that is there.

        Returns:
            The submissions about which something new was learnt.
        """
        changed: set[UUID] = set()
        cursor = self.inbox.cursor()
        while True:
            page = self._page(cursor)
            events = [stored(event) for event in page.events]
            changed |= self.inbox.apply(events, page.cursor, self.clock.now())
            ended = not page.more or page.cursor == cursor
            cursor = page.cursor
            if ended:
                break
        self._acknowledge(cursor)
        return frozenset(changed)

    def _page(self, cursor: str | None) -> ProvenPage:
        try:
            return self.road.events(cursor)
        except PlatformProblem as problem:
            if problem.code != CURSOR_GONE or cursor is None:
                raise
        return self.road.events(None)

    def _acknowledge(self, cursor: str) -> None:
        acked = self.hosts.facts().get(_ACKED)
        if acked is None or acked[0] != cursor:
            self.road.ack(cursor)
            self.hosts.note(acked=cursor)


def stored(event: CaseEvent) -> ProvenEvent:
    """The event as the store keeps it."""
    return ProvenEvent(
        id=event.id,
        epoch=event.epoch,
        submission_id=event.submission_id,
        envelope_digest=event.envelope_digest,
        case_seq=event.case_seq,
        kind=event.kind.value,
        signal=EVENT_SIGNALS.get(event.kind),
        at=event.at,
        case_number=event.case_number,
        by=event.by,
        closing_reason=event.closing_reason,
        duplicate_of=event.duplicate_of,
        sealed=event.sealed,
    )
