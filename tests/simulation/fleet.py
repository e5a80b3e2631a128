"""A whole fleet after an outage of a day: the engine's decisions against a platform of one speed.

Rules:

* No databases and no bytes: only who asks when. Every wait comes from ``sync.engine.decisions``,
  every window from ``sync.platform.reception``; nothing is decided here.
* The platform serves ``capacity`` requests a second, one after the other. What would wait longer
  than a second is turned away with 503 and a ``Retry-After`` computed from the backlog.
* *Necessary* is what the same terminals need on a day without an outage for the same work: one
  ping, every submission with its attachments, one look at the feed, one acknowledgement, one
  status. Everything else (refused, repeated, asked again) is beyond the necessary.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Final

from kiosk.domain.problems import PlatformProblem
from sync.client.outcomes import UNREACHABLE, BusyProblem
from sync.engine.decisions import CAP, first_contact, pause_after
from sync.platform.reception import CAPACITY, window

LATENCY: Final = 0.15
"""Seconds of a village line between two requests of a terminal."""
PER_SUBMISSION: Final = 14
"""Envelope, four attachments of two chunks with their creation, and the question at the end."""
PER_VISIT: Final = 4
"""Ping, feed, acknowledgement, status."""
_PATIENCE: Final = 1.0
_DOWN: Final = PlatformProblem(UNREACHABLE, "down")


@dataclass(frozen=True, slots=True)
class Fleet:
    """What returns. ``submissions``: mean per terminal, owed since yesterday."""

    terminals: int = 25_000
    capacity: int = CAPACITY
    submissions: float = 1.6
    seed: int = 1


@dataclass(slots=True)
class Recovery:
    """What it came to.

    ``peak``: most requests that arrived within one second; ``busiest_minute``: the mean over the
    busiest one. ``longest_wait``: seconds that an accepted request waited for its turn.
    """

    capacity: int
    necessary: int
    requests: int
    refused: int
    peak: int
    busiest_minute: float
    longest_wait: float
    seconds: float
    terminals: int

    @property
    def beyond(self) -> float:
        """Requests beyond the necessary, per terminal."""
        return (self.requests - self.necessary) / self.terminals

    @property
    def drain(self) -> float:
        """How much longer than the ideal it took."""
        return self.seconds / (self.necessary / self.capacity)


@dataclass(slots=True)
class _Terminal:
    todo: int
    failures: int = 0
    greeted: bool = False


@dataclass(slots=True)
class _Run:
    fleet: Fleet
    luck: Random
    terminals: list[_Terminal]
    events: list[tuple[float, int]] = field(default_factory=list)
    arrivals: Counter[int] = field(default_factory=Counter)
    requests: int = 0
    refused: int = 0
    free_at: float = 0.0
    absent: int = 0
    longest_wait: float = 0.0
    end: float = 0.0

    def arrive(self, now: float, number: int) -> None:
        """One request of a terminal that is being served, or its ping."""
        terminal = self.terminals[number]
        self.requests += 1
        self.arrivals[int(now)] += 1
        backlog = max(0.0, self.free_at - now)
        if backlog > _PATIENCE:
            self.refused += 1
            terminal.failures += 1
            if terminal.greeted:
                # Cut short within its visit: it begins again with a ping.
                terminal.greeted, terminal.todo = False, terminal.todo + 1
            busy = BusyProblem(503, max(1.0, backlog))
            wait = pause_after(busy, terminal.failures, self.luck.random())
            heapq.heappush(self.events, (now + wait, number))
            return
        self.longest_wait = max(self.longest_wait, backlog)
        self.free_at = max(now, self.free_at) + 1 / self.fleet.capacity
        terminal.failures = 0
        if not terminal.greeted:
            terminal.greeted = True
            held = window(self.absent, self.fleet.capacity)
            if held:
                wait = first_contact(held, self.luck.random())
                heapq.heappush(self.events, (now + wait, number))
                return
        self._go_on(self.free_at, number, terminal)

    def _go_on(self, now: float, number: int, terminal: _Terminal) -> None:
        terminal.todo -= 1
        if terminal.todo:
            heapq.heappush(self.events, (now + LATENCY, number))
            return
        self.absent -= 1
        self.end = max(self.end, now)


def recover(fleet: Fleet) -> Recovery:
    """Let the fleet come back after a day."""
    luck = Random(fleet.seed)
    terminals = [
        _Terminal(PER_VISIT + PER_SUBMISSION * _poisson(luck, fleet.submissions))
        for _ in range(fleet.terminals)
    ]
    necessary = sum(terminal.todo for terminal in terminals)
    run = _Run(fleet, luck, terminals, absent=fleet.terminals)
    for number in range(fleet.terminals):
        # A day of failures lies behind everybody; the outage ends somewhere within the last pause.
        pause = pause_after(_DOWN, 200, luck.random())
        while luck.random() * CAP > pause:  # long pauses are met more often
            pause = pause_after(_DOWN, 200, luck.random())
        heapq.heappush(run.events, (pause * luck.random(), number))
    while run.events:
        now, number = heapq.heappop(run.events)
        run.arrive(now, number)
    last = max(run.arrivals)
    minutes = (sum(run.arrivals[second + step] for step in range(60)) for second in range(last))
    return Recovery(
        fleet.capacity,
        necessary,
        run.requests,
        run.refused,
        max(run.arrivals.values()),
        max(minutes) / 60,
        run.longest_wait,
        run.end,
        fleet.terminals,
    )


def _poisson(luck: Random, mean: float) -> int:
    count, left = 0, luck.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + luck.expovariate(1.0)
    return count
