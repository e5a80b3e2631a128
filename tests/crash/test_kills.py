"""SIGKILL among several processes, in migrations, in the directory's replacement, while sending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.soak import kills
from tests.soak.ledger import Batch


@pytest.mark.parametrize("harness", [kills.kills, kills.migrations, kills.directories])
def test_no_kill_breaks_a_promise(
    harness: Callable[[Random, Path], Batch], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kills, "_KILLS", 5)
    monkeypatch.setattr(kills, "CONTROLS", {})
    batch = harness(Random(8), tmp_path)
    assert (batch.trials, batch.faults, batch.doubles) == (5, (), 0)


def test_a_killed_exchange_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kills, "_KILLS", 4)
    batch = kills.deliveries(Random(8), tmp_path)
    assert (batch.promises, batch.faults, batch.doubles) == (5, (), 0)


@pytest.mark.parametrize("name", tuple(kills.CONTROLS))
def test_a_store_that_saves_in_the_wrong_order_is_noticed(tmp_path: Path, name: str) -> None:
    luck = Random(8)
    assert any(kills.control(tmp_path, name, luck, 1).caught for _ in range(20))
