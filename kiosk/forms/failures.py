"""What the validator reports, brought down to single fields.

Rules: a missing property is reported at its own path, not at its parent; of alternatives
(``oneOf``, ``anyOf``) the one that comes nearest speaks, judged by the fewest and deepest faults;
a property that may not be there is reported at itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import jsonschema_rs

from kiosk.forms.pointers import ABSENT, Json, look_up, pointer
from kiosk.forms.schemas import FORM, SHARED
from kiosk.forms.words import words_of

Look: TypeAlias = Callable[[str], dict[str, Json]]

_OURS = frozenset({"notAfter", "notBefore", "divisionLevel"})


@dataclass(frozen=True, slots=True)
class Failure:
    """One keyword that one place does not meet. ``view`` is the schema that states it."""

    path: str
    keyword: str
    limit: Json
    value: Json
    view: dict[str, Json]
    words: str


def failures(
    errors: Iterable[jsonschema_rs.ValidationError], document: Json, look: Look
) -> list[Failure]:
    """All failures of a document, one for each place and keyword."""
    return [one for error in errors for one in _flat(error, document, look)]


def _flat(error: jsonschema_rs.ValidationError, document: Json, look: Look) -> Iterator[Failure]:
    details: dict[str, Any] = error.kind.as_dict()
    keyword = error.kind.name
    here = [str(step) for step in error.instance_path]
    context = details.get("context")
    if context:
        nearest = min(context, key=_distance)
        if nearest and not _only_tells_apart(nearest):
            for inner in nearest:
                yield from _flat(inner, document, look)
            return
    view = _stating(error, look)
    limit = next(iter(details.values()), None)
    if keyword in ("required", "dependentRequired"):
        path = [*here, str(details.get("property", ""))]
        yield Failure(pointer(path), "required", limit, ABSENT, view, _required_words(view))
        return
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        for name in details["unexpected"]:
            words = "表里没有这一项。"
            yield Failure(pointer([*here, name]), "unknown-field", None, ABSENT, view, words)
        return
    words = error.message if keyword in _OURS else words_of(keyword, limit, view)
    value = look_up(document, here)
    yield Failure(pointer(here), keyword, limit, value, view, words)


def _required_words(view: dict[str, Json]) -> str:
    return words_of("required", None, {"errorMessage": view.get("errorMessage")} if view else {})


def _distance(branch: list[jsonschema_rs.ValidationError]) -> tuple[int, int, int]:
    """How far an answer is from an alternative: wrong constants first, then faults, then depth."""
    apart = sum(error.kind.name in ("const", "enum", "type") for error in branch)
    depth = max((len(error.instance_path) for error in branch), default=0)
    return apart, len(branch), -depth


def _only_tells_apart(branch: list[jsonschema_rs.ValidationError]) -> bool:
    """Whether the nearest alternative differs in the alternatives' own marks alone."""
    return all(error.kind.name in ("const", "type") for error in branch)


def _stating(error: jsonschema_rs.ValidationError, look: Look) -> dict[str, Json]:
    """The subschema that states the failed keyword, as far as its place can be told."""
    place = error.absolute_keyword_location or ""
    steps = list(error.schema_path)[:-1]
    base = SHARED if place.startswith(SHARED) else FORM
    return look(f"{base}#{pointer(steps)}")
