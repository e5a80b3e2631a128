"""One world of a seed: terminals, their lines, sticks, clocks and disks, and one office.

Rules: mishaps end with the world's last day: then the lines are clear, the clocks right, and
whatever is still owed must arrive by itself. Only then does the oracle count.
"""

from __future__ import annotations

import heapq
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from kiosk.sealing.keys import OpenKey, SigningKey
from kiosk.sealing.keys import to_text as key_text
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home, Settings, Station
from kiosk.store.keys import terminal_id
from sync.protocol.messages import EventKind
from tests.simulation import people
from tests.simulation.line import Weather
from tests.simulation.plans import Plan
from tests.simulation.quick import quick
from tests.simulation.stage import DAY, HOUR, Stage
from tests.simulation.terminal import Terminal, TerminalClock, true_time

_DECISIONS: Final = (
    EventKind.ACCEPTED,
    EventKind.IN_PROGRESS,
    EventKind.CLOSED,
    EventKind.SUSPENDED,
    EventKind.CORRECTION_WANTED,
)


@dataclass(slots=True)
class Verdict:
    """What became of a world. ``jumped``: quiet polls after which a terminal was left to rest."""

    seed: int
    violations: list[str]
    trace: str
    terminal_days: float
    open_hours: float
    saved: int
    rounds: int
    jumped: int
    requests: int
    faults: dict[str, int]


@dataclass(slots=True)
class World(Stage):
    """One world; see the module."""

    calm: bool = False

    def run(self) -> Verdict:
        """Live through it."""
        for number in range(self.plan.terminals):
            self._live(self.settle(self._new_home(number), f"t{number}"))
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
            self.trace.hexdigest(),
            self.time / DAY * len(self.terminals),
            sum(terminal.seconds_on for terminal in self.terminals) / HOUR,
            len(self.oracle.promised),
            self.rounds,
            self.jumped,
            self.requests,
            dict(sorted(self.faults.counts.items())),
        )

    def _until(self, end: float, done: Callable[[], bool] = lambda: False) -> None:
        while self.events and self.events[0][0] <= end and not done():
            when, _, action = heapq.heappop(self.events)
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

    def _live(self, terminal: Terminal) -> None:
        """Everything that happens to a terminal from now on."""
        plan = self.plan
        acts: tuple[tuple[float, Callable[[Stage, Terminal], None]], ...] = (
            (9 / plan.saves_a_day, people.save),
            (plan.answers, people.answer),
            (plan.weather, people.change_weather),
            (plan.clock, people.set_clock),
            (plan.stick, people.carry),
            (plan.salvage, people.salvage),
            (plan.old_book, people.keep_book),
            (plan.tap, people.tap),
        )
        for hours, act in acts:
            self.every(hours, lambda act=act: act(self, terminal))  # type: ignore[misc]
        self.every(plan.power, lambda: terminal.power.arm(self.luck.choice((30, 300, 1000))))
        self.morning(terminal)

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

    def _clone(self) -> None:
        if not self.healed:
            self._live(people.clone(self))

    # The office.

    def _back_up(self) -> None:
        self.note("office", "backup")
        self.office.back_up()
        for terminal in self.terminals:
            self.stir(terminal)

    def _restore(self) -> None:
        if self.office.mark is None:
            return
        self.faults.add("platform-restored")
        self.note("office", "restored")
        self.office.restore()
        for terminal in self.terminals:
            self.stir(terminal)

    def _decide(self) -> None:
        for submission_id in self.office.open_cases():
            if self.luck.random() < 0.2:
                self.office.decide(submission_id, self.luck.choice(_DECISIONS))

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
                self.switch_on(terminal)
            else:
                self.wake(terminal, 0.0)
        self._close_cases()

    def _close_cases(self) -> None:
        """At last everything is decided, so that there is a state to agree on."""
        for submission_id in self.office.open_cases():
            self.office.decide(submission_id, EventKind.CLOSED)
        self.calm = not self._open_ends()
        self.at(self.time + HOUR / 4, self._close_cases)

    def _open_ends(self) -> list[str]:
        cases = {id_: held.state.value for id_, held in self.office.books.held.items()}
        refused = self.office.refused
        return [
            f"{terminal.name} {fault}"
            for terminal in self.terminals
            for fault in (
                self.oracle.settled(terminal.rows(), cases, refused) if terminal.on else ["off"]
            )
        ]

    def _judge(self) -> None:
        self.violations += self._open_ends()
        self.violations += self.oracle.exactly_once(self.office.books.effects, self.office.refused)
        self.violations += [
            f"{terminal.name}: the audit chain is broken"
            for terminal in self.terminals
            if terminal.on and not terminal.audit_holds()
        ]


def live(seed: int, folder: Path, plan: Plan, log: list[str] | None = None) -> Verdict:
    """Run one world in a folder of its own and remove that.

    Args:
        seed: of every choice.
        folder: where; it stays, so that engines find the places that they know.
        plan: how large.
        log: collects the trace, to look into a failure.
    """
    place = folder / "world"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        with quick():
            return World(seed, place, plan, log=log).run()
    finally:
        shutil.rmtree(place, ignore_errors=True)
