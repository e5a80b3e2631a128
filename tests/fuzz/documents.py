"""Targets: what authors write for the directory, and what is written down for an application."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

from kiosk.domain import item_reading
from kiosk.domain.divisions import Division, Level
from kiosk.domain.items import ServiceItem
from kiosk.domain.parties import Way
from kiosk.domain.problems import InputProblem
from kiosk.forms import definition
from kiosk.forms.engine import Engine
from kiosk.forms.examples import example, example_mandate
from kiosk.forms.generic import generic_form
from kiosk.forms.mandates import mandate_faults
from kiosk.journeys.applying import begin, review, settled
from kiosk.journeys.documents import read_application, read_mandate
from kiosk.sealing.canonical import parse_object
from kiosk.search import lexicon
from sync.platform.publishing import source
from sync.platform.publishing.derive import Derivation
from sync.platform.publishing.divisions import Divisions
from sync.platform.publishing.enrichment import Enrichment
from tests.fuzz.hostile import Hostile
from tests.fuzz.target import Target
from tests.fuzz.values import NOW, TODAY

_REFUSALS: Final = (InputProblem,)
_LIMIT: Final = 1024 * 1024
_FORM: Final = "old-age-allowance-jieyang"


_SMALL_FORM: Final = {
    "form_id": "small", "version": 2, "title": "小表", "items": ["a"],
    "schema": {
        "type": "object", "required": ["name"], "$defs": {"why": {"enum": ["病", "灾"]}},
        "properties": {
            "name": {"type": "string", "title": "姓名", "maxLength": 20, "pattern": "^[^0-9]+$"},
            "why": {"$ref": "#/$defs/why"},
            "born": {"type": "string", "format": "date", "cites": "办法第三条"},
            "people": {"type": "array", "maxItems": 3, "items": {
                "type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}},
        },
        "if": {"properties": {"why": {"const": "病"}}},
        "then": {"properties": {"where": {"type": "string"}}, "required": ["where"]},
        "oneOf": [
            {"properties": {"kind": {"const": "a"}}}, {"properties": {"kind": {"const": "b"}}},
        ],
    },
    "ui": {"type": "VerticalLayout", "elements": [
        {"type": "Label", "text": "请填"},
        {"type": "Control", "scope": "#/properties/name"},
        {"type": "Group", "label": "原因", "elements": [
            {"type": "Control", "scope": "#/properties/why"},
            {"type": "Control", "scope": "#/properties/where", "rule": {
                "effect": "SHOW",
                "condition": {"scope": "#/properties/why", "schema": {"const": "病"}}}}]},
        {"type": "Control", "scope": "#/properties/born", "options": {"multi": True}},
        {"type": "Control", "scope": "#/properties/kind"},
        {"type": "Control", "scope": "#/properties/people"}]},
}  # fmt: skip


def targets(folder: Path) -> list[Target]:
    """The targets of this module; ``folder`` takes what has to be a file."""
    item = derived_item()
    return [
        _forms(),
        _answers(item),
        _mandates(item),
        _items(folder),
        _rows(item),
        _enrichment(folder),
        _lexicon("words.txt", lexicon.parse_words),
        _lexicon("items.txt", lexicon.parse_items),
    ]


def derived_item() -> ServiceItem:
    """A real item of the directory, as publishing makes it."""
    return _derivation().item(_sources()[0])


def _forms() -> Target:
    """A form as an author publishes it; what is taken is put to work."""
    valid = [
        json.loads(path.read_text("utf-8"))
        for path in sorted(Path(str(resources.files("assets").joinpath("forms"))).glob("*.json"))
        if path.name != "shared.json"
    ]
    valid.append({"type": "object", "properties": {"a": {"type": "string", "pattern": "^a+$"}}})

    def draw(hostile: Hostile) -> object:
        return hostile.document(hostile.rng.choice(valid) if hostile.one_in(40) else _SMALL_FORM, 2)

    def feed(document: object) -> bool:
        found = definition.parse(document, "fuzz")
        engine = Engine(found, None, TODAY)
        engine.questions({})
        engine.faults({"a": "a" * 40})
        return definition.to_json(found)["form_id"] is not None

    return Target("form", "form definition at publishing", draw, feed, _REFUSALS, 64 * 1024 * 1024)


class _AllDivisions:
    """Every code is as good as another."""

    def get(self, code: str) -> Division:
        return Division(code, "演示村", Level.VILLAGE, None)

    def children(self, _code: str) -> tuple[()]:
        return ()

    def path(self, _code: str) -> tuple[()]:
        return ()


def _answers(item: ServiceItem) -> Target:
    form = _form_of(item)
    valid = example(item, form)
    fresh = begin(item, form, Way.SELF)

    def feed(data: bytes) -> bool:
        document = parse_object(data, what="the answers", limit=_LIMIT)
        application = settled(read_application(fresh, document, ()), _AllDivisions(), NOW)
        return not review(application, _AllDivisions(), NOW).faults

    return Target(
        "answers",
        "answers of an application",
        lambda hostile: hostile.encoded(hostile.document(valid)),
        feed,
        _REFUSALS,
    )


def _mandates(item: ServiceItem) -> Target:
    valid = example_mandate(item, now=NOW)

    def feed(data: bytes) -> bool:
        document = parse_object(data, what="the mandate", limit=_LIMIT)
        mandate, asked = read_mandate(document)
        mandate_faults(item, mandate, (), NOW, asked=asked)
        return True

    return Target(
        "mandate",
        "mandate",
        lambda hostile: hostile.encoded(hostile.document(valid)),
        feed,
        _REFUSALS,
    )


def _items(folder: Path) -> Target:
    """The items file given to publish; what is taken becomes items of the directory."""
    few = _sources()[:6]
    derivation, file = _derivation(), folder / "items.json"

    def draw(hostile: Hostile) -> bytes:
        return hostile.encoded(hostile.document([hostile.rng.choice(few), few[0]]))

    def feed(data: bytes) -> bool:
        file.write_bytes(data)
        for entry in source.load(file):
            item = derivation.item(entry)
            assert item_reading.from_json(item_reading.to_json(item)) == item
        return True

    return Target("items", "items file at publishing", draw, feed, _REFUSALS)


def _rows(item: ServiceItem) -> Target:
    valid = item_reading.to_json(item)
    return Target(
        "item-row",
        "item in the directory",
        lambda hostile: hostile.encoded(hostile.document(valid)).decode("utf-8", "surrogateescape"),
        lambda text: item_reading.from_text(text) is not None,
        _REFUSALS,
    )


def _enrichment(folder: Path) -> Target:
    whole = json.loads(_asset("directory/enrichment.json"))
    few = dict(list(whole["items"].items())[:5])
    valid, file = {**whole, "items": few}, folder / "enrichment.json"

    def feed(data: bytes) -> bool:
        file.write_bytes(data)
        return Enrichment.load(file) is not None

    return Target(
        "enrichment",
        "what publishing adds to items",
        lambda hostile: hostile.encoded(hostile.document(valid)),
        feed,
        _REFUSALS,
    )


def _lexicon(name: str, read: Callable[[str], tuple[object, ...]]) -> Target:
    lines = _asset(f"lexicon/{name}").splitlines()

    def draw(hostile: Hostile) -> str:
        start = hostile.rng.randrange(len(lines))
        few = [*lines[:12], *lines[start : start + 8]]
        place = hostile.rng.randrange(len(few))
        few[place] = hostile.text(few[place])
        return "\n".join(few)

    return Target(
        f"lexicon-{name.removesuffix('.txt')}",
        f"lexicon: {name}",
        draw,
        lambda text: bool(read(text)),
        _REFUSALS,
    )


def _asset(path: str) -> str:
    return resources.files("assets").joinpath(path).read_text("utf-8")


def _sources() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_asset("directory/items.json"))
    return sorted(found, key=lambda entry: entry["id"] != _FORM)


def _derivation() -> Derivation:
    return Derivation(Divisions({"44": "广东省"}), Enrichment.load(), {_FORM: _FORM})


def _form_of(item: ServiceItem) -> definition.FormDefinition:
    if item.form_id == _FORM:
        return definition.parse(json.loads(_asset(f"forms/{_FORM}.json")), _FORM)
    return replace(generic_form(item), form_id=item.form_id)
