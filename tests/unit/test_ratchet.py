"""The coverage ratchet catches what it is there for."""

from __future__ import annotations

import tomllib

import pytest

from tests.helpers.coverage_ratchet import FLOORS, ROOT, judge


def report(**files: tuple[int, int]) -> dict[str, object]:
    """A coverage report of files (``a_b`` is ``a/b.py``) with covered and wanted lines."""
    return {
        "files": {
            name.replace("_", "/") + ".py": {
                "summary": {
                    "covered_lines": covered - covered // 3,
                    "covered_branches": covered // 3,
                    "num_statements": wanted - wanted // 3,
                    "num_branches": wanted // 3,
                }
            }
            for name, (covered, wanted) in files.items()
        }
    }


@pytest.mark.parametrize(
    ("covered", "floor", "fault", "suggestion"),
    [
        (900, 90, False, False),
        (899, 90, True, False),
        (999, 100, True, False),
        (1000, 100, False, False),
        (930, 90, False, True),
    ],
)
def test_a_floor_is_a_floor(covered: int, floor: float, *, fault: bool, suggestion: bool) -> None:
    faults, suggestions = judge(report(kiosk_domain_one=(covered, 1000)), {"kiosk.domain": floor})
    assert (bool(faults), bool(suggestions)) == (fault, suggestion)


def test_the_file_that_lacks_most_is_named() -> None:
    measured = report(kiosk_domain_good=(100, 100), kiosk_domain_bad=(50, 100))
    (said,), _ = judge(measured, {"kiosk.domain": 100})
    assert "kiosk/domain/bad.py 50.0" in said


def test_what_was_not_measured_is_not_fine() -> None:
    (said,), _ = judge(report(kiosk_domain_one=(1, 1)), {"sync.engine": 1})
    assert "nothing was measured" in said


def test_the_table_names_packages_that_exist_and_holds_the_core_to_everything() -> None:
    floors = tomllib.loads(FLOORS.read_text("utf-8"))["floors"]
    assert all((ROOT / package.replace(".", "/")).is_dir() for package in floors)
    for core in ("kiosk.domain", "sync.protocol", "sync.engine"):
        assert floors[core] == 100
