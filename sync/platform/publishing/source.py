"""The items file given to ``publish``: read and checked before anything is written.

Rules:

* Every refusal names the item, the field (JSON Pointer into that item) and the reason, and refuses
  the whole publish: all refusals are collected first, nothing is half-applied.
* What a source leaves out stays unknown; an unknown member is ignored.
* What looks inconsistent but may be true is a warning (:mod:`…publishing.consistency`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeAlias

import jsonschema_rs

from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import MAX_DEPTH, depth

SourceItem: TypeAlias = dict[str, Any]

MAX_BYTES: Final = 1024 * 1024 * 1024
_SHOWN: Final = 20
_REASON: Final = 200
# Control characters (line feed, return and tab apart), bidirectional overrides, surrogates.
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an item is refused."""

    item: str
    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"item {self.item}, field {self.pointer or '/'}: {self.reason}"


class RefusedItems(InputProblem):
    """The items file is refused as a whole; ``faults`` holds every reason."""

    def __init__(self, faults: list[Fault]) -> None:
        shown = "; ".join(str(fault) for fault in faults[:_SHOWN])
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        super().__init__(
            "bad-items",
            f"nothing was published, {len(faults)} fault(s): {shown}{more}",
            path=f"{faults[0].item}{faults[0].pointer}",
        )
        self.faults = faults


def load(path: Path) -> list[SourceItem]:
    """Read and check an items file.

    Raises:
        InputProblem: unreadable, not JSON, not a list, empty.
        RefusedItems: at least one item is at fault.
    """
    items = _parse(path)
    faults = list(_faults(items))
    if faults:
        raise RefusedItems(faults)
    return items


def _parse(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputProblem("bad-items", "the items file is too large", path=str(path))
        document = json.loads(
            path.read_bytes().decode("utf-8-sig"),
            parse_constant=_no_constant,
            object_pairs_hook=_unique,
        )
    except OSError as error:
        raise InputProblem(
            "bad-items", f"the items file cannot be read: {error.strerror}", path=str(path)
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputProblem(
            "bad-items", f"the items file is not JSON: {error}", path=str(path)
        ) from error
    if not isinstance(document, list) or not document:
        raise InputProblem(
            "bad-items", "the items file must be a list of at least one item", path=str(path)
        )
    return document


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> SourceItem:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name appears twice in one object")
    return result


def _faults(items: list[Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        name = _label(item, index)
        if depth(item) > MAX_DEPTH:
            yield Fault(name, "", f"nested deeper than {MAX_DEPTH} levels")
            continue
        dirty = list(_dirty(item, ""))
        for pointer in dirty:
            yield Fault(name, pointer, "holds a control or direction-changing character")
        if not dirty:
            yield from _schema_faults(item, name)
        identity = item.get("id") if isinstance(item, dict) else None
        if isinstance(identity, str):
            if identity in seen:
                yield Fault(name, "/id", "another item of this file has the same id")
            seen.add(identity)


def _schema_faults(item: object, name: str) -> Iterator[Fault]:
    """Where an item is not of the format; its texts are clean already."""
    try:
        for error in _validator().iter_errors(item):
            pointer = "".join(f"/{_escaped(part)}" for part in error.instance_path)
            yield Fault(name, pointer, _reason(error.message))
    except ValueError as error:  # a number that the validator cannot hold
        yield Fault(name, "", _reason(str(error)))


def _label(item: object, index: int) -> str:
    named = item.get("id") if isinstance(item, dict) else None
    return named if isinstance(named, str) and named else f"number {index + 1}"


def _reason(message: str) -> str:
    return message if len(message) <= _REASON else f"…{message[-_REASON:]}"


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _dirty(value: object, pointer: str) -> Iterator[str]:
    if isinstance(value, str):
        if _FORBIDDEN.search(value):
            yield pointer
    elif isinstance(value, dict):
        for key, child in value.items():
            if _FORBIDDEN.search(key):
                yield pointer
            yield from _dirty(child, f"{pointer}/{_escaped(key)}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _dirty(child, f"{pointer}/{index}")


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    text = resources.files("assets").joinpath("directory/items.schema.json").read_text("utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(text))
