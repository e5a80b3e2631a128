"""Examples: every item, every form, filed as printed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.domain.items import MandateForm, ServiceItem
from kiosk.domain.parties import IdType, Party, Role
from kiosk.domain.problems import InputProblem
from kiosk.forms.bundle import form_document
from kiosk.forms.definition import faults, parse, to_json
from kiosk.forms.engine import Engine
from kiosk.forms.examples import example, example_mandate
from kiosk.forms.generic import generic_form
from kiosk.forms.mandates import mandate_faults, parse_asked, parse_mandate
from kiosk.forms.materials import parse_materials
from kiosk.forms.parties import party_faults
from tests.helpers.real_items import divisions, form_of, forms, items

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TODAY = date(2026, 11, 22)
OWN = {
    "old-age-allowance-jieyang",
    "disability-care-subsidy",
    "residence-permit-apply-hualong",
    "residence-permit-apply-jiekou",
    "residence-permit-endorse",
    "social-card-apply",
    "temporary-relief",
    "sole-trader-setup",
    "homestead",
    "birth-household",
}


def parties_of(document: dict[str, object]) -> list[Party]:
    listed = document["parties"]
    assert isinstance(listed, list)
    return [
        Party(**(one | {"role": Role(one["role"]), "id_type": IdType(one["id_type"])}))
        for one in listed
    ]


def test_there_are_ninety_one_items_and_ten_have_a_form_of_their_own() -> None:
    assert len(items()) == 91
    assert {key for key, item in items().items() if item.form_id != "generic"} == OWN


@pytest.mark.parametrize("item", items().values(), ids=items())
def test_the_example_of_every_item_can_be_filed_as_printed(item: ServiceItem) -> None:
    definition = form_of(item)
    document = json.loads(json.dumps(example(item, definition, divisions=divisions(), today=TODAY)))
    engine = Engine(definition, divisions(), TODAY)
    assert engine.faults(document["form"]) == ()
    assert engine.hints(document["form"]) == ()
    assert party_faults(item, parties_of(document), TODAY) == ()
    answers = parse_materials(item, document["materials"])
    assert len(answers) == len(item.materials)


@pytest.mark.parametrize("item", items().values(), ids=items())
def test_the_example_mandate_goes_with_it_or_is_refused(item: ServiceItem) -> None:
    if item.proxy.allowed is False or item.proxy.presence_only:
        with pytest.raises(InputProblem, match="cannot be filed for another"):
            example_mandate(item, now=NOW)
        return
    document = json.loads(json.dumps(example_mandate(item, now=NOW)))
    record = document.pop("asked", None)
    asked = parse_asked(record) if record else None
    mandate = parse_mandate(document)
    parties = parties_of(example(item, form_of(item), today=TODAY))
    assert mandate_faults(item, mandate, parties, NOW, asked=asked) == ()
    assert (asked is None) == (item.proxy.allowed is True)


def test_notarised_and_witnessed_mandates_have_examples_too() -> None:
    item = items()["realestate-transfer"]
    for form in MandateForm:
        demanding = replace(item, proxy=replace(item.proxy, mandate_form=form))
        mandate = parse_mandate(example_mandate(demanding, now=NOW))
        parties = parties_of(example(demanding, generic_form(demanding), today=TODAY))
        assert mandate_faults(demanding, mandate, parties, NOW) == ()


def test_every_field_of_our_own_forms_names_its_basis_and_preselects_nothing() -> None:
    for item_id in OWN:
        item = items()[item_id]
        definition = form_of(item)
        assert definition.demo
        assert "演示" in definition.title
        engine = Engine(definition, divisions(), TODAY)
        for field in engine.fields:
            assert field.cites, f"{item_id}{field.pointer}"
            assert "default" not in engine.schemas.view(field.locations[0])
            for entry in field.entry:
                assert entry.cites, f"{item_id}{field.pointer}{entry.pointer}"


def test_every_cited_material_is_one_of_the_item() -> None:
    for item_id in OWN - {"residence-permit-apply-hualong", "residence-permit-endorse"}:
        item = items()[item_id]
        known = " ".join(f"{one.name}{one.note or ''}" for one in item.materials)
        for cite in form_of(item).cites.values():
            if cite.startswith("材料：") and item_id in {"old-age-allowance-jieyang", "homestead"}:
                assert cite.removeprefix("材料：").split("（")[0] in known


def test_the_generic_form_asks_nothing_that_must_be_answered() -> None:
    for item in items().values():
        engine = Engine(generic_form(item), divisions(), TODAY)
        assert engine.faults({}) == ()
        assert all(question.cites for question in engine.questions({}))


def test_every_form_document_stands_alone_and_reads_back() -> None:
    for item in items().values():
        definition = form_of(item)
        document = json.loads(json.dumps(form_document(item, definition)))
        assert set(document) >= {"schema", "ui", "materials", "roles"}
        assert parse(json.loads(json.dumps(to_json(definition)))) == definition
        assert [one["key"] for one in document["materials"]] == [m.key for m in item.materials]


def test_examples_of_our_forms_answer_every_visible_question() -> None:
    counts = Counter[str]()
    for key, definition in forms().items():
        item = next(one for one in items().values() if one.form_id == key)
        answers = example(item, definition, divisions=divisions(), today=TODAY)["form"]
        engine = Engine(definition, divisions(), TODAY)
        counts[key] = sum(question.required for question in engine.questions(answers))
    assert len(counts) == 8
    assert min(counts.values()) >= 2


HARD_FORMS: list[dict[str, object]] = [
    {"properties": {"plate": {"type": "string", "pattern": "^粤[A-Z][A-HJ-NP-Z0-9]{5}$"}},
     "required": ["plate"]},
    {"properties": {"n": {"type": "number", "exclusiveMinimum": 3, "maximum": 3.5}},
     "required": ["n"]},
    {"properties": {"n": {"type": "integer", "minimum": 7, "multipleOf": 5}}, "required": ["n"]},
    {"properties": {"tags": {"type": "array", "minItems": 2, "uniqueItems": True,
                             "items": {"enum": ["a", "b", "c"]}}}, "required": ["tags"]},
    {"properties": {"kin": {"type": "array", "minItems": 3, "uniqueItems": True, "items": {
        "type": "object", "required": ["who"], "properties": {
            "who": {"$ref": "jinban:shared#/$defs/residentId"}, "age": {"type": "integer"}}}}},
     "required": ["kin"]},
    {"properties": {"a": {"enum": ["x", "y"]}, "b": {"type": "string"}},
     "required": ["a"],
     "if": {"properties": {"a": {"const": "x"}}}, "then": {"required": ["b"]},
     "else": {"properties": {"b": False}}},
    {"properties": {"mail": {"type": "string", "format": "email", "minLength": 12}},
     "required": ["mail"]},
    {"properties": {"secret": {"type": "string", "minLength": 20, "maxLength": 20}},
     "required": ["secret"]},
    {"type": "object", "required": ["pet"], "properties": {"pet": {"type": "object",
     "oneOf": [
        {"properties": {"kind": {"const": "dog"}, "weight": {"type": "number", "minimum": 1}},
         "required": ["kind", "weight"]},
        {"properties": {"kind": {"const": "bird"}, "sings": {"type": "boolean"}},
         "required": ["kind", "sings"], "additionalProperties": False}]}}},
    {"properties": {"code": {"type": "string", "examples": ["QX-77"],
     "pattern": "^(?=Q)QX-\\d+$"}}, "required": ["code"]},
    {"properties": {"yes": {"const": True}, "word": {"const": "同意"}},
     "required": ["yes", "word"]},
    {"properties": {"from": {"type": "string", "format": "date", "notBefore": "today"}},
     "required": ["from"]},
    {"$defs": {"addr": {"type": "object", "required": ["village"], "properties": {
        "village": {"$ref": "jinban:shared#/$defs/village"}, "road": {"type": "string"}}}},
     "properties": {"home": {"$ref": "#/$defs/addr"}, "work": {"$ref": "#/$defs/addr"}},
     "required": ["home"]},
    {"properties": {"hanzi": {"type": "string", "pattern": "^[\\u4e00-\\u9fa5]{2,4}$"}},
     "required": ["hanzi"]},
    {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "minProperties": 1,
     "dependentRequired": {"a": ["b"]}},
    {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"z": {"type": "integer",
     "minimum": 5}}, "properties": {"z": {"$ref": "#/definitions/z"}}, "required": ["z"]},
    {"properties": {"words": {"type": "array", "items": {"type": "string", "minLength": 3},
     "minItems": 1}}, "required": ["words"]},
    {"properties": {"phone": {"type": ["string", "null"], "format": "phone"}},
     "required": ["phone"]},
]  # fmt: skip


@pytest.mark.parametrize("schema", HARD_FORMS, ids=range(len(HARD_FORMS)))
def test_forms_of_strangers_get_an_example_too(schema: dict[str, object]) -> None:
    assert faults(schema) == []
    definition = parse(schema, "strange")
    item = items()["social-card-apply"]
    answers = example(item, definition, divisions=divisions(), today=TODAY)["form"]
    engine = Engine(definition, divisions(), TODAY)
    assert engine.faults(answers) == ()
    assert answers


def test_a_form_that_nothing_satisfies_says_so() -> None:
    definition = parse({"properties": {"a": {"type": "string", "maxLength": 0, "minLength": 1}},
                        "required": ["a"]}, "impossible")  # fmt: skip
    with pytest.raises(InputProblem, match="no example answers"):
        example(items()["homestead"], definition, today=TODAY)


def test_an_example_never_exhausts_the_machine() -> None:
    huge = {
        "properties": {
            "a": {"type": "string", "pattern": "^[a-z]{400}[0-9]{400}$"},
            "b": {"type": "string", "minLength": 1_000_000_000},
            "c": {"type": "array", "minItems": 1_000_000_000, "items": {"type": "string"}},
        }
    }
    document = example(items()["homestead"], parse(huge, "huge"), today=TODAY)
    assert document["form"] == {}


def test_an_item_of_a_stranger_without_roles_or_materials_has_an_example() -> None:
    bare = replace(items()["homestead"], item_id="x", roles=(), materials=(), form_id="generic")
    document = example(bare, generic_form(bare), today=TODAY)
    assert document["parties"][0]["role"] == "applicant"
    assert party_faults(bare, parties_of(document), TODAY) == ()


def test_an_example_mandate_is_still_good_at_its_last_hour_and_not_after() -> None:
    item = items()["old-age-allowance-jieyang"]
    mandate = parse_mandate(example_mandate(item, now=NOW))
    parties = parties_of(example(item, form_of(item), today=TODAY))
    assert mandate_faults(item, mandate, parties, NOW + timedelta(days=90)) == ()
    late = mandate_faults(item, mandate, parties, NOW + timedelta(days=92))
    assert [fault.code for fault in late] == ["expired"]
