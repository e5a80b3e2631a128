"""The engine: questions, visibility, faults, cleaning, hints."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.forms.definition import FormDefinition, only_fields, parse
from kiosk.forms.engine import Engine, Question
from tests.helpers.real_items import divisions, forms

TODAY = date(2026, 11, 22)
Json = Any


def engine(schema: Json, ui: Json = None) -> Engine:
    document: Json = {"form_id": "t", "schema": schema}
    return Engine(parse(document | ({"ui": ui} if ui else {})), divisions(), TODAY)


def control(name: str, effect: str = "", condition: Json = None, **more: Json) -> Json:
    element: Json = {"type": "Control", "scope": f"#/properties/{name}"} | more
    if effect:
        element["rule"] = {"effect": effect, "condition": condition}
    return element


def when(name: str, schema: Json, **more: Json) -> Json:
    return {"scope": f"#/properties/{name}", "schema": schema} | more


def vertical(*elements: Json) -> Json:
    return {"type": "VerticalLayout", "elements": list(elements)}


def paths(questions: tuple[Question, ...]) -> list[str]:
    return [question.path for question in questions]


TWO = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}


@pytest.mark.parametrize(
    ("effect", "condition", "answers", "shown"),
    [
        ("SHOW", when("a", {"const": "x"}), {"a": "x"}, True),
        ("SHOW", when("a", {"const": "x"}), {"a": "y"}, False),
        ("SHOW", when("a", {"const": "x"}), {}, False),
        ("HIDE", when("a", {"const": "x"}), {"a": "x"}, False),
        ("HIDE", when("a", {"const": "x"}), {}, True),
        ("SHOW", when("a", {"minLength": 2}), {}, True),
        ("SHOW", when("a", {"minLength": 2}, failWhenUndefined=True), {}, False),
        ("SHOW", when("a", {"minLength": 2}), {"a": "x"}, False),
        ("SHOW", {"type": "LEAF", "scope": "#/properties/a", "expectedValue": "x"}, {"a": "x"}, 1),
        ("SHOW", {"type": "LEAF", "scope": "#/properties/a", "expectedValue": "x"}, {}, False),
        ("SHOW", {"scope": "#", "schema": {"required": ["a"]}}, {"a": "x"}, True),
        ("SHOW", {"scope": "#", "schema": {"required": ["a"]}}, {}, False),
        (
            "SHOW",
            {"type": "AND", "conditions": [when("a", {"minLength": 1}), when("a", {"const": "x"})]},
            {"a": "x"},
            True,
        ),
        (
            "SHOW",
            {"type": "OR", "conditions": [when("a", {"const": "z"}), when("a", {"const": "x"})]},
            {"a": "x"},
            True,
        ),
        ("SHOW", {"type": "NOT", "condition": when("a", {"const": "x"})}, {"a": "x"}, False),
        ("ENABLE", when("a", {"const": "x"}), {}, True),
    ],
)
def test_rules_show_and_hide(effect: str, condition: Json, answers: Json, shown: bool) -> None:
    made = engine(TWO, vertical(control("a"), control("b", effect, condition)))
    assert ("/b" in paths(made.questions(answers))) == bool(shown)


def test_enable_and_disable_leave_the_question_on_the_page() -> None:
    ui = vertical(control("a"), control("b", "DISABLE", when("a", {"const": "x"})))
    asked = engine(TWO, ui).questions({"a": "x"})
    assert [question.enabled for question in asked] == [True, False]
    assert all(question.enabled for question in engine(TWO, ui).questions({"a": "y"}))


def test_hidden_answers_are_dropped_and_not_required() -> None:
    schema = TWO | {"required": ["b"]}
    made = engine(schema, vertical(control("a"), control("b", "SHOW", when("a", {"const": "x"}))))
    assert made.faults({"a": "y"}) == ()
    assert made.clean({"a": "y", "b": "old"}) == {"a": "y"}
    assert [fault.path for fault in made.faults({"a": "x"})] == ["/b"]


def test_what_a_hidden_field_held_does_not_open_another() -> None:
    schema = {"properties": {name: {"type": "string"} for name in "abc"}}
    made = engine(
        schema,
        vertical(
            control("a"),
            control("b", "SHOW", when("a", {"const": "x"})),
            control("c", "SHOW", when("b", {"const": "y"})),
        ),
    )
    answers = {"a": "no", "b": "y", "c": "stale"}
    assert paths(made.questions(answers)) == ["/a"]
    assert made.clean(answers) == {"a": "no"}
    assert paths(made.questions(answers | {"a": "x"})) == ["/a", "/b", "/c"]


def test_rules_in_a_circle_come_to_an_end() -> None:
    made = engine(
        TWO,
        vertical(
            control("a", "SHOW", when("b", {"const": "x"})),
            control("b", "HIDE", when("a", {"const": "x"})),
        ),
    )
    made.questions({"a": "x", "b": "x"})
    assert isinstance(made.faults({"a": "x", "b": "x"}), tuple)


def test_rules_of_a_group_hold_for_all_in_it_and_headings_add_up() -> None:
    ui = {
        "type": "Categorization",
        "elements": [
            {
                "type": "Category",
                "label": "第一部分",
                "elements": [control("a"), {"type": "Label", "text": "看清楚再填"}],
            },
            {
                "type": "Category",
                "label": "第二部分",
                "rule": {"effect": "SHOW", "condition": when("a", {"const": "x"})},
                "elements": [
                    {
                        "type": "Group",
                        "label": "里面",
                        "elements": [{"type": "HorizontalLayout", "elements": [control("b")]}],
                    }
                ],
            },
        ],
    }
    made = engine(TWO, ui)
    assert paths(made.questions({})) == ["/a"]
    second = made.questions({"a": "x"})[1]
    assert second.group == "第二部分 · 里面"
    assert second.help == "看清楚再填"


KINDS: Json = {
    "text": {"type": "string", "maxLength": 20},
    "long": {"type": "string", "maxLength": 500},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "yes": {"type": "boolean"},
    "one": {"enum": ["a", "b"]},
    "named": {"oneOf": [{"const": 1, "title": "一"}, {"const": 2, "title": "二"}]},
    "some": {"type": "array", "uniqueItems": True, "items": {"enum": ["a", "b"]}},
    "day": {"type": "string", "format": "date"},
    "rid": {"$ref": "jinban:shared#/$defs/residentId"},
    "uscc": {"$ref": "jinban:shared#/$defs/creditCode"},
    "tel": {"$ref": "jinban:shared#/$defs/phone"},
    "place": {"$ref": "jinban:shared#/$defs/village"},
    "card": {"$ref": "jinban:shared#/$defs/bankAccount"},
    "rows": {"type": "array", "items": {"type": "string"}},
    "maybe": {"type": ["null", "string"]},
}


def test_every_kind_of_question() -> None:
    asked = engine({"properties": KINDS}).questions({})
    assert {question.path[1:]: question.kind for question in asked} == {
        "text": "text",
        "long": "long_text",
        "number": "number",
        "whole": "number",
        "yes": "yes_no",
        "one": "choice",
        "named": "choice",
        "some": "choices",
        "day": "date",
        "rid": "resident_id",
        "uscc": "credit_code",
        "tel": "phone",
        "place": "division",
        "card": "bank_card",
        "rows": "list",
        "maybe": "text",
    }
    named = next(question for question in asked if question.path == "/named")
    assert [(choice.value, choice.words) for choice in named.choices] == [(1, "一"), (2, "二")]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("text", "x" * 21, "maxLength"),
        ("number", "abc", "type"),
        ("whole", 1.5, "type"),
        ("yes", "是", "type"),
        ("one", "c", "enum"),
        ("some", ["a", "a"], "uniqueItems"),
        ("day", "2026-02-30", "date"),
        ("rid", "440000194103050029", "id-check"),
        ("uscc", "91X", "credit-short"),
        ("tel", "12345", "phone-short"),
        ("place", "445222000000", "divisionLevel"),
        ("place", "999999999999", "division-unknown"),
        ("card", "12", "account-short"),
    ],
)
def test_every_fault_stands_at_its_field_in_plain_words(name: str, value: Json, code: str) -> None:
    found = engine({"properties": KINDS}).faults({name: value})
    assert found[0].path == f"/{name}"
    assert code in {fault.code for fault in found}
    assert all(fault.words.endswith("。") and str(value) not in fault.words for fault in found)


def test_the_author_may_word_the_faults() -> None:
    schema = {
        "properties": {
            "a": {"type": "string", "pattern": "^粤", "errorMessage": "车牌要粤字开头。"},
            "b": {"type": "string", "minLength": 3, "errorMessage": {"minLength": "太短啦。"}},
        }
    }
    words = [fault.words for fault in engine(schema).faults({"a": "x", "b": "y"})]
    assert words == ["车牌要粤字开头。", "太短啦。"]


def test_answers_are_kept_normalised() -> None:
    made = engine({"properties": KINDS})
    kept = made.clean(
        {
            "rid": " ４４００００19410305002ｘ",
            "tel": "+86 139-0000-0000",
            "number": "３.５",
            "whole": " 42 ",
            "day": "2026年3月5日",
            "text": "\u202e文字\u200b ",
            "long": "一\r\n二",
            "one": "",
            "maybe": None,
            "yes": False,
        }
    )
    assert kept == {
        "rid": "44000019410305002X",
        "tel": "13900000000",
        "number": 3.5,
        "whole": 42,
        "day": "2026-03-05",
        "text": "文字",
        "long": "一\n二",
        "maybe": None,
        "yes": False,
    }


def test_lists_have_questions_for_each_entry_with_rules_of_their_own() -> None:
    person = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "dead": {"type": "boolean"},
                       "since": {"type": "string", "format": "date"}},
    }  # fmt: skip
    detail = vertical(
        control("name"), control("dead"), control("since", "SHOW", when("dead", {"const": True}))
    )
    made = engine(
        {"properties": {"kin": {"type": "array", "minItems": 1, "items": person}}},
        vertical(control("kin", options={"detail": detail})),
    )
    answers = {"kin": [{"name": "甲", "dead": True}, {"dead": False, "since": "2020-01-01"}]}
    assert len(made.questions(answers)[0].entry) == 3
    assert paths(made.entry_questions("/kin", 0, answers)) == [
        "/kin/0/name",
        "/kin/0/dead",
        "/kin/0/since",
    ]
    assert paths(made.entry_questions("/kin", 1, answers)) == ["/kin/1/name", "/kin/1/dead"]
    assert made.clean(answers)["kin"][1] == {"dead": False}
    assert [fault.path for fault in made.faults(answers)] == ["/kin/1/name"]
    assert made.faults({"kin": []})[0].code == "minItems"
    assert paths(made.entry_questions("/kin", 2, answers)) == ["/kin/2/name", "/kin/2/dead"]


def test_lists_of_plain_values() -> None:
    made = engine({"properties": {"n": {"type": "array", "items": {"type": "integer"}}}})
    assert made.clean({"n": ["１", "2"]}) == {"n": [1, 2]}
    assert [fault.path for fault in made.faults({"n": ["x"]})] == ["/n/0"]
    assert paths(made.entry_questions("/n", 0, {"n": [1]})) == ["/n/0"]


def test_a_required_object_is_required_field_by_field() -> None:
    inner = {"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}}
    made = engine({"required": ["o"], "properties": {"o": inner}})
    assert [(fault.path, fault.code) for fault in made.faults({})] == [("/o/x", "required")]
    assert made.questions({})[0].required


def test_conditions_of_the_schema_itself_open_questions() -> None:
    made = engine(
        {
            "properties": {"married": {"type": "boolean"}},
            "if": {"properties": {"married": {"const": True}}, "required": ["married"]},
            "then": {"properties": {"spouse": {"type": "string"}}, "required": ["spouse"]},
            "dependentSchemas": {"car": {"properties": {"plate": {"type": "string"}}}},
        }
    )
    assert paths(made.questions({})) == ["/married"]
    asked = made.questions({"married": True})
    assert paths(asked) == ["/married", "/spouse"]
    assert asked[1].required
    assert [fault.path for fault in made.faults({"married": True})] == ["/spouse"]
    assert made.clean({"married": False, "spouse": "x"}) == {"married": False}


def test_unknown_answers_are_told_not_swallowed() -> None:
    assert engine(TWO).faults({"zz": 1})[0].code == "unknown-field"
    closed = engine(TWO | {"additionalProperties": False})
    assert [(f.path, f.code) for f in closed.faults({"z/z": 1})] == [("/z~1z", "unknown-field")]
    assert engine(TWO | {"additionalProperties": True}).faults({"zz": 1}) == ()
    assert engine(TWO).faults([])[0].code == "type"


def test_a_keystroke_tells_the_fault_of_its_field_alone() -> None:
    made = engine({"properties": KINDS, "required": ["text"]})
    check = made.check("/rid", {"rid": "4400", "tel": "1"})
    assert [fault.path for fault in check.faults] == ["/rid"]
    assert "/tel" in check.visible
    assert made.check("/rid", {}).faults == ()
    assert made.check("/nowhere", {}).faults == ()


def test_hints_never_refuse() -> None:
    made = engine({"properties": KINDS})
    answers = {"uscc": "11440100007483172A", "card": "6222000000000001"}
    assert made.faults(answers) == ()
    assert [hint.path for hint in made.hints(answers)] == ["/uscc", "/card"]


def test_only_the_questioned_fields_are_asked_again() -> None:
    definition = forms()["sole-trader-setup"]
    part: FormDefinition = only_fields(definition, {"/trade_name", "/platform"})
    made = Engine(part, divisions(), TODAY)
    assert paths(made.questions({})) == ["/trade_name", "/platform"]
    assert [fault.path for fault in made.faults({})] == ["/trade_name"]
    assert made.faults({"trade_name": "演示商店"}) == ()


ENGINE = engine({"properties": KINDS, "required": ["text"]})


@given(
    st.dictionaries(
        st.sampled_from([*KINDS, "zz"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
            max_leaves=6,
        ),
    )
)
def test_no_answers_whatever_break_the_engine(answers: Json) -> None:
    made = ENGINE
    made.questions(answers)
    made.hints(answers)
    found = made.faults(answers)
    assert all(fault.words for fault in found)
    assert made.clean(made.clean(answers)) == made.clean(answers)
    for name in answers:
        made.check(f"/{name}", answers)


def test_a_control_of_an_object_stands_for_its_members() -> None:
    home = {
        "title": "住处",
        "type": "object",
        "properties": {"village": {"type": "string"}, "road": {"type": "string"}},
    }
    made = engine({"properties": {"home": home}}, vertical(control("home", label={"text": "家"})))
    asked = made.questions({})
    assert paths(asked) == ["/home/village", "/home/road"]
    assert {question.group for question in asked} == {"家"}
