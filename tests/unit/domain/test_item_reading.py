"""Items as JSON: what comes back, what is left out, and where a fault lies."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

import pytest

from kiosk.domain import item_reading
from kiosk.domain.items import Confidence, Necessity, ServiceItem
from kiosk.domain.problems import InputProblem
from tests.fuzz.documents import derived_item


def plain() -> dict[str, Any]:
    return item_reading.to_json(derived_item())


def test_an_item_is_written_in_plain_json_and_reads_back() -> None:
    written = plain()
    assert json.loads(json.dumps(written)) == written
    assert type(written["confidence"]) is str
    assert not isinstance(written["materials"][0]["necessity"], StrEnum)
    read = item_reading.from_json(written)
    assert read == derived_item()
    assert isinstance(read.confidence, Confidence)
    assert isinstance(read.materials[0].necessity, Necessity)
    assert item_reading.from_text(json.dumps(written)) == read


def test_what_is_not_there_is_unknown_and_what_nobody_knows_is_ignored() -> None:
    written = plain()
    del written["department"]
    read = item_reading.from_json({**written, "newer": 1})
    assert read.department is None
    assert isinstance(read, ServiceItem)


@pytest.mark.parametrize(
    ("change", "path", "wanted"),
    [
        ({"name": 5}, "/name", "of type str"),
        ({"version": True}, "/version", "of type int"),
        ({"confidence": "Z"}, "/confidence", "one of"),
        ({"materials": {}}, "/materials", "a list"),
        ({"materials": ["x"]}, "/materials/0", "an object"),
        ({"materials": [{"key": "m1"}]}, "/materials/0/name", "of type str"),
    ],
)
def test_a_fault_says_where_and_what(change: dict[str, Any], path: str, wanted: str) -> None:
    with pytest.raises(InputProblem) as told:
        item_reading.from_json({**plain(), **change})
    assert (told.value.code, told.value.path) == ("bad-item", path)
    assert wanted in told.value.message


def test_an_item_without_a_name_or_that_is_none_is_refused() -> None:
    written = plain()
    del written["name"]
    for document, path in ((written, "/name"), ([], ""), (None, "")):
        with pytest.raises(InputProblem) as told:
            item_reading.from_json(document)
        assert told.value.path == path
