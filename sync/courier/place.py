"""The station as the courier needs it: stores, keys, who it is.

Rules: the platform's keys are those of the newest signed configuration, else of the trust file; an
address is not needed, because a stick needs no line.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.clock import Clock
from kiosk.domain.problems import EnvironmentProblem
from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.keys import to_text as key_text
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.hosts import Hosts
from kiosk.store.inbox import Inbox
from kiosk.store.keys import Device, load_device
from kiosk.store.outbox import Outbox
from kiosk.store.second_copy import MendingPackages, SecondCopies
from sync.engine.assembly import facts_of, present_keys, station_of
from sync.engine.rounds import Stores
from sync.protocol.trust import PlatformKeys, Trust

AFTER = "courier_after"
"""Fact: the place in the feed up to which sticks have brought everything."""
MADE_AT = "courier_made_at"
"""Fact: when the newest return that was imported was made, by the platform's signed time."""
RENEW = "courier_renew"
"""Fact: ``epoch mark`` of a restored platform that must be given again what it may have lost."""
ENROLLED = "enrolled"


@dataclass(frozen=True, slots=True)
class Place:
    """One station with its casebook open."""

    home: Home
    casebook: Casebook
    device: Device
    trust: Trust
    clock: Clock

    @classmethod
    def of(cls, home: Home, casebook: Casebook, clock: Clock) -> Place:
        """Put it together.

        Raises:
            EnvironmentProblem: the station belongs to no platform yet (``no-platform``).
        """
        data = home.trust_bytes()
        if data is None:
            raise EnvironmentProblem(
                "no-platform",
                "this station has no platform yet; run kiosk init --platform URL --trust FILE",
                path=str(home.path),
            )
        return cls(home, casebook, load_device(home), Trust.parse(data), clock)

    @property
    def stores(self) -> Stores:
        """What bundles are made of and go into."""
        book = self.casebook
        return Stores(
            Outbox(book),
            Inbox(book),
            Hosts(book),
            MendingPackages(self.home),
            SecondCopies.of(self.home),
        )

    @property
    def keys(self) -> PlatformKeys:
        """The platform's keys as known now."""
        return present_keys(self.home, self.trust)

    @property
    def recipient(self) -> str | None:
        """To whom letters are wrapped."""
        return self.keys.courier or self.trust.keys.courier

    def fact(self, name: str) -> str:
        """A note of the hosts; empty when there is none."""
        return self.stores.hosts.facts().get(name, ("", None))[0]

    def enrolment(self) -> JsonObject:
        """What makes this terminal known to the platform."""
        return {
            "fleet_code": self.trust.fleet_code,
            "terminal": self.device.terminal,
            "signing_key": key_text(self.device.signing.public.raw),
            "reply_key": key_text(self.device.reply.public.raw),
            "station": station_of(self.home),
        }

    def status(self) -> JsonObject:
        """How this terminal is; nothing personal."""
        outbox = self.stores.outbox
        return {**facts_of(self.home, self.casebook), "queue": len(outbox.owed(None))}
