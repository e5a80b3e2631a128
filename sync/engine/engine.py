"""One exchange with the platform after the other; the shell around the decisions.

Rules:

* Proof first: without a ping that carries our nonce nothing is taken, asked or believed. When it is
  signed by a key that we do not know, the signed configuration is looked at once: keys are renewed.
* One round: everything owed (envelopes before attachments), what a restored platform lost, events,
  directory, status. Trouble with the road ends the round at once and pauses the host.
* No thread and no sleep in here: a round returns what happened and when it wants to be called
  again. Clock, luck, road and stores are given, so a seed decides everything.
* Only the holder of ``sync.lock`` runs a round: it begins by turning what a dead process left as
  ``sending`` into ``unknown``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar
from uuid import UUID

from kiosk.domain.clock import Clock, to_text
from kiosk.domain.problems import PlatformProblem, Problem
from kiosk.sealing.canonical import JsonObject
from sync.client.outcomes import (
    RETRY_AFTER_MOST,
    BusyProblem,
    ForbiddenProblem,
    OtherKeyProblem,
)
from sync.engine.decisions import (
    BRISK_WAIT,
    POLL,
    TRIES,
    ends_round,
    first_contact,
    is_doubtful,
    next_look,
    note,
    pause_after,
    tally,
)
from sync.engine.directory_update import Outcome, UpdateResult
from sync.engine.pull import Pull
from sync.engine.push import Push
from sync.engine.road import Road
from sync.engine.rounds import Round, Running, Self, Stores
from sync.engine.upkeep import at_stake, drop_durable
from sync.protocol.messages import Ping

DIRECTORY_EVERY: Final = 3600.0
"""Seconds between two looks for a newer directory in the periodic loop."""
NOT_ENROLLED: Final = "not-enrolled"
_Result = TypeVar("_Result")


class Engine:
    """Rounds of exchange for one terminal.

    Args:
        stores: of the casebook.
        road: to the platform.
        me: who exchanges.
        clock: the terminal's clock.
        luck: for every random choice.
        update_directory: looks for a newer directory; never raises for trouble with the road.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (everything is injected)
        self,
        stores: Stores,
        road: Road,
        me: Self,
        clock: Clock,
        luck: Random,
        update_directory: Callable[[], UpdateResult],
    ) -> None:
        self._stores = stores
        self._road = road
        self._me = me
        self._clock = clock
        self._luck = luck
        self._update_directory = update_directory
        self._push = Push(stores.outbox, stores.packages, road, clock, luck)
        self._pull = Pull(stores.inbox, stores.hosts, road, clock)
        self._failures = 0
        self._greeted = False
        self._poll_at = clock.monotonic()
        self._directory_at = clock.monotonic()
        self._hold_until = clock.monotonic()
        self._tidied: datetime | None = None

    def run(
        self,
        *,
        brisk: bool,
        wait: Callable[[float], bool] = lambda _seconds: False,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Round:
        """One round; the sync lock is held.

        Args:
            brisk: somebody asked for it, or the line just came up: back-off, pauses and the
                spreading of first contacts are ignored.
            wait: sits out a short ``Retry-After``; False: it did not.
            stopped: whether to leave off between two rows.
        """
        running = Running(brisk, wait, stopped)
        rest = 0.0 if brisk else self._rest()
        if rest > 0:
            return self._result(running, rest)
        self._stores.outbox.recover(self._clock.now())
        if brisk:
            self._failures = 0
        try:
            self._exchange_enrolled(running)
        except PlatformProblem as problem:
            if problem not in running.problems:
                running.problems.append(problem)
            return self._result(running, self._pause(problem))
        self._failures = 0
        running.completed = True
        return self._result(running, self._next_look())

    def _rest(self) -> float:
        """Seconds for which there is nothing to do."""
        mark = self._clock.monotonic()
        pause = self._pause_left()
        hold = max(pause, self._hold_until - mark)
        if hold > 0:
            return hold
        if mark >= self._poll_at or self._stores.outbox.owed(self._clock.now()):
            return 0.0
        return self._next_look()

    def _pause_left(self) -> float:
        until = self._stores.hosts.paused_until
        if until is None:
            return 0.0
        left = (until - self._clock.now()).total_seconds()
        # A pause beyond what is ever noted means that the clock was set back meanwhile.
        return left if left <= RETRY_AFTER_MOST * 2 else 0.0

    def _next_look(self) -> float:
        owed = tally(self._stores.outbox.counts()).owed
        return next_look(anything_owed=owed > 0, until_poll=self._poll_at - self._clock.monotonic())

    def _pause(self, problem: PlatformProblem) -> float:
        self._failures += 1
        self._greeted = False
        seconds = pause_after(problem, self._failures, self._luck.random())
        self._stores.hosts.pause(problem.code, self._clock.now() + timedelta(seconds=seconds))
        self._stores.hosts.note(last_problem=note(problem))
        return seconds

    def _result(self, running: Running, next_in: float) -> Round:
        return Round(
            reached=running.reached,
            completed=running.completed,
            problems=tuple(running.problems),
            notes=tuple(running.notes),
            changed=frozenset(running.changed),
            directory=running.directory,
            tally=tally(self._stores.outbox.counts()),
            next_in=next_in,
        )

    def _exchange_enrolled(self, running: Running) -> None:
        try:
            self._exchange(running)
        except ForbiddenProblem as problem:
            if problem.reason != NOT_ENROLLED:
                raise
            # The platform forgot us, or it is another one of the same fleet.
            self._stores.hosts.note(enrolled="")
            self._exchange(running)

    def _exchange(self, running: Running) -> None:
        running.reached = False
        ping = self._contact(running)
        asked = self._clock.now()
        self._push.meet(ping.epoch)
        running.reached = True
        self._welcome(ping)
        if self._holds_back(ping, running):
            return
        self._poll_at = self._clock.monotonic() + POLL
        self._enrol(running)
        self._send_owed(running)
        if running.stopped() or not self._same_platform(ping, running):
            return
        running.changed |= self._insist(running, self._pull.run)
        self._look_for_directory(running)
        self._tell_status(running, ping, asked)
        self._tidy(ping)

    def _contact(self, running: Running) -> Ping:
        try:
            return self._insist(running, self._road.ping)
        except OtherKeyProblem:
            # Our platform under a renewed key, perhaps: the signed configuration tells.
            running.directory |= self._update_directory().outcome is Outcome.UPDATED
            return self._insist(running, self._road.ping)

    def _insist(self, running: Running, action: Callable[[], _Result]) -> _Result:
        """What may be repeated at will is, a few times: on a bad line one loss proves nothing."""
        for _ in range(TRIES - 1):
            try:
                return self._patiently(running, action)
            except PlatformProblem as problem:
                if not is_doubtful(problem):
                    raise
        return self._patiently(running, action)

    def _welcome(self, ping: Ping) -> None:
        hosts = self._stores.hosts
        hosts.raise_floor(ping.time)
        hosts.clear()
        hosts.note(last_contact=to_text(ping.time), last_problem="")

    def _holds_back(self, ping: Ping, running: Running) -> bool:
        """Whether the first contact after an outage is put off, so that the fleet spreads."""
        if self._greeted:
            return False
        self._greeted = True
        if running.brisk or ping.first_contact_window == 0:
            return False
        seconds = first_contact(ping.first_contact_window, self._luck.random())
        self._hold_until = self._clock.monotonic() + seconds
        return True

    def _enrol(self, running: Running) -> None:
        if not self._stores.hosts.facts().get("enrolled", ("",))[0]:
            enrolment = self._insist(
                running, lambda: self._road.enrol(self._me.fleet_code, self._me.station)
            )
            self._stores.hosts.note(enrolled=to_text(enrolment.at))

    def _send_owed(self, running: Running) -> None:
        due = self._stores.outbox.owed(None if running.brisk else self._clock.now())
        before = self._push.delivered
        try:
            # Envelopes of all first: they make the filing time safe in the first kilobytes.
            self._each(running, self._push.deliver, due)
            self._each(running, self._push.complete, due)
        finally:
            if self._push.delivered > before:
                self._stores.hosts.note(last_sent=to_text(self._clock.now()))

    def _each(
        self, running: Running, step: Callable[[UUID], Problem | None], rows: Iterable[UUID]
    ) -> None:
        """One attempt at each row. A problem of the road ends the round."""
        for submission_id in rows:
            if running.stopped():
                return
            problem = step(submission_id)
            if isinstance(problem, BusyProblem) and self._sits_out(problem, running):
                problem = step(submission_id)
            running.changed.add(submission_id)
            running.patient = running.patient or problem is None
            if problem is not None:
                running.problems.append(problem)
                self._weigh(problem, running)

    def _weigh(self, problem: Problem, running: Running) -> None:
        """Go on with the next row, or not."""
        if isinstance(problem, PlatformProblem) and ends_round(problem):
            raise problem
        if is_doubtful(problem):
            self._contact(running)

    def _same_platform(self, ping: Ping, running: Running) -> bool:
        """Whether the platform is the one we know; a restored one is brought up to date first."""
        inbox = self._stores.inbox
        known = inbox.epoch()
        if known != ping.epoch:
            # The old epoch stands until nothing is missing, so a crash in between starts over.
            # A casebook without one (new, rebuilt, cut off before) may hold rows all the same.
            if not self._renew(running):
                return False
            inbox.reset(ping.epoch)
        return True

    def _renew(self, running: Running) -> bool:
        """Bring back what a restored platform may have lost; whether nothing is left to do."""
        stores, done = self._stores, self._push.settled
        rows = [row.id for row in at_stake(stores)]
        self._each(running, self._push.renew, [id_ for id_ in rows if id_ not in done])
        return done.issuperset(rows)

    def _look_for_directory(self, running: Running) -> None:
        if not running.brisk and self._clock.monotonic() < self._directory_at:
            return
        self._directory_at = self._clock.monotonic() + DIRECTORY_EVERY
        result = self._update_directory()
        running.directory |= result.outcome is Outcome.UPDATED
        if result.outcome is Outcome.KEPT:
            # Applications do not wait for a newer directory: this is told, and that is all.
            running.notes.append(f"the directory stays as it is: {result.detail} ({result.reason})")

    def _tell_status(self, running: Running, ping: Ping, asked: datetime) -> None:
        report = self._report(ping, asked)
        try:
            self._insist(running, lambda: self._road.status(report))
        except PlatformProblem as problem:
            running.notes.append(f"the platform did not take our status: {note(problem)}")

    def _report(self, ping: Ping, asked: datetime) -> JsonObject:
        """How this terminal is."""
        outbox = self._stores.outbox
        waiting = outbox.owed(None)
        # Ids carry their time, so the smallest is the oldest.
        oldest = outbox.require(min(waiting)).sealed_at if waiting else None
        return {
            **self._me.facts(),
            "queue": len(waiting),
            "oldest": None if oldest is None else to_text(oldest),
            "clock_offset": int((asked - ping.time).total_seconds()),
        }

    def _tidy(self, ping: Ping) -> None:
        """Remove packages that the platform has backed up; once for every mark."""
        if ping.durable_before not in {None, self._tidied}:
            assert ping.durable_before is not None
            drop_durable(self._stores, ping.durable_before)
            self._tidied = ping.durable_before

    def _patiently(self, running: Running, action: Callable[[], _Result]) -> _Result:
        try:
            result = action()
        except BusyProblem as busy:
            if not self._sits_out(busy, running):
                raise
            result = action()
        running.patient = True
        return result

    def _sits_out(self, busy: BusyProblem, running: Running) -> bool:
        """Wait as asked, when it is short and the platform has not just asked the same before."""
        if not running.patient or busy.retry_after > BRISK_WAIT:
            return False
        running.patient = False
        return running.wait(busy.retry_after)
