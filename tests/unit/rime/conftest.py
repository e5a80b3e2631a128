"""Compiled dictionaries, made once per checkout, and the one engine of the process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.rime import Rime
from kiosk.devices.rime_deploy import OURS, SYSTEM_DATA, deploy, is_deployed
from kiosk.domain.problems import EnvironmentProblem

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def prebuilt() -> Path:
    folder = ROOT / "build" / "rime"
    made = folder / "default.yaml"
    newest = max(path.stat().st_mtime for path in (*OURS.iterdir(), OURS))
    if not is_deployed(folder) or made.stat().st_mtime < newest:
        if not SYSTEM_DATA.is_dir():
            pytest.skip("not runnable here: the packages of the keyboard are not installed")
        deploy(folder)
    return folder


@pytest.fixture
def rime(prebuilt: Path) -> Iterator[Rime]:
    try:
        engine = Rime(prebuilt)
    except EnvironmentProblem as problem:
        pytest.skip(f"not runnable here: {problem.message}")
    yield engine
    engine.close()
