"""The crate in which a station travels to another machine: a folder of files and a locked list.

Rules:

* What is encrypted already (casebook, sealed packages) travels as it is; keys, settings and trust
  travel inside ``list.age``, an ordinary age file behind a passphrase. The list names every file
  with size and digest, so nothing can be exchanged, added or left out unnoticed.
* A crate is complete only with ``ready.json``, which is written when the old machine has let go.
* A crate is unpacked once: whoever begins leaves a token in ``taken.json`` and may go on; another
  home is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import pyrage

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.canonical import JsonObject, canonical, parse_object
from kiosk.store.files import disk, make_private, write_durably

LIST: Final = "list.age"
READY: Final = "ready.json"
TAKEN: Final = "taken.json"
_PREFIX: Final = "jinban-move-"
_CHUNK: Final = 1024 * 1024
_MAX_LIST: Final = 64 * 1024 * 1024
_MAX_NOTE: Final = 64 * 1024
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,4}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the crate."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PackingList:
    """What ``list.age`` holds: which move of which terminal, its files, and its small secrets."""

    move: str
    terminal: str
    files: dict[str, Listed]
    secrets: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Crate:
    """A crate's folder."""

    folder: Path

    @classmethod
    def at(cls, place: Path, terminal: str) -> Crate:
        """The crate of a terminal in a folder of the technician's (a stick, a share)."""
        return cls(place / f"{_PREFIX}{terminal}")

    @classmethod
    def found_in(cls, place: Path) -> Crate:
        """The one crate in a folder, or the folder itself.

        Raises:
            InputProblem: there is none, or more than one.
        """
        if (place / LIST).is_file():
            return cls(place)
        found = sorted(place.glob(f"{_PREFIX}*")) if place.is_dir() else []
        if len(found) != 1:
            raise InputProblem(
                "no-crate",
                f"{place} holds {len(found)} moved stations; name the folder {_PREFIX}… itself",
                path=str(place),
            )
        return cls(found[0])

    def make(self) -> None:
        """Make its folder."""
        make_private(self.folder)

    def path(self, name: str) -> Path:
        """Where a listed file stands."""
        return self.folder / name

    def note(self, name: str) -> JsonObject | None:
        """A small open file of the crate; None: it is not there."""
        return read_note(self.path(name))

    def close(self, content: PackingList, passphrase: str) -> str:
        """Write the list; its digest."""
        document: JsonObject = {
            "format": 1,
            "move": content.move,
            "terminal": content.terminal,
            "files": {name: [one.size, one.sha256] for name, one in content.files.items()},
            "secrets": {
                name: base64.b64encode(data).decode() for name, data in content.secrets.items()
            },
        }
        data = bytes(pyrage.passphrase.encrypt(canonical(document), passphrase))
        write_durably(self.path(LIST), data)
        return hashlib.sha256(data).hexdigest()

    def open(self, passphrase: str) -> tuple[PackingList, str]:
        """Read the list and its digest.

        Raises:
            InputProblem: wrong passphrase, or the list is damaged.
        """
        with disk(self.path(LIST)):
            data = self.path(LIST).read_bytes()
        try:
            plain = bytes(pyrage.passphrase.decrypt(data, passphrase))
        except pyrage.DecryptError as error:
            raise InputProblem(
                "wrong-passphrase",
                f"{self.path(LIST)} does not open; the passphrase is wrong or the file is damaged",
                path=str(self.path(LIST)),
            ) from error
        return _parsed(parse_object(plain, what="the packing list", limit=_MAX_LIST)), (
            hashlib.sha256(data).hexdigest()
        )

    def differing(self, content: PackingList) -> Iterator[str]:
        """The listed files that are missing or not as listed."""
        for name, listed in content.files.items():
            path = self.path(name)
            if not path.is_file() or listed_file(path) != listed:
                yield name

    def leftovers(self, content: PackingList) -> Iterator[Path]:
        """Files of the crate that the list does not name (an earlier try was broken off)."""
        known = {self.path(name) for name in (*content.files, LIST, READY, TAKEN)}
        yield from (path for path in self.folder.rglob("*") if path.is_file() and path not in known)


def listed_file(path: Path) -> Listed:
    """Size and digest of a file."""
    found, size = hashlib.sha256(), 0
    with disk(path), path.open("rb") as file:
        while piece := file.read(_CHUNK):
            found.update(piece)
            size += len(piece)
    return Listed(size, found.hexdigest())


def read_note(path: Path) -> JsonObject | None:
    """A small JSON file; None: it is not there.

    Raises:
        EnvironmentProblem: it is damaged.
    """
    if not path.exists():
        return None
    with disk(path):
        data = path.read_bytes()
    try:
        return parse_object(data, what=path.name, limit=_MAX_NOTE)
    except InputProblem as problem:
        raise EnvironmentProblem(
            "damaged-note", f"{path} is damaged ({problem.message})", path=str(path)
        ) from problem


def write_note(path: Path, document: JsonObject) -> None:
    """Write a small JSON file durably."""
    write_durably(path, json.dumps(document, indent=2).encode() + b"\n")


def _parsed(document: JsonObject) -> PackingList:
    try:
        files = cast("dict[str, list[object]]", document["files"])
        secrets = cast("dict[str, str]", document["secrets"])
        content = PackingList(
            move=str(document["move"]),
            terminal=str(document["terminal"]),
            files={name: Listed(int(str(one[0])), str(one[1])) for name, one in files.items()},
            secrets={name: base64.b64decode(text, validate=True) for name, text in secrets.items()},
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise InputProblem("bad-crate", "the packing list is malformed") from error
    for name in (*content.files, *content.secrets):
        if _NAME.fullmatch(name) is None or ".." in name:
            raise InputProblem("bad-crate", f"the packing list names {name!r}")
    return content
