"""Batches of simulated power cuts and failing calls, with their negative controls."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from tests.helpers.crashes import Step, row_first, word_first
from tests.soak.ledger import Batch, Control
from tests.soak.power import Cutter, cutters, fail_every_call
from tests.soak.recording import record

_CUTS: Final = 800
_CONTROL_CUTS: Final = 10
CONTROLS: Final[dict[str, tuple[str, Step | None]]] = {
    "synchronous NORMAL": ("NORMAL", None),
    "synchronous OFF": ("OFF", None),
    "row before package": ("FULL", row_first),
    "word before commit": ("FULL", word_first),
}


def cuts(luck: Random, _folder: Path) -> Batch:
    """Power cuts under one recording with three sizes of WAL."""
    trials, promises = 0, 0
    faults: list[str] = []
    for cutter in islice(cutters(luck), 3):
        for _ in range(_CUTS):
            promised, found = cutter.cut(luck)
            trials += 1
            promises += promised
            faults += found
    noticed = {name: control(name, luck, _CONTROL_CUTS) for name in CONTROLS}
    return Batch(trials, promises, tuple(faults), controls=noticed)


def control(name: str, luck: Random, times: int) -> Control:
    """Cut a weakened store; how often that showed.

    The WAL is carried over late: a checkpoint syncs, and would hide a weaker ``synchronous``.
    """
    synchronous, step = CONTROLS[name]
    cutter: Cutter = next(islice(cutters(luck, synchronous=synchronous, step=step), 2, None))
    return Control(times, sum(bool(cutter.cut(luck)[1]) for _ in range(times)))


def calls(luck: Random, folder: Path) -> Batch:
    """Every call of one recording fails: once or from then on, as broken or as full."""
    recording = record(folder, luck, saves=luck.randint(2, 6))
    trials, promises = 0, 0
    faults: list[str] = []
    for lasting in (False, True):
        for full in (False, True):
            failed, promised, found = fail_every_call(recording, lasting=lasting, full=full)
            trials += failed
            promises += promised
            faults += found
    return Batch(trials, promises, tuple(faults))
