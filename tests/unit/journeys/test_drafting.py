"""Drafts as bytes: everything comes back, under the same id, and under the form as it is now."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.agents import Interest
from kiosk.domain.contacts import ContactCard
from kiosk.domain.mandates import Asked, Evidence, EvidenceForm, Mandate, Matter, Person
from kiosk.domain.parties import IdType, Party, Role, Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind, MaterialAnswer, MaterialState
from kiosk.forms.definition import FormDefinition
from kiosk.journeys.applying import (
    Application,
    Attachment,
    Continues,
    Declaration,
    NoticeShown,
    begin,
)
from kiosk.journeys.drafting import Reopened, draft_bytes, item_of, owner_id, reopened
from kiosk.main.wiring import Station
from tests.helpers.counter import ITEM, application

TODAY = date(2026, 11, 22)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SAID = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 -- hypothesis adds the zone
    lambda moment: moment.replace(microsecond=0)
)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(TEXT, part, max_size=3),
    max_leaves=6,
)
NUMBERS = st.text("0123456789", min_size=1, max_size=18)  # mandates hold them normalised
PEOPLE = st.builds(Person, SAID, NUMBERS, SAID, SAID)
EVIDENCE = st.builds(
    Evidence,
    st.sampled_from(EvidenceForm),
    MOMENTS,
    st.none() | SAID,
    st.none() | PEOPLE,
    st.none() | MOMENTS,
    st.sampled_from([None, "witnessed", "notarised"]),
)
MANDATES = st.builds(
    Mandate,
    PEOPLE,
    st.lists(PEOPLE, min_size=1, max_size=2).map(tuple),
    st.builds(Matter, SAID, SAID),
    st.lists(SAID, min_size=1, max_size=3).map(tuple),
    DAYS,
    DAYS,
    EVIDENCE,
    may_receive_result=st.booleans(),
    may_name_account=st.booleans(),
    may_sign_commitments=st.booleans(),
)
PARTIES = st.builds(
    Party,
    st.sampled_from(Role),
    TEXT,
    st.sampled_from(IdType),
    st.none() | TEXT,
    st.none() | TEXT,
    st.none() | TEXT,
    st.booleans(),
)
FILLED = st.fixed_dictionaries(
    {
        "id": st.uuids(),
        "way": st.sampled_from(Way),
        "kind": st.sampled_from(Kind),
        "parties": st.lists(PARTIES, max_size=3).map(tuple),
        "answers": st.dictionaries(TEXT, JSON, max_size=4),
        "materials": st.lists(
            st.builds(MaterialAnswer, TEXT, st.sampled_from(MaterialState), st.none() | TEXT),
            max_size=3,
        ).map(tuple),
        "attachments": st.lists(
            st.builds(Attachment, TEXT, TEXT, TEXT, st.binary(max_size=200)), max_size=3
        ).map(tuple),
        "mandate": st.none() | MANDATES,
        "asked": st.none() | st.builds(Asked, SAID, MOMENTS, SAID),
        "interest": st.none() | st.sampled_from(Interest),
        "agent_id": st.none() | TEXT,
        "notice": st.none() | st.builds(NoticeShown, TEXT, MOMENTS),
        "declarations": st.lists(
            st.builds(Declaration, st.sampled_from(Role), TEXT, TEXT, MOMENTS), max_size=2
        ).map(tuple),
        "signature": st.none() | st.binary(min_size=1, max_size=50),
        "track_code": st.none() | TEXT,
        "contact": st.none() | st.builds(ContactCard, TEXT, TEXT, TEXT),
        "continues": st.builds(
            Continues, st.none() | st.uuids(), st.none() | TEXT, st.none() | st.uuids()
        ),
    }
)


def fresh(station: Station) -> Application:
    item = station.directory.item(ITEM)
    return begin(item, station.directory.form(item.form_id, item), Way.SELF)


def again(station: Station, one: Application, form: FormDefinition | None = None) -> Reopened:
    draft = draft_bytes(one)
    assert item_of(draft) == one.item.item_id
    return reopened(draft, one.item, form or one.form, station.directory.divisions, TODAY)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(FILLED)
def test_everything_comes_back(station: Station, filled: dict[str, Any]) -> None:
    before = fresh(station)
    changed = {one.name for one in fields(Application)} - {"item", "form"}
    assert set(filled) == changed, "a new part of an application must come back too"
    one = replace(before, **filled)
    found = again(station, one)
    assert found.application == one
    assert not found.renewed


def test_a_whole_application_with_pictures_comes_back(station: Station) -> None:
    picture = Attachment("m1", "存折.jpg", "image/jpeg", bytes(range(256)) * 1000)
    one = application(station).with_attachment(picture)
    assert again(station, one).application == one


def test_a_new_form_keeps_what_it_still_asks(station: Station) -> None:
    one = replace(
        application(station),
        signature=b"png",
        declarations=(Declaration(Role.APPLICANT, "李", "真", datetime(2026, 1, 1, tzinfo=UTC)),),
    )
    schema = json.loads(json.dumps(one.form.schema))
    del schema["properties"]["account_own"]
    schema["properties"]["bed"] = {"type": "string", "title": "床号"}
    schema["required"] = ["household_village", "account", "bed"]
    newer = replace(one.form, version=one.form.version + 1, schema=schema, ui=None)
    found = again(station, one, newer)
    assert found.renewed
    assert found.application.form == newer
    kept = {
        "household_village": one.answers["household_village"],
        "account": one.answers["account"],
    }
    assert found.application.answers == kept
    assert (found.application.id, found.application.parties) == (one.id, one.parties)
    assert (found.application.signature, found.application.declarations) == (None, ())


def test_an_answer_that_the_new_form_hides_is_dropped(station: Station) -> None:
    one = application(station)
    ui = {
        "type": "VerticalLayout",
        "elements": [
            {"type": "Control", "scope": "#/properties/household_village"},
            {"type": "Control", "scope": "#/properties/account_own"},
            {
                "type": "Control",
                "scope": "#/properties/account",
                "rule": {
                    "effect": "SHOW",
                    "condition": {
                        "scope": "#/properties/account_own",
                        "schema": {"const": not one.answers["account_own"]},
                    },
                },
            },
        ],
    }
    newer = replace(one.form, version=one.form.version + 1, ui=ui)
    answers = again(station, one, newer).application.answers
    assert set(answers) == {"household_village", "account_own"}


def test_papers_that_the_new_item_does_not_want_go_evidence_stays(station: Station) -> None:
    pictures = [
        Attachment(key, f"{key}.jpg", "image/jpeg", b"x") for key in ("m1", "m2", "mandate")
    ]
    one = application(station)
    for picture in pictures:
        one = one.with_attachment(picture)
    wanted = tuple(material for material in one.item.materials if material.key != "m1")
    newer = replace(one.item, version=one.item.version + 1, materials=wanted)
    found = reopened(draft_bytes(one), newer, one.form, station.directory.divisions, TODAY)
    assert [part.key for part in found.application.attachments] == ["m2", "mandate"]
    assert "m1" not in {answer.key for answer in found.application.materials}


def test_a_draft_of_another_version_of_the_program_is_refused(station: Station) -> None:
    for draft in (b"{}", b"[]", b'{"format": 1}'):
        with pytest.raises(InputProblem) as caught:
            item_of(draft)
        assert caught.value.code == "draft-foreign"


NUMBER = "440000194305060021"


@pytest.mark.parametrize(
    ("parties", "owner"),
    [
        ((), None),
        ((Party(Role.APPLICANT, "李桂英", id_number=None),), None),
        ((Party(Role.APPLICANT, "李桂英", id_number=f" {NUMBER[:6]} {NUMBER[6:]} "),), NUMBER),
        (
            (
                Party(Role.SUBJECT, "", IdType.NONE_YET),
                Party(Role.GUARDIAN, "李父", id_number=NUMBER),
            ),
            NUMBER,
        ),
        (
            (
                Party(Role.APPLICANT, "合作社", IdType.CREDIT_CODE, "92440000MA0000000X"),
                Party(Role.AGENT, "李桂英", id_number=NUMBER),
            ),
            NUMBER,
        ),
        (
            (
                Party(Role.AGENT, "陈", id_number="440000198001020053"),
                Party(Role.SUBJECT, "李", id_number=NUMBER),
            ),
            NUMBER,
        ),
    ],
)
def test_a_draft_belongs_to_the_person_concerned(
    station: Station, parties: tuple[Party, ...], owner: str | None
) -> None:
    assert owner_id(replace(fresh(station), parties=parties)) == owner
