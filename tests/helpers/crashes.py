"""Crashes that are real: processes that are killed, and what must never be found afterwards.

Rules: a worker says an id only after its commit returned, over a pipe; whatever was said before the
crash is promised. The steps that break the order of saving are the negative controls: a harness
that does not catch them proves nothing.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from kiosk.domain.problems import EnvironmentProblem
from kiosk.sealing.package import Package
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from tests.helpers.stores import START, HandClock, Site, save, sealed

READY = UUID(int=0)
Say: TypeAlias = Callable[[UUID], None]
Step: TypeAlias = Callable[[Site, Say], None]
"""Saves one application and says its id; or a whole worker that does so again and again."""

_GAP = 0.002


def opened(home: Home) -> Site:
    """A station with its casebook open."""
    clock = HandClock()
    return Site(home, clock, load_device(home), Casebook.open(home, clock))


def for_ever(step: Step) -> Step:
    """A worker that never stops by itself."""

    def work(site: Site, say: Say) -> None:
        while True:
            step(site, say)

    return work


def in_child(home: Home, work: Step) -> tuple[int, int]:
    """Fork a process that does ``work``; its pid and the pipe of its acknowledgements."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    status = 70
    try:
        os.close(reading)
        site = opened(home)
        os.write(writing, READY.bytes)
        work(site, lambda saved: _say(writing, saved))
        status = 0
    finally:
        os._exit(status)  # Whatever happened: the child must never go on as a second pytest.


def _say(pipe: int, saved: UUID) -> None:
    os.write(pipe, saved.bytes)


def acknowledged(pipe: int) -> list[UUID]:
    """Everything that a process said before it ended."""
    with os.fdopen(pipe, "rb") as file:
        return ids_in(file.read())


def ids_in(data: bytes) -> list[UUID]:
    """The ids in what a process said."""
    said = [UUID(bytes=data[start : start + 16]) for start in range(0, len(data), 16)]
    return said[1:] if said[:1] == [READY] else said


def killed_while(home: Home, work: Step, luck: random.Random) -> list[UUID]:
    """What a process had acknowledged when it was killed: after some saves, within the next."""
    pid, pipe = in_child(home, work)
    assert os.read(pipe, 16) == READY.bytes
    first = [UUID(bytes=os.read(pipe, 16)) for _ in range(luck.randrange(4))]
    time.sleep(luck.random() * 0.03)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return first + acknowledged(pipe)


def faults(home: Home, promised: set[UUID]) -> list[str]:
    """Everything that must not be after a crash (opening looks for damage, too)."""
    try:
        site = opened(home)
    except EnvironmentProblem as problem:
        return [f"the casebook does not open: {problem.message}"]
    with site.casebook as casebook:
        found = [] if Audit(casebook).verify().ok else ["the audit trail is broken"]
        rows = {row.id for row in Outbox(casebook).page(limit=100_000)}
        found += [f"{lost} was acknowledged and is gone" for lost in promised - rows]
        for row in rows:
            try:
                Packages(home).read(row)
            except EnvironmentProblem as problem:
                found.append(problem.message)
    return found


def honest(site: Site, say: Say) -> None:
    """As the product saves."""
    say(save(site, blobs=(os.urandom(30_000),)).id)


def row_first(site: Site, say: Say) -> None:
    """Negative control: the row is committed before its package is written."""
    with site.casebook.write() as tx:
        package = sealed(site.device, site.casebook.next_sequence(tx))
        _add(site, tx, package)
    time.sleep(_GAP)
    Packages(site.home).write(package.head.id, package.data)
    say(package.head.id)


def word_first(site: Site, say: Say) -> None:
    """Negative control: the word is said before the commit."""
    with site.casebook.write() as tx:
        package = sealed(site.device, site.casebook.next_sequence(tx))
        Packages(site.home).write(package.head.id, package.data)
        _add(site, tx, package)
        say(package.head.id)
        time.sleep(_GAP)


def _add(site: Site, tx: Transaction, package: Package) -> None:
    site.outbox.add(
        tx,
        package.head,
        envelope_digest=package.envelope_digest,
        item_name="",
        masked_name="",
        claim_hash=None,
        id_tag=None,
        track_code_tag=None,
        agent_id=None,
        urgent=False,
        now=START,
    )
