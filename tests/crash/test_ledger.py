"""The ledger of what was run adds up and is its own record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.__main__ import unnoticed
from tests.soak.ledger import LEDGER, Batch, Control, Ledger, Total, open_ledger


def test_batches_add_up_over_runs(tmp_path: Path) -> None:
    path = tmp_path / "soak.md"
    for _ in range(2):
        with open_ledger(path) as ledger:
            ledger.add("power", Batch(5, 7, ("x",), 1, {"row first": Control(3, 2)}), 3600)
    with open_ledger(path) as ledger:
        assert ledger.totals == {"power": Total(10, 14, 2, 2, 2.0)}
        assert ledger.controls == {("power", "row first"): Control(6, 4)}


def test_the_page_reads_back_as_it_was_written() -> None:
    ledger = Ledger.parse(LEDGER.read_text("utf-8"))
    assert Ledger.parse(ledger.text()) == ledger
    assert ledger.totals.keys() >= {"power", "calls", "kernel", "kills", "deliveries"}


def test_nothing_was_lost_and_every_control_was_noticed() -> None:
    ledger = Ledger.parse(LEDGER.read_text("utf-8"))
    assert {name: (one.lost, one.doubles) for name, one in ledger.totals.items()} == dict.fromkeys(
        ledger.totals, (0, 0)
    )
    assert ledger.totals
    assert unnoticed(ledger) == []


@pytest.mark.parametrize(("control", "count"), [((59, 0), 0), ((60, 0), 1), ((60, 1), 0)])
def test_a_harness_that_notices_nothing_is_told(control: tuple[int, int], count: int) -> None:
    ledger = Ledger(controls={("power", "x"): Control(*control)})
    assert len(unnoticed(ledger)) == count
