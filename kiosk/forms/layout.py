"""A form as a flat list of fields: the UI schema (or the schema alone) compiled once.

Rules: the order of the UI schema is the order of the questions; groups and categories only give a
heading; rules of an element hold for all in it; a control of an object stands for its members; a
list carries the fields of one entry, with rules relative to the entry. Without a UI schema every
property becomes a question in the author's order, shown when the schema's own conditions apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.forms.kinds import Choice, QuestionKind, choices_of, is_object, kind_of
from kiosk.forms.pointers import Json, pointer
from kiosk.forms.rules import Compile, Gate, gate_of, guard_gate
from kiosk.forms.schemas import DEEPEST, Occurrence, Schemas, child, path_of_scope

LAYOUTS = frozenset({"VerticalLayout", "HorizontalLayout", "Group", "Categorization", "Category"})
"""Elements that hold others."""
_OPEN = Gate()
_MOST = 1500


@dataclass(frozen=True, slots=True)
class Field:
    """One question before any answer. ``locations`` name its schemas, the first leads."""

    path: tuple[str, ...]
    pointer: str
    locations: tuple[str, ...]
    kind: str
    title: str
    help: str
    choices: tuple[Choice, ...]
    format: str | None
    cites: str
    group: str
    required: bool
    gate: Gate
    entry: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the UI schema we are: heading, gate, help gathered from labels."""

    base: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    gate: Gate = _OPEN
    locations: tuple[str, ...] = ()


@dataclass(slots=True)
class Layout:
    """Compiles the fields of one form."""

    schemas: Schemas
    compile_schema: Compile
    _said: list[str] = field(default_factory=list)
    _made: list[str] = field(default_factory=list)

    def fields(self, ui: Json) -> tuple[Field, ...]:
        """All fields in order; ``ui`` None: the default layout."""
        top = _Place(locations=(self.schemas.top,))
        if ui is None:
            return tuple(self._object(top, 0))
        return tuple(self._element(ui, top))

    def _element(self, element: Json, place: _Place) -> Iterator[Field]:
        kind = element.get("type")
        gate = place.gate.also(gate_of(element.get("rule"), self.compile_schema))
        if kind in LAYOUTS:
            label = element.get("label")
            group = (*place.group, label) if isinstance(label, str) and label else place.group
            inner = _Place(place.base, group, gate, place.locations)
            for part in element.get("elements", ()):
                yield from self._element(part, inner)
        elif kind == "Label":
            self._said.append(str(element.get("text", "")))
        else:
            yield from self._control(element, _Place(place.base, place.group, gate))

    def _control(self, element: Json, place: _Place) -> Iterator[Field]:
        steps = path_of_scope(element["scope"])
        locations = tuple(self.schemas.locate(element["scope"]))
        occurrences = [Occurrence(one, ()) for one in locations]
        path = place.base + steps
        if is_object(self.schemas, occurrences):
            title = _label(element) or str(self.schemas.view(locations[0]).get("title", ""))
            group = (*place.group, title) if title else place.group
            yield from self._object(_Place(path, group, place.gate, locations), 0)
            return
        yield self._field(path, locations, place, element, 0)

    def _object(self, place: _Place, depth: int) -> Iterator[Field]:
        """The members of an object, in the author's order."""
        members: dict[str, list[Occurrence]] = {}
        for location in place.locations:
            for name, found in self.schemas.members(location).items():
                members.setdefault(name, []).extend(found)
        for name, occurrences in members.items():
            alternatives = [one.guards for one in occurrences]
            gate = place.gate.also(guard_gate(alternatives, place.base, self.compile_schema))
            locations = tuple(one.location for one in _leading_first(self.schemas, occurrences))
            path = (*place.base, name)
            if is_object(self.schemas, occurrences):
                if depth < DEEPEST // 2:
                    title = str(self.schemas.view(locations[0]).get("title", name))
                    inner = _Place(path, (*place.group, title), gate, locations)
                    yield from self._object(inner, depth + 1)
            elif self.schemas.view(locations[0]).get("type") != "null":
                inner = _Place(place.base, place.group, gate)
                yield self._field(path, locations, inner, {}, depth)

    def _field(
        self,
        path: tuple[str, ...],
        locations: tuple[str, ...],
        place: _Place,
        element: Json,
        depth: int,
    ) -> Field:
        self._made.append(pointer(path))
        if len(self._made) > _MOST:
            raise ValueError(f"more than {_MOST} questions: does the schema contain itself?")
        view = self.schemas.view(locations[0])
        options = element.get("options") or {}
        choices = choices_of(self.schemas, locations)
        kind = kind_of(view, options, choices)
        said = [text for text in (*self._said, str(view.get("description", ""))) if text]
        self._said.clear()
        return Field(
            path=path,
            pointer=pointer(path),
            locations=locations,
            kind=kind,
            title=_label(element) or str(view.get("title") or (path[-1] if path else "")),
            help="\n".join(said),
            choices=choices,
            format=view.get("format") if isinstance(view.get("format"), str) else None,
            cites=str(view.get("cites", "")),
            group=" · ".join(place.group),
            required=self._required(path),
            gate=place.gate,
            entry=self._entry(locations[0], options, depth) if kind == QuestionKind.LIST else (),
        )

    def _required(self, path: tuple[str, ...]) -> bool:
        """Whether the schema always requires the field, whatever else is answered."""
        scope = "#" + pointer(word for name in path[:-1] for word in ("properties", name))
        return any(
            path[-1:] and path[-1] in self.schemas.view(location).get("required", ())
            for location in self.schemas.locate(scope)
        )

    def _entry(self, location: str, options: Json, depth: int) -> tuple[Field, ...]:
        """The fields of one entry of a list, with paths relative to the entry."""
        place = self._items(location)
        if place is None or depth > DEEPEST // 4:
            return ()
        inner = Layout(Schemas(self.schemas.root, place), self.compile_schema, _made=self._made)
        detail = options.get("detail")
        if isinstance(detail, dict):
            return inner.fields(detail)
        occurrences = [Occurrence(place, ())]
        if is_object(self.schemas, occurrences):
            return tuple(inner._object(_Place(locations=(place,)), depth + 1))
        return (inner._field((), (place,), _Place(), {}, depth + 1),)

    def _items(self, location: str) -> str | None:
        """The location of the entries' schema, behind references and ``allOf``."""
        waiting, seen = [location], set[str]()
        while waiting:
            here = waiting.pop(0)
            schema = self.schemas.at(here)
            if here in seen or not isinstance(schema, dict):
                continue
            seen.add(here)
            if isinstance(schema.get("items"), dict):
                return child(here, "items")
            if isinstance(schema.get("$ref"), str):
                target = self.schemas.target(schema["$ref"], here)
                waiting += [target] if target else []
            waiting += [child(here, "allOf", n) for n in range(len(schema.get("allOf", ())))]
        return None


def _leading_first(schemas: Schemas, occurrences: list[Occurrence]) -> list[Occurrence]:
    """Occurrences with the one that says most (a type, a title) in front."""

    def says(one: Occurrence) -> int:
        view = schemas.view(one.location)
        return -sum(word in view for word in ("type", "title", "format", "enum", "const"))

    return sorted(occurrences, key=says)


def _label(element: Json) -> str:
    label = element.get("label")
    if isinstance(label, dict):
        label = label.get("text")
    return label if isinstance(label, str) else ""
