"""Finding one's way in a JSON Schema: references, views of a field, members of an object.

Rules: every subschema has a location (``jinban:form#/…`` or ``jinban:shared#/…``); references lead
within the form or into the shared definitions and nowhere else (nothing is ever fetched); cycles
end after a fixed depth; the author's document is never changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import jsonschema_rs

from kiosk.forms.pointers import ABSENT, Json, look_up, pointer, tokens_of

FORM: Final = "jinban:form"
SHARED: Final = "jinban:shared"
DEEPEST: Final = 12
_META_2020: Final = "https://json-schema.org/draft/2020-12/schema"


@cache
def shared_definitions() -> Json:
    """The definitions that every form may refer to."""
    return json.loads(files("assets").joinpath("forms", "shared.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of the schema itself: the value at ``path`` fits (or not) the schema there."""

    path: tuple[str, ...]
    location: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a property is described, and the conditions for it to apply."""

    location: str
    guards: tuple[Guard, ...]


class Schemas:
    """One form's schema together with the shared definitions.

    Args:
        root: the author's schema.
        top: the location that scopes start from; a list's entries have their own.
    """

    def __init__(self, root: Json, top: str = f"{FORM}#") -> None:
        self.root = root
        self.top = top
        self.own_id = root.get("$id") if isinstance(root, dict) else None
        self._registry: jsonschema_rs.Registry | None = None

    def at(self, location: str) -> Json:
        """The subschema at a location; :data:`ABSENT` when it leads nowhere."""
        base, _, fragment = location.partition("#")
        document = shared_definitions() if base == SHARED else self.root
        try:
            return look_up(document, tokens_of(fragment))
        except ValueError:
            return self._anchored(document, fragment)

    def _anchored(self, document: Json, anchor: str) -> Json:
        for part in _walk(document):
            if part.get("$anchor") == anchor:
                return part
        return ABSENT

    def target(self, reference: str, location: str) -> str | None:
        """The location that a ``$ref`` standing at ``location`` names; None when it is foreign."""
        base, _, fragment = reference.partition("#")
        if base in ("", FORM) or base == self.own_id:
            own = location.partition("#")[0] if base == "" else FORM
            return f"{own}#{fragment}"
        return f"{SHARED}#{fragment}" if base == SHARED else None

    def view(self, location: str, chain: frozenset[str] = frozenset()) -> dict[str, Json]:
        """The keywords that hold at a location, references and ``allOf`` folded in.

        What stands nearer wins; this is for showing a field, validation never uses it.
        """
        schema = self.at(location)
        if not isinstance(schema, dict) or location in chain or len(chain) > DEEPEST:
            return {}
        chain |= {location}
        folded: dict[str, Json] = {}
        for index in range(len(_list(schema.get("allOf")))):
            folded |= self.view(child(location, "allOf", index), chain)
        if isinstance(schema.get("$ref"), str):
            target = self.target(schema["$ref"], location)
            folded |= self.view(target, chain) if target else {}
        return folded | {key: value for key, value in schema.items() if key != "$ref"}

    def members(self, location: str) -> dict[str, list[Occurrence]]:
        """The properties of an object, wherever its schema describes them, in order."""
        found: dict[str, list[Occurrence]] = {}
        for name, occurrence in self._members(location, (), frozenset()):
            found.setdefault(name, []).append(occurrence)
        return found

    def _members(
        self, location: str, guards: tuple[Guard, ...], chain: frozenset[str]
    ) -> Iterator[tuple[str, Occurrence]]:
        schema = self.at(location)
        if not isinstance(schema, dict) or location in chain or len(chain) > DEEPEST:
            return
        chain |= {location}
        if isinstance(schema.get("$ref"), str):
            target = self.target(schema["$ref"], location)
            if target:
                yield from self._members(target, guards, chain)
        for name in _keys(schema.get("properties")):
            # What tells alternatives apart is asked first, so it cannot depend on itself.
            others = tuple(one for one in guards if one.path != (name,))
            yield name, Occurrence(child(location, "properties", name), others)
        for place, more in self._branches(location, schema):
            yield from self._members(place, guards + more, chain)

    def _branches(
        self, location: str, schema: dict[str, Json]
    ) -> Iterator[tuple[str, tuple[Guard, ...]]]:
        for index in range(len(_list(schema.get("allOf")))):
            yield child(location, "allOf", index), ()
        if "if" in schema:
            condition = child(location, "if")
            for word, holds in (("then", True), ("else", False)):
                yield child(location, word), (Guard((), condition, holds),)
        for name in _keys(schema.get("dependentSchemas")):
            there = Guard((name,), "#present", holds=True)
            yield child(location, "dependentSchemas", name), (there,)
        for word in ("oneOf", "anyOf"):
            for index in range(len(_list(schema.get(word)))):
                branch = child(location, word, index)
                yield branch, tuple(self._tellers(branch))

    def _tellers(self, branch: str) -> Iterator[Guard]:
        """The properties with one fixed value that tell one alternative from the others."""
        for name in _keys(self.view(branch).get("properties")):
            place = child(branch, "properties", name)
            if "const" in self.view(place):
                yield Guard((name,), place, holds=True)

    def locate(self, scope: str) -> list[str]:
        """The locations that a UI scope (``#/properties/a/properties/b``) names.

        Properties are found wherever the schema describes them (behind references, in branches).
        """
        here = [self.top]
        steps = path_of_scope(scope)
        for name in steps:
            here = [
                occurrence.location
                for place in here
                for occurrence in self.members(place).get(name, [])
            ]
        return here

    def registry(self) -> jsonschema_rs.Registry:
        """The documents that references may lead to; nothing else can be reached."""
        if self._registry is not None:
            return self._registry
        resources = [(SHARED, shared_definitions()), (FORM, self._anonymous())]
        if self.own_id:
            resources.append((self.own_id, self._anonymous()))
        self._registry = jsonschema_rs.Registry(resources)
        return self._registry

    def _anonymous(self) -> Json:
        if not isinstance(self.root, dict):
            return self.root
        own = {key: value for key, value in self.root.items() if key != "$id"}
        return {"$schema": _META_2020} | own


def child(location: str, *tokens: str | int) -> str:
    """The location of a part of a schema."""
    return location + pointer(tokens)


def path_of_scope(scope: str) -> tuple[str, ...]:
    """The property names of a UI scope.

    Raises:
        ValueError: the scope is not of the form ``#/properties/a/properties/b``.
    """
    tokens = tokens_of(scope)
    if not scope.startswith("#") or any(word != "properties" for word in tokens[::2]):
        raise ValueError(f"{scope!r} is not a scope like #/properties/name")
    if len(tokens) % 2:
        raise ValueError(f"{scope!r} ends before the name of a property")
    return tokens[1::2]


def _keys(value: Json) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def _list(value: Json) -> list[Any]:
    return value if isinstance(value, list) else []


def _walk(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _walk(part)
    elif isinstance(value, list):
        for part in value:
            yield from _walk(part)
