"""The catalogue of faults and attacks, and the matrix that ``make catalogue`` prints.

Rules: tests are found by reading the sources, not by running them, so the check costs nothing; what
a row says about itself decides its standing, and a row that says nothing is a mistake.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "tests" / "catalogue.toml"
IDS: Final = tuple(
    f"{kind}-{number:02}"
    for kind, first, last in (("F", 1, 25), ("F", 30, 51), ("F", 55, 62), ("A", 1, 36))
    for number in range(first, last + 1)
)
"""Every row there must be."""


class Standing(StrEnum):
    """What is proven about a row."""

    PROVEN = "proven"
    PARTLY = "partly proven"
    HARDWARE = "needs hardware"
    OPEN = "open"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault or attack."""

    id: str
    fault: str
    promise: str
    expected: str
    tests: tuple[str, ...] = ()
    needs_hardware: str = ""
    open: str = ""
    absent: str = ""

    @property
    def standing(self) -> Standing:
        """What its own words come to."""
        if self.absent:
            return Standing.ABSENT
        if self.tests:
            return Standing.PARTLY if self.needs_hardware or self.open else Standing.PROVEN
        return Standing.HARDWARE if self.needs_hardware else Standing.OPEN


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of them, and the promises that they threaten."""

    promises: dict[str, str]
    entries: tuple[Entry, ...]

    @classmethod
    def read(cls, file: Path = FILE) -> Catalogue:
        """The catalogue as it is written."""
        data: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        rows = (Entry(**row | {"tests": tuple(row.get("tests", ()))}) for row in data["row"])
        return cls(data["promises"], tuple(rows))

    def mistakes(self) -> list[str]:
        """What is wrong with the catalogue itself."""
        found = [] if tuple(entry.id for entry in self.entries) == IDS else ["rows are not F, A"]
        for entry in self.entries:
            if entry.promise not in self.promises:
                found.append(f"{entry.id}: there is no promise {entry.promise}")
            if not (entry.tests or entry.needs_hardware or entry.open or entry.absent):
                found.append(f"{entry.id}: neither tests nor a reason")
            if len(set(entry.tests)) != len(entry.tests):
                found.append(f"{entry.id}: a test is named twice")
            found += [f"{entry.id}: there is no test {one}" for one in entry.tests if missing(one)]
        return found

    def matrix(self) -> str:
        """A table for people, and the counts."""
        lines = []
        for entry in self.entries:
            lines.append(
                f"{entry.id}  {entry.promise}  {entry.standing:<14}  {len(entry.tests):>2} tests  "
                f"{entry.fault}"
            )
            lines += [
                f"{'':>10}{mark}: {words}"
                for mark, words in (
                    ("hardware", entry.needs_hardware),
                    ("open", entry.open),
                    ("absent", entry.absent),
                )
                if words
            ]
        counts = Counter(entry.standing for entry in self.entries)
        named = {one for entry in self.entries for one in entry.tests}
        total = ", ".join(f"{counts[one]} {one}" for one in Standing)
        return "\n".join([*lines, "", f"{len(self.entries)} rows: {total}; {len(named)} tests"])


def missing(test: str) -> bool:
    """Whether there is no such test; ``test`` is ``path::function`` without parameters."""
    path, _, name = test.partition("::")
    return name not in tests_of(ROOT / path)


@cache
def tests_of(path: Path) -> frozenset[str]:
    """The tests of a file; none, if there is no such file."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    )


def main() -> int:
    """Print the matrix; 1 when the catalogue itself is wrong."""
    catalogue = Catalogue.read()
    sys.stdout.write(catalogue.matrix() + "\n")
    mistakes = catalogue.mistakes()
    sys.stderr.writelines(f"{one}\n" for one in mistakes)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
