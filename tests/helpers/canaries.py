"""Words of an invented person that nobody else uses, and a search for them in whatever is left.

Rules: a word is looked for in every form that this program or a library may give it: UTF-8, UTF-16,
GB 18030, base64 at each of its three offsets, URL-encoded, escaped as in JSON, and inside of
deflated data (zlib, gzip, the streams of PDF and PNG) to a depth of three. The search reads
everything that is new or changed since it began; it forgives nothing by itself.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

_DEFLATED: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_LEAST: Final = 6
_MOST: Final = 64_000_000
_DEPTH: Final = 3
_PLAIN: Final = 15  # window bits; with 32 more, zlib finds out zlib or gzip by itself


@dataclass(frozen=True, slots=True)
class Trace:
    """A canary that was found: which, in what form, where."""

    canary: str
    form: str
    place: str


def forms(word: str | bytes) -> Iterator[tuple[str, bytes]]:
    """The forms of a word; bytes are looked for as they are and in base64."""
    plain = word if isinstance(word, bytes) else word.encode()
    yield "utf-8", plain
    yield from _in_base64(plain)
    if isinstance(word, str):
        yield "utf-16", word.encode("utf-16-le")
        yield "utf-16-be", word.encode("utf-16-be")
        if not word.isascii():
            yield "gb18030", word.encode("gb18030")
            yield "url", quote(word).encode()
            yield "json", json.dumps(word)[1:-1].encode()
            yield "utf-32", word.encode("utf-32-le")


def _in_base64(plain: bytes) -> Iterator[tuple[str, bytes]]:
    """The part of a word's base64 that its neighbours cannot change, at each offset."""
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + plain + bytes(-(offset + len(plain)) % 3))
        first = -(-offset * 8 // 6)
        last = (offset + len(plain)) * 8 // 6
        yield "base64", text[first:last]
        if b"+" in text or b"/" in text:
            yield "base64", text[first:last].replace(b"+", b"-").replace(b"/", b"_")


class Canaries:
    """Some words to look for.

    Args:
        words: a name for each word.
    """

    def __init__(self, words: Mapping[str, str | bytes]) -> None:
        self._meaning: dict[bytes, tuple[str, str]] = {}
        for name, word in words.items():
            assert len(word if isinstance(word, bytes) else word.encode()) >= _LEAST, name
            for form, needle in forms(word):
                if len(needle) < _LEAST:  # chance would find it in what is sealed
                    continue
                self._meaning.setdefault(needle, (name, form))

    def within(self, data: bytes, place: str, depth: int = _DEPTH) -> set[Trace]:
        """What of them stands in some bytes."""
        found = {
            Trace(*meaning, place) for needle, meaning in self._meaning.items() if needle in data
        }
        if depth:
            for inner in _inflated(data):
                found |= self.within(inner, f"{place} (deflated)", depth - 1)
        return found

    def in_files(self, files: Iterable[Path]) -> set[Trace]:
        """What of them stands in files, or in their names."""
        found: set[Trace] = set()
        for path in files:
            found |= self.within(os.fsencode(path), f"the name of {path}")
            # In /dev/shm are others' files too: gone meanwhile, or on a disk that is made to fail.
            with contextlib.suppress(OSError):
                found |= self.within(path.read_bytes(), str(path))
        return found


def _inflated(data: bytes) -> Iterator[bytes]:
    """What unfolds at any place that looks deflated."""
    for match in _DEFLATED.finditer(data):
        unfolding = zlib.decompressobj(_PLAIN + 32)
        try:
            inner = unfolding.decompress(data[match.start() :], _MOST)
        except zlib.error:
            inner = b""
        if inner:
            yield inner


class Watched:
    """Folders, and what is new or changed in them since the watch began.

    Args:
        folders: they need not exist yet.
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._before = self._state()

    def _state(self) -> dict[Path, tuple[int, int, int]]:
        found: dict[Path, tuple[int, int, int]] = {}
        for folder in self._folders:
            for name, _, files in os.walk(folder):
                for path in (Path(name) / file for file in files):
                    with contextlib.suppress(OSError):
                        known = path.stat(follow_symlinks=False)
                        if stat.S_ISREG(known.st_mode):
                            found[path] = (known.st_size, known.st_mtime_ns, known.st_ino)
        return found

    def changed(self) -> list[Path]:
        """New and changed files."""
        now = self._state()
        return sorted(path for path, state in now.items() if self._before.get(path) != state)
