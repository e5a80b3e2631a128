"""The outbox to the platform, one row at a time: the envelope first, attachments after.

Rules:

* A row is taken (``sending`` is committed) before anything about it leaves; what comes back proven
  moves it, anything else leaves it ``unknown`` or, when nothing left, where it was.
* An ``unknown`` row is asked about first; only a proven absence sends the same bytes again.
* One bad row never blocks another: its problem and its next turn are noted on it.
* After an upload only the receipt counts, and only one of the platform's present epoch: an older
  one, from a cache or from before a restore, may speak of what the platform has lost since.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final
from uuid import UUID

from kiosk.domain.clock import Clock
from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.problems import EnvironmentProblem, InputProblem, PlatformProblem, Problem
from kiosk.sealing.package import Package, parse
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.rows import OutboxRow
from sync.client.outcomes import UNPROVEN
from sync.client.uploads import Blob
from sync.engine.decisions import note, on_problem, on_reply, wait_after
from sync.engine.road import Road
from sync.protocol.messages import Absence, Receipt, Refusal

_TAKEABLE: Final = frozenset({State.QUEUED, State.UNKNOWN})


@dataclass(slots=True)
class Push:
    """Sends single rows; the caller decides which, and when to stop.

    Args:
        outbox: what is owed.
        packages: the sealed files.
        road: to the platform.
        clock: for what is recorded.
        luck: for the waits.
        settled: what the platform judged or holds whole, as it proved within its present epoch.
        delivered: how often the platform proved that something of ours had come.
    """

    outbox: Outbox
    packages: Packages
    road: Road
    clock: Clock
    luck: Random
    settled: set[UUID] = field(default_factory=set)
    delivered: int = 0
    _epoch: str = ""
    _missing: dict[UUID, tuple[str, ...]] = field(default_factory=dict)

    def meet(self, epoch: str) -> None:
        """The platform's epoch, as the ping of this round proved it."""
        if epoch != self._epoch:
            self._epoch = epoch
            self.settled.clear()

    def deliver(self, submission_id: UUID) -> Problem | None:
        """Bring envelope and payload of a queued or unknown row over, once.

        Returns:
            What went wrong, if anything did; it is noted on the row already.
        """
        row = self.outbox.require(submission_id)
        if row.state not in _TAKEABLE:
            return None
        origin = row.state
        row = self.outbox.apply(row.id, Signal.TAKE, now=self.clock.now())
        try:
            reply = self._exchange(row, self._package(row), ask_first=origin is State.UNKNOWN)
        except (PlatformProblem, InputProblem, EnvironmentProblem) as problem:
            move = on_problem(origin, problem)
            self.outbox.apply(
                row.id,
                move.signal,
                now=self.clock.now(),
                problem=move.problem,
                next_at=self._next(row.attempts),
            )
            return problem
        self._record(row, reply)
        return None

    def complete(self, submission_id: UUID) -> Problem | None:
        """Bring the attachments of a filed row over.

        Returns:
            What went wrong, if anything did; it is noted on the row already.
        """
        row = self.outbox.require(submission_id)
        if row.state is not State.FILED:
            return None
        try:
            reply = self._whole(row, self._missing.pop(row.id, None))
        except (PlatformProblem, InputProblem, EnvironmentProblem) as problem:
            self._postpone(row, note(problem))
            return problem
        self._record(row, reply)
        if isinstance(reply, Receipt) and not reply.complete:
            self._postpone(row, f"blobs-missing: the platform still misses {len(reply.missing)}")
        return None

    def renew(self, submission_id: UUID) -> Problem | None:
        """Make sure that a restored platform holds what was proven before; send it if not.

        Returns:
            What went wrong, if anything did. The row keeps its state meanwhile: what was proven
            to the resident is not taken back because of a problem on the road.
        """
        row = self.outbox.require(submission_id)
        try:
            reply = self._whole(row, None)
        except (PlatformProblem, InputProblem, EnvironmentProblem) as problem:
            return problem
        self._record(row, reply)
        if isinstance(reply, Receipt) and not reply.complete:
            return PlatformProblem(UNPROVEN, f"the platform still misses parts of {row.id}")
        return None

    def _exchange(self, row: OutboxRow, package: Package, *, ask_first: bool) -> Receipt | Refusal:
        if ask_first:
            answer = self.road.ask(row.id, row.envelope_digest)
            self._require_present(answer)
            if not isinstance(answer, Absence):
                return answer
        body = package.data[: package.body_size]
        reply = self.road.put(row.id, body, row.envelope_digest)
        self._require_present(reply)
        return reply

    def _require_present(self, reply: Receipt | Refusal | Absence) -> None:
        if not isinstance(reply, Refusal) and reply.epoch != self._epoch:
            raise PlatformProblem(UNPROVEN, "the platform's answer is of another epoch")

    def _whole(self, row: OutboxRow, missing: tuple[str, ...] | None) -> Receipt | Refusal:
        """Bring over whatever the platform lacks of a row, and ask what it holds then."""
        package = self._package(row)
        if missing is None:
            reply = self._exchange(row, package, ask_first=True)
            if isinstance(reply, Refusal) or reply.complete:
                return reply
            missing = reply.missing
        for index, part in enumerate(package.blobs):
            if part.digest in missing:
                start = package.blob_offset(index)
                data = package.data[start : start + part.size]
                self.road.upload(Blob(row.id, part.digest, data))
        return self._exchange(row, package, ask_first=True)

    def _record(self, row: OutboxRow, reply: Receipt | Refusal) -> None:
        self.delivered += 1
        move = on_reply(reply)
        self.outbox.apply(
            row.id,
            move.signal,
            now=self.clock.now(),
            problem=move.problem,
            receipt=move.receipt,
        )
        if move.receipt is not None and move.receipt.missing:
            self._missing[row.id] = move.receipt.missing
        else:
            self.settled.add(row.id)

    def _postpone(self, row: OutboxRow, problem: str) -> None:
        self.outbox.postpone(
            row.id, now=self.clock.now(), problem=problem, next_at=self._next(row.attempts + 1)
        )

    def _next(self, attempts: int) -> datetime:
        return self.clock.now() + wait_after(attempts, self.luck.random())

    def _package(self, row: OutboxRow) -> Package:
        package = parse(self.packages.read(row.id))
        if package.envelope_digest != row.envelope_digest:
            raise EnvironmentProblem(
                "package-differs", f"the package of {row.id} is not the one that was saved"
            )
        return package
