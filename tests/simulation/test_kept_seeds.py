"""Worlds that once broke a promise must not do so again."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.simulation.plans import PLANS
from tests.simulation.world import live

SEEDS = tomllib.loads(Path(__file__).with_name("seeds.toml").read_text(encoding="utf-8"))["seed"]


@pytest.mark.slow
@pytest.mark.parametrize("kept", SEEDS, ids=lambda kept: f"{kept['plan']}-{kept['seed']}")
def test_a_seed_that_once_failed(kept: dict[str, str | int], tmp_path: Path) -> None:
    assert live(int(kept["seed"]), tmp_path, PLANS[str(kept["plan"])]).violations == []
