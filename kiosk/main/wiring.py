"""Wiring: open a station's home and put its parts together.

Rules: this is the only place that knows how the parts are joined; commands and the window ask it
for a :class:`Station`. The keys to which applications are sealed come from the trust file, and from
the signed ``config`` of the directory once one has been fetched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kiosk.domain.clock import Clock
from kiosk.domain.problems import EnvironmentProblem
from kiosk.journeys.contacting import Contacting
from kiosk.journeys.finding import Finder
from kiosk.journeys.helping import Helping
from kiosk.journeys.submitting import Desk
from kiosk.journeys.tracking import Tracking
from kiosk.main.clock import SystemClock
from kiosk.sealing.office_codes import office_secret
from kiosk.store.agent_drafts import AgentDrafts
from kiosk.store.agents import Agents
from kiosk.store.cards import Cards
from kiosk.store.casebook import Casebook
from kiosk.store.claims import Claims
from kiosk.store.directory import Directory
from kiosk.store.help_requests import HelpRequests
from kiosk.store.home import Home, Settings
from kiosk.store.inbox import Inbox
from kiosk.store.keys import Device, load_device
from kiosk.store.orders import Orders
from kiosk.store.outbox import Outbox
from kiosk.store.vaults import Vaults
from sync.engine.directory_update import known_platform_keys
from sync.protocol.trust import PlatformKeys, Trust


@dataclass(frozen=True)
class Station:
    """An opened station: its stores, keys and directory."""

    home: Home
    settings: Settings
    device: Device
    casebook: Casebook
    clock: Clock

    @cached_property
    def directory(self) -> Directory:
        """The served directory; opened on first use."""
        return Directory.open(self.home.directory_db)

    @cached_property
    def outbox(self) -> Outbox:
        """Submissions of this station."""
        return Outbox(self.casebook)

    @cached_property
    def finder(self) -> Finder:
        """Search and browse, local items first."""
        return Finder(self.directory, self.settings.station.division)

    @cached_property
    def agents(self) -> Agents:
        """Village agents of this station."""
        return Agents(self.casebook)

    @cached_property
    def vaults(self) -> Vaults:
        """What the agents keep sealed."""
        return Vaults(self.casebook)

    @cached_property
    def agent_drafts(self) -> AgentDrafts:
        """What agents put aside."""
        return AgentDrafts(self.casebook)

    def orders(self) -> Orders:
        """Orders of the township; one-time codes work as soon as a trust file was adopted."""
        secret = None
        if self.home.trust_bytes() is not None:
            sealing = platform_keys(self.home).sealing
            secret = office_secret(self.device.reply, sealing, self.device.terminal)
        return Orders(self.casebook, secret)

    @cached_property
    def tracking(self) -> Tracking:
        """Look-ups by slip, number or person."""
        return Tracking(
            self.outbox, Inbox(self.casebook), Claims(self.casebook), self.device.reply, self.clock
        )

    @cached_property
    def contacting(self) -> Contacting:
        """The contact cards that people left."""
        return Contacting(self.outbox, Cards(self.casebook), self.device.staff)

    @cached_property
    def helping(self) -> Helping:
        """The notes of people who found nobody there."""
        return Helping(HelpRequests(self.casebook), self.device.staff)

    def desk(self) -> Desk:
        """What saving needs.

        Raises:
            EnvironmentProblem: no trust file was adopted, so nobody could open what is sealed.
        """
        return Desk(
            casebook=self.casebook,
            device=self.device,
            sealing_key=platform_keys(self.home).sealing,
            station_code=self.settings.station.code,
            directory_version=self.directory.info().version,
            clock=self.clock,
        )


@contextlib.contextmanager
def open_station(home_path: Path, clock: Clock | None = None) -> Iterator[Station]:
    """Open the station at ``home_path`` and close its stores afterwards.

    Raises:
        EnvironmentProblem: not set up, key missing, casebook damaged or newer than this program.
    """
    home = Home(home_path)
    home.require()
    ticking = clock or SystemClock()
    with Casebook.open(home, ticking) as casebook:
        station = Station(home, home.settings(), load_device(home), casebook, ticking)
        try:
            yield station
        finally:
            if "directory" in station.__dict__:
                station.directory.close()


def platform_keys(home: Home) -> PlatformKeys:
    """The platform's present keys: from the directory's signed config, else the trust file.

    Raises:
        EnvironmentProblem: no trust file was adopted (``no-trust``).
    """
    trust = adopted_trust(home)
    return known_platform_keys(home) or trust.keys


def adopted_trust(home: Home) -> Trust:
    """The trust file of this home.

    Raises:
        EnvironmentProblem: none was adopted (``no-trust``).
    """
    data = home.trust_bytes()
    if data is None:
        raise EnvironmentProblem(
            "no-trust",
            "this station has no platform yet; run kiosk init --platform URL --trust FILE",
        )
    return Trust.parse(data)
