"""A little of every attack in the suite: by seed, and by hypothesis, which shrinks findings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import run
from tests.fuzz.arsenal import NAMES, arsenal
from tests.fuzz.hostile import Hostile
from tests.fuzz.target import Finding, Target, attack, example

SEEDS = range(10**9, 10**9 + 60)  # seeds that no ledger counts


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Target]]:
    with arsenal(tmp_path_factory.mktemp("fuzz")) as found:
        yield found


@pytest.mark.parametrize("name", NAMES)
def test_a_parser_takes_or_refuses_and_does_nothing_else(
    name: str, targets: dict[str, Target]
) -> None:
    outcomes = [
        attack(targets[name], example(targets[name], seed), watch=seed % 20 == 0) for seed in SEEDS
    ]
    taken = sum(outcome.accepted for outcome in outcomes)
    assert 0 < taken < len(outcomes), "the generator makes only good, or only bad, examples"


@pytest.mark.parametrize("name", NAMES)
@settings(
    max_examples=20,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rng=st.randoms(use_true_random=False))
def test_the_same_under_hypothesis(name: str, targets: dict[str, Target], rng: Random) -> None:
    attack(targets[name], targets[name].draw(Hostile(rng)), watch=False)


def _target(feed: object, **more: int) -> Target:
    assert callable(feed)
    return Target("own", "a parser of this test", lambda h: h.text("a" * 9), feed, (), **more)


def test_a_bug_is_a_finding() -> None:
    with pytest.raises(Finding, match="own: IndexError"):
        attack(_target(lambda text: bool(text[99])), "a", watch=False)


def test_too_slow_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.target.MOST_SECONDS", 0.001)
    with pytest.raises(Finding, match=r"own: 0\.\d+ s"):
        attack(_target(lambda _: sum(range(10**6)) > 0), "a", watch=False)


def test_too_much_memory_is_a_finding() -> None:
    hungry = _target(lambda _: len(bytes(10**6)) > 0, memory=10**5)
    with pytest.raises(Finding, match=r"own: 1\.0 MiB"):
        attack(hungry, "a", watch=True)


def test_the_ledger_goes_on_where_it_was(tmp_path: Path) -> None:
    ledger = tmp_path / "page.md"
    ledger.write_text("# Title\n\nwords before\n", "utf-8")
    good = _target(lambda text: len(text) == 9)
    assert run.run([good], 100, float("inf"), ledger) == 0
    ledger.write_text(ledger.read_text("utf-8") + "words after\n", "utf-8")
    first = run.read_ledger(ledger)["own"]
    assert run.run([good], 250, float("inf"), ledger) == 0
    second = run.read_ledger(ledger)["own"]
    page = ledger.read_text("utf-8")
    assert (first["examples"], second["examples"]) == (100, 250)
    assert first["accepted"] < second["accepted"] < 250
    assert page.startswith("# Title\n\nwords before\n")
    assert page.endswith("words after\n")
    assert page.count("| parser |") == 1


def test_a_finding_ends_the_run_and_is_not_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = tmp_path / "page.md"
    bad = _target(lambda text: bool(text[99]) if len(text) > 9 else True)
    assert run.run([bad], 100, float("inf"), ledger) == 1
    assert run.read_ledger(ledger) == {}
    assert "own: IndexError: string index out of range (seed " in capsys.readouterr().out


def test_a_seed_is_an_example(targets: dict[str, Target]) -> None:
    target = targets["trust"]
    assert example(target, 7) == example(target, 7)
    assert len({example(target, seed) for seed in range(50)}) > 30


def test_bent_documents_stay_near_what_they_came_from() -> None:
    valid = {"a": [1, {"b": "c"}], "d": {"e": None}}
    seen = [Hostile(Random(seed)).document(valid) for seed in range(300)]
    assert any(found == valid for found in seen)
    assert sum(isinstance(found, dict) and "d" in found for found in seen) > 150
    assert len({json.dumps(found, sort_keys=True) for found in seen}) > 200
    assert valid == {"a": [1, {"b": "c"}], "d": {"e": None}}
