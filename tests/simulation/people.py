"""What people do in a world: at the terminals, with the disks, and on the way with a stick.

Rules: every function is one act, at this instant of the world; what it promises somebody goes to
the oracle; what it breaks is counted as a mishap.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from kiosk.domain.lifecycle import State
from kiosk.domain.submissions import Kind
from sync.engine.decisions import on_reply
from sync.engine.pull import stored
from sync.protocol.messages import CaseEvent, Receipt, Refusal
from tests.simulation.disk import clone as copy_disk
from tests.simulation.disk import read_book, write_book
from tests.simulation.line import Weather
from tests.simulation.office import REFUSED_ITEM
from tests.simulation.stage import DAY, HOUR, Stage
from tests.simulation.terminal import Application, Terminal

_JUMPS: Final = (-70 * 365, -3650, -2, -0.05, 0.004, 0.05, 1, 400, 3650)
_FOUL: Final = tuple(weather for weather in Weather if weather not in {Weather.CLEAR, Weather.FINE})
_OVER: Final = frozenset({"withdrawn", "closed"})


def save(stage: Stage, terminal: Terminal) -> None:
    """Somebody applies for something."""
    if terminal.on is not None:
        hopeless = stage.luck.random() < 0.05
        _hand_in(stage, terminal, REFUSED_ITEM if hopeless else "item", Kind.FILING, None)


def answer(stage: Stage, terminal: Terminal) -> None:
    """Somebody answers a correction, or takes back what they filed."""
    if terminal.on is None:
        return
    filings = [row for row in terminal.on.stores.outbox.page(limit=20) if row.kind is Kind.FILING]
    asked = [row.id for row in filings if row.state is State.CORRECTION_WANTED]
    if asked and stage.luck.random() < 0.7:
        _hand_in(stage, terminal, "item", Kind.SUPPLEMENT, stage.luck.choice(asked))
        return
    alive = [row.id for row in filings if row.state.value not in _OVER]
    if alive:
        about = stage.luck.choice(alive)
        stage.oracle.taken_back.add(about)
        _hand_in(stage, terminal, "item", Kind.WITHDRAW, about)


def _hand_in(stage: Stage, terminal: Terminal, item: str, kind: Kind, about: UUID | None) -> None:
    luck = stage.luck
    new = UUID(int=(int(stage.time * 1000) << 80) | (7 << 76) | luck.getrandbits(76))
    most = 0 if kind is Kind.WITHDRAW else luck.choice((0, 1, 1, 3))
    blobs = tuple(luck.randbytes(luck.choice((1, 900, 70_000))) for _ in range(most))
    stage.oracle.unsure.add(new)
    if kind is Kind.SUPPLEMENT and about is not None:
        stage.oracle.answers[new] = about
    if terminal.save(Application(new, item, blobs, kind, about)):
        stage.oracle.promised.add(new)
        stage.wake(terminal, 0.0, brisk=True)
    stage.note(terminal.name, kind.value, str(new in stage.oracle.promised))


def tap(stage: Stage, terminal: Terminal) -> None:
    """Somebody asks for the present state."""
    if terminal.on is not None:
        stage.wake(terminal, 0.0, brisk=True)


def change_weather(stage: Stage, terminal: Terminal) -> None:
    """The line becomes better or worse."""
    foul = stage.luck.random() < stage.plan.foul
    terminal.line.weather = stage.luck.choice(_FOUL) if foul else Weather.FINE


def set_clock(stage: Stage, terminal: Terminal) -> None:
    """The clock is set, mostly wrong."""
    right = stage.luck.random() < 0.4
    jump = timedelta() if right else timedelta(days=stage.luck.choice(_JUMPS))
    if jump != terminal.clock.offset:
        stage.faults.add("clock-jump")
    terminal.clock.offset = max(jump, timedelta(days=-20000))


def salvage(stage: Stage, terminal: Terminal) -> None:
    """The casebook is damaged; staff begin a new one."""
    stage.faults.add("casebook-salvaged")
    stage.note(terminal.name, "salvage")
    terminal.shut_down()
    terminal.salvage()
    stage.switch_on(terminal)


def keep_book(stage: Stage, terminal: Terminal) -> None:
    """Staff copy the casebook, and put the copy back some days later."""
    was_on = terminal.on is not None
    terminal.shut_down()
    book = read_book(terminal.home)
    if was_on:
        stage.switch_on(terminal)
    key = (terminal.home.keys / "casebook.key").read_bytes()

    def put_back() -> None:
        if stage.healed or (terminal.home.keys / "casebook.key").read_bytes() != key:
            return
        stage.faults.add("casebook-put-back")
        stage.note(terminal.name, "old casebook")
        terminal.shut_down()
        terminal.turned_back = True
        write_book(terminal.home, book)
        stage.switch_on(terminal)

    stage.at(stage.time + stage.luck.uniform(HOUR, 3 * DAY), put_back)


def clone(stage: Stage) -> Terminal:
    """A disk is copied, and both machines go on; the copy, still without a life of its own."""
    stage.faults.add("disk-cloned")
    original = stage.terminals[0]
    was_on = original.on is not None
    original.shut_down()
    copy = copy_disk(original.home, stage.folder / f"clone{len(stage.terminals)}")
    stage.note(original.name, "cloned")
    twin = stage.settle(copy, f"{original.name}c")
    original.turned_back = twin.turned_back = True
    for terminal in (original, twin) if was_on else ():
        stage.switch_on(terminal)
    return twin


def carry(stage: Stage, terminal: Terminal) -> None:
    """A stick takes packages to the office, and comes back with what the office says.

    Mostly what is owed, now and then everything that is still here; the network goes on meanwhile,
    so the same bytes arrive by both roads.
    """
    if terminal.on is None:
        return
    stores = terminal.on.stores
    owed = stores.outbox.owed(None)
    if stage.luck.random() < 0.3:
        owed = [id_ for _, id_ in stores.packages.files() if id_ is not None]
    packages = [stores.packages.read(id_) for id_ in owed if stores.packages.exists(id_)]

    def arrive() -> None:
        said = [statement for data in packages if (statement := stage.office.take(data))]
        events = stage.office.events_of(terminal.device.terminal)
        stage.note("office", "stick", str(len(said)))
        stage.at(stage.time + stage.luck.uniform(HOUR, 2 * DAY), lambda: come_back(said, events))

    def come_back(said: list[Receipt | Refusal], events: list[CaseEvent]) -> None:
        if terminal.on is not None and not stage.healed:
            terminal.guarded(lambda: _take_home(terminal, said, events))
            stage.note(terminal.name, "stick", str(len(events)))
            if terminal.on is not None:
                stage.judge_honesty(terminal)
                stage.wake(terminal, 0.0)

    stage.at(stage.time + stage.luck.uniform(HOUR, 2 * DAY), arrive)


def _take_home(terminal: Terminal, said: list[Receipt | Refusal], events: list[CaseEvent]) -> bool:
    """What importing a stick does: statements to the rows, events to the inbox."""
    assert terminal.on is not None
    outbox, inbox = terminal.on.stores.outbox, terminal.on.stores.inbox
    now = terminal.clock.now()
    for statement in said:
        row = outbox.get(statement.submission_id)
        if row is None or row.state is State.WITHDRAWN:
            continue
        # What a platform said before it was restored proves nothing about the restored one.
        if isinstance(statement, Refusal) or statement.epoch == inbox.epoch():
            move = on_reply(statement)
            outbox.apply(row.id, move.signal, now=now, problem=move.problem, receipt=move.receipt)
    inbox.apply([stored(event) for event in events], None, now)
    return True
