"""Definitions: what is refused, where, and why."""

from __future__ import annotations

import http.server
import threading
from datetime import date
from typing import Any

import pytest

from kiosk.domain.problems import InputProblem
from kiosk.forms.definition import faults, parse
from kiosk.forms.engine import Engine

Json = Any
A = {"properties": {"a": {"type": "string"}}}


def ui(*elements: Json) -> Json:
    return {"schema": A, "ui": {"type": "VerticalLayout", "elements": list(elements)}}


def rule(condition: Json, effect: str = "SHOW") -> Json:
    element = {"type": "Control", "scope": "#/properties/a"}
    return ui(element | {"rule": {"effect": effect, "condition": condition}})


WHERE = "/ui/elements/0"
REFUSED: list[tuple[Json, str]] = [
    ([], ""),
    ({"schema": []}, "/schema"),
    ({"schema": A, "form_id": 3}, "/form_id"),
    ({"schema": A, "version": 0}, "/version"),
    ({"schema": A, "version": True}, "/version"),
    ({"schema": A, "title": 3}, "/title"),
    ({"schema": A, "items": "x"}, "/items"),
    ({"type": "string"}, "/type"),
    ({"$schema": "http://json-schema.org/draft-04/schema#"}, "/$schema"),
    ({"properties": {"a": {"type": "strin"}}}, "/properties/a/type"),
    ({"properties": {"a": {"minLength": -1}}}, "/properties/a/minLength"),
    ({"properties": {"a": {"pattern": "("}}}, "/properties/a/pattern"),
    ({"required": "a"}, "/required"),
    ({"properties": {"a": {"$ref": "https://example.com/s.json"}}}, "/properties/a/$ref"),
    ({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "/properties/a/$ref"),
    ({"properties": {"a": {"$ref": "other.json"}}}, "/properties/a/$ref"),
    ({"properties": {"a": {"$ref": "#/$defs/no"}}}, "/properties/a/$ref"),
    ({"properties": {"a": {"$ref": "jinban:shared#/$defs/no"}}}, "/properties/a/$ref"),
    ({"properties": {"a": {"notAfter": "morgen"}}}, "/properties/a/notAfter"),
    ({"properties": {"a": {"divisionLevel": "street"}}}, "/properties/a/divisionLevel"),
    ({"properties": {}, "required": ["b"]}, "/required"),
    (ui({"type": "Control", "scope": "#/properties/b"}), f"{WHERE}/scope"),
    (ui({"type": "Control", "scope": "a"}), f"{WHERE}/scope"),
    (ui({"type": "Control"}), f"{WHERE}/scope"),
    (ui({"type": "Slider", "scope": "#/properties/a"}), f"{WHERE}/type"),
    (ui(7), WHERE),
    (ui({"type": "Group"}), f"{WHERE}/elements"),
    (ui({"type": "Label", "text": "x", "options": 3}), f"{WHERE}/options"),
    (ui(), "/ui"),
    (rule({"scope": "#/properties/a", "schema": {}}, "SING"), f"{WHERE}/rule/effect"),
    (rule(7), f"{WHERE}/rule/condition"),
    (rule({"scope": "#/properties/z", "schema": {}}), f"{WHERE}/rule/condition/scope"),
    (rule({"scope": "#/properties/a", "schema": 3}), f"{WHERE}/rule/condition/schema"),
    (rule({"type": "AND", "conditions": []}), f"{WHERE}/rule/condition/conditions"),
    (
        rule({"type": "OR", "conditions": [{"type": "NOT", "condition": 3}]}),
        f"{WHERE}/rule/condition/conditions/0/condition",
    ),
    (
        rule({"scope": "#/properties/a", "schema": {"type": "strin"}}),
        f"{WHERE}/rule/condition/schema/type",
    ),
    (rule({"scope": "#", "schema": 3}), f"{WHERE}/rule/condition/schema"),
]


@pytest.mark.parametrize(("document", "path"), REFUSED, ids=range(len(REFUSED)))
def test_an_invalid_form_is_refused_with_the_path_of_the_fault(document: Json, path: str) -> None:
    found = faults(document)
    assert path in [fault.path for fault in found]
    assert all(fault.reason for fault in found)
    with pytest.raises(InputProblem) as caught:
        parse(document, "x")
    assert caught.value.code == "bad-form"


def test_all_faults_are_told_at_once() -> None:
    found = faults(ui({"type": "Control", "scope": "#/properties/b"}, {"type": "Slider"}))
    assert len(found) == 2


def test_a_form_nested_without_end_is_refused() -> None:
    deep: Json = {"type": "object"}
    for _ in range(200):
        deep = {"properties": {"a": deep}}
    assert "deeply" in faults(deep)[0].reason


def test_a_schema_that_refers_to_itself_is_a_form() -> None:
    tree = {"properties": {"name": {"type": "string"}, "child": {"$ref": "#"}}}
    assert faults(tree) == []
    people = {"properties": {"kin": {"type": "array", "items": {"$ref": "#"}}}}
    assert faults(people) == []


def test_a_bare_schema_needs_an_id_from_its_file() -> None:
    assert parse(A, "bare").form_id == "bare"
    with pytest.raises(InputProblem, match="form_id"):
        parse(A)


def test_formats_of_strangers_and_their_own_id_are_no_fault() -> None:
    strange = {
        "$id": "https://example.com/form",
        "$defs": {"n": {"$anchor": "nn", "type": "string"}},
        "properties": {
            "a": {"type": "string", "format": "iban"},
            "b": {"$ref": "#/$defs/n"},
            "c": {"$ref": "https://example.com/form#/$defs/n"},
            "d": {"$ref": "#nn"},
        },
    }
    assert faults(strange) == []


def test_nothing_is_ever_fetched() -> None:
    calls: list[str] = []

    class Trap(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Trap) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/s.json"
        try:
            for place in (A | {"allOf": [{"$ref": url}]}, {"$schema": url}, {"$dynamicRef": url}):
                assert faults(place)
        finally:
            server.shutdown()
            thread.join()
    assert calls == []


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"$ref": "#/$defs/a"}}},
        {
            "properties": {"a": {"$ref": "#/$defs/a"}},
            "$defs": {"a": {"type": "array", "$ref": "#/$defs/a"}},
        },
        {"$defs": {"o": {"oneOf": [{"$ref": "#"}] * 9}}, "anyOf": [{"$ref": "#/$defs/o"}] * 9},
    ],
)
def test_schemas_that_bite_their_tail_do_no_harm(schema: Json) -> None:
    if faults(schema):
        return
    engine = Engine(parse(schema, "x"), None, date(2026, 11, 22))
    assert len(engine.questions({})) <= 1
    assert isinstance(engine.faults({"a": "x"}), tuple)


def test_a_form_that_unfolds_without_end_is_refused() -> None:
    wide = {f"p{n}": {"$ref": "#"} for n in range(9)} | {"x": {"type": "string"}}
    assert "itself" in faults({"properties": wide})[0].reason


def test_a_pattern_that_would_take_for_ever_only_does_not_fit() -> None:
    schema = {"properties": {"a": {"type": "string", "pattern": "^(?=a)(a+)+(?<!c)\\1$"}}}
    engine = Engine(parse(schema, "x"), None, date(2026, 11, 22))
    assert [fault.path for fault in engine.faults({"a": "a" * 60 + "b"})] == ["/a"]


def test_a_shared_list_has_its_entries() -> None:
    schema = {
        "$defs": {"kin": {"type": "array", "items": {"$ref": "jinban:shared#/$defs/person"}}},
        "properties": {"kin": {"allOf": [{"$ref": "#/$defs/kin"}]}},
    }
    engine = Engine(parse(schema, "x"), None, date(2026, 11, 22))
    assert [one.path for one in engine.questions({})[0].entry] == ["/name", "/id_number", "/phone"]
    bare = parse({"properties": {"a": {"type": "array"}}}, "y")
    assert Engine(bare, None, date(2026, 11, 22)).entry_questions("/a", 0, {}) == ()
