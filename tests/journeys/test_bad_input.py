"""Whatever is put in: refused with file, place and reason, nothing half applied, never a traceback.

Each table row is one malformed thing as a person would bring it. "Refused" always means: exit 2
(input) or 3 (machine), exactly one sentence on stderr, a JSON error on stdout that names code and
place, and a station that is as it was before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.command import Kiosk
from tests.helpers.counter import ITEM, home, refused

__all__ = ["home"]

Spoil = Callable[[dict[str, Any]], object]


@pytest.fixture
def kiosk(home: Path) -> Kiosk:
    return Kiosk(home)


# -- answers ---------------------------------------------------------------------------------------


def spoilt(kiosk: Kiosk, folder: Path, spoil: Spoil, item: str = ITEM) -> Path:
    path = kiosk.example(item, folder)
    document = json.loads(path.read_text(encoding="utf-8"))
    spoil(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def applicant(**more: object) -> Spoil:
    return lambda document: document["parties"][0].update(more)


def form(**more: object) -> Spoil:
    return lambda document: document["form"].update(more)


ANSWERS: dict[str, tuple[str, Spoil, str, str]] = {
    # what: (item, how it is spoilt, code, place)
    "a wrong check digit": (
        ITEM,
        applicant(id_number="440000194103050029"),
        "id-check",
        "/parties/0/id_number",
    ),
    "a day that never was": (
        ITEM,
        applicant(id_number="440000194102300020"),
        "id-birth-date",
        "/parties/0/id_number",
    ),
    "a province that is none": (
        ITEM,
        applicant(id_number="990000194103050020"),
        "id-province",
        "/parties/0/id_number",
    ),
    "a short number": (ITEM, applicant(id_number="44000019410"), "id-short", "id_number"),
    "a phone too short": (ITEM, applicant(phone="1390000"), "phone-short", "/parties/0/phone"),
    "an impossible date": (
        "birth-household",
        form(born="2026-02-30"),
        "date",
        "/born",
    ),
    "a date to come": ("birth-household", form(born="2999-01-01"), "notAfter", "/born"),
    "an unknown division": (
        "birth-household",
        form(household_village="440199999999"),
        "division-unknown",
        "/household_village",
    ),
    "a division of another length": (
        "birth-household",
        form(household_village="4401"),
        "division-shape",
        "/household_village",
    ),
    "a county instead of a village": (
        "birth-household",
        form(household_village="440103000000"),
        "divisionLevel",
        "/household_village",
    ),
}


@pytest.mark.parametrize("what", list(ANSWERS))
def test_a_wrong_answer_is_told_at_its_field_in_plain_words(
    kiosk: Kiosk, tmp_path: Path, what: str
) -> None:
    item, spoil, code, place = ANSWERS[what]
    path = spoilt(kiosk, tmp_path, spoil, item)
    ran = kiosk("file", "--item", item, "--answers", path)
    error = refused(kiosk, ran, 2, code, place)
    words = error["message"].removeprefix(f"{path.name}: ")
    assert words != error["message"]
    assert words.rstrip(")").split(" (")[0].endswith("。")
    assert all(word not in words for word in ("非法", "错误", "失败", "无效", "格式"))


FILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not-json"),
    "torn": (b'{"parties": [', "not-json"),
    "a list": (b"[]", "not-an-object"),
    "a number": (b"5", "not-an-object"),
    "bytes": (b"\xff\xfe\x00\x01", "not-json"),
    "another encoding": ('{"form": {}}'.encode("utf-16"), "not-json"),
    "half a character": (b'{"form": {"a": "\\ud800"}}', "not-json"),
    "a name twice": (b'{"form": {}, "form": {}}', "not-json"),
    "not a number": (b'{"form": {"a": NaN}}', "not-json"),
    "too deep": (b'{"form": ' + b'{"a":' * 50 + b"1" + b"}" * 51, "too-deep"),
    "endless depth": (b"[" * 200_000, "not-json"),
    "too large": (b'{"form": "' + b"x" * 1_100_000 + b'"}', "too-large"),
}


@pytest.mark.parametrize("what", list(FILES))
def test_a_file_that_is_no_document_is_refused_with_its_name(
    kiosk: Kiosk, tmp_path: Path, what: str
) -> None:
    data, code = FILES[what]
    path = tmp_path / "bad.json"
    path.write_bytes(data)
    error = refused(kiosk, kiosk("file", "--item", ITEM, "--answers", path), 2, code, str(path))
    assert "bad.json" in error["message"]


def test_a_mark_at_the_beginning_of_the_file_does_no_harm(kiosk: Kiosk, tmp_path: Path) -> None:
    path = kiosk.example(ITEM, tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert kiosk.ok("file", "--item", ITEM, "--answers", path)["state"] == "queued"


@pytest.mark.parametrize("given", ["/dev/zero", "{folder}", "{folder}/missing.json", ""])
def test_what_is_no_file_is_not_read(kiosk: Kiosk, tmp_path: Path, given: str) -> None:
    name = given.replace("{folder}", str(tmp_path))
    ran = kiosk("file", "--item", ITEM, "--answers", name)
    assert ran.status == 2
    assert ran.json()["error"]["code"] in {"cannot-read", "too-large"}
    assert kiosk.ok("queue", "list") == []


_NASTY: st.SearchStrategy[Any] = st.sampled_from(
    (
        *(None, True, 0, -1, 10**30, 1.5, [], {}, [[]], {"": ""}),
        *("", " ", "x" * 5000, "\u202eevil", "٣", "\x00", "a\x00b", "{{", "../..", "'; --", "🀄"),
    )
)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_stands_in_an_answer_is_filed_or_refused_never_a_bug(
    kiosk: Kiosk, tmp_path: Path, data: st.DataObject
) -> None:
    item = data.draw(st.sampled_from([ITEM, "birth-household", "minimum-living"]))
    path = tmp_path / f"{item}.json"
    if not path.exists():
        kiosk.example(item, tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    places = list(_places(document))
    for way in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=2)):
        document = _put(document, way, data.draw(_NASTY))
    spoiled = tmp_path / "spoilt.json"
    spoiled.write_text(json.dumps(document), encoding="utf-8")
    ran = kiosk("file", "--item", item, "--answers", spoiled)
    assert ran.status in {0, 2}, (document, ran.stderr)


def _places(value: object, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _places(part, (*way, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _places(part, (*way, index))


def _put(document: Any, way: tuple[Any, ...], value: object) -> Any:  # noqa: ANN401 (JSON)
    if not way:
        return value
    try:
        document[way[0]] = _put(document[way[0]], way[1:], value)
    except (KeyError, IndexError, TypeError):
        return document  # an earlier change took this place away
    return document


# -- mandates, agents, attachments ----------------------------------------------------------------


def test_a_malformed_mandate_is_refused_with_its_file(kiosk: Kiosk, tmp_path: Path) -> None:
    item = "temporary-relief"
    answers = kiosk.example(item, tmp_path)
    (tmp_path / "pin").write_text("480216")
    kiosk.ok("agent", "add", "a1", "--name", "陈演代", "--pin-file", tmp_path / "pin")
    good = kiosk.ok("directory", "form", item, "--example-mandate")
    mandate = tmp_path / "mandate.json"
    table: list[tuple[dict[str, Any], str, str]] = [
        ({**good, "more": 1}, "bad-mandate", ""),
        ({**good, "valid_until": "soon"}, "bad-mandate", "/valid_until"),
        ({**good, "principal": {"name": "李"}}, "bad-mandate", "/principal"),
        ({**good, "evidence": {**good["evidence"], "form": "word"}}, "bad-mandate", "/form"),
        ({**good, "asked": {"who": "镇"}}, "bad-asked", "/asked"),
        ({**good, "valid_until": "2020-01-01"}, "period", "/mandate/valid_until"),
        ({**good, "matter": {"item_id": "x", "name": "x"}}, "other-matter", "/mandate/matter"),
    ]
    words = ["file", "--item", item, "--answers", str(answers), "--agent", "a1"]
    words += ["--pin-file", str(tmp_path / "pin"), "--mandate", str(mandate)]
    for document, code, place in table:
        mandate.write_text(json.dumps(document), encoding="utf-8")
        error = refused(kiosk, kiosk(*words), 2, code, place)
        assert "mandate.json" in error["message"], error
    mandate.write_text(json.dumps(good), encoding="utf-8")
    assert kiosk.ok(*words)["state"] == "queued"


ATTACHMENTS: dict[str, tuple[str, bytes | None, str]] = {
    "no key": ("{file}", b"%PDF-1.7", "usage"),
    "an unknown key": ("m99={file}", b"%PDF-1.7", "unknown-material"),
    "no such file": ("m1={file}.no", None, "cannot-read"),
    "a folder": ("m1={folder}", None, "cannot-read"),
    "a device": ("m1=/dev/zero", None, "cannot-read"),
    "nothing in it": ("m1={file}", b"", "bad-file"),
    "a program": ("m1={file}", b"\x7fELF" + b"\0" * 99, "bad-file"),
    "a page": ("m1={file}", b"<html>", "bad-file"),
    "a torn PNG": ("m1={file}", b"\x89PNG\r\n\x1a\n", "bad-file"),
    "a PNG without a size": ("m1={file}", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "bad-file"),
    "a PNG of a billion pixels": (
        "m1={file}",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\0\xff\xff" * 2 + b"\0" * 9,
        "too-large",
    ),
    "a torn JPEG": ("m1={file}", b"\xff\xd8\xff\xe0\x00", "bad-file"),
    "a JPEG that turns in a circle": ("m1={file}", b"\xff\xd8" + b"\xff\xe0\0\0" * 99, "bad-file"),
    "a JPEG of fill bytes": ("m1={file}", b"\xff\xd8" + b"\xff" * 5000, "bad-file"),
    "too many bytes": ("m1={file}", b"%PDF-" + b"\0" * (16 * 1024 * 1024), "too-large"),
}


@pytest.mark.parametrize("what", list(ATTACHMENTS))
def test_a_file_that_cannot_be_attached(kiosk: Kiosk, tmp_path: Path, what: str) -> None:
    spec, data, code = ATTACHMENTS[what]
    file = tmp_path / "given"
    if data is not None:
        file.write_bytes(data)
    answers = kiosk.example(ITEM, tmp_path)
    given = spec.format(file=file, folder=tmp_path)
    ran = kiosk("file", "--item", ITEM, "--answers", answers, "--attach", given)
    refused(kiosk, ran, 2, code)


@pytest.mark.parametrize("data", [b"", b"12", b"\xff" * 10, b"x" * 70, "４８０２１６".encode()])
def test_a_pin_file_that_holds_no_pin(kiosk: Kiosk, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "pin").write_bytes(data)
    answers = kiosk.example(ITEM, tmp_path)
    words = ("file", "--item", ITEM, "--answers", answers, "--agent", "a1", "--pin-file")
    ran = kiosk(*words, tmp_path / "pin")
    assert ran.status == 2
    assert ran.json()["error"]["code"] in {"bad-pin", "wrong-pin"}
    assert "Traceback" not in ran.stderr
