"""Bending valid input: what a broken, careless or hostile hand would make of it.

Rules: everything is drawn from the given ``Random``, so a seed brings an example back, and
hypothesis can drive the same generator and shrink it. Bent input stays near the valid document it
came from: a parser that refuses everything at its first line proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any

_MEMBERS: Final = ("id", "type", "", "__proto__", "a/b~c", "名", "x" * 300, "$ref", "\u202e", "\0")
_NUMBERS: Final = (
    0, 1, -1, 2, 255, 2**31, 2**53 - 1, 2**53, 2**63, 2**64, -(2**63), 10**30, 10**400,
    0.0, -0.0, 0.1, 1.0, 2.5, -1e-300, 1e21, 1.7976931348623157e308,
)  # fmt: skip
_TEXTS: Final = (
    "", " ", "0", "1", "-1", "²", "１２３", "٣", "x", "X", "null", "true", "NaN", "a" * 65,
    "é" * 201, "\0", "\u202e电話", "\u200b", "\ufeff", "\U0001f469\u200d\U0001f33e", "𠮷",
    "e\u0301", "\r\n", "\x1b[2J",
    "../../etc/passwd", "file:///etc/passwd", "http://[::1", "=1+1", "'; DROP TABLE item;--", "%00",
    "2026-11-22T01:02:03Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
    "2026-12-31T23:59:60Z", "2026-02-30T00:00:00Z", "2026-11-22", "0000-00-00", "20261122T01Z",
    "00000000-0000-0000-0000-000000000000", "{019a0000-0000-7000-8000-000000000001}",
    "urn:uuid:019a0000-0000-7000-8000-000000000001", "A" * 43, "A" * 44, "_" * 22, "f" * 64,
    "(a+)+$", "^(a|a)*$", "#/a", "#/properties/0", "jinban:shared#/$defs/name",
)  # fmt: skip
_SURROGATES: Final = ("\ud800", "a\udfff", "\udc80\ud83d")
_ODD_BYTES: Final = (
    b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\0", b"\xef\xbb\xbf", b"NaN",
    b"Infinity", b"-Infinity", b"1e999", b"-", b"{", b"}", b"[", b'"', b"\\u", b"\\ud800", b"//",
    b"'", b",", b":", b"\n",
)  # fmt: skip


class Hostile:
    """Draws bent input from ``rng``."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def one_in(self, odds: int) -> bool:
        """True once in ``odds`` times."""
        return self.rng.randrange(odds) == 0

    def value(self) -> Json:
        """Something that stands where something else was expected."""
        kind = self.rng.randrange(10)
        if kind < 4:
            return self.rng.choice(_TEXTS)
        if kind < 7:
            return self.rng.choice(_NUMBERS)
        if kind < 8:
            return self.rng.choice((None, True, False))
        if kind < 9:
            return self.rng.choice(([], {}, [[]], [None], {"": {}}, [{}], ["a", "a"], {"a": [1]}))
        return self.nested(self.rng.choice((3, 20, 33, 70, 300, 900)))

    def nested(self, depth: int) -> Json:
        """Something deep."""
        inner: Json = self.rng.choice((None, 1, "x"))
        for _ in range(depth):
            inner = [inner] if self.one_in(2) else {"a": inner}
        return inner

    def document(self, valid: Json, most: int = 3) -> Json:
        """A JSON value with up to ``most`` bends; one in five is left as it is."""
        if self.one_in(5):
            return valid
        for _ in range(self.rng.randint(1, most)):
            valid = self._bent(valid)
        return valid

    def text(self, valid: str) -> str:
        """A text with a few bends; one in five is left as it is."""
        if self.one_in(5):
            return valid
        for _ in range(self.rng.randint(1, 3)):
            valid = self._bent_text(valid)
        return valid

    def encoded(self, document: Json) -> bytes:
        """JSON bytes as different writers, and worse, would write them."""
        text = json.dumps(
            document,
            ensure_ascii=self.one_in(2),
            separators=self.rng.choice(((",", ":"), (", ", ": "))),
        )
        if self.one_in(12):
            text = self._doubled(text)
        data = text.encode("utf-8", "surrogatepass")
        return self.raw(data) if self.one_in(3) else data

    def raw(self, data: bytes) -> bytes:
        """Bytes with a few bends."""
        for _ in range(self.rng.randint(1, 2)):
            data = self._bent_bytes(data)
        return data

    def _bent(self, value: Json) -> Json:
        """The value with one bend somewhere; what lies off the way is shared, not copied."""
        if isinstance(value, dict) and value and not self.one_in(6):
            name = self.rng.choice(list(value))
            return {**value, name: self._bent(value[name])}
        if isinstance(value, list) and value and not self.one_in(6):
            place = self.rng.randrange(len(value))
            return [*value[:place], self._bent(value[place]), *value[place + 1 :]]
        return self._replaced(value)

    def _replaced(self, value: Json) -> Json:
        if isinstance(value, dict) and not self.one_in(4):
            return self._bent_members(value)
        if isinstance(value, list) and not self.one_in(4):
            return self._bent_entries(value)
        if isinstance(value, str) and not self.one_in(3):
            return self._bent_text(value)
        if isinstance(value, int) and not isinstance(value, bool) and self.one_in(2):
            return value + self.rng.choice((-1, 1, 2**31, -(2**53)))
        return self.value()

    def _bent_members(self, value: dict[str, Json]) -> dict[str, Json]:
        kind = self.rng.randrange(4)
        if kind == 0 or not value:
            return {**value, self.rng.choice(_MEMBERS): self.value()}
        name = self.rng.choice(list(value))
        rest = {key: inner for key, inner in value.items() if key != name}
        if kind == 1:
            return rest
        if kind == 2:
            return {**rest, self.rng.choice(_MEMBERS): value[name]}
        return {**value, name: value[self.rng.choice(list(value))]}

    def _bent_entries(self, value: list[Json]) -> list[Json]:
        kind = self.rng.randrange(4)
        if kind == 0 or not value:
            return [*value, self.value()]
        if kind == 1:
            return value[:-1]
        if kind == 2:
            return [*value, self.rng.choice(value)]
        return value * self.rng.choice((2, 3, 70))

    def _bent_text(self, value: str) -> str:
        place = self.rng.randrange(len(value) + 1)
        bends: tuple[Callable[[], str], ...] = (
            lambda: value[:place],
            lambda: value[:place] + self.rng.choice(_TEXTS) + value[place:],
            lambda: value[:place] + value[place + 1 :],
            lambda: value[:place] + chr(self.rng.randrange(32, 0x2FFF)) + value[place + 1 :],
            value.swapcase,
            lambda: self.rng.choice(_TEXTS),
            lambda: value * self.rng.choice((2, 40)),
            lambda: value[:place] + self.rng.choice(_SURROGATES) + value[place:],
        )
        return self.rng.choice(bends)()

    def _bent_bytes(self, data: bytes) -> bytes:
        place = self.rng.randrange(len(data) + 1)
        end = min(len(data), place + self.rng.choice((1, 4, 50)))
        bends: tuple[Callable[[], bytes], ...] = (
            lambda: data[:place],
            lambda: data[place:],
            lambda: data[:place] + self.rng.choice(_ODD_BYTES) + data[place:],
            lambda: data[:place] + bytes([self.rng.randrange(256)]) + data[place + 1 :],
            lambda: data[:place] + data[end:],
            lambda: data[:end] + data[place:],
            lambda: data + self.rng.choice(_ODD_BYTES) * self.rng.choice((1, 3, 2000)),
            lambda: self.rng.choice((b"[", b'{"a":', b'["', b"9")) * self.rng.choice((40, 5000)),
            lambda: b" " * self.rng.choice((1, 10_000)) + data,
        )
        return self.rng.choice(bends)()

    def _doubled(self, text: str) -> str:
        """One object with a name twice."""
        start = text.find('{"')
        end = text.find('"', start + 2)
        if start < 0 or end < 0:
            return text
        return f"{text[: start + 1]}{text[start + 1 : end + 1]}: null, {text[start + 1 :]}"
