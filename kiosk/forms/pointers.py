"""JSON Pointers (RFC 6901) into answers and documents.

Rules: absent is not null; a pointer that leads nowhere is absent, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
"""A JSON value of unknown shape: whatever a form author or a resident wrote."""


class _Absent:
    """The type of :data:`ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""What stands where nothing stands."""


def pointer(tokens: Iterable[str | int]) -> str:
    """The pointer of a path of keys and indices."""
    return "".join(
        "/" + str(token).replace("~", "~0").replace("/", "~1")
        if isinstance(token, str)
        else f"/{token}"
        for token in tokens
    )


def tokens_of(text: str) -> tuple[str, ...]:
    """The unescaped keys of a pointer; a leading ``#`` is allowed.

    Raises:
        ValueError: neither empty nor starting with a slash.
    """
    body = text.removeprefix("#")
    if not body:
        return ()
    if not body.startswith("/"):
        raise ValueError(f"{text!r} is not a JSON Pointer")
    return tuple(t.replace("~1", "/").replace("~0", "~") for t in body[1:].split("/"))


def look_up(document: Json, tokens: Iterable[str]) -> Json:
    """The value at a path, or :data:`ABSENT`."""
    value = document
    for token in tokens:
        if isinstance(value, dict):
            value = value.get(token, ABSENT)
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return ABSENT
        if value is ABSENT:
            return ABSENT
    return value


def without(document: Json, tokens: tuple[str, ...]) -> Json:
    """A copy without the value at a path; what is not on the path is shared, not copied.

    Objects left empty on the way are removed with it.
    """
    if not isinstance(document, dict) or not tokens or tokens[0] not in document:
        return document
    rest = dict(document)
    if len(tokens) == 1:
        del rest[tokens[0]]
        return rest
    inner = without(document[tokens[0]], tokens[1:])
    if inner == {}:
        del rest[tokens[0]]
    else:
        rest[tokens[0]] = inner
    return rest


def with_value(document: Json, tokens: tuple[str, ...], value: Json) -> Json:
    """A copy with a value set at a path; objects on the way are made, lists grow by one at most."""
    if not tokens:
        return value
    head, rest = tokens[0], tokens[1:]
    if isinstance(document, list) and head.isdecimal() and int(head) <= len(document):
        copy = list(document)
        old = copy[int(head)] if int(head) < len(copy) else {}
        copy[int(head) : int(head) + 1] = [with_value(old, rest, value)]
        return copy
    base = dict(document) if isinstance(document, dict) else {}
    base[head] = with_value(base.get(head, {}), rest, value)
    return base
