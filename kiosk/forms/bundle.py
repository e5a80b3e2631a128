"""What an item asks for, in one document: for ``kiosk directory form`` and for other programs.

Rules: the schema comes whole (shared definitions put inside), so any JSON Schema library can use
it; materials carry the states that they allow.
"""

from __future__ import annotations

from kiosk.domain.items import ServiceItem
from kiosk.domain.parties import RoleNeed
from kiosk.forms.definition import FormDefinition
from kiosk.forms.materials import allowed_states
from kiosk.forms.pointers import Json
from kiosk.forms.schemas import SHARED, shared_definitions


def form_document(item: ServiceItem, definition: FormDefinition) -> dict[str, Json]:
    """``{"schema", "ui", "materials": [{"key", "name", "allowed"}], "roles"}`` of an item."""
    return {
        "form_id": definition.form_id,
        "form_version": definition.version,
        "title": definition.title,
        "schema": _whole(definition.schema),
        "ui": definition.ui,
        "materials": [
            {
                "key": material.key,
                "name": material.name,
                "necessity": material.necessity.value,
                "allowed": [state.value for state in allowed_states(material)],
            }
            for material in item.materials
        ],
        "roles": [_role(need) for need in item.roles],
    }


def _whole(schema: Json) -> Json:
    """The schema with the shared definitions as an embedded resource, if it refers to them."""
    if not _refers(schema):
        return schema
    definitions = dict(schema.get("$defs", {}))
    return schema | {"$defs": definitions | {"jinban-shared": shared_definitions()}}


def _refers(value: Json) -> bool:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(SHARED):
            return True
        return any(_refers(part) for part in value.values())
    return isinstance(value, list) and any(_refers(part) for part in value)


def _role(need: RoleNeed) -> dict[str, Json]:
    return {
        "role": need.role.value,
        "least": need.least,
        "most": need.most,
        "signs": need.signs,
        "needs_id": need.needs_id,
        "needs_phone": need.needs_phone,
        "may_be_deceased": need.may_be_deceased,
        "id_types": [kind.value for kind in need.id_types],
    }
