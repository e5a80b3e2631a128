"""What kind of question a field is, and its choices.

Rules: the schema decides (type, format, enumeration), the UI schema may only widen a text; nothing
is ever preselected, so ``default`` is ignored; a choice shows words and stores the author's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.forms.pointers import Json
from kiosk.forms.schemas import Occurrence, Schemas, child

_LONG: Final = 60


class QuestionKind(StrEnum):
    """How a question is asked."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    RESIDENT_ID = "resident_id"
    CREDIT_CODE = "credit_code"
    PHONE = "phone"
    DIVISION = "division"
    BANK_CARD = "bank_card"
    LONG_TEXT = "long_text"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose: what is stored, and the words on the button."""

    value: Json
    words: str


_BY_FORMAT: Final = {
    "date": QuestionKind.DATE,
    "resident-id": QuestionKind.RESIDENT_ID,
    "credit-code": QuestionKind.CREDIT_CODE,
    "phone": QuestionKind.PHONE,
    "mobile": QuestionKind.PHONE,
    "division": QuestionKind.DIVISION,
    "bank-account": QuestionKind.BANK_CARD,
}
_YES_NO: Final = (Choice(value=True, words="是"), Choice(value=False, words="不是"))


def kind_of(view: dict[str, Json], options: dict[str, Json], choices: Sequence[Choice]) -> str:
    """The kind of a question that is not an object."""
    kind = type_of(view)
    if kind == "array":
        return QuestionKind.CHOICES if choices else QuestionKind.LIST
    if kind == "boolean":
        return QuestionKind.YES_NO
    if choices:
        return QuestionKind.CHOICE
    if kind in ("integer", "number"):
        return QuestionKind.NUMBER
    by_format = _BY_FORMAT.get(str(view.get("format", "")))
    if by_format is not None:
        return by_format
    longest = view.get("maxLength")
    wide = options.get("multi") or (isinstance(longest, int) and longest > _LONG)
    return QuestionKind.LONG_TEXT if wide else QuestionKind.TEXT


def type_of(view: dict[str, Json]) -> str:
    """The one type that a field is asked as; ``""`` when the schema names none."""
    kinds = view.get("type", "")
    if isinstance(kinds, list):
        others = [kind for kind in kinds if kind != "null"]
        kinds = others[0] if others else "null"
    if kinds:
        return str(kinds)
    if "properties" in view:
        return "object"
    return "array" if "items" in view else ""


def choices_of(schemas: Schemas, locations: Sequence[str]) -> tuple[Choice, ...]:
    """The choices of a field; several locations (alternatives of ``oneOf``) are added up."""
    view = schemas.view(locations[0])
    if type_of(view) == "boolean":
        return _named(view, _YES_NO)
    if type_of(view) == "array":
        place = child(locations[0], "items")
        own = schemas.at(place)
        return _listed(schemas, place) if isinstance(own, dict) else ()
    found: list[Choice] = []
    for location in locations:
        found += [choice for choice in _listed(schemas, location) if choice not in found]
    return tuple(found)


def _listed(schemas: Schemas, location: str) -> tuple[Choice, ...]:
    view = schemas.view(location)
    if "const" in view:
        return (Choice(view["const"], str(view.get("title", view["const"]))),)
    if isinstance(view.get("enum"), list):
        names = view.get("enumNames", view.get("x-enumNames"))
        words = names if isinstance(names, list) else []
        return tuple(
            Choice(value, str(words[index] if index < len(words) else value))
            for index, value in enumerate(view["enum"])
            if value is not None
        )
    for word in ("oneOf", "anyOf"):
        branches = view.get(word)
        if isinstance(branches, list) and branches:
            found = [_single(branch) for branch in branches]
            if all(found):
                return tuple(choice for choice in found if choice)
    return ()


def _single(branch: Json) -> Choice | None:
    if not isinstance(branch, dict):
        return None
    if "const" in branch:
        return Choice(branch["const"], str(branch.get("title", branch["const"])))
    values = branch.get("enum")
    if isinstance(values, list) and len(values) == 1:
        return Choice(values[0], str(branch.get("title", values[0])))
    return None


def _named(view: dict[str, Json], usual: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Yes and no, in the author's words when ``oneOf`` gives them."""
    branches = view.get("oneOf")
    given = [_single(branch) for branch in branches] if isinstance(branches, list) else []
    return tuple(choice for choice in given if choice) or usual


def is_object(schemas: Schemas, occurrences: Sequence[Occurrence]) -> bool:
    """Whether a property is a nested object that has questions of its own."""
    return any(
        type_of(schemas.view(one.location)) in ("object", "") and schemas.members(one.location)
        for one in occurrences
    )
