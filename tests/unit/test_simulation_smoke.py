"""The simulation itself: the same seed is the same world, its oracle sees, its fleet comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.store.outbox import Outbox
from tests.simulation.fleet import Fleet, recover
from tests.simulation.oracle import Oracle
from tests.simulation.run import PLANS, memory, read_ledger, write_ledger
from tests.simulation.world import live

ONE, TWO = UUID(int=1), UUID(int=2)
SHORT = replace(PLANS["dense"], days=0.43, terminals=1, power=0.4, weather=0.3, backup=1, restore=4)


def test_the_same_seed_is_the_same_world_and_keeps_every_promise() -> None:
    first, second = live(11, memory(), SHORT), live(11, memory(), SHORT)
    assert first.violations == []
    assert first == second
    assert first.saved > 0
    assert first.faults.get("power-cut", 0) > 0


def test_another_seed_is_another_world() -> None:
    tiny = replace(SHORT, days=0.37)
    assert live(12, memory(), tiny).trace != live(13, memory(), tiny).trace


def test_the_oracle_counts() -> None:
    oracle = Oracle(promised={ONE, TWO})
    assert oracle.exactly_once([ONE, TWO]) == []
    assert oracle.exactly_once([ONE]) == [f"loss: {TWO} was saved and has no effect"]
    assert oracle.exactly_once([ONE, TWO, TWO]) == [f"double: {TWO} has 2 effects"]
    assert len(oracle.exactly_once([ONE, TWO, UUID(int=3)])) == 1
    assert len(oracle.honest({ONE: "received", TWO: "queued"}, {TWO})) == 1
    assert len(oracle.settled({ONE: "received"}, {ONE: "closed"})) == 1


def test_an_engine_that_forgets_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: without recovery, what a power cut left as sending is never asked."""
    monkeypatch.setattr(Outbox, "recover", lambda _self, _now: 0)
    plan = replace(
        SHORT,
        power=0.1,
        saves_a_day=100,
        restore=10_000,
        salvage=10_000,
        old_book=10_000,
        grace=0.02,
    )
    found = [fault for seed in range(2) for fault in live(seed, memory(), plan).violations]
    assert any("is called sending" in fault for fault in found)


def test_a_fleet_comes_back_within_what_the_platform_serves() -> None:
    found = recover(Fleet(terminals=2_500, capacity=20))
    assert found.longest_wait <= 1.0
    assert found.busiest_minute <= 1.05 * found.capacity
    assert found.beyond <= 1.2
    assert found.drain <= 1.2


def test_the_ledger_adds_up(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.md"
    names = ("worlds", "days", "hours", "saved", "requests", "mishaps", "cuts", "violations")
    totals = {"dense": {**dict.fromkeys(names, 1.0), "next": 7.0}}
    write_ledger(ledger, totals)
    assert read_ledger(ledger) == totals
    ledger.write_text(ledger.read_text(encoding="utf-8") + "\nnotes\n", encoding="utf-8")
    write_ledger(ledger, totals)
    assert ledger.read_text(encoding="utf-8").endswith("\nnotes\n")
