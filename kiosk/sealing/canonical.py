"""Canonical bytes and digests.

Rules: JSON that is signed or digested is written by RFC 8785 (JCS); digests are SHA-256 in lower
hex; a parsed document is limited in size and depth before anybody looks inside.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import TypeAlias, cast

import rfc8785

from kiosk.domain.problems import InputProblem

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, Json]

MAX_DEPTH = 32
_EXACT = 2**53  # beyond it a number has no canonical form


def canonical(document: JsonObject) -> bytes:
    """The RFC 8785 form of a JSON object, UTF-8."""
    return rfc8785.dumps(document)


def digest(data: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def parse_object(data: bytes, *, what: str, limit: int) -> JsonObject:
    """Parse an untrusted JSON object.

    Args:
        data: UTF-8 JSON.
        what: name of the document for the message.
        limit: most bytes allowed.

    Raises:
        InputProblem: too large, not UTF-8, half a character, not JSON, a name twice, a number
            without a canonical form, too deep, or not an object.
    """
    if len(data) > limit:
        raise InputProblem(
            "too-large", f"{what} has {len(data)} bytes; at most {limit} are allowed"
        )
    try:
        text = data.decode("utf-8-sig")
        document = json.loads(
            text,
            object_pairs_hook=_unique_names,
            parse_constant=_no_constant,
            parse_int=_exact_whole,
            parse_float=_finite,
        )
        if "\\ud" in text.lower():  # half of a character can be neither signed nor shown
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InputProblem("not-json", f"{what} is not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise InputProblem("not-an-object", f"{what} must be a JSON object")
    if depth(document) > MAX_DEPTH:
        raise InputProblem("too-deep", f"{what} is nested deeper than {MAX_DEPTH} levels")
    return cast("JsonObject", document)


def _unique_names(pairs: list[tuple[str, Json]]) -> JsonObject:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name appears twice in one object")
    return result


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


def _exact_whole(text: str) -> int:
    if -_EXACT < (number := int(text)) < _EXACT:
        return number
    raise ValueError("a whole number is larger than 2^53")


def _finite(text: str) -> float:
    if math.isfinite(number := float(text)):
        return number
    raise ValueError("a number is larger than a computer can hold")


def depth(value: object) -> int:
    """How deeply a parsed JSON value is nested; a plain value has depth 1."""
    deepest = 0
    stack = [(value, 1)]
    while stack:
        current, level = stack.pop()
        deepest = max(deepest, level)
        if isinstance(current, dict):
            stack.extend((child, level + 1) for child in current.values())
        elif isinstance(current, list):
            stack.extend((child, level + 1) for child in current)
    return deepest
