"""A casebook that lost its last commits without being damaged: its packages tell."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from kiosk.domain.lifecycle import State
from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.audit import Audit
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.recovery import Swept, rebuild, sweep
from kiosk.store.witness import note_committed, noted
from tests.helpers.crashes import faults, for_ever, honest, killed_while, opened
from tests.helpers.stores import HandClock, save, sealed, site_at


def wal_of(home: Home) -> Path:
    return home.casebook.with_name("casebook.db-wal")


def gone(home: Home, _before: Path) -> None:
    wal_of(home).unlink()


def cut(home: Home, _before: Path) -> None:
    with wal_of(home).open("r+b") as file:
        file.truncate(9_000)


def older(home: Home, before: Path) -> None:
    """The whole casebook as it was in the morning."""
    wal_of(home).unlink()
    shutil.copyfile(before, home.casebook)


@pytest.mark.parametrize("loss", [gone, cut, older])
def test_what_a_lost_wal_or_an_older_copy_forgot_is_adopted(
    tmp_path: Path, loss: Callable[[Home, Path], None]
) -> None:
    with site_at(tmp_path / "home") as site:
        home, first = site.home, save(site, blobs=()).id
    before = tmp_path / "morning.db"
    shutil.copyfile(home.casebook, before)
    promised: set[UUID] = set()
    luck = Random(2)
    while len(promised) < 4:
        promised |= set(killed_while(home, for_ever(honest), luck))
    loss(home, before)
    home.casebook.with_name("casebook.db-shm").unlink(missing_ok=True)
    lost = opened(home)
    with lost.casebook as casebook:
        known = {row.id for row in Outbox(casebook).page()}
        assert promised - known, "nothing was lost: this proves nothing"
        swept = sweep(casebook, lost.device)
        assert promised - known <= set(swept.adopted)
        assert Audit(casebook).verify().ok
        for adopted in swept.adopted:
            assert lost.outbox.require(adopted).state is State.UNKNOWN
        highest = max(row.sequence for row in lost.outbox.page())
        assert save(lost, blobs=()).sequence == highest + 1
    assert faults(home, promised | {first}) == []


@pytest.mark.parametrize("witness", ["whole", "torn", "none", "strange"])
def test_an_older_copy_that_lacks_exactly_one_row_is_noticed_by_the_witness(
    tmp_path: Path, witness: str
) -> None:
    with site_at(tmp_path / "home") as site:
        home = site.home
        save(site, blobs=())
    before = tmp_path / "morning.db"
    shutil.copyfile(home.casebook, before)
    with site_at(tmp_path / "home") as site:
        promised = save(site, blobs=()).id
    shutil.copyfile(before, home.casebook)
    spoil = {"torn": home.witness.read_bytes()[:7], "strange": b"-0000000000000000002\n"}
    if witness == "none":
        home.witness.unlink()
    elif witness in spoil:
        home.witness.write_bytes(spoil[witness])
    lost = opened(home)
    with lost.casebook as casebook:
        swept = sweep(casebook, lost.device)
        if witness != "whole":
            assert swept.adopted == ()
            assert len(swept.quarantined) == 1, "without a witness staff decide"
            return
        assert swept.adopted == (promised,)
        assert lost.outbox.require(promised).state is State.UNKNOWN
        assert sweep(casebook, lost.device) == Swept((), (), ())
        assert save(lost, blobs=()).sequence == 3


def test_a_number_of_which_nothing_is_left_is_not_used_again_and_noticed_once(
    tmp_path: Path,
) -> None:
    with site_at(tmp_path / "home") as site:
        note_committed(site.home, 7)
        note_committed(site.home, 5)
        assert noted(site.home) == 7
        sweep(site.casebook, site.device)
        left = sealed(site.device, 8)
        Packages(site.home).write(left.head.id, left.data)
        swept = sweep(site.casebook, site.device)
        assert swept.adopted == (), "an interrupted save after that was promised to nobody"
        assert len(swept.quarantined) == 1
        assert save(site, blobs=()).sequence == 8


def test_the_wal_of_another_casebook_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    with site_at(tmp_path / "home") as site:
        home, promised = site.home, {save(site, blobs=()).id for _ in range(3)}
    with site_at(tmp_path / "other") as other:
        save(other, blobs=())
        shutil.copyfile(wal_of(other.home), wal_of(home))
    with pytest.raises(EnvironmentProblem) as caught:
        opened(home)
    assert caught.value.code in {"casebook-unreadable", "casebook-corrupt"}
    with rebuild(home, HandClock()) as casebook:
        assert set(sweep(casebook, load_device(home)).adopted) == promised


def test_an_interrupted_save_is_no_proof(tmp_path: Path) -> None:
    """It may leave a package with the next number: nobody was promised that one."""
    with site_at(tmp_path / "home") as site:
        save(site, blobs=())
        left = sealed(site.device, 2)
        Packages(site.home).write(left.head.id, left.data)
        swept = sweep(site.casebook, site.device)
        assert (swept.adopted, swept.quarantined) == ((), (f"{left.head.id}.sealed",))
