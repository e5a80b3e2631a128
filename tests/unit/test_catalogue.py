"""The catalogue of faults and attacks is complete and honest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.helpers.catalogue import IDS, Catalogue, Entry, Standing, missing


def test_every_row_is_there_and_every_named_test_exists() -> None:
    assert Catalogue.read().mistakes() == []
    assert len(IDS) == 91


def test_a_missing_test_and_an_empty_row_are_told() -> None:
    known = Catalogue.read()
    first, second, *rest = known.entries
    broken = (
        replace(first, tests=("tests/unit/test_catalogue.py::test_of_nobody",), promise="I9"),
        replace(second, tests=(), needs_hardware="", open="", absent=""),
        *rest,
    )
    assert replace(known, entries=broken).mistakes() == [
        "F-01: there is no promise I9",
        "F-01: there is no test tests/unit/test_catalogue.py::test_of_nobody",
        "F-02: neither tests nor a reason",
    ]
    assert replace(known, entries=tuple(rest)).mistakes() == ["rows are not F, A"]


def test_a_test_is_found_by_file_and_name() -> None:
    assert not missing(
        f"tests/unit/test_catalogue.py::{test_a_test_is_found_by_file_and_name.__name__}"
    )
    assert missing("tests/unit/no_such_file.py::test_x")
    assert missing("tests/unit/test_catalogue.py::missing")


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        ({"tests": ("a::b",)}, Standing.PROVEN),
        ({"tests": ("a::b",), "open": "x"}, Standing.PARTLY),
        ({"tests": ("a::b",), "needs_hardware": "x"}, Standing.PARTLY),
        ({"needs_hardware": "x", "open": "y"}, Standing.HARDWARE),
        ({"open": "x"}, Standing.OPEN),
        ({"tests": ("a::b",), "absent": "x"}, Standing.ABSENT),
    ],
)
def test_the_words_of_a_row_decide_its_standing(words: dict[str, str], standing: Standing) -> None:
    assert Entry("F-01", "f", "I1", "e", **words).standing is standing  # type: ignore[arg-type]


def test_the_matrix_has_a_line_for_every_row() -> None:
    lines = Catalogue.read().matrix().splitlines()
    assert [line[:4] for line in lines if line[:2] in {"F-", "A-"}] == list(IDS)
    assert lines[-1].startswith("91 rows: ")
