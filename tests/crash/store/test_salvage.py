"""A damaged casebook gives up every row that can be read; the packages bring back the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.problems import EnvironmentProblem
from kiosk.store import recovery
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook
from kiosk.store.findings import findings
from kiosk.store.home import Home
from kiosk.store.hosts import Hosts
from kiosk.store.inbox import Inbox
from kiosk.store.keys import load_device
from kiosk.store.outbox import Outbox
from kiosk.store.recovery import rebuild, sweep
from kiosk.store.salvage import Salvaged
from tests.helpers.stores import HandClock, Site, event_about, save

PAGE = 4096
ROWS = 60


def full(site: Site) -> dict[UUID, State]:
    """Many rows in several states; everything is in the main file."""
    rows = [save(site, blobs=(), claim_hash=f"{n:064}") for n in range(ROWS)]
    for row in rows[::3]:
        site.outbox.apply(row.id, Signal.TAKE, now=site.clock.now())
    news = [event_about(row, 1, Signal.CASE_ACCEPTED) for row in rows[::4]]
    Inbox(site.casebook).apply(news, "cursor-7", site.clock.now())
    Hosts(site.casebook).note(directory_floor="root 7")
    site.casebook.close()
    with opened(site.home) as casebook:
        return {row.id: row.state for row in Outbox(casebook).page(limit=ROWS)}


def opened(home: Home) -> Casebook:
    return Casebook.open(home, HandClock())


def rebuilt(home: Home) -> tuple[Casebook, Salvaged, frozenset[UUID]]:
    told: list[Salvaged] = []
    casebook = rebuild(home, HandClock(), told.append)
    swept = sweep(casebook, load_device(home))
    return casebook, told[0], frozenset(swept.adopted)


def damaged(home: Home, *pages: int) -> None:
    data = bytearray(home.casebook.read_bytes())
    for page in pages:
        data[page * PAGE + 100] ^= 0xFF
    home.casebook.write_bytes(data)


def assert_nothing_lost(home: Home, before: dict[UUID, State]) -> Salvaged:
    casebook, told, adopted = rebuilt(home)
    with casebook:
        rows = {row.id: row.state for row in Outbox(casebook).page(limit=1000)}
        assert rows.keys() == before.keys()
        for one, state in before.items():
            assert rows[one] is (State.UNKNOWN if one in adopted else state)
        assert len(adopted) == ROWS - told.submissions
        assert casebook.damage() is None
        assert Audit(casebook).verify().ok
        assert Inbox(casebook).cursor() is None  # what the platform said is asked for again
        again = save(Site(home, HandClock(), load_device(home), casebook), blobs=())
        assert again.sequence > ROWS
        assert findings(casebook, carrier=False) == ()
    return told


def test_a_whole_casebook_comes_along_as_a_whole(site: Site) -> None:
    before = full(site)
    told = assert_nothing_lost(site.home, before)
    assert told.torn == set()
    assert told.submissions == ROWS
    with opened(site.home) as casebook:
        assert Hosts(casebook).facts()["directory_floor"][0] == "root 7"
        some = next(one for one, state in before.items() if state is State.ACCEPTED)
        assert next(step.after for step in Outbox(casebook).proofs(some)) is State.QUEUED
        assert Inbox(casebook).events(some) != ()


def pages_of(path: Path) -> Iterator[int]:
    count = path.stat().st_size // PAGE
    yield from sorted(Random(5).sample(range(1, count), 12))


def test_whichever_page_is_damaged_no_submission_is_lost(site: Site, tmp_path: Path) -> None:
    before = full(site)
    whole = site.home.casebook.read_bytes()
    key = (site.home.keys / "casebook.key").read_bytes()
    kept = []
    for page in pages_of(site.home.casebook):
        for file in site.home.path.glob("casebook.db*"):
            file.unlink()
        site.home.casebook.write_bytes(whole)
        for name in ("casebook.key", "casebook.key.2"):
            (site.home.keys / name).write_bytes(key)
        for file in site.home.packages.iterdir():
            if UUID(file.stem) not in before:
                file.unlink()
        damaged(site.home, page)
        kept.append(assert_nothing_lost(site.home, before).submissions)
    assert sum(kept) > len(kept) * ROWS // 2  # mostly rows are kept, not only packages
    assert max(kept) == ROWS


def test_between_two_damaged_pages_rows_are_kept_too(site: Site) -> None:
    before = full(site)
    count = site.home.casebook.stat().st_size // PAGE
    damaged(site.home, 3 * count // 5, 4 * count // 5)
    assert assert_nothing_lost(site.home, before).submissions > 0


def test_a_file_that_is_noise_gives_nothing_and_is_told(site: Site) -> None:
    before = full(site)
    damaged(site.home, *range(site.home.casebook.stat().st_size // PAGE))
    told = assert_nothing_lost(site.home, before)
    assert told.submissions == 0
    assert "submission" in told.torn


def test_a_rebuilding_that_is_broken_off_is_told_and_gone_on_with(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = full(site)
    damaged(site.home, 9)

    def cut(*_: object) -> Salvaged:
        raise KeyboardInterrupt

    monkeypatch.setattr(recovery, "salvage", cut)
    with pytest.raises(KeyboardInterrupt):
        rebuild(site.home, HandClock())
    monkeypatch.undo()
    with opened(site.home) as casebook:  # empty, but not in silence
        assert [one.code for one in findings(casebook, carrier=False)] == ["casebook-unread"]
    assert assert_nothing_lost(site.home, before).submissions > 0


def test_the_wal_of_another_casebook_is_left_aside(site: Site, tmp_path: Path) -> None:
    before = full(site)
    site.home.casebook.with_name("casebook.db-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(8000))
    with suppress(EnvironmentProblem):
        opened(site.home).close()
    assert assert_nothing_lost(site.home, before).submissions == ROWS
