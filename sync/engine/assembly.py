"""An engine for a home: stores, road and keys put together.

Rules: one assembly serves one thread; the keys to believe are those of the newest signed
configuration, else of the trust file; an address in the settings goes before the trust file's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random, SystemRandom

from kiosk import __version__
from kiosk.domain.clock import Clock
from kiosk.domain.problems import EnvironmentProblem
from kiosk.sealing.canonical import JsonObject
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook
from kiosk.store.directory_apply import facts as directory_facts
from kiosk.store.findings import findings
from kiosk.store.home import Home
from kiosk.store.hosts import Hosts
from kiosk.store.inbox import Inbox
from kiosk.store.keys import load_device
from kiosk.store.outbox import Outbox
from kiosk.store.second_copy import MendingPackages, SecondCopies
from sync.client.session import PlatformClient
from sync.client.transport import Transport
from sync.client.tuf_fetcher import TufFetcher
from sync.engine.directory_update import (
    DirectoryUpdater,
    UpdateResult,
    known_config,
    known_platform_keys,
)
from sync.engine.engine import Engine
from sync.engine.links import links_up
from sync.engine.rounds import Self, Stores
from sync.protocol.trust import PlatformKeys, Trust


@dataclass(frozen=True, slots=True)
class Exchange:
    """An engine and what stands around it."""

    engine: Engine
    stores: Stores
    client: PlatformClient


@contextmanager
def exchange(
    home: Home, casebook: Casebook, clock: Clock, luck: Random | None = None
) -> Iterator[Exchange]:
    """Put an engine together and take it apart again.

    Raises:
        EnvironmentProblem: the station has no platform yet (``no-platform``).
    """
    trust, url = platform_of(home)
    stores = Stores(
        Outbox(casebook),
        Inbox(casebook),
        Hosts(casebook),
        MendingPackages(home),
        SecondCopies.of(home),
    )
    keys = present_keys(home, trust)
    transport = Transport()
    with PlatformClient(url, load_device(home), keys.signing, clock, transport=transport) as client:
        updater = DirectoryUpdater(home, TufFetcher(transport), client.now)

        def update_directory() -> UpdateResult:
            result = update_from(f"{url}/tuf", home, stores.hosts, trust, updater)
            client.adopt(present_keys(home, trust).signing)
            return result

        me = Self(trust.fleet_code, station_of(home), lambda: facts_of(home, casebook))
        engine = Engine(stores, client, me, clock, luck or SystemRandom(), update_directory)
        yield Exchange(engine, stores, client)


def update_from(
    base: str, home: Home, hosts: Hosts, trust: Trust, updater: DirectoryUpdater
) -> UpdateResult:
    """Update the directory from a TUF tree (network or stick); the version floor is kept."""
    floor = _floor(hosts, trust)
    result = updater.update(base, division=home.settings().station.division, floor=floor)
    if result.version is not None and result.version > floor:
        hosts.note(directory_floor=f"{trust.root_digest} {result.version}")
    return result


def facts_of(home: Home, casebook: Casebook) -> JsonObject:
    """What the platform is told of this machine; nothing personal."""
    return {
        "version": __version__,
        "directory_version": (directory_facts(home.directory_db) or {}).get("version"),
        "disk_free": home.free_bytes(),
        "sealing_key": _sealing_key(home),
        "audit": list(Audit(casebook).head()),
        "alarms": [one.code for one in findings(casebook, carrier=bool(links_up()))],
    }


def _sealing_key(home: Home) -> str | None:
    """The platform's key as this terminal knows it: codes of the township hang on it."""
    data = home.trust_bytes()
    return None if data is None else present_keys(home, Trust.parse(data)).sealing.id


def _floor(hosts: Hosts, trust: Trust) -> int:
    """The highest directory version ever used under the present root."""
    root, _, version = hosts.facts().get("directory_floor", ("", None))[0].partition(" ")
    return int(version) if root == trust.root_digest else 0


def platform_of(home: Home) -> tuple[Trust, str]:
    """The trust file and the address of the platform.

    Raises:
        EnvironmentProblem: ``no-platform``.
    """
    data = home.trust_bytes()
    trust = None if data is None else Trust.parse(data)
    url = "" if trust is None else _address(home, trust)
    if trust is None or not url:
        raise EnvironmentProblem(
            "no-platform",
            "this station has no platform yet; run kiosk init --platform URL --trust FILE",
            path=str(home.path),
        )
    return trust, url


def _address(home: Home, trust: Trust) -> str:
    config = known_config(home)
    return home.settings().platform_url or (config.url if config else "") or trust.url


def present_keys(home: Home, trust: Trust) -> PlatformKeys:
    """The platform's keys known to this terminal."""
    return known_platform_keys(home) or trust.keys


def station_of(home: Home) -> JsonObject:
    """What enrolment tells of the place."""
    station = home.settings().station
    return {"code": station.code, "name": station.name, "division": station.division}
