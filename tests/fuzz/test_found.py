"""What the attacks found, each as a test of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kiosk.domain import directory_rows, item_reading
from kiosk.domain.clock import from_text
from kiosk.domain.problems import InputProblem, PlatformProblem
from kiosk.forms import definition
from kiosk.forms.mandates import parse_asked, parse_mandate
from kiosk.sealing.canonical import depth, parse_object
from kiosk.sealing.package import MAGIC, parse
from kiosk.store.directory_apply import Origin, build_full
from sync.client.transport import Answer
from sync.client.uploads import PATIENCE, Blob, Uploader
from sync.platform.publishing import source
from sync.platform.publishing.enrichment import Enrichment
from tests.helpers.publishing import NOW, Publisher, small_item

ID = UUID("019a0000-0000-7000-8000-000000000001")
MANDATE: dict[str, Any] = {
    "principal": {"name": "李桂英", "id_number": "44000019460304002X"},
    "committee": "演示村委会",
    "matter": {"item_id": "one", "name": "演示"},
    "scope": ["代交"],
    "valid_from": "2026-11-01",
    "valid_until": "2026-12-01",
    "evidence": {"form": "glass", "signed_at": "2026-11-01T08:00:00Z"},
}


@pytest.mark.parametrize("number", ["9007199254740992", "-9007199254740992", "1e400", "9" * 300])
def test_a_number_without_a_canonical_form_is_refused_at_the_door(number: str) -> None:
    """It was read, and broke whoever signed, digested or sealed it afterwards."""
    with pytest.raises(InputProblem, match="larger than"):
        parse_object(b'{"a": [' + number.encode() + b"]}", what="it", limit=1000)
    envelope = b'{"a":' + number.encode() + b"}"
    with pytest.raises(InputProblem, match="larger than"):
        parse(MAGIC + len(envelope).to_bytes(4, "big") + envelope + bytes(64))


def test_the_largest_numbers_with_a_canonical_form_are_read() -> None:
    found = parse_object(b'{"a": [9007199254740991, -9007199254740991, 1e308]}', what="", limit=99)
    assert found == {"a": [2**53 - 1, 1 - 2**53, 1e308]}
    assert depth(found) == 3


class _Stuck:
    """A platform whose every answer names the same offset."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.answer, self.calls = Answer(201, headers, b""), 0

    def call(
        self,
        method: str,
        path: str,  # noqa: ARG002 (as the uploader calls)
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 (the same)
        body: bytes = b"",  # noqa: ARG002 (the same)
    ) -> Answer:
        self.calls += 1
        return Answer(204, self.answer.headers, b"") if method == "PATCH" else self.answer


def test_an_offset_that_stands_still_does_not_keep_a_terminal_sending_for_ever() -> None:
    stuck = _Stuck({"location": "/v1/uploads/a", "upload-offset": "3"})
    with pytest.raises(PlatformProblem, match="stands still") as told:
        Uploader(stuck, lambda _: None).upload(Blob(ID, "d" * 64, bytes(10)))
    assert told.value.code == "lost"
    assert stuck.calls <= PATIENCE + 2


def test_a_place_that_is_no_address_is_a_bad_reply() -> None:
    stuck = _Stuck({"location": "//[", "upload-offset": "3"})
    with pytest.raises(PlatformProblem) as told:
        Uploader(stuck, lambda _: None).upload(Blob(ID, "d" * 64, bytes(10)))
    assert told.value.code == "bad-reply"


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/valid_from", {"valid_from": "0000-01-01"}),
        ("/evidence/signed_at", {"evidence": {"signed_at": "2026-12-31T23:59:60Z"}}),
        ("/evidence/signed_at", {"evidence": {"signed_at": "0001-01-01T00:00:00+14:00"}}),
        ("/evidence/read_aloud_at", {"evidence": {"read_aloud_at": "9999-12-31T23:59:59-12:00"}}),
    ],
)
def test_moments_of_the_right_shape_that_are_none(path: str, change: dict[str, Any]) -> None:
    evidence = {**MANDATE["evidence"], **change.get("evidence", {})}
    with pytest.raises(InputProblem) as told:
        parse_mandate({**MANDATE, **change, "evidence": evidence})
    assert (told.value.code, told.value.path) == ("bad-mandate", path)


def test_when_somebody_was_asked_must_be_a_moment() -> None:
    with pytest.raises(InputProblem) as told:
        parse_asked({"who": "镇", "when": "2026-12-31T23:59:60Z", "answer": "可以"})
    assert (told.value.code, told.value.path) == ("bad-asked", "/asked/when")


def test_small_letters_in_a_moment_are_rfc_3339_too() -> None:
    evidence = {"form": "glass", "signed_at": "2026-11-01t08:00:00z"}
    assert parse_mandate({**MANDATE, "evidence": evidence}).evidence.signed_at.hour == 8
    with pytest.raises(ValueError, match="before the first"):
        from_text("0001-01-01T00:00:00+14:00")


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ({"schema": {"properties": {"\ud800": {}}}}, "/schema"),
        ({"schema": {"title": "a\udfff"}}, "/schema"),
        ({"schema": {}, "ui": {"type": "Label", "text": ["\ud800"]}}, "/schema"),
        ({"schema": {}, "ui": {"type": ["Group"]}}, "/ui/type"),
        ({"schema": {}, "ui": {"type": {}}}, "/ui/type"),
    ],
)
def test_forms_that_broke_the_check_of_forms(form: dict[str, Any], path: str) -> None:
    assert definition.faults({"form_id": "f", **form})[0].path == path


def test_half_characters_never_reach_the_rows_of_a_directory() -> None:
    header = {
        "format": 1, "role": "common", "version": 1, "since": None, "published_at": "",
        "state_digest": "0" * 64,
    }  # fmt: skip
    for row in (b'["item", "\\ud800", "x"]', b'["item", "k", "\xed\xa0\x80"]'):
        rows = directory_rows.read([json.dumps(header).encode(), row])[1]
        with pytest.raises(InputProblem, match="line 2"):
            list(rows)


def test_documents_without_a_bottom(tmp_path: Path) -> None:
    deep = "[" * 100_000
    with pytest.raises(InputProblem):
        item_reading.from_text(deep)
    (tmp_path / "enrichment.json").write_text(deep, "utf-8")
    with pytest.raises(InputProblem):
        Enrichment.load(tmp_path / "enrichment.json")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (r'{"id": "a", "name": "\ud800"}', "control or direction-changing"),
        (r'{"id": "a", "name": "b", "\udfff": 1}', "control or direction-changing"),
        ('{"id": ["a"], "name": "b"}', "field /id"),
        ('{"id": "a", "name": "b", "deep": ' + "[" * 200 + "]" * 200 + "}", "nested deeper"),
        ('{"id": "a", "name": "b", "deep": ' + "[" * 900 + "]" * 900 + "}", "nested deeper"),
    ],
)
def test_items_that_broke_the_check_of_items(tmp_path: Path, item: str, said: str) -> None:
    (tmp_path / "items.json").write_text(f"[{item}, {item}]", "utf-8")
    with pytest.raises(InputProblem, match=said) as told:
        source.load(tmp_path / "items.json")
    assert str(told.value).encode()


def test_items_of_another_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "items.json").write_bytes(b'[{"id": "a", "name": "\xed\xa0\x80"}]')
    with pytest.raises(InputProblem, match="not JSON"):
        source.load(tmp_path / "items.json")


def test_a_file_that_leads_elsewhere_than_announced_is_refused(tmp_path: Path) -> None:
    """A signed pointer of version 9 took a file of version 1, and 9 became the floor."""
    publisher = Publisher(tmp_path / "platform")
    publisher.publish([small_item("one")], NOW)
    (file,) = (publisher.data / "tuf/targets/common").glob("*.dir-full-1.jsonl.zst")
    target = tmp_path / "directory.db"
    with pytest.raises(InputProblem, match="not what was announced"):
        build_full(file, target, Origin("platform"), (9, "0" * 64))
    assert not target.exists()
    header = build_full(file, target, Origin("platform"))
    target.unlink()
    build_full(file, target, Origin("platform"), (header.version, header.state_digest))
    assert target.exists()
