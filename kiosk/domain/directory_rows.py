"""What a directory is made of, and how it travels: rows, a header, a state digest.

Rules:

* A directory is a set of rows ``(table, key) → value``; a key is text, a value text or bytes that
  nobody but the reader of the table looks into. Tables: ``item``, ``form``, ``division``,
  ``holiday`` and the index tables of searching.
* A *full* file carries every row, a *delta* the rows that changed since another version (``null``:
  the row is gone). Items and index rows travel together, so a search never finds what is not there.
* The state digest covers all rows in the order of table and key. Whoever applies a file compares
  it with the header; full + deltas = next full, byte for byte in the digest.
* JSON lines, UTF-8: the header, then one row a line; bytes are written ``{"b": base64}``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

from kiosk.domain.problems import InputProblem

RowKey: TypeAlias = tuple[str, str]
Value: TypeAlias = str | bytes
Content: TypeAlias = Mapping[RowKey, Value]

FORMAT = 1
MAX_LINE = 16 * 1024 * 1024
_TABLE = re.compile("[a-z][a-z0-9_]{0,40}")
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``value`` None in a delta: the row is gone."""

    table: str
    key: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file.

    ``role``: which part of the province (``common`` or ``d-4452``); ``since``: the version that a
    delta starts from, None for a full file; ``state_digest``: of the directory at ``version``.
    """

    role: str
    version: int
    since: int | None
    published_at: str
    state_digest: str


def text_of(document: object) -> str:
    """The JSON text that rows carry: sorted, compact, deterministic."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def state_digest(rows: Iterable[tuple[str, str, Value]]) -> str:
    """The digest of a directory.

    Args:
        rows: (table, key, value), sorted by table and key in code point order.
    """
    total = hashlib.sha256()
    for table, key, value in rows:
        total.update(_line([table, key, _written(value)]))
    return total.hexdigest()


def digest_of(content: Content) -> str:
    """The state digest of rows in memory."""
    return state_digest((table, key, content[table, key]) for table, key in sorted(content))


def full(content: Content) -> list[Row]:
    """Every row, in order."""
    return [Row(table, key, content[table, key]) for table, key in sorted(content)]


def difference(old: Content, new: Content) -> list[Row]:
    """The rows that lead from ``old`` to ``new``, in order."""
    changed = [place for place, value in new.items() if old.get(place) != value]
    gone = [place for place in old if place not in new]
    return [Row(table, key, new.get((table, key))) for table, key in sorted([*changed, *gone])]


def lines(header: Header, rows: Iterable[Row]) -> Iterator[bytes]:
    """The file, line by line."""
    yield _line({"format": FORMAT, **asdict(header)})
    for row in rows:
        yield _line([row.table, row.key, _written(row.value)])


def read(source: Iterable[bytes]) -> tuple[Header, Iterator[Row]]:
    """Read a file.

    Args:
        source: its lines.

    Returns:
        The header and the rows, read as they are asked for.

    Raises:
        InputProblem: not a directory file (code ``bad-directory``); the rows may raise it too.
    """
    remaining = iter(source)
    return _header(_parsed(next(remaining, b""), 1)), _rows(remaining)


def _rows(source: Iterator[bytes]) -> Iterator[Row]:
    for number, line in enumerate(source, start=2):
        match _parsed(line, number):
            case [str(table), str(key), str() | None as value] if _TABLE.fullmatch(table):
                yield Row(table, key, value)
            case [str(table), str(key), {"b": str(coded)}] if _TABLE.fullmatch(table):
                yield Row(table, key, _bytes(coded, number))
            case _:
                raise _bad(number, "is not a row")


def _header(document: object) -> Header:
    match document:
        case {
            "format": 1,
            "role": str(role),
            "version": int(version),
            "since": int() | None as since,
            "published_at": str(published_at),
            "state_digest": str(digest),
        } if version > 0 and _DIGEST.fullmatch(digest):
            return Header(role, version, since, published_at, digest)
        case _:
            raise _bad(1, "is not the header of a directory of this format")


def _written(value: Value | None) -> object:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _bytes(coded: str, number: int) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad(number, "is not a row") from error


def _line(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _parsed(line: bytes, number: int) -> object:
    try:
        if len(line) <= MAX_LINE:
            document = json.loads(line.decode())
            if b"\\ud" in line.lower():  # half of a character can be neither kept nor shown
                _line(document)
            return document
    except (ValueError, RecursionError):
        pass
    raise _bad(number, "cannot be read")


def _bad(number: int, reason: str) -> InputProblem:
    return InputProblem(
        "bad-directory", f"line {number} of the directory file {reason}", path=f"line {number}"
    )
