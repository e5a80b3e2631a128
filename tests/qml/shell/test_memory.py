"""Many persons, one after the other, leave nothing behind in the window's process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.helpers.command import ROOT, environment

MOST_OBJECTS = 40
"""A person: PySide keeps some ten empty shells of what QML made (``ui.bridge.emptying``)."""
PLANTED = 100


def objects_per_session(sessions: int, *more: str) -> float:
    """What a run of ``tests.bench.sessions`` found."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.sessions", "--sessions", str(sessions), *more],
        cwd=ROOT,
        env=environment({"PYTHONWARNINGS": ""}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=170,
    )
    return float(json.loads(done.stdout)["objects_per_session"])


@pytest.mark.slow
@pytest.mark.usefixtures("keyboard")
def test_many_persons_leave_nothing_behind() -> None:
    assert objects_per_session(12, "--file-every", "4") < MOST_OBJECTS


@pytest.mark.slow
@pytest.mark.usefixtures("keyboard")
def test_a_leak_would_be_seen() -> None:
    assert objects_per_session(6, "--file-every", "9", "--leak", str(PLANTED)) > MOST_OBJECTS
