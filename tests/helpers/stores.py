"""A real station on disk for tests of the store: home, casebook, sealed packages, platform events.

Rules: real SQLCipher files and real sealing; the time is moved by hand; people are invented.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import Signal
from kiosk.domain.submissions import Kind, local_number
from kiosk.sealing.keys import OpenKey
from kiosk.sealing.keys import to_text as key_text
from kiosk.sealing.package import Head, Package, parse, seal
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home, Settings, Station
from kiosk.store.inbox import ProvenEvent
from kiosk.store.keys import Device, create_device
from kiosk.store.outbox import Outbox
from kiosk.store.rows import OutboxRow
from kiosk.store.saving import place, saving

START = datetime(2026, 11, 22, 2, 5, 7, tzinfo=UTC)
PLATFORM = OpenKey(bytes(range(32)))
SETTINGS = Settings(Station("demo", "长滩村（演示）", "445222990201"), demo=True)
_events = count(1)


class HandClock:
    """A clock that moves by hand; wall clock and monotonic clock are independent."""

    def __init__(self) -> None:
        self.wall = START
        self.ticks = 1000.0

    def now(self) -> datetime:
        """The wall clock."""
        return self.wall

    def monotonic(self) -> float:
        """The monotonic clock."""
        return self.ticks

    def pass_time(self, seconds: float) -> None:
        """Let both clocks run."""
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds


@dataclass(frozen=True)
class Site:
    """One station."""

    home: Home
    clock: HandClock
    device: Device
    casebook: Casebook

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.casebook)

    def reopened(self) -> Casebook:
        """The same casebook through fresh connections."""
        return Casebook.open(self.home, self.clock)


def new_home(path: Path) -> Home:
    """A station's folder, without a casebook."""
    home = Home(path)
    home.create()
    create_device(home)
    home.save_settings(SETTINGS)
    return home


@contextmanager
def site_at(path: Path) -> Iterator[Site]:
    """A station with an open casebook."""
    home, clock = new_home(path), HandClock()
    with Casebook.create(home, clock) as casebook:
        yield Site(home, clock, create_device(home), casebook)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty station, made once; copied by :func:`site`."""
    path = tmp_path_factory.mktemp("pristine") / "home"
    with site_at(path):
        pass
    return path


@pytest.fixture
def site(pristine: Path, tmp_path: Path) -> Iterator[Site]:
    """A station of one's own."""
    shutil.copytree(pristine, tmp_path / "home")
    home, clock = Home(tmp_path / "home"), HandClock()
    with Casebook.open(home, clock) as casebook:
        yield Site(home, clock, create_device(home), casebook)


def sealed(
    device: Device,
    sequence: int,
    *,
    submission_id: UUID | None = None,
    about: UUID | None = None,
    kind: Kind = Kind.FILING,
    blobs: tuple[bytes, ...] = (b"photo",),
    at: datetime = START,
    item_id: str = "gaoling",
) -> Package:
    """A sealed package of this terminal."""
    chosen = submission_id or uuid4()
    head = Head(
        id=chosen,
        kind=kind,
        item_id=item_id,
        item_version=1,
        form_id="generic",
        form_version=1,
        station="demo",
        terminal=device.terminal,
        sequence=sequence,
        local_number=local_number(chosen),
        sealed_at=to_text(at),
        clock_suspect=False,
        hpke_key_id=PLATFORM.public.id,
        device_key_id=device.signing.public.id,
        reply_key=key_text(device.reply.public.raw),
        about=about,
    )
    return parse(seal(head, {"form": {}}, blobs, to=PLATFORM.public, by=device.signing))


def save(
    site: Site,
    *,
    submission_id: UUID | None = None,
    about: UUID | None = None,
    kind: Kind = Kind.FILING,
    urgent: bool = False,
    blobs: tuple[bytes, ...] = (b"photo",),
    claim_hash: str | None = None,
    id_tag: str | None = None,
    track_code_tag: str | None = None,
    item_id: str = "gaoling",
    agent_id: str | None = None,
) -> OutboxRow:
    """Save one submission by the one road there is."""
    with saving(site.casebook) as tx:
        sequence = site.casebook.next_sequence(tx)
        package = sealed(
            site.device,
            sequence,
            submission_id=submission_id,
            about=about,
            kind=kind,
            blobs=blobs,
            at=site.clock.now(),
            item_id=item_id,
        )
        place(tx, site.casebook, package.head.id, package.data)
        return site.outbox.add(
            tx,
            package.head,
            envelope_digest=package.envelope_digest,
            item_name="高龄津贴",
            masked_name="李*英",
            claim_hash=claim_hash,
            id_tag=id_tag,
            track_code_tag=track_code_tag,
            agent_id=agent_id,
            urgent=urgent,
            now=site.clock.now(),
            content_tag="c0ffee",
        )


def event_about(
    row: OutboxRow, case_seq: int, signal: Signal | None, *, epoch: str = "e1"
) -> ProvenEvent:
    """A proven event about a submission, with an id of its own."""
    return ProvenEvent(
        id=next(_events),
        epoch=epoch,
        submission_id=row.id,
        envelope_digest=row.envelope_digest,
        case_seq=case_seq,
        kind="duplicate_of" if signal is None else signal.value,
        signal=signal,
        at=START + timedelta(days=case_seq),
        case_number=f"DEMO-{case_seq:04d}",
    )


def about_other_bytes(event: ProvenEvent) -> ProvenEvent:
    """The event as it would read for another package under the same id."""
    return replace(event, envelope_digest="0" * 64)
