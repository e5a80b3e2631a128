"""Where a world takes place: its time, its office, its terminals, and how these go on and off.

Rules:

* Everything happens in the order of simulated time on one thread; every choice comes from the
  seed. The same seed gives the same trace, and so the same hash.
* Honesty is judged after every round, not only at the end.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from kiosk.store.home import Home
from sync.client.transport import Answer
from sync.engine.decisions import POLL
from sync.engine.rounds import Round
from tests.simulation.disk import Power
from tests.simulation.line import Faults, Line, Request, Surroundings
from tests.simulation.office import Office
from tests.simulation.oracle import Oracle
from tests.simulation.plans import Plan
from tests.simulation.terminal import Terminal, TerminalClock, true_time

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
_OPENS, _CLOSES = 8.5 * HOUR, 17.5 * HOUR
_PLAYED: Final = 0.1
"""Share of the quiet polls that are played in a plan that jumps."""


@dataclass(slots=True)
class Stage:
    """See the module.

    Args:
        seed: of every choice.
        folder: for the disks (a memory file system, for speed).
        plan: how large.
    """

    seed: int
    folder: Path
    plan: Plan
    time: float = 0.0
    rounds: int = 0
    jumped: int = 0
    requests: int = 0
    healed: bool = False
    violations: list[str] = field(default_factory=list)
    terminals: list[Terminal] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    oracle: Oracle = field(default_factory=Oracle)
    luck: Random = field(init=False)
    office: Office = field(init=False)
    log: list[str] | None = None
    events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    trace: hashlib._Hash = field(default_factory=hashlib.sha256)
    _order: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.luck = Random(self.seed)
        self.office = Office(true_time(0), self.luck.choice((0, 0, 60, 300)))
        self.office.on_news = self._news

    # Time.

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Have something happen."""
        heapq.heappush(self.events, (when, next(self._order), action))

    def pass_time(self, seconds: float) -> None:
        """Let time go by inside a round."""
        self.time += max(0.0, seconds)
        self.office.now = true_time(self.time)

    def every(self, hours: float, action: Callable[[], None]) -> None:
        """Something that happens now and then until the world is healed."""

        def again() -> None:
            if not self.healed:
                action()
                self.at(self.time + self.luck.expovariate(1 / (hours * HOUR)), again)

        self.at(self.time + self.luck.expovariate(1 / (hours * HOUR)), again)

    def note(self, who: str, what: str, result: str = "") -> None:
        """A line of the trace."""
        line = f"{self.time:.3f} {who} {what} {result}"
        self.trace.update(line.encode())
        if self.log is not None:
            self.log.append(line)

    # Terminals.

    def settle(self, home: Home, name: str) -> Terminal:
        """A terminal on its disk, off."""
        clock = TerminalClock(lambda: self.time)
        power = Power(home, self.luck)
        around = Surroundings(
            self._deliver,
            self._later,
            self.pass_time,
            power.point,
            lambda what, result: self.note(name, what, result),
        )
        line = Line(around, self.faults, self.luck)
        terminal = Terminal(name, home, power, clock, line, self.luck, lambda: self._cut(terminal))
        self.terminals.append(terminal)
        return terminal

    def morning(self, terminal: Terminal) -> None:
        """On in the morning; off in the evening unless it is forgotten."""
        opening = self.time // DAY * DAY + _OPENS
        if self.time > opening:
            opening += DAY
        if self.healed:
            return
        self.at(opening + self.luck.uniform(0, 1200), lambda: self.switch_on(terminal))
        if self.luck.random() < 0.8:
            self.at(
                opening - _OPENS + _CLOSES + self.luck.uniform(0, HOUR),
                lambda: self._switch_off(terminal),
            )
        self.at(opening + 1201, lambda: self.morning(terminal))

    def switch_on(self, terminal: Terminal) -> None:
        """Start, unless it is on; the power may go meanwhile."""
        if terminal.on is not None or not terminal.boot():
            return
        self.note(terminal.name, "on")
        for row in terminal.rows():
            # Whoever looks at the list now sees it: it is as good as promised.
            self.oracle.promised.add(row)
        self.judge_honesty(terminal)
        self.wake(terminal, 0.0)

    def wake(self, terminal: Terminal, seconds: float, *, brisk: bool = False) -> None:
        """Let it run a round then, instead of whatever was planned."""
        terminal.generation += 1
        terminal.resting = False
        mine = terminal.generation

        def act() -> None:
            if terminal.generation == mine and terminal.on is not None:
                self._round(terminal, brisk=brisk)

        self.at(self.time + seconds, act)

    def stir(self, terminal: Terminal) -> None:
        """Something concerns it: its next poll is not jumped."""
        if terminal.resting:
            self.wake(terminal, self.luck.uniform(1, POLL))

    def judge_honesty(self, terminal: Terminal) -> None:
        """What its rows say now, against what the office ever proved."""
        rows = terminal.rows()
        faults = self.oracle.honest(rows, self.office.proven)
        if not terminal.turned_back:
            faults += self.oracle.silent(rows, terminal.line.brought)
        self.violations += [f"{self.time:.0f} {terminal.name} {fault}" for fault in faults]

    def _switch_off(self, terminal: Terminal) -> None:
        if not self.healed:
            self.note(terminal.name, "off")
            terminal.shut_down()

    def _cut(self, terminal: Terminal) -> None:
        self.faults.add("power-cut")
        self.note(terminal.name, "cut", terminal.power.where)
        self.at(self.time + self.luck.uniform(1, HOUR), lambda: self.switch_on(terminal))

    def _round(self, terminal: Terminal, *, brisk: bool) -> None:
        done = terminal.round(brisk=brisk)
        self.rounds += 1
        if done is None:
            return
        codes = ",".join(problem.code for problem in done.problems)
        self.note(terminal.name, "round", f"{done.tally} {codes} {done.next_in:.3f}")
        if done.reached is not None:
            self.judge_honesty(terminal)
        if self._is_quiet(terminal, done):
            self.jumped += 1
            terminal.resting = True
            return
        # A real clock moves on between two calls, however short the wait.
        self.wake(terminal, max(done.next_in, 0.001))

    def _is_quiet(self, terminal: Terminal, done: Round) -> bool:
        """Whether the next poll would hear nothing unless something happens before."""
        return (
            self.plan.jumps
            and not self.healed
            and done.completed
            and not terminal.stopped
            and not done.problems
            and not done.notes
            and done.tally.owed == 0
            and done.next_in > POLL / 2
            and self.luck.random() >= _PLAYED
        )

    # Roads.

    def _deliver(self, request: Request) -> Answer:
        self.requests += 1
        return self.office.answer(
            request.method, request.url, request.headers, request.body, touched=request.touched
        )

    def _later(self, seconds: float, request: Request, mishap: str) -> None:
        def arrive() -> None:
            self.faults.add(mishap)
            self.note("late", request.method, str(self._deliver(request).status))

        self.at(self.time + seconds, arrive)

    def _news(self, device: str) -> None:
        for terminal in self.terminals:
            if terminal.device.terminal == device:
                self.stir(terminal)
