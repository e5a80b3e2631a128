"""A station's real stores with sealed submissions in the outbox, and an engine on a real road."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import monotonic
from uuid import UUID

from uuid_utils.compat import uuid7

from kiosk.domain.clock import Clock, to_text
from kiosk.domain.submissions import Kind, local_number
from kiosk.sealing.package import Head, parse, seal
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home, Settings, Station
from kiosk.store.hosts import Hosts
from kiosk.store.inbox import Inbox
from kiosk.store.keys import Device, create_device
from kiosk.store.outbox import Outbox
from kiosk.store.saving import place, saving
from kiosk.store.second_copy import MendingPackages, SecondCopies
from sync.client.session import PlatformClient
from sync.client.transport import Transport
from sync.engine.directory_update import Outcome, UpdateResult
from sync.engine.engine import Engine
from sync.engine.road import Road
from sync.engine.rounds import Round, Self, Stores
from sync.protocol.trust import PlatformKeys, Trust


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return monotonic()


@dataclass(frozen=True)
class SyncStation:
    """One station: its home, its open casebook and who it belongs to."""

    home: Home
    casebook: Casebook
    device: Device
    keys: PlatformKeys
    fleet_code: str
    clock: Clock

    @property
    def stores(self) -> Stores:
        book = self.casebook
        packages, second = MendingPackages(self.home), SecondCopies.of(self.home)
        return Stores(Outbox(book), Inbox(book), Hosts(book), packages, second)

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.casebook)

    def save(
        self,
        blobs: int = 0,
        size: int = 1000,
        item_id: str = "demo-item",
        new: UUID | None = None,
    ) -> UUID:
        """Seal an application of an invented person and save it as the window does."""
        new = new or UUID(bytes=uuid7().bytes)
        now = self.clock.now()
        with saving(self.casebook) as tx:
            head = Head(
                id=new,
                kind=Kind.FILING,
                item_id=item_id,
                item_version=1,
                form_id="generic",
                form_version=1,
                station="DEMO01",
                terminal=self.device.terminal,
                sequence=self.casebook.next_sequence(tx),
                local_number=local_number(new),
                sealed_at=to_text(now),
                clock_suspect=False,
                hpke_key_id=self.keys.sealing.id,
                device_key_id=self.device.signing.public.id,
                reply_key=reply_key(self.device),
            )
            data = seal(
                head,
                {"parties": [], "form": {"演示": "是"}, "materials": []},
                [os.urandom(size) for _ in range(blobs)],
                to=self.keys.sealing,
                by=self.device.signing,
            )
            place(tx, self.casebook, new, data)
            self.outbox.add(
                tx,
                head,
                envelope_digest=parse(data).envelope_digest,
                item_name="演示事项",
                masked_name="李*英",
                claim_hash=None,
                id_tag=None,
                track_code_tag=None,
                agent_id=None,
                urgent=False,
                now=now,
            )
        return new

    def states(self) -> list[str]:
        """States of all rows, newest first."""
        return [row.state.value for row in self.outbox.page(limit=1000)]

    @contextmanager
    def client(self, url: str) -> Iterator[PlatformClient]:
        """A road."""
        with (
            Transport() as transport,
            PlatformClient(
                url, self.device, self.keys.signing, self.clock, transport=transport
            ) as client,
        ):
            yield client

    def engine(
        self,
        road: Road,
        luck: Random | None = None,
        directory: Callable[[], UpdateResult] | None = None,
    ) -> Engine:
        """An engine on a road."""
        me = Self(
            self.fleet_code,
            {"code": "DEMO01", "name": "演示村", "division": "440000"},
            lambda: {"version": "test"},
        )
        return Engine(
            self.stores,
            road,
            me,
            self.clock,
            luck or Random(1),
            directory or (lambda: UpdateResult(Outcome.CURRENT)),
        )

    def once(self, url: str, wait: Callable[[float], bool] = lambda _seconds: False) -> Round:
        """What ``kiosk sync once`` does, in this process."""
        with self.client(url) as client, self.home.sync_lock():
            return self.engine(client).run(brisk=True, wait=wait)


def reply_key(device: Device) -> str:
    """The reply key as packages name it."""
    from kiosk.sealing.keys import to_text as key_text

    return key_text(device.reply.public.raw)


@contextmanager
def station(
    path: Path,
    keys: PlatformKeys,
    fleet_code: str,
    url: str = "",
    clock: Clock | None = None,
) -> Iterator[SyncStation]:
    """A station set up for a platform."""
    home = Home(path)
    home.create()
    home.save_settings(Settings(Station("DEMO01", "演示村便民服务站", "440000"), url, demo=True))
    home.save_trust(Trust({"signed": {}}, url, fleet_code, keys).as_bytes())
    device = create_device(home)
    ticking = clock or RealClock()
    with Casebook.create(home, ticking) as casebook:
        yield SyncStation(home, casebook, device, keys, fleet_code, ticking)
