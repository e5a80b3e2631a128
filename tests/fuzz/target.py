"""A parser under attack, and what it is held to.

Rules: an example is drawn from a seed, then fed; feeding either returns or raises what the parser
declares. Anything else, a second of processor time or memory over the cap is a finding.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from kiosk.domain.problems import Problem
from tests.fuzz.hostile import Hostile

MOST_SECONDS: Final = 1.0
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Target:
    """One parser.

    ``draw`` makes an example; ``feed`` gives it to the parser and says whether it was taken;
    ``refusals`` are what the parser may raise; ``memory`` the most that Python may hold meanwhile.
    """

    name: str
    about: str
    draw: Callable[[Hostile], Any]
    feed: Callable[[Any], bool]
    refusals: tuple[type[Exception], ...] = (Problem,)
    memory: int = 32 * _MIB


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one example; ``peak`` is 0 where memory was not watched."""

    accepted: bool
    seconds: float
    peak: int


class Finding(AssertionError):
    """A parser did what it must not do."""


def example(target: Target, seed: int) -> Any:  # noqa: ANN401 (whatever the parser takes)
    """The example of a seed."""
    return target.draw(Hostile(Random(f"{target.name}:{seed}")))


def attack(target: Target, case: Any, *, watch: bool) -> Outcome:  # noqa: ANN401 (see example)
    """Feed one example.

    Raises:
        Finding: an exception that is not declared, too slow, or too much memory.
    """
    with _watched(watch) as peak:
        began = time.thread_time()
        try:
            accepted = target.feed(case)
        except target.refusals:
            accepted = False
        except Exception as error:
            raise Finding(f"{target.name}: {type(error).__name__}: {error}") from error
        seconds = time.thread_time() - began
    if seconds > MOST_SECONDS and not watch:
        raise Finding(f"{target.name}: {seconds:.2f} s")
    if peak[0] > target.memory:
        raise Finding(f"{target.name}: {peak[0] / _MIB:.1f} MiB")
    return Outcome(accepted, 0.0 if watch else seconds, peak[0])


@contextmanager
def _watched(watch: bool) -> Iterator[list[int]]:
    """The most that Python held above what it held before; watching makes everything slower."""
    peak = [0]
    if not watch:
        yield peak
        return
    gc.collect(0)
    tracemalloc.start()
    try:
        yield peak
        peak[0] = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
