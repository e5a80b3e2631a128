"""The simulation itself: the same seed is the same world, its oracle sees, its fleet comes back."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.clock import Clock
from kiosk.sealing.keys import SigningKey
from kiosk.store import migrate
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from sync.protocol import request_signing
from tests.simulation import ledger as ledger_module
from tests.simulation import quick
from tests.simulation.controls import CONTROLS, Control, find
from tests.simulation.fleet import Fleet, recover
from tests.simulation.ledger import Total
from tests.simulation.oracle import Oracle
from tests.simulation.plans import PLANS
from tests.simulation.run import MEMORY, memory, run
from tests.simulation.terminal import TerminalClock
from tests.simulation.world import Verdict, live

ONE, TWO = UUID(int=1), UUID(int=2)
SHORT = replace(PLANS["dense"], days=0.43, terminals=1, power=0.4, weather=0.3, backup=1, restore=4)
ROOT = Path(__file__).resolve().parents[2]
QUICK_TO_FIND = "calls a lost reply received"
VERDICT = Verdict(7, [], "", 2.0, 9.0, 3, 40, 5, 60, {"power-cut": 2, "tls": 5})


def test_the_same_seed_is_the_same_world_and_keeps_every_promise(tmp_path: Path) -> None:
    with memory() as folder:
        first, second = live(11, folder, SHORT), live(11, tmp_path, SHORT)
    assert first.violations == []
    assert first == second
    assert first.saved > 0
    assert first.faults.get("power-cut", 0) > 0


def test_another_seed_is_another_world(tmp_path: Path) -> None:
    tiny = replace(SHORT, days=0.37)
    assert live(12, tmp_path, tiny).trace != live(13, tmp_path, tiny).trace


def test_quiet_days_are_jumped(tmp_path: Path) -> None:
    still = replace(
        PLANS["years"], days=6, terminals=1, foul=0, power=1e9, clock=1e9, stick=1e9, clone=1e9
    )
    found = live(1, tmp_path, still)
    assert found.violations == []
    assert found.jumped > 0
    # Played without jumping it would be twelve rounds an hour at least.
    assert found.rounds < 4 * found.open_hours


def test_the_oracle_counts() -> None:
    oracle = Oracle(promised={ONE, TWO})
    assert oracle.exactly_once([ONE, TWO], set()) == []
    assert oracle.exactly_once([ONE], set()) == [f"loss: {TWO} was saved and has no effect"]
    assert oracle.exactly_once([ONE], {TWO}) == []
    assert oracle.exactly_once([ONE, TWO, TWO], set()) == [f"double: {TWO} has 2 effects"]
    assert len(oracle.exactly_once([ONE, TWO, UUID(int=3)], set())) == 1
    assert len(oracle.honest({ONE: "received", TWO: "queued"}, {TWO})) == 1
    assert len(oracle.silent({ONE: "queued", TWO: "unknown"}, {ONE, TWO})) == 1
    assert len(oracle.settled({ONE: "received"}, {ONE: "closed"}, set())) == 1


def test_the_oracle_knows_what_was_refused_and_what_was_taken_back() -> None:
    oracle = Oracle(promised={ONE, TWO}, taken_back={ONE}, answers={TWO: ONE})
    assert oracle.exactly_once([], set()) == []
    assert oracle.settled({ONE: "withdrawn", TWO: "parked"}, {}, {TWO}) == []
    assert len(oracle.settled({ONE: "received", TWO: "parked"}, {}, set())) == 2


@pytest.mark.parametrize(
    "control",
    [
        pytest.param(one, id=one.name, marks=[] if one.name == QUICK_TO_FIND else pytest.mark.slow)
        for one in CONTROLS
    ],
)
def test_a_product_that_is_broken_on_purpose_is_found(control: Control, tmp_path: Path) -> None:
    assert find(control, tmp_path) is not None


@given(
    st.sampled_from(["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD"]),
    st.sampled_from(["/v1/ping?nonce=0", "/v1/acks/%20a", "/v1/events?after=0%3A1", "/v1/uploads"]),
    st.dictionaries(
        st.sampled_from(["Content-Type", "Upload-Offset", "Upload-Length", "X-Other"]),
        st.sampled_from(["0", "17", "application/json"]),
    ),
    st.binary(max_size=20),
    st.binary(min_size=32, max_size=32),
)
def test_signing_quickly_gives_the_same_bytes(
    method: str, path: str, headers: dict[str, str], body: bytes, seed: bytes
) -> None:
    now, url = datetime(2026, 11, 22, 3, 4, 5, 678, UTC), f"http://office.invalid{path}"
    key, fast = SigningKey(seed), quick.QuickSigningKey(seed)
    real = request_signing.sign_headers(method, url, headers, body, key=key, created=now)
    assert quick.sign_headers(method, url, headers, body, key=fast, created=now) == real
    assert (fast.public.raw, fast.public.id) == (key.public.raw, key.public.id)


def test_a_key_that_remembers_believes_nothing_else() -> None:
    key = quick.QuickSigningKey(bytes(32))
    signature = key.sign(b"this")
    assert key.public.verifies(signature, b"this")
    assert not key.public.verifies(signature, b"that")
    assert not key.public.verifies(bytes(64), b"this")


def test_a_casebook_made_quickly_has_the_schema_of_the_migrations(tmp_path: Path) -> None:
    clock: Clock = TerminalClock(lambda: 0.0)
    for name in ("first", "second"):
        home = Home(tmp_path / name)
        home.create()
        with quick.quick(), Casebook.create(home, clock):
            pass
        with Casebook.open(home, clock) as casebook, casebook.read() as tx:
            migrate.check_schema(tx, str(migrate.revision_of(tx)))


def test_a_fleet_comes_back_within_what_the_platform_serves() -> None:
    found = recover(Fleet(terminals=2_500, capacity=20))
    assert found.longest_wait <= 1.0
    assert found.busiest_minute <= 1.05 * found.capacity
    assert found.beyond <= 1.2
    assert found.drain <= 1.2


def test_the_ledger_adds_up_counts_nothing_twice_and_keeps_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "ledger.md"
    for seed in (7, 8, 3, 7):
        ledger_module.add(page, "dense", replace(VERDICT, seed=seed))
    page.write_text(page.read_text(encoding="utf-8") + "\nnotes\n", encoding="utf-8")
    ledger_module.add(page, "years", VERDICT)
    found = ledger_module.read(page)
    assert (found["dense"].sums["worlds"], found["dense"].sums["mishaps"]) == (3, 21)
    assert found["dense"].done == [(3, 4), (7, 9)]
    assert found["dense"].mishaps == {"power-cut": 6, "tls": 15}
    assert found["years"].has(7)
    assert page.read_text(encoding="utf-8").endswith("\nnotes\n")
    assert "| dense | 3 |" in page.read_text(encoding="utf-8")


def test_what_was_counted_is_not_run_again(tmp_path: Path) -> None:
    page = tmp_path / "ledger.md"
    ledger_module.add(page, "dense", replace(VERDICT, seed=4))
    before = page.read_bytes()
    assert run("dense", range(4, 5), page) == 0
    assert page.read_bytes() == before
    assert not Total().has(4)


def test_a_run_that_is_told_to_stop_leaves_ledger_and_memory_in_order(tmp_path: Path) -> None:
    page = tmp_path / "ledger.md"
    ledger_module.add(page, "dense", VERDICT)
    before = page.read_bytes()
    words = ["-m", "tests.simulation", "--plan", "years", "--jobs", "2", "--ledger", str(page)]
    running = subprocess.Popen([sys.executable, *words], cwd=ROOT)
    end = time.monotonic() + 30
    while not _places(running.pid, "*/world") and time.monotonic() < end:
        time.sleep(0.05)
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 128 + signal.SIGTERM
    assert page.read_bytes() == before
    assert not _places(running.pid)


def _places(process: int, inside: str = "") -> list[Path]:
    """Where a run has its disks."""
    return list(MEMORY.glob(f"simulation-{process}-*/{inside}"))
