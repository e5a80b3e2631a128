"""A simulated terminal: the real stores, the real client and the real engine, on a powered disk.

Rules: everything is opened anew at every start, as the product does; a power cut unwinds whatever
was under way, puts the disk back as the cut left it and leaves the terminal off; nothing in here
repairs anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar
from uuid import UUID

from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.submissions import Kind, local_number
from kiosk.sealing.keys import SealKey
from kiosk.sealing.keys import to_text as key_text
from kiosk.sealing.package import Head, parse, seal
from kiosk.store.audit import Audit
from kiosk.store.casebook import Transaction
from kiosk.store.home import Home
from kiosk.store.hosts import Hosts
from kiosk.store.inbox import Inbox
from kiosk.store.keys import Device, load_device
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.recovery import rebuild, tidy
from kiosk.store.saving import place, saving
from sync.client.session import PlatformClient
from sync.engine.directory_update import Outcome, UpdateResult
from sync.engine.engine import Engine
from sync.engine.rounds import Round, Self, Stores
from tests.simulation.disk import CrashNow, Power, SimulatedCasebook, powered
from tests.simulation.line import Line
from tests.simulation.office import FLEET_CODE, SIGNING
from tests.simulation.quick import QuickSigningKey

URL: Final = "http://office.invalid"
_STATES: Final = "SELECT id, state FROM submission"
_START: Final = datetime.fromisoformat("2026-11-22T00:00:00+00:00")
_Result = TypeVar("_Result")


class ModelSealKey(SealKey):
    """Seals to nobody, the same bytes every time: sealing is random, a simulation must not be."""

    def seal(self, plain: bytes, *, context: bytes) -> bytes:
        """As long as a sealed part, and as particular to context and content."""
        return hashlib.shake_256(context + plain).digest(len(plain) + 48)


SEALING: Final = ModelSealKey(bytes(range(32)))


@dataclass(slots=True)
class TerminalClock:
    """The world's time as this machine sees it: its wall clock may be wrong by ``offset``."""

    time: Callable[[], float]
    offset: timedelta = timedelta()
    booted: float = 0.0

    def now(self) -> datetime:
        """The wall clock."""
        return true_time(self.time()) + self.offset

    def monotonic(self) -> float:
        """Seconds since the start of this machine."""
        return self.time() - self.booted


def true_time(seconds: float) -> datetime:
    """The world's time as an instant."""
    return _START + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody saves."""

    id: UUID
    item_id: str
    blobs: tuple[bytes, ...]
    kind: Kind = Kind.FILING
    about: UUID | None = None


@dataclass(slots=True)
class Running:
    """What stands while a terminal is on."""

    casebook: SimulatedCasebook
    engine: Engine
    stores: Stores


@dataclass(slots=True)
class Terminal:
    """One terminal.

    Args:
        name: for the trace.
        home: its disk.
        power: of that disk.
        clock: its clock.
        line: its road.
        luck: of this world.
        crashed: told after a power cut.

    ``seconds_on``: how long it has been on, up to the last time it went off. ``resting``: nothing
    is outstanding, its next poll was jumped. ``stopped``: its last round was told to leave off.
    ``turned_back``: its casebook is a copy of another
    day, so that its rows may have forgotten what was sent.
    """

    name: str
    home: Home
    power: Power
    clock: TerminalClock
    line: Line
    luck: Random
    crashed: Callable[[], None]
    on: Running | None = None
    generation: int = 0
    seconds_on: float = 0.0
    resting: bool = False
    stopped: bool = False
    turned_back: bool = False
    device: Device = field(init=False)

    def __post_init__(self) -> None:
        device = load_device(self.home)
        self.device = replace(device, signing=QuickSigningKey(device.signing.seed))

    def boot(self) -> bool:
        """Start; whether it got through."""
        self.clock.booted = self.clock.time()
        return self.guarded(self._boot) is not None

    def shut_down(self) -> None:
        """Go off in an orderly way."""
        self.generation += 1
        self.resting = False
        if self.on is not None:
            self.seconds_on += self.clock.monotonic()
            self.on.casebook.close()
            self.on = None

    def guarded(self, action: Callable[[], _Result]) -> _Result | None:
        """Do something; None when the power went meanwhile."""
        try:
            with powered(self.power):
                return action()
        except CrashNow:
            self.shut_down()
            self.power.come_back()
            self.crashed()
            return None

    def round(self, *, brisk: bool) -> Round | None:
        """One round of the engine."""
        assert self.on is not None
        engine = self.on.engine
        self.stopped = False
        return self.guarded(
            lambda: engine.run(brisk=brisk, wait=self._sit_out, stopped=self._is_stopped)
        )

    def save(self, application: Application) -> bool:
        """Save something; whether the person saw 已保存."""
        assert self.on is not None
        casebook = self.on.casebook
        return self.guarded(lambda: self._save(casebook, application)) is True

    def rows(self) -> dict[UUID, str]:
        """What every row says."""
        assert self.on is not None
        with self.on.casebook.read() as tx:
            return {UUID(id_): state for id_, state in tx.exec_driver_sql(_STATES)}

    def audit_holds(self) -> bool:
        """Whether the audit chain is whole."""
        assert self.on is not None
        return Audit(self.on.casebook).verify().ok

    def salvage(self) -> None:
        """Staff begin a new casebook from the packages (the terminal is off)."""
        rebuild(self.home, self.clock).close()

    def _boot(self) -> bool:
        opened = SimulatedCasebook.open(self.home, self.clock)
        assert isinstance(opened, SimulatedCasebook)
        opened.power = self.power
        stores = Stores(Outbox(opened), Inbox(opened), Hosts(opened), Packages(self.home))
        client = PlatformClient(
            URL,
            self.device,
            (SIGNING.public,),
            self.clock,
            transport=self.line,
            nonce=lambda: f"{self.luck.getrandbits(128):032x}",
            wait=self.line.around.pass_time,
        )
        me = Self(FLEET_CODE, {"code": "SIM", "name": "演示", "division": "440000"}, dict)
        engine = Engine(
            stores, client, me, self.clock, self.luck, lambda: UpdateResult(Outcome.CURRENT)
        )
        self.on = Running(opened, engine, stores)
        tidy(opened, self.device)
        return True

    def _is_stopped(self) -> bool:
        self.stopped = self.stopped or self.luck.random() < 0.002
        return self.stopped

    def _sit_out(self, seconds: float) -> bool:
        self.line.around.pass_time(seconds)
        return True

    def _save(self, casebook: SimulatedCasebook, application: Application) -> bool:
        now, new = self.clock.now(), application.id
        with saving(casebook) as tx:
            head = Head(
                id=new,
                kind=application.kind,
                item_id=application.item_id,
                item_version=1,
                form_id="generic",
                form_version=1,
                station="SIM",
                terminal=self.device.terminal,
                sequence=casebook.next_sequence(tx),
                local_number=local_number(new),
                sealed_at=to_text(now),
                clock_suspect=False,
                hpke_key_id=SEALING.id,
                device_key_id=self.device.signing.public.id,
                reply_key=key_text(self.device.reply.public.raw),
                about=application.about,
            )
            data = seal(head, {"form": {}}, application.blobs, to=SEALING, by=self.device.signing)
            place(tx, casebook, new, data)
            outbox = Outbox(casebook)
            outbox.add(
                tx,
                head,
                envelope_digest=parse(data).envelope_digest,
                item_name="演示事项",
                masked_name="李*英",
                claim_hash=None,
                id_tag=None,
                track_code_tag=None,
                agent_id=None,
                urgent=self.luck.random() < 0.1,
                now=now,
            )
            if application.kind is Kind.WITHDRAW and application.about is not None:
                _take_back(tx, outbox, application.about, now)
        return True


def _take_back(tx: Transaction, outbox: Outbox, about: UUID, now: datetime) -> None:
    """What was never sent becomes a tombstone in the commit of the request, as the desk does it."""
    if outbox.require(about, tx).state in {State.QUEUED, State.PARKED}:
        outbox.apply(about, Signal.WITHDRAW, now=now, tx=tx)
