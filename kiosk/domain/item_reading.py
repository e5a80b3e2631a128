"""Service items as JSON: how the directory holds them and how they are read back.

Rules: the JSON names are the field names of :class:`~kiosk.domain.items.ServiceItem`; a field that
the directory does not know yet (an older publisher) takes its default or ``None``; one that this
program does not know (a newer publisher) is ignored; a mistyped one is refused with its path.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from kiosk.domain.items import ServiceItem
from kiosk.domain.problems import InputProblem

ItemJson: TypeAlias = dict[str, Any]
_Reader: TypeAlias = Callable[[object, str], Any]
_Part = TypeVar("_Part")


def to_json(item: ServiceItem) -> ItemJson:
    """The item as a JSON object."""
    return cast("ItemJson", _plain(item))


def from_json(document: object) -> ServiceItem:
    """Read an item.

    Raises:
        InputProblem: a field is missing or mistyped (code ``bad-item``), with its JSON Pointer.
    """
    return read(ServiceItem, document)


def read(kind: type[_Part], document: object, path: str = "") -> _Part:
    """Read an item or a part of one, such as ``RoleNeed``.

    Args:
        kind: the dataclass.
        document: its JSON object.
        path: JSON Pointer of ``document``, for the message.

    Raises:
        InputProblem: as :func:`from_json`.
    """
    return cast("_Part", _reader(cast("Any", kind))(document, path))


def from_text(text: str) -> ServiceItem:
    """Read an item from the JSON text of its row.

    Raises:
        InputProblem: as :func:`from_json`.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad("", "JSON") from error
    return from_json(document)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value.value if isinstance(value, StrEnum) else value


@cache
def _reader(kind: Any) -> _Reader:  # noqa: ANN401 (a type form: class, union or generic)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return _optional(_reader(next(part for part in arguments if part is not type(None))))
    if origin is tuple:
        return _sequence(_reader(arguments[0]))
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _word(kind)
    return _scalar(kind)


def _optional(inner: _Reader) -> _Reader:
    return lambda value, path: None if value is None else inner(value, path)


def _sequence(inner: _Reader) -> _Reader:
    def read(value: object, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _bad(path, "a list")
        return tuple(inner(entry, f"{path}/{index}") for index, entry in enumerate(value))

    return read


def _word(kind: type[StrEnum]) -> _Reader:
    def read(value: object, path: str) -> StrEnum:
        try:
            return kind(cast("str", value))
        except ValueError as error:
            raise _bad(path, f"one of {', '.join(kind)}") from error

    return read


def _scalar(kind: type) -> _Reader:
    def read(value: object, path: str) -> object:
        if type(value) is not kind:  # True is not a number here
            raise _bad(path, f"of type {kind.__name__}")
        return value

    return read


def _record(kind: type[Any]) -> _Reader:
    hints = get_type_hints(kind)
    parts = [(part, _reader(hints[part.name])) for part in fields(kind)]

    def read(value: object, path: str) -> object:
        if not isinstance(value, dict):
            raise _bad(path, "an object")
        found = {
            part.name: inner(value[part.name], f"{path}/{part.name}")
            for part, inner in parts
            if part.name in value
        }
        absent = {
            part.name: None for part, _ in parts if part.name not in found and _required(part)
        }
        for name in absent:
            _reader(hints[name])(None, f"{path}/{name}")  # refuses what may not be None
        return kind(**found, **absent)

    return read


def _required(part: Field[Any]) -> bool:
    return part.default is MISSING and part.default_factory is MISSING


def _bad(path: str, wanted: str) -> InputProblem:
    return InputProblem("bad-item", f"the item's {path or 'document'} must be {wanted}", path=path)
