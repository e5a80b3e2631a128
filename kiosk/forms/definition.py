"""Form definitions: what an author publishes, and what keeps it from being published.

Rules: any JSON Schema of an object with an optional JSON Forms UI schema is a form; what is invalid
is refused with the JSON path of the fault and the reason, before a resident sees it; references
lead into the form or to ``jinban:shared`` and nowhere else; a field that is required can be asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Final, cast

import jsonschema_rs

from kiosk.domain.problems import InputProblem
from kiosk.forms.checks import Checks
from kiosk.forms.layout import LAYOUTS, Layout
from kiosk.forms.pointers import ABSENT, Json, pointer
from kiosk.forms.rules import EFFECTS
from kiosk.forms.schemas import FORM, Schemas

_META: Final = "https://json-schema.org/draft/2020-12/schema"
_DRAFTS: Final = (
    _META,
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema",
)
_DEEPEST: Final = 60
_ANY_DAY: Final = date(2026, 1, 1)
_HALF: Final = re.compile("[\ud800-\udfff]")  # half of a character can be neither signed nor shown


@dataclass(frozen=True, slots=True)
class FormFault:
    """What keeps a form from being published: where in the file, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """A form as its author wrote it. ``ui`` None: every property is a question, in order."""

    form_id: str
    version: int
    title: str
    schema: Json
    ui: Json = None
    cites: Mapping[str, str] = field(default_factory=dict)
    demo: bool = False
    items: tuple[str, ...] = ()


def parse(data: object, form_id: str | None = None) -> FormDefinition:
    """Read a form: ``{"form_id", "version", "title", "schema", "ui"}`` or a bare JSON Schema.

    Args:
        data: the author's document.
        form_id: the id when the document carries none.

    Raises:
        InputProblem: code ``bad-form``; the path of the first fault and the reason.
    """
    for fault in faults(data):
        message = f"the form at {fault.path or '/'} cannot be used: {fault.reason}"
        raise InputProblem("bad-form", message, path=fault.path)
    document = cast("dict[str, Any]", data)
    wrapped = "schema" in document
    schema = document["schema"] if wrapped else document
    head = document if wrapped else {}
    identity = head.get("form_id") or form_id
    if not identity:
        raise InputProblem("bad-form", "the form has no form_id", path="/form_id")
    definition = FormDefinition(
        form_id=identity,
        version=head.get("version", 1),
        title=head.get("title") or str(schema.get("title", identity)),
        schema=schema,
        ui=head.get("ui"),
        demo=bool(head.get("demo", False)),
        items=tuple(head.get("items", ())),
    )
    return replace(definition, cites=_cites(definition))


def to_json(definition: FormDefinition) -> dict[str, Json]:
    """The definition as a document that :func:`parse` reads back."""
    document: dict[str, Json] = {
        "form_id": definition.form_id,
        "version": definition.version,
        "title": definition.title,
        "schema": definition.schema,
        "demo": definition.demo,
        "items": list(definition.items),
    }
    return document if definition.ui is None else document | {"ui": definition.ui}


def faults(data: object) -> list[FormFault]:
    """Everything that keeps a document from being a form, in the order of finding."""
    if not isinstance(data, dict):
        return [FormFault("", "a form is a JSON object")]
    wrapped = "schema" in data
    if not wrapped and "form_id" in data:
        return [FormFault("/schema", "is missing")]
    base = "/schema" if wrapped else ""
    schema = data["schema"] if wrapped else data
    found = list(_head_faults(data)) if wrapped else []
    flaw = _flaw(schema) or _flaw(data.get("ui"))
    if flaw:
        return [*found, FormFault(base, flaw)]
    found += _schema_faults(schema, base)
    if not found and wrapped and data.get("ui") is not None:
        found += _ui_faults(data["ui"], Schemas(schema), "/ui")
    return found or list(_whole_faults(schema, data.get("ui") if wrapped else None, base))


def only_fields(definition: FormDefinition, fields: Collection[str]) -> FormDefinition:
    """The same form with only some of its fields, for a correction.

    Args:
        definition: the whole form.
        fields: JSON Pointers of the fields to keep; rules of kept fields are dropped, because the
            answers that they look at are not asked again.
    """
    schemas = Schemas(definition.schema)
    checks = Checks(None, _ANY_DAY)
    layout = Layout(schemas, lambda schema: checks.compile(schema, schemas))
    kept = [
        {
            "type": "Control",
            "scope": "#" + pointer(step for name in one.path for step in ("properties", name)),
            "label": one.title,
        }
        for one in layout.fields(definition.ui)
        if any(one.pointer == wanted or one.pointer.startswith(wanted + "/") for wanted in fields)
    ]
    return replace(definition, ui={"type": "VerticalLayout", "elements": kept})


def _head_faults(data: dict[str, Any]) -> Iterator[FormFault]:
    if not isinstance(data.get("form_id", "-"), str) or not data.get("form_id", "-"):
        yield FormFault("/form_id", "must be a text")
    version = data.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        yield FormFault("/version", "must be a whole number from 1")
    if not isinstance(data.get("title", ""), str):
        yield FormFault("/title", "must be a text")
    items = data.get("items", [])
    if not isinstance(items, list) or not all(isinstance(one, str) for one in items):
        yield FormFault("/items", "must be a list of item ids")


def _schema_faults(schema: Json, base: str) -> list[FormFault]:
    if not isinstance(schema, dict):
        return [FormFault(base, "the schema is a JSON object")]
    draft = schema.get("$schema", _META)
    if not isinstance(draft, str) or draft.rstrip("#") not in _DRAFTS:
        return [FormFault(f"{base}/$schema", f"unknown draft; known: {', '.join(_DRAFTS)}")]
    found = list(_meta_faults(schema, draft, base))
    if schema.get("type", "object") != "object":
        found.append(FormFault(f"{base}/type", "the answers of a form are an object"))
    return found or list(_reference_faults(schema, Schemas(schema), "", base))


def _meta_faults(schema: Json, draft: str, path: str) -> Iterator[FormFault]:
    """Where a schema is not a schema."""
    for error in _meta_of(draft).iter_errors(schema):
        yield FormFault(path + pointer(error.instance_path), error.message)


@cache
def _meta_of(draft: str) -> jsonschema_rs.Validator:
    """What every schema of a draft must be; compiled once."""
    return jsonschema_rs.validator_for({"$schema": draft, "$ref": draft}, offline=True)


def _reference_faults(part: Json, schemas: Schemas, here: str, base: str) -> Iterator[FormFault]:
    """References that lead out of the form or nowhere."""
    if isinstance(part, list):
        for index, inner in enumerate(part):
            yield from _reference_faults(inner, schemas, f"{here}/{index}", base)
    if not isinstance(part, dict):
        return
    reference = part.get("$ref", part.get("$dynamicRef"))
    if isinstance(reference, str):
        target = schemas.target(reference, f"{FORM}#{here}")
        if target is None:
            yield FormFault(f"{base}{here}/$ref", f"{reference!r} leads out of the form")
        elif schemas.at(target) is ABSENT:
            yield FormFault(f"{base}{here}/$ref", f"{reference!r} leads nowhere")
    for key, inner in part.items():
        if key not in ("const", "enum", "default", "examples"):
            yield from _reference_faults(inner, schemas, here + pointer((key,)), base)


def _ui_faults(element: Json, schemas: Schemas, path: str) -> Iterator[FormFault]:
    if not isinstance(element, dict):
        yield FormFault(path, "an element is a JSON object")
        return
    kind = element.get("type")
    if not isinstance(kind, str):
        yield FormFault(f"{path}/type", "must be a text")
    elif kind in LAYOUTS:
        parts = element.get("elements")
        if not isinstance(parts, list):
            yield FormFault(f"{path}/elements", "must be a list of elements")
            return
        for index, part in enumerate(parts):
            yield from _ui_faults(part, schemas, f"{path}/elements/{index}")
    elif kind in ("Control", "ListWithDetail"):
        yield from _scope_faults(element.get("scope"), schemas, f"{path}/scope")
    elif kind != "Label":
        yield FormFault(f"{path}/type", f"unknown element {kind!r}")
    if not isinstance(element.get("options", {}), dict):
        yield FormFault(f"{path}/options", "must be an object")
    if "rule" in element:
        yield from _rule_faults(element["rule"], schemas, f"{path}/rule")


def _scope_faults(scope: Json, schemas: Schemas, path: str) -> Iterator[FormFault]:
    if not isinstance(scope, str):
        yield FormFault(path, "must be a scope like #/properties/name")
        return
    try:
        known = schemas.locate(scope)
    except ValueError as error:
        yield FormFault(path, str(error))
        return
    if not known:
        yield FormFault(path, f"{scope!r} names no property of the schema")


def _rule_faults(rule: Json, schemas: Schemas, path: str) -> Iterator[FormFault]:
    if not isinstance(rule, dict):
        yield FormFault(path, "a rule is a JSON object")
        return
    if rule.get("effect") not in EFFECTS:
        yield FormFault(f"{path}/effect", f"must be one of {', '.join(EFFECTS)}")
    yield from _condition_faults(rule.get("condition"), schemas, f"{path}/condition")


def _condition_faults(spec: Json, schemas: Schemas, path: str) -> Iterator[FormFault]:
    if not isinstance(spec, dict):
        yield FormFault(path, "a condition is a JSON object")
    elif spec.get("type") in ("AND", "OR"):
        parts = spec.get("conditions")
        if not isinstance(parts, list) or not parts:
            yield FormFault(f"{path}/conditions", "must be a list of conditions")
            return
        for index, part in enumerate(parts):
            yield from _condition_faults(part, schemas, f"{path}/conditions/{index}")
    elif spec.get("type") == "NOT":
        yield from _condition_faults(spec.get("condition"), schemas, f"{path}/condition")
    else:
        yield from _scope_faults(spec.get("scope"), schemas, f"{path}/scope")
        if spec.get("type") != "LEAF":
            yield from _meta_faults(spec.get("schema"), _META, f"{path}/schema")


def _whole_faults(schema: Json, ui: Json, base: str) -> Iterator[FormFault]:
    """What only shows when the form is put together."""
    schemas, checks = Schemas(schema), Checks(None, _ANY_DAY)
    try:
        checks.compile(schema, schemas)
    except jsonschema_rs.ValidationError as error:
        yield FormFault(base + pointer(error.instance_path), error.message)
        return
    except ValueError as error:
        yield FormFault(base, str(error))
        return
    try:
        fields = Layout(schemas, lambda part: checks.compile(part, schemas)).fields(ui)
    except ValueError as error:
        yield FormFault("/ui" if ui is not None else base, str(error))
        return
    if not fields and schemas.members(schemas.top):
        yield FormFault("/ui", "shows no field")
    asked = {one.path[:1] for one in fields}
    for name in schemas.view(schemas.top).get("required", ()):
        if (name,) not in asked:
            yield FormFault(f"{base}/required", f"{name!r} is required but no page asks for it")


def _cites(definition: FormDefinition) -> dict[str, str]:
    """The basis of every field that names one."""
    schemas, checks = Schemas(definition.schema), Checks(None, _ANY_DAY)
    layout = Layout(schemas, lambda schema: checks.compile(schema, schemas))
    return {one.pointer: one.cites for one in layout.fields(definition.ui) if one.cites}


def _flaw(value: Json, depth: int = 0) -> str | None:
    """What keeps a document from being looked into at all; None when it can be."""
    if depth > _DEEPEST:
        return "too large or nested too deeply"
    if isinstance(value, str):
        return "holds half of a character" if _HALF.search(value) else None
    parts: list[Json] = []
    if isinstance(value, dict):
        parts = [*value, *value.values()]
    elif isinstance(value, list):
        parts = value
    flaws = (_flaw(part, depth + 1) for part in parts)
    return next((flaw for flaw in flaws if flaw), None)
