"""Negative controls: products broken on purpose, which the simulation must find.

Rules: each is one sentence of wrong behaviour, put in the place of the right one for a few small
worlds in which the fault matters; it counts as found when the oracle says something, and the words
must be of the kind that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID

from kiosk.domain.lifecycle import Signal
from kiosk.domain.problems import PlatformProblem, Problem
from kiosk.store.outbox import Outbox
from sync.engine.decisions import Move, on_problem
from sync.engine.engine import Engine
from sync.engine.push import Push
from sync.engine.rounds import Stores
from sync.engine.upkeep import at_stake
from tests.simulation.office import Office
from tests.simulation.plans import PLANS, Plan
from tests.simulation.terminal import Application, Terminal
from tests.simulation.world import live

_NEVER: Final = 1e9
SHORT: Final = replace(
    PLANS["dense"], days=0.5, terminals=1, stick=_NEVER, salvage=_NEVER, old_book=_NEVER, clone=1e9
)
CUTS: Final = replace(SHORT, power=0.05, saves_a_day=200, tap=0.1, restore=_NEVER, grace=0.02)
RESTORES: Final = replace(SHORT, weather=1, foul=0.3, backup=1.5, restore=2.5, power=_NEVER)
WORLDS: Final = 12


@dataclass(frozen=True, slots=True)
class Control:
    """One broken product, the worlds to look in, and what the oracle should say."""

    name: str
    plan: Plan
    says: str
    broken: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Found:
    """After how many worlds, and the first fault that fits."""

    worlds: int
    fault: str


def find(control: Control, folder: Path, worlds: int = WORLDS) -> Found | None:
    """Look for the fault in worlds of one seed after the other."""
    with control.broken():
        for seed in range(worlds):
            faults = live(seed, folder, control.plan).violations
            fitting = [fault for fault in faults if control.says in fault]
            if fitting:
                return Found(seed + 1, fitting[0])
    return None


def _sends_before_it_writes() -> Any:  # noqa: ANN401 (a patch)
    """``sending`` is not committed before the first byte: the row still says queued."""

    def deliver(push: Push, submission_id: UUID) -> Problem | None:
        row = push.outbox.require(submission_id)
        if row.state not in {"queued", "unknown"}:
            return None
        try:
            asks = row.state == "unknown"
            reply = push._exchange(row, push._package(row), ask_first=asks)
        except PlatformProblem as problem:
            push.outbox.apply(row.id, Signal.TAKE, now=push.clock.now())
            move = on_problem(row.state, problem)
            push.outbox.apply(row.id, move.signal, now=push.clock.now(), problem=move.problem)
            return problem
        push._record(row, reply)
        return None

    return patch.object(Push, "deliver", deliver)


def _forgets_what_was_under_way() -> Any:  # noqa: ANN401 (a patch)
    return patch.object(Outbox, "recover", lambda _outbox, _now: 0)


def _calls_a_lost_reply_unsent() -> Any:  # noqa: ANN401 (a patch)
    def wrong(_origin: object, _problem: Problem) -> Move:
        return Move(Signal.NOT_SENT, "lost")

    return patch("sync.engine.push.on_problem", wrong)


def _calls_a_lost_reply_received() -> Any:  # noqa: ANN401 (a patch)
    def wrong(_origin: object, _problem: Problem) -> Move:
        return Move(Signal.RECEIVED, None)

    return patch("sync.engine.push.on_problem", wrong)


@contextmanager
def _files_twice() -> Iterator[None]:
    """The same application again under another id, as who has no receipt would do it."""
    real = Terminal.save

    def save(terminal: Terminal, application: Application) -> bool:
        saved = real(terminal, application)
        another = UUID(int=application.id.int ^ 1)
        if terminal.on is not None and terminal.line.luck.random() < 0.1:
            real(terminal, replace(application, id=another))
        return saved

    with patch.object(Terminal, "save", save):
        yield


def _throws_packages_away_early() -> Any:  # noqa: ANN401 (a patch)
    def early(stores: Stores, _mark: datetime) -> int:
        held = [row.id for row in at_stake(stores)]
        for submission_id in held:
            stores.packages.remove(submission_id)
        return len(held)

    return patch("sync.engine.engine.drop_durable", early)


def _does_not_renew() -> Any:  # noqa: ANN401 (a patch)
    return patch.object(Engine, "_renew", lambda _engine, _running: True)


def _parks_what_was_taken_back() -> Any:  # noqa: ANN401 (a patch)
    return patch("sync.engine.decisions._TAKEN_BACK", "never")


@contextmanager
def _says_saved_too_early() -> Iterator[None]:
    real = Terminal.save

    def save(terminal: Terminal, application: Application) -> bool:
        real(terminal, application)
        return True

    with patch.object(Terminal, "save", save):
        yield


@contextmanager
def _office_counts_again() -> Iterator[None]:
    """A platform that is not idempotent: every repetition is a case of its own."""
    real = Office._put

    def put(office: Office, submission_id: UUID, body: bytes) -> Any:  # noqa: ANN401 (as inherited)
        again = submission_id in office.books.effects
        receipt = real(office, submission_id, body)
        if again:
            office.books.effects.append(submission_id)
        return receipt

    with patch.object(Office, "_put", put):
        yield


CONTROLS: Final = (
    Control(
        "sends before it has written `sending`",
        CUTS,
        "is called queued, and it was brought",
        _sends_before_it_writes,
    ),
    Control(
        "does not recover what a dead process left",
        CUTS,
        "is called sending",
        _forgets_what_was_under_way,
    ),
    Control(
        "calls a lost reply unsent",
        SHORT,
        "is called queued, and it was brought",
        _calls_a_lost_reply_unsent,
    ),
    Control(
        "calls a lost reply received", SHORT, "the office never held", _calls_a_lost_reply_received
    ),
    Control("files the same thing under a second id", SHORT, "nobody saved", _files_twice),
    Control(
        "drops a package before the durable mark", RESTORES, "loss:", _throws_packages_away_early
    ),
    Control("does not renew after a restore", RESTORES, "loss:", _does_not_renew),
    Control(
        "keeps 'received' though the withdrawal came first",
        replace(RESTORES, days=0.72, answers=0.25, weather=0.5, foul=0.7, restore=1, backup=4),
        "mirror:",
        _parks_what_was_taken_back,
    ),
    Control("says 已保存 before it is", replace(CUTS, power=0.05), "loss:", _says_saved_too_early),
    Control(
        "platform without idempotence",
        replace(SHORT, weather=0.2, foul=1, saves_a_day=150, stick=1),
        "double:",
        _office_counts_again,
    ),
)
