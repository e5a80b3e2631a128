"""Names and manifests of a courier bundle.

Layout of a stick::

    jinban-<terminal>-<number>/     from a station
        <submission id>.sealed      the packages, byte for byte
        letter.age                  what is not sealed already, for the platform alone
        manifest.json               signed by the device, written last
    jinban-return-<terminal>/       from the platform
        <digest>.sealed             pages of signed statements, sealed to the terminal
        manifest.json               signed by the platform, written last
    jinban-directory/               the TUF tree: it proves itself

Rules:

* A folder without a manifest that proves itself is not a bundle. A manifest names the folder that
  it stands in; every file is listed with digest and size.
* A name is used only if it fits the grammar of its place; nothing else on the stick is looked at.
* A bundle's manifest carries its device key, from which the terminal's name derives: whose it is
  can be told without knowing the terminal. What a package is worth is judged on its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from kiosk.domain.clock import to_text
from kiosk.domain.problems import InputProblem, PlatformProblem
from kiosk.sealing.canonical import Json, JsonObject, canonical, digest, parse_object
from kiosk.sealing.keys import SigningKey, VerifyKey, from_text
from kiosk.sealing.keys import to_text as key_text
from kiosk.sealing.package import MAX_BLOB, MAX_BLOBS, MAX_ENVELOPE, MAX_PAYLOAD
from sync.protocol import fields
from sync.protocol.statements import prove, sign

MANIFEST: Final = "manifest.json"
LETTER: Final = "letter.age"
DIRECTORY: Final = "jinban-directory"

MAX_MANIFEST: Final = 4 * 1024 * 1024
MAX_FILES: Final = 10_000
MAX_ENTRIES: Final = 20_000
MAX_PACKAGE: Final = MAX_ENVELOPE + MAX_PAYLOAD + MAX_BLOBS * (MAX_BLOB + 4096) + 8192
MAX_LETTER: Final = 4 * 1024 * 1024
MAX_PAGE: Final = 4 * 1024 * 1024

_BUNDLE: Final = re.compile(r"jinban-(T[0-9a-f]{12})-([0-9]{6,12})")
_RETURN: Final = re.compile(r"jinban-return-(T[0-9a-f]{12})")
_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PACKAGE: Final = re.compile(rf"({_UUID})\.sealed")
_PAGE: Final = re.compile(r"[0-9a-f]{64}\.sealed")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_OUT_KIND: Final = "courier_bundle"
_RETURN_KIND: Final = "courier_return"
_NO_MANIFEST: Final = "manifest-unproven"


@dataclass(frozen=True, slots=True)
class Entry:
    """One listed file."""

    name: str
    digest: str
    size: int

    @classmethod
    def of(cls, name: str, data: bytes) -> Entry:
        """The entry of these bytes."""
        return cls(name, digest(data), len(data))

    def as_json(self) -> JsonObject:
        """As it stands in a manifest."""
        return {"name": self.name, "digest": self.digest, "size": self.size}


@dataclass(frozen=True, slots=True, order=True)
class BundleName:
    """``jinban-<terminal>-<number>``; numbers of one station rise."""

    terminal: str
    number: int

    def __str__(self) -> str:
        return f"jinban-{self.terminal}-{self.number:06d}"

    @classmethod
    def parse(cls, name: str) -> BundleName | None:
        """Read a folder's name; None: not that of a bundle."""
        match = _BUNDLE.fullmatch(name)
        if match is None:
            return None
        found = cls(match[1], int(match[2]))
        return found if str(found) == name else None


@dataclass(frozen=True, slots=True)
class BundleManifest:
    """What a station put on the stick, in the order in which it is to be taken."""

    name: BundleName
    key: VerifyKey
    made_at: datetime
    files: tuple[Entry, ...]

    def signed(self, key: SigningKey) -> bytes:
        """The file's content."""
        listed: list[Json] = [entry.as_json() for entry in self.files]
        statement: JsonObject = {
            "type": _OUT_KIND,
            "format": 1,
            "terminal": self.name.terminal,
            "number": self.name.number,
            "signing_key": key_text(self.key.raw),
            "made_at": to_text(self.made_at),
            "files": listed,
        }
        return canonical(sign(statement, key))

    @property
    def packages(self) -> tuple[tuple[UUID, Entry], ...]:
        """The packages, in order."""
        found = ((package_id(entry.name), entry) for entry in self.files)
        return tuple((identity, entry) for identity, entry in found if identity is not None)

    @property
    def letter(self) -> Entry | None:
        """The letter, if there is one."""
        return next((entry for entry in self.files if entry.name == LETTER), None)

    @classmethod
    def parse(cls, name: BundleName, data: bytes) -> BundleManifest:
        """Read and prove the manifest of the folder ``name``.

        Raises:
            InputProblem: torn, forged, or of another folder (``manifest-unproven``).
        """
        document = parse_object(data, what="the manifest", limit=MAX_MANIFEST)
        try:
            key = VerifyKey(from_text(fields.text(document, "signing_key")))
            if name.terminal != terminal_of(key):
                raise _unproven(str(name))
            bare = prove(document, (key,), kind=_OUT_KIND)
            if (bare.get("terminal"), bare.get("number")) != (name.terminal, name.number):
                raise _unproven(str(name))
            made_at = fields.moment(bare, "made_at")
        except PlatformProblem as problem:
            raise _unproven(str(name)) from problem
        return cls(name, key, made_at, _files(bare, _is_out_name))


@dataclass(frozen=True, slots=True)
class ReturnManifest:
    """What the platform sends a terminal.

    ``made_at`` is signed platform time; ``next`` the place in the feed up to which events are here.
    """

    terminal: str
    made_at: datetime
    epoch: str
    durable_before: datetime | None
    next: str
    files: tuple[Entry, ...]

    def as_json(self) -> JsonObject:
        """The unsigned statement."""
        listed: list[Json] = [entry.as_json() for entry in self.files]
        return {
            "type": _RETURN_KIND,
            "format": 1,
            "terminal": self.terminal,
            "made_at": to_text(self.made_at),
            "epoch": self.epoch,
            "durable_before": to_text(self.durable_before) if self.durable_before else None,
            "next": self.next,
            "files": listed,
        }

    @classmethod
    def parse(cls, terminal: str, data: bytes, keys: tuple[VerifyKey, ...]) -> ReturnManifest:
        """Read and prove the manifest of the return to ``terminal``.

        Raises:
            InputProblem: torn, forged, of another fleet or terminal (``manifest-unproven``).
        """
        document = parse_object(data, what="the manifest", limit=MAX_MANIFEST)
        try:
            bare = prove(document, keys, kind=_RETURN_KIND)
            mark = bare.get("durable_before")
            found = cls(
                terminal=fields.text(bare, "terminal"),
                made_at=fields.moment(bare, "made_at"),
                epoch=fields.text(bare, "epoch"),
                durable_before=None if mark is None else fields.moment(bare, "durable_before"),
                next=fields.text(bare, "next"),
                files=_files(bare, _is_page_name),
            )
        except PlatformProblem as problem:
            raise _unproven(return_name(terminal)) from problem
        if found.terminal != terminal:
            raise _unproven(return_name(terminal))
        return found


def terminal_of(key: VerifyKey) -> str:
    """The terminal whose device key this is."""
    return f"T{key.id[:12]}"


def return_name(terminal: str) -> str:
    """The folder of what the platform sends to a terminal."""
    return f"jinban-return-{terminal}"


def return_context(terminal: str) -> bytes:
    """The HPKE context under which pages are sealed to a terminal."""
    return b"jinban return\0" + terminal.encode()


def package_name(submission_id: UUID) -> str:
    """The file of a package."""
    return f"{submission_id}.sealed"


def package_id(name: str) -> UUID | None:
    """Whose package a file is, by its name."""
    match = _PACKAGE.fullmatch(name)
    return None if match is None else UUID(match[1])


def is_ours(name: str) -> bool:
    """Whether a file's name is one that a bundle may have (and may therefore be tidied away)."""
    return name == MANIFEST or _is_out_name(name) or _is_page_name(name)


def _is_out_name(name: str) -> bool:
    return name == LETTER or _PACKAGE.fullmatch(name) is not None


def _is_page_name(name: str) -> bool:
    return _PAGE.fullmatch(name) is not None


def _files(bare: JsonObject, is_name: Callable[[str], bool]) -> tuple[Entry, ...]:
    listed = bare.get("files")
    if not isinstance(listed, list) or len(listed) > MAX_FILES:
        raise _malformed()
    found: dict[str, Entry] = {}
    for entry in listed:
        if not isinstance(entry, dict):
            raise _malformed()
        name, sum_, size = entry.get("name"), entry.get("digest"), entry.get("size")
        if not isinstance(name, str) or not is_name(name) or name in found:
            raise _malformed()
        if not isinstance(sum_, str) or _DIGEST.fullmatch(sum_) is None:
            raise _malformed()
        if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= MAX_PACKAGE:
            raise _malformed()
        found[name] = Entry(name, sum_, size)
    return tuple(found.values())


def _unproven(folder: str) -> InputProblem:
    return InputProblem(
        _NO_MANIFEST,
        f"the manifest of {folder} is torn, forged or of another fleet; nothing of it was taken",
        path=f"{folder}/{MANIFEST}",
    )


def _malformed() -> InputProblem:
    return InputProblem(
        "bad-manifest", "the manifest lists a file that no bundle may hold", path="/files"
    )
