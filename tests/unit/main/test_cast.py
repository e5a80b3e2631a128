"""The people of the village, filed by command: nobody is turned away for who they are.

All numbers are of region 440000 (810000 for the permits of Hong Kong residents) and belong to
nobody.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.identity import credit_check, make_resident_id
from tests.helpers.command import Kiosk
from tests.helpers.counter import ITEM

PIN = "480216"


@pytest.fixture
def kiosk(home: Path) -> Kiosk:
    return Kiosk(home)


def person(role: str, name: str, born: date, order: int = 2, **more: object) -> dict[str, Any]:
    number = make_resident_id(born, order)
    return {"role": role, "name": name, "id_type": "resident_id", "id_number": number, **more}


GRANDMOTHER = person("applicant", "李演婆", date(1941, 3, 5))
FATHER = person("applicant", "陈演父", date(1992, 6, 1), 3, phone="13900000000")
NEWBORN = {"role": "subject", "name": "", "id_type": "none_yet"}
HOUSEHOLD = [
    person("household_member", f"陈演{n}", date(born, 2, 3), 4 + 2 * i, relation=relation)
    for i, (n, born, relation) in enumerate(
        [("妻", 1993, "配偶"), ("母", 1965, "母亲"), ("女", 2015, "女儿"), ("子", 2018, "儿子")]
    )
]
HONG_KONG = {
    "role": "applicant",
    "name": "黄演港",
    "id_type": "residence_permit_hmt",
    "id_number": make_resident_id(date(1945, 8, 8), 2, "810000"),
    "phone": "13900000000",
}
_BODY = "93440000MA0000001"
COOPERATIVE = {
    "role": "applicant",
    "name": "演示县长滩种养农民专业合作社（演示）",
    "id_type": "credit_code",
    "id_number": _BODY + credit_check(_BODY),
    "phone": "0663-5550000",
}
NINE = "阿卜杜热合曼·买买"


@dataclass(frozen=True)
class Case:
    """Who, for what."""

    item: str
    parties: list[dict[str, Any]]
    advice: str = ""
    masked: str = ""


CASES = {
    "no phone": Case(ITEM, [GRANDMOTHER], "没留电话也可以交", "李*婆"),
    "a landline": Case(ITEM, [{**GRANDMOTHER, "phone": "0663-5550000"}]),
    "nine characters": Case(ITEM, [{**GRANDMOTHER, "name": NINE}], masked="阿***买"),
    "a rare character": Case(ITEM, [{**GRANDMOTHER, "name": "䶮𠮷"}], masked="䶮*"),
    "a permit of Hong Kong": Case(ITEM, [HONG_KONG]),
    "a newborn": Case("birth-household", [NEWBORN, FATHER]),
    "a dead subject": Case(
        "funeral-basic-free",
        [
            person("subject", "李演公", date(1938, 1, 2), 5, deceased=True),
            {**FATHER, "relation": "孙子"},
        ],
    ),
    "a guardian without mandate": Case(
        "orphan-allowance",
        [
            person("subject", "陈演孤", date(2016, 5, 5), 7),
            person("guardian", "陈演叔", date(1980, 1, 1), 9, relation="叔叔"),
        ],
    ),
    "a household of five": Case("minimum-living", [FATHER, *HOUSEHOLD]),
    "a co-operative": Case(
        "animal-quarantine",
        [
            COOPERATIVE,
            person("representative", "黄演社", date(1975, 4, 4), 11, phone="13900000000"),
        ],
    ),
}


def document(kiosk: Kiosk, folder: Path, case: Case) -> Path:
    printed = kiosk.ok("directory", "form", case.item, "--example")
    path = folder / "answers.json"
    path.write_text(json.dumps(printed | {"parties": case.parties}), encoding="utf-8")
    return path


@pytest.mark.parametrize("who", list(CASES))
def test_they_file(kiosk: Kiosk, tmp_path: Path, who: str) -> None:
    case = CASES[who]
    answers = document(kiosk, tmp_path, case)
    ran = kiosk("file", "--item", case.item, "--answers", answers)
    assert ran.status == 0, ran
    assert case.advice in ran.stderr
    row = kiosk.ok("queue", "show", ran.json()["id"])
    assert row["state"] == "queued"
    if case.masked:
        assert row["masked_name"] == case.masked
    for party in case.parties:
        assert str(party.get("id_number")) not in json.dumps(row)


Spoil = Callable[[Case], list[dict[str, Any]]]
REFUSED: dict[str, tuple[str, Spoil, str]] = {
    "the dead do not apply": (
        "no phone",
        lambda case: [{**case.parties[0], "deceased": True}],
        "/parties/0/deceased",
    ),
    "a permit with a mainland number": (
        "a permit of Hong Kong",
        lambda case: [{**case.parties[0], "id_number": GRANDMOTHER["id_number"]}],
        "/parties/0/id_number",
    ),
    "nobody stands for the orphan": (
        "a guardian without mandate",
        lambda case: case.parties[:1],
        "/parties",
    ),
    "the same child twice": (
        "a household of five",
        lambda case: [*case.parties, case.parties[-1]],
        "/parties/5/id_number",
    ),
    "a credit code with a forbidden letter": (
        "a co-operative",
        lambda case: [{**case.parties[0], "id_number": "9344000OMA00000012"}, case.parties[1]],
        "/parties/0/id_number",
    ),
    "a tenth of a name": ("no phone", lambda case: [{**case.parties[0], "name": "李1"}], "name"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_cannot_be_is_told_at_its_place(kiosk: Kiosk, tmp_path: Path, what: str) -> None:
    who, spoil, place = REFUSED[what]
    case = CASES[who]
    answers = document(kiosk, tmp_path, Case(case.item, spoil(case)))
    error = kiosk.refused(2, "file", "--item", case.item, "--answers", answers)
    assert error["path"].endswith(place)
    assert "answers.json" in error["message"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in error["message"])
    assert kiosk.ok("queue", "list") == []


def test_an_elder_who_cannot_write_signs_with_a_thumbprint_before_a_witness(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    item, now = "disability-care-subsidy", datetime.now(UTC)
    case = Case(item, kiosk.ok("directory", "form", item, "--example")["parties"])
    answers = document(kiosk, tmp_path, case)
    mandate = kiosk.ok("directory", "form", item, "--example-mandate")
    witness = {"name": "王演证", "id_number": make_resident_id(date(1970, 7, 7), 6)}
    marked = {
        "form": "thumbprint",
        "signed_at": (now - timedelta(minutes=5)).isoformat(),
        "attachment": "mandate",
        "witness": witness,
        "read_aloud_at": (now - timedelta(minutes=9)).isoformat(),
    }
    (tmp_path / "pin").write_text(PIN + "\n", encoding="ascii")
    kiosk.ok("agent", "add", "a1", "--name", "陈演代", "--pin-file", tmp_path / "pin")
    words: list[str | Path] = ["file", "--item", item, "--answers", answers, "--agent", "a1"]
    words += ["--pin-file", tmp_path / "pin", "--mandate", tmp_path / "mandate.json"]
    for lacking, code in (("witness", "witness-missing"), ("read_aloud_at", "not-read-aloud")):
        evidence = {name: value for name, value in marked.items() if name != lacking}
        _write(tmp_path, mandate | {"evidence": evidence})
        error = kiosk.refused(2, *words)
        assert error["code"] == code
        assert "mandate.json" in error["message"]
    _write(tmp_path, mandate | {"evidence": marked})
    assert kiosk.ok(*words)["state"] == "queued"


def _write(folder: Path, mandate: dict[str, Any]) -> None:
    (folder / "mandate.json").write_text(json.dumps(mandate), encoding="utf-8")


def test_a_refused_filing_is_filed_anew_by_command(kiosk: Kiosk, tmp_path: Path) -> None:
    from kiosk.domain.lifecycle import Signal
    from kiosk.main.wiring import open_station

    answers = document(kiosk, tmp_path, CASES["a landline"])
    old = kiosk.ok("file", "--item", ITEM, "--answers", answers)
    new = "019a0000-0000-7000-8000-000000000001"
    words = ["file", "--item", ITEM, "--answers", answers, "--replaces", old["id"]]
    assert kiosk.refused(2, *words)["code"] == "not-parked"
    with open_station(kiosk.home) as station:
        for step in (Signal.TAKE, Signal.REFUSED):
            row = station.outbox.require(station.outbox.page()[0].id)
            station.outbox.apply(row.id, step, now=station.clock.now())
    assert kiosk.refused(2, *words[:2], "minimum-living", *words[3:])["code"] == "other-item"
    first = kiosk.ok(*words, "--id", new)
    assert kiosk.ok(*words, "--id", new) == first
    assert first["id"] == new
    assert kiosk.ok("queue", "show", old["id"])["state"] == "superseded"
    assert kiosk.ok("queue", "show", new)["supersedes"] == old["id"]
    assert kiosk.refused(2, *words[:-1], "x")["code"] == "bad-id"
