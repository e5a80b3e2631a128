"""Branch coverage against floors that only rise: ``python -m tests.helpers.coverage_ratchet``.

Rules: ``tests/coverage.toml`` names packages and their floors (per cent of lines and branches
together, as coverage reports them); 100 means that nothing may be missing. Below a floor: exit 1,
and the files that lack most. Clearly above: it says so, so that the floor is raised by hand in the
commit that earned it.

Usage: run the tests with ``--cov --cov-branch --cov-report=json:FILE`` and give FILE.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
FLOORS: Final = ROOT / "tests" / "coverage.toml"
SLACK: Final = 2.0
"""Per cent above a floor from which raising it is suggested."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one package or file covers."""

    covered: int
    wanted: int

    @property
    def percent(self) -> float:
        """Covered lines and branches, 100 when there are none; never rounded up."""
        return 100.0 if not self.wanted else int(10_000 * self.covered / self.wanted) / 100

    def __add__(self, other: Measured) -> Measured:
        return Measured(self.covered + other.covered, self.wanted + other.wanted)


def files_of(report: Mapping[str, Any]) -> dict[str, Measured]:
    """Every file of a coverage report."""
    return {
        name.replace("\\", "/"): Measured(
            entry["summary"]["covered_lines"] + entry["summary"].get("covered_branches", 0),
            entry["summary"]["num_statements"] + entry["summary"].get("num_branches", 0),
        )
        for name, entry in report["files"].items()
    }


def of_package(files: Mapping[str, Measured], package: str) -> dict[str, Measured]:
    """The files of a package that no deeper entry of the table takes out."""
    folder = package.replace(".", "/") + "/"
    return {name: found for name, found in files.items() if name.startswith(folder)}


def judge(report: Mapping[str, Any], floors: Mapping[str, float]) -> tuple[list[str], list[str]]:
    """What lies below its floor, and what could be raised.

    Returns:
        Faults and suggestions, a sentence each.
    """
    files = files_of(report)
    faults, suggestions = [], []
    for package, floor in sorted(floors.items()):
        own = of_package(files, package)
        if not own:
            faults.append(f"{package}: nothing was measured")
            continue
        percent = sum(own.values(), Measured(0, 0)).percent
        if percent < floor:
            lacking = sorted(own, key=lambda name: own[name].covered - own[name].wanted)[:3]
            named = ", ".join(f"{name} {own[name].percent:.1f}" for name in lacking)
            faults.append(f"{package}: {percent:.2f} is below {floor} ({named})")
        elif floor + SLACK <= percent:
            suggestions.append(f"{package}: {percent:.2f}, the floor is {floor}: raise it")
    return faults, suggestions


def main(arguments: Sequence[str]) -> int:
    """Compare one report with the floors and tell."""
    report = json.loads(Path(arguments[0]).read_text("utf-8"))
    floors = tomllib.loads(FLOORS.read_text("utf-8"))["floors"]
    faults, suggestions = judge(report, floors)
    for line in [*suggestions, *faults]:
        sys.stdout.write(line + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
