"""Reading the members of a message.

Rules: a member that is missing or of another type raises ``PlatformProblem`` with code
``bad-reply`` and the JSON Pointer of the fault; nothing is converted silently.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kiosk.domain.clock import from_text
from kiosk.domain.problems import PlatformProblem
from kiosk.sealing.canonical import JsonObject


def bad(name: str) -> PlatformProblem:
    """The problem of a member that is missing or mistyped."""
    return PlatformProblem(
        "bad-reply", f"the platform's reply lacks a usable {name}", path=f"/{name}"
    )


def text(data: JsonObject, name: str) -> str:
    """A text."""
    value = data.get(name)
    if not isinstance(value, str):
        raise bad(name)
    return value


def optional_text(data: JsonObject, name: str) -> str | None:
    """A text, or None when absent or null."""
    return None if data.get(name) is None else text(data, name)


def texts(data: JsonObject, name: str) -> tuple[str, ...]:
    """A list of texts."""
    value = data.get(name)
    if not isinstance(value, list):
        raise bad(name)
    found = tuple(entry for entry in value if isinstance(entry, str))
    if len(found) != len(value):
        raise bad(name)
    return found


def member(data: JsonObject, name: str) -> JsonObject:
    """An object."""
    value = data.get(name)
    if not isinstance(value, dict):
        raise bad(name)
    return value


def count(data: JsonObject, name: str) -> int:
    """A whole number from 0."""
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise bad(name)
    return value


def moment(data: JsonObject, name: str) -> datetime:
    """An RFC 3339 moment."""
    try:
        return from_text(text(data, name))
    except ValueError as error:
        raise bad(name) from error


def uuid(data: JsonObject, name: str) -> UUID:
    """A UUID."""
    try:
        return UUID(text(data, name))
    except ValueError as error:
        raise bad(name) from error
