"""One world of a seed: terminals, their lines, sticks, clocks and disks, and one office.

Rules:

* Everything happens in the order of simulated time on one thread; every choice comes from the
  seed. The same seed gives the same trace, and so the same hash.
* Mishaps end with the world's last day: then the lines are clear, the clocks right, and whatever
  is still owed must arrive by itself. Only then does the oracle count.
* Honesty is judged after every round, not only at the end.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from kiosk.domain.lifecycle import Signal, State
from kiosk.sealing.keys import OpenKey, SigningKey
from kiosk.sealing.keys import to_text as key_text
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home, Settings, Station
from kiosk.store.keys import terminal_id
from sync.client.transport import Answer
from sync.engine.pull import stored
from sync.protocol.messages import CaseEvent, EventKind, Receipt, Refusal
from tests.simulation.disk import Power, clone, read_book, write_book
from tests.simulation.line import Faults, Line, Request, Surroundings, Weather
from tests.simulation.office import REFUSED_ITEM, Office
from tests.simulation.oracle import Oracle
from tests.simulation.terminal import Terminal, TerminalClock, true_time

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
_OPENS, _CLOSES = 8.5 * HOUR, 17.5 * HOUR
_JUMPS: Final = (-70 * 365, -3650, -2, -0.05, 0.004, 0.05, 1, 400, 3650)


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a world is and how often something happens (mean hours between).

    ``grace``: days after the last mishap within which everything owed must have arrived.
    """

    days: float = 14
    terminals: int = 2
    saves_a_day: float = 5
    weather: float = 3
    power: float = 6
    clock: float = 60
    backup: float = 24
    restore: float = 150
    officer: float = 2
    stick: float = 48
    salvage: float = 240
    old_book: float = 400
    clone: float = 500
    grace: float = 2


@dataclass(slots=True)
class Verdict:
    """What became of a world."""

    seed: int
    violations: list[str]
    trace: str
    terminal_days: float
    open_hours: float
    saved: int
    rounds: int
    requests: int
    faults: dict[str, int]


@dataclass(slots=True)
class World:
    """One world; see the module.

    Args:
        seed: of every choice.
        folder: for the disks (a memory file system, for speed).
        plan: how large.
    """

    seed: int
    folder: Path
    plan: Plan = field(default_factory=Plan)
    time: float = 0.0
    rounds: int = 0
    requests: int = 0
    open_hours: float = 0.0
    healed: bool = False
    calm: bool = False
    violations: list[str] = field(default_factory=list)
    terminals: list[Terminal] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    oracle: Oracle = field(default_factory=Oracle)
    luck: Random = field(init=False)
    office: Office = field(init=False)
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)
    _log: list[str] | None = None

    def __post_init__(self) -> None:
        self.luck = Random(self.seed)
        self.office = Office(true_time(0), self.luck.choice((0, 0, 60, 300)))

    # Time.

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Have something happen."""
        heapq.heappush(self._events, (when, next(self._order), action))

    def pass_time(self, seconds: float) -> None:
        """Let time go by inside a round: what others sent arrives meanwhile."""
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
        self._hash.update(line.encode())
        if self._log is not None:
            self._log.append(line)

    # The run.

    def run(self, log: list[str] | None = None) -> Verdict:
        """Live through it.

        Args:
            log: collects the trace, to look into a failure.
        """
        self._log = log
        for number in range(self.plan.terminals):
            self._found(self._new_home(number), f"t{number}")
        self._schedule()
        try:
            self._until(self.plan.days * DAY)
            self._heal()
            self._until(self.time + self.plan.grace * DAY, lambda: self.calm)
            self._judge()
        finally:
            for terminal in self.terminals:
                terminal.shut_down()
        return Verdict(
            self.seed,
            self.violations,
            self._hash.hexdigest(),
            self.time / DAY * len(self.terminals),
            self.open_hours,
            len(self.oracle.promised),
            self.rounds,
            self.requests,
            dict(sorted(self.faults.counts.items())),
        )

    def _until(self, end: float, done: Callable[[], bool] = lambda: False) -> None:
        while self._events and self._events[0][0] <= end and not done():
            when, _, action = heapq.heappop(self._events)
            self.time = max(self.time, when)
            self.office.now = true_time(self.time)
            action()

    def _schedule(self) -> None:
        plan = self.plan
        self.every(plan.backup, self._back_up)
        self.every(plan.restore, self._restore)
        self.every(plan.officer, self._decide)
        if self.luck.random() < plan.days * 24 / plan.clone:
            self.at(self.luck.uniform(0, plan.days * DAY), self._clone)

    def _found(self, home: Home, name: str) -> Terminal:
        """A terminal begins its life."""
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
        plan = self.plan
        self.every(24 / plan.saves_a_day * 9 / 24, lambda: self._save(terminal))
        self.every(plan.weather, lambda: self._change_weather(terminal))
        self.every(plan.power, lambda: power.arm(self.luck.choice((30, 300, 1000))))
        self.every(plan.clock, lambda: self._set_clock(terminal))
        self.every(plan.stick, lambda: self._carry(terminal))
        self.every(plan.salvage, lambda: self._salvage(terminal))
        self.every(plan.old_book, lambda: self._keep_book(terminal))
        self.every(4, lambda: self._tap(terminal))
        self._morning(terminal)
        return terminal

    # Terminals.

    def _new_home(self, number: int) -> Home:
        home = Home(self.folder / f"t{number}")
        home.create()
        home.save_settings(Settings(Station("SIM", "演示", "440000"), demo=True))
        signing = SigningKey(self.luck.randbytes(32))
        document = {
            "format": 1,
            "terminal": terminal_id(signing),
            "signing": key_text(signing.seed),
            "reply": key_text(OpenKey(self.luck.randbytes(32)).raw),
        }
        (home.keys / "device.json").write_text(json.dumps(document))
        Casebook.create(home, TerminalClock(lambda: self.time)).close()
        return home

    def _morning(self, terminal: Terminal) -> None:
        """On in the morning; off in the evening unless it is forgotten."""
        opening = self.time // DAY * DAY + _OPENS
        if self.time > opening:
            opening += DAY
        if self.healed:
            return
        self.at(opening + self.luck.uniform(0, 1200), lambda: self._switch_on(terminal))
        if self.luck.random() < 0.8:
            self.at(
                opening - _OPENS + _CLOSES + self.luck.uniform(0, HOUR),
                lambda: self._switch_off(terminal),
            )
        self.at(opening + 1201, lambda: self._morning(terminal))

    def _switch_on(self, terminal: Terminal) -> None:
        if terminal.on is not None or not terminal.boot():
            return
        self.note(terminal.name, "on")
        for row in terminal.rows():
            # Whoever looks at the list now sees it: it is as good as promised.
            self.oracle.promised.add(row)
        self._wake(terminal, 0.0)

    def _switch_off(self, terminal: Terminal) -> None:
        if not self.healed:
            self.note(terminal.name, "off")
            terminal.shut_down()

    def _cut(self, terminal: Terminal) -> None:
        self.faults.add("power-cut")
        self.note(terminal.name, "cut", terminal.power.where)
        self.at(self.time + self.luck.uniform(1, HOUR), lambda: self._switch_on(terminal))

    def _wake(self, terminal: Terminal, seconds: float, *, brisk: bool = False) -> None:
        terminal.generation += 1
        mine = terminal.generation

        def act() -> None:
            if terminal.generation == mine and terminal.on is not None:
                self._round(terminal, brisk=brisk)

        self.at(self.time + seconds, act)

    def _round(self, terminal: Terminal, *, brisk: bool) -> None:
        done = terminal.round(brisk=brisk)
        self.rounds += 1
        if done is None:
            return
        codes = ",".join(problem.code for problem in done.problems)
        self.note(terminal.name, "round", f"{done.tally} {codes} {done.next_in:.3f}")
        if done.reached is not None:
            self.violations += [
                f"{self.time:.0f} {terminal.name} {fault}"
                for fault in self.oracle.honest(terminal.rows(), self.office.proven)
            ]
        self.open_hours += min(done.next_in, HOUR) / HOUR
        # A real clock moves on between two calls, however short the wait.
        self._wake(terminal, max(done.next_in, 0.001))

    def _tap(self, terminal: Terminal) -> None:
        if terminal.on is not None:
            self._wake(terminal, 0.0, brisk=True)

    def _save(self, terminal: Terminal) -> None:
        if terminal.on is None:
            return
        hopeless = self.luck.random() < 0.05
        new = UUID(int=(int(self.time * 1000) << 80) | (7 << 76) | self.luck.getrandbits(76))
        sizes = [self.luck.choice((1, 900, 70_000)) for _ in range(self.luck.choice((0, 1, 1, 3)))]
        blobs = tuple(self.luck.randbytes(size) for size in sizes)
        if hopeless:
            self.oracle.hopeless.add(new)
        self.oracle.unsure.add(new)
        if terminal.save(new, REFUSED_ITEM if hopeless else "item", blobs):
            self.oracle.promised.add(new)
            self._wake(terminal, 0.0, brisk=True)
        self.note(terminal.name, "save", str(new in self.oracle.promised))

    def _change_weather(self, terminal: Terminal) -> None:
        weathers = list(Weather)[1:]
        terminal.line.weather = self.luck.choice([Weather.FINE] * 5 + weathers)

    def _set_clock(self, terminal: Terminal) -> None:
        self.faults.add("clock-jump")
        right = self.luck.random() < 0.4
        jump = timedelta() if right else timedelta(days=self.luck.choice(_JUMPS))
        terminal.clock.offset = max(jump, timedelta(days=-20000))

    def _salvage(self, terminal: Terminal) -> None:
        """The casebook is damaged; staff begin a new one."""
        self.faults.add("casebook-salvaged")
        self.note(terminal.name, "salvage")
        terminal.shut_down()
        terminal.salvage()
        self._switch_on(terminal)

    def _keep_book(self, terminal: Terminal) -> None:
        """Staff copy the casebook, and put the copy back some days later."""
        was_on = terminal.on is not None
        terminal.shut_down()
        book = read_book(terminal.home)
        if was_on:
            self._switch_on(terminal)
        key = (terminal.home.keys / "casebook.key").read_bytes()

        def put_back() -> None:
            if self.healed or (terminal.home.keys / "casebook.key").read_bytes() != key:
                return
            self.faults.add("casebook-put-back")
            self.note(terminal.name, "old casebook")
            terminal.shut_down()
            write_book(terminal.home, book)
            self._switch_on(terminal)

        self.at(self.time + self.luck.uniform(HOUR, 3 * DAY), put_back)

    def _clone(self) -> None:
        """A disk is copied, and both machines go on."""
        if self.healed:
            return
        self.faults.add("disk-cloned")
        original = self.terminals[0]
        was_on = original.on is not None
        original.shut_down()
        copy = clone(original.home, self.folder / f"clone{len(self.terminals)}")
        self.note(original.name, "cloned")
        twin = self._found(copy, f"{original.name}c")
        for terminal in (original, twin) if was_on else ():
            self._switch_on(terminal)

    # The office and the sticks.

    def _deliver(self, request: Request) -> Answer:
        self.requests += 1
        return self.office.answer(request.method, request.url, request.headers, request.body)

    def _later(self, seconds: float, request: Request) -> None:
        def arrive() -> None:
            self.note("late", request.method, str(self._deliver(request).status))

        self.at(self.time + seconds, arrive)

    def _back_up(self) -> None:
        self.note("office", "backup")
        self.office.back_up()

    def _restore(self) -> None:
        if self.office.mark is None:
            return
        self.faults.add("platform-restored")
        self.note("office", "restored")
        self.office.restore()

    def _decide(self) -> None:
        kinds = [EventKind.ACCEPTED, EventKind.IN_PROGRESS, EventKind.CLOSED, EventKind.SUSPENDED]
        for submission_id in self.office.open_cases():
            if self.luck.random() < 0.2:
                self.office.decide(submission_id, self.luck.choice(kinds))

    def _carry(self, terminal: Terminal) -> None:
        """A stick takes what is owed to the office, and comes back with what the office says."""
        if terminal.on is None:
            return
        stores = terminal.on.stores
        owed = [id_ for id_ in stores.outbox.owed(None) if stores.packages.exists(id_)]
        packages = [stores.packages.read(id_) for id_ in owed]
        self.faults.add("stick")

        def arrive() -> None:
            said = [statement for data in packages if (statement := self.office.take(data))]
            events = self.office.events_of(terminal.device.terminal)
            self.note("office", "stick", str(len(said)))
            self.at(self.time + self.luck.uniform(HOUR, 2 * DAY), lambda: come_back(said, events))

        def come_back(said: list[Receipt | Refusal], events: list[CaseEvent]) -> None:
            if terminal.on is not None and not self.healed:
                terminal.guarded(lambda: _take_home(terminal, said, events))
                self.note(terminal.name, "stick", str(len(events)))

        self.at(self.time + self.luck.uniform(HOUR, 2 * DAY), arrive)

    # The end.

    def _heal(self) -> None:
        """No more mishaps."""
        self.note("world", "healed")
        self.healed = True
        for terminal in self.terminals:
            terminal.power.cut_at = None
            terminal.line.weather = Weather.CLEAR
            terminal.clock.offset = timedelta()
            if terminal.on is None:
                self._switch_on(terminal)
        self._close_cases()

    def _close_cases(self) -> None:
        """At last everything is decided, so that there is a state to agree on."""
        for submission_id in self.office.open_cases():
            self.office.decide(submission_id, EventKind.CLOSED)
        self.calm = not self._open_ends()
        self.at(self.time + HOUR / 4, self._close_cases)

    def _open_ends(self) -> list[str]:
        cases = {id_: held.state.value for id_, held in self.office.books.held.items()}
        return [
            f"{terminal.name} {fault}"
            for terminal in self.terminals
            for fault in (self.oracle.settled(terminal.rows(), cases) if terminal.on else ["off"])
        ]

    def _judge(self) -> None:
        self.violations += self._open_ends()
        self.violations += self.oracle.exactly_once(self.office.books.effects)
        self.violations += [
            f"{terminal.name}: the audit chain is broken"
            for terminal in self.terminals
            if terminal.on and not terminal.audit_holds()
        ]


def _take_home(terminal: Terminal, said: list[Receipt | Refusal], events: list[CaseEvent]) -> bool:
    """What importing a stick does: statements to the rows, events to the inbox."""
    assert terminal.on is not None
    outbox, inbox = terminal.on.stores.outbox, terminal.on.stores.inbox
    now = terminal.clock.now()
    for statement in said:
        row = outbox.get(statement.submission_id)
        if row is None or row.state is State.WITHDRAWN:
            continue
        if isinstance(statement, Refusal):
            outbox.apply(row.id, Signal.REFUSED, now=now, problem=statement.code)
        elif statement.epoch == inbox.epoch():
            # What a platform said before it was restored proves nothing about the restored one.
            signal = Signal.RECEIVED if statement.complete else Signal.FILED
            outbox.apply(row.id, signal, now=now, receipt=statement)
    inbox.apply([stored(event) for event in events], None, now)
    return True


def live(
    seed: int, folder: Path, plan: Plan | None = None, log: list[str] | None = None
) -> Verdict:
    """Run one world in a folder of its own and remove that; the last one removes ``folder``."""
    place = folder / f"world-{seed}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        return World(seed, place, plan or Plan()).run(log)
    finally:
        shutil.rmtree(place, ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()
