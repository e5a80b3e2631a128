"""The power cut: processes killed while they save.

Rules: a kill is SIGKILL from outside, at a random instant or at the first sign of a file in the
packages folder; afterwards a submission is whole (row and signed package) or absent; what a process
had acknowledged is there; the same id can be filed again and is then there once.
"""

from __future__ import annotations

import json
import random
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from kiosk.main.demo.record import Record
from kiosk.main.demo.world import World

RANDOM_KILLS: Final = 2
AIMED_KILLS: Final = 8
_LONGEST: Final = 60.0
_LOOK: Final = 0.0002
_SPREAD: Final = 0.12


@dataclass(frozen=True, slots=True)
class Killed:
    """One filing whose process was killed. ``told``: it had said that it was saved."""

    id: str
    told: bool


def cut_the_power(world: World, record: Record, item: str, answers: Path, luck: int) -> None:
    """Kill filings while they save, then look what is left and file the lost ones again."""
    dice = random.Random(luck)  # noqa: S311 -- instants, not secrets
    usual = _time_one(world, item, answers)
    killed = [
        _kill_at(world, item, answers, dice.uniform(0.3, 1.0) * usual) for _ in range(RANDOM_KILLS)
    ]
    killed += [_kill_when_writing(world, item, answers, dice) for _ in range(AIMED_KILLS)]
    there = {row["id"] for row in world.queue()}
    whole = [one for one in killed if one.id in there]
    record.figures["kills while saving, by command"] = len(killed)
    record.figures["… found whole afterwards"] = len(whole)
    record.figures["… found absent afterwards"] = len(killed) - len(whole)
    halves = world.halves()
    record.check(
        f"after {len(killed)} kills every filing is whole or absent, none is half",
        held=not halves,
        detail=halves or f"{len(whole)} whole, {len(killed) - len(whole)} absent",
    )
    lost = [one.id for one in killed if one.told and one.id not in there]
    record.check("what was said to be saved is there", held=not lost, detail=lost or "yes")
    _file_again(world, record, item, answers, killed)


def _file_again(
    world: World, record: Record, item: str, answers: Path, killed: list[Killed]
) -> None:
    for one in killed:
        world.kiosk("file", "--item", item, "--answers", answers, "--id", one.id)
    ids = [row["id"] for row in world.queue()]
    record.check(
        "filed again under the same id, each is there exactly once",
        held=all(ids.count(one.id) == 1 for one in killed) and not world.halves(),
        detail=f"{len(ids)} filings wait for the platform",
    )


def _start(world: World, item: str, answers: Path, chosen: str) -> subprocess.Popen[bytes]:
    return world.kiosk_process("file", "--item", item, "--answers", answers, "--id", chosen)


def _time_one(world: World, item: str, answers: Path) -> float:
    """How long an undisturbed filing takes here."""
    began = time.monotonic()
    _start(world, item, answers, str(uuid4())).communicate(timeout=_LONGEST)
    return time.monotonic() - began


def _kill_at(world: World, item: str, answers: Path, seconds: float) -> Killed:
    chosen = str(uuid4())
    process = _start(world, item, answers, chosen)
    time.sleep(seconds)
    return _end(process, chosen)


def _kill_when_writing(world: World, item: str, answers: Path, dice: random.Random) -> Killed:
    before, chosen = world.packages(), str(uuid4())
    process = _start(world, item, answers, chosen)
    deadline = time.monotonic() + _LONGEST
    while world.packages() == before and process.poll() is None and time.monotonic() < deadline:
        time.sleep(_LOOK)
    time.sleep(dice.random() * _SPREAD)
    return _end(process, chosen)


def _end(process: subprocess.Popen[bytes], chosen: str) -> Killed:
    process.kill()
    said, _ = process.communicate(timeout=_LONGEST)
    try:
        told = json.loads(said or b"{}").get("id") == chosen
    except ValueError:
        told = False
    return Killed(chosen, told)
