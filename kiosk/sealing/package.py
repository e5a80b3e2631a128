r"""The package 申报包: the one immutable file that holds a submission.

Layout of ``packages/{id}.sealed`` (integers big-endian)::

    "JINBAN1\\n"  8 bytes
    length        u32, bytes of the envelope
    envelope      RFC 8785 JSON, readable by everybody
    signature     64 bytes, Ed25519 of the device over the envelope bytes
    payload       sealed JSON, envelope["payload"]["size"] bytes
    blobs         sealed attachments, one after the other, in envelope order

Rules:

* Everything up to the end of the payload is the body of ``PUT /v1/submissions/{id}``; the same
  bytes travel by network, stick and second path.
* All digests are of ciphertext. Blobs are sealed under the hash of the *head* (the envelope
  without ``payload`` and ``blobs``); the payload is sealed under the hash of the envelope without
  ``payload``, so it vouches for the blob list; the list is repeated inside the payload.
* A package is never edited. To change anything, a new submission names the old (``supersedes``).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard
from uuid import UUID

from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.sealing.canonical import Json, JsonObject, canonical, digest, parse_object
from kiosk.sealing.keys import SUITE, OpenKey, SealKey, SigningKey, VerifyKey

MAGIC = b"JINBAN1\n"
MAX_ENVELOPE = 64 * 1024
MAX_PAYLOAD = 1024 * 1024
MAX_BLOB = 8 * 1024 * 1024
MAX_BLOBS = 64
_LENGTH = struct.Struct(">I")
_SIGNATURE = 64
_HEAD_TEXTS = ("item_id", "station", "terminal", "local_number", "sealed_at", "form_id")


@dataclass(frozen=True, slots=True)
class Head:
    """What everybody may read of a submission. It names no person.

    ``sequence`` counts the terminal's packages (gaps are legal); ``case_ref`` is the case that a
    supplement, withdrawal or review concerns; ``supersedes`` the submission that it replaces;
    ``reply_key`` the HPKE key to which the platform seals answers for this terminal.
    """

    id: UUID
    kind: Kind
    item_id: str
    item_version: int
    form_id: str
    form_version: int
    station: str
    terminal: str
    sequence: int
    local_number: str
    sealed_at: str
    clock_suspect: bool
    hpke_key_id: str
    device_key_id: str
    reply_key: str
    about: UUID | None = None
    case_ref: str | None = None
    supersedes: UUID | None = None
    directory_version: int = 0

    def as_json(self) -> JsonObject:
        """The head as a JSON object."""
        return {
            "format": 1,
            "suite": SUITE,
            "id": str(self.id),
            "kind": self.kind.value,
            "item_id": self.item_id,
            "item_version": self.item_version,
            "form_id": self.form_id,
            "form_version": self.form_version,
            "station": self.station,
            "terminal": self.terminal,
            "sequence": self.sequence,
            "local_number": self.local_number,
            "sealed_at": self.sealed_at,
            "clock_suspect": self.clock_suspect,
            "hpke_key_id": self.hpke_key_id,
            "device_key_id": self.device_key_id,
            "reply_key": self.reply_key,
            "about": str(self.about) if self.about else None,
            "case_ref": self.case_ref,
            "supersedes": str(self.supersedes) if self.supersedes else None,
            "directory_version": self.directory_version,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A sealed part: SHA-256 of its ciphertext and its size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Package:
    """A parsed package or its first part (``PUT`` body). ``blobs`` may lie beyond ``data``."""

    data: bytes
    envelope: JsonObject
    envelope_bytes: bytes
    signature: bytes
    head: Head
    payload: Part
    blobs: tuple[Part, ...]
    payload_offset: int

    @property
    def envelope_digest(self) -> str:
        """The digest that receipts and slips quote."""
        return digest(self.envelope_bytes)

    @property
    def body_size(self) -> int:
        """Bytes of the ``PUT`` body: everything before the blobs."""
        return self.payload_offset + self.payload.size

    def sealed_payload(self) -> bytes:
        """The ciphertext of the payload."""
        return self.data[self.payload_offset : self.body_size]

    def blob_offset(self, index: int) -> int:
        """Where blob ``index`` begins in the package file."""
        return self.body_size + sum(part.size for part in self.blobs[:index])

    def signed_by(self, key: VerifyKey) -> bool:
        """Whether the device key signed the envelope."""
        return key.verifies(self.signature, self.envelope_bytes)

    def open_payload(self, key: OpenKey) -> JsonObject:
        """Open the payload and check that it repeats the blob list.

        Raises:
            InputProblem: not sealed to ``key``, damaged, or the lists differ.
        """
        plain = key.open(self.sealed_payload(), context=_payload_context(self.envelope))
        document = parse_object(plain, what="the payload", limit=MAX_PAYLOAD)
        if document.get("blobs") != [part.digest for part in self.blobs]:
            raise InputProblem("blob-list-differs", "the sealed blob list is not the envelope's")
        return document

    def open_blob(self, sealed: bytes, key: OpenKey) -> bytes:
        """Open one sealed blob of this package.

        Raises:
            InputProblem: not sealed to ``key`` for this package, or damaged.
        """
        return key.open(sealed, context=_head_context(self.envelope))


def seal(
    head: Head, payload: JsonObject, blobs: Sequence[bytes], *, to: SealKey, by: SigningKey
) -> bytes:
    """Seal a finished application; nobody but the owner of ``to`` can read it afterwards.

    Args:
        head: the readable part.
        payload: the application; a ``blobs`` list is added.
        blobs: attachments in the order in which the payload counts them.
        to: the platform's public key.
        by: the device's signing key.

    Returns:
        The bytes of the package file.

    Raises:
        InputProblem: a part is larger than the format allows.
    """
    _check_sizes(blobs)
    head_json = head.as_json()
    sealed_blobs = [to.seal(blob, context=_head_context(head_json)) for blob in blobs]
    digests: list[Json] = [digest(blob) for blob in sealed_blobs]
    parts: list[Json] = [_listed(blob) for blob in sealed_blobs]
    plain = canonical({**payload, "blobs": digests})
    if len(plain) > MAX_PAYLOAD:
        raise InputProblem("too-large", f"the application has {len(plain)} bytes of answers")
    listed: JsonObject = {**head_json, "blobs": parts}
    sealed = to.seal(plain, context=_payload_context(listed))
    envelope = canonical({**listed, "payload": _listed(sealed)})
    return b"".join(
        (MAGIC, _LENGTH.pack(len(envelope)), envelope, by.sign(envelope), sealed, *sealed_blobs)
    )


def parse(data: bytes) -> Package:
    """Parse a package file or a ``PUT`` body. Nothing is decrypted, no signature is checked.

    Raises:
        InputProblem: not a package, truncated before the end of the payload, wrong digest, an
            envelope that is not canonical, or a field that is missing or of the wrong type.
    """
    start = len(MAGIC) + _LENGTH.size
    if len(data) < start or not data.startswith(MAGIC):
        raise InputProblem("not-a-package", "this is not a Jinban package")
    (length,) = _LENGTH.unpack_from(data, len(MAGIC))
    if length > MAX_ENVELOPE:
        raise InputProblem("too-large", "the envelope is larger than the format allows")
    envelope_bytes = data[start : start + length]
    signature = data[start + length : start + length + _SIGNATURE]
    if len(envelope_bytes) < length or len(signature) < _SIGNATURE:
        raise InputProblem("truncated", "the package ends within its envelope")
    envelope = parse_object(envelope_bytes, what="the envelope", limit=MAX_ENVELOPE)
    if canonical(envelope) != envelope_bytes:
        raise InputProblem("not-canonical", "the envelope is not in canonical form")
    package = Package(
        data=data,
        envelope=envelope,
        envelope_bytes=envelope_bytes,
        signature=signature,
        head=_head(envelope),
        payload=_part(envelope.get("payload"), "/payload", MAX_PAYLOAD + 4096),
        blobs=_blobs(envelope.get("blobs")),
        payload_offset=start + length + _SIGNATURE,
    )
    if digest(package.sealed_payload()) != package.payload.digest:
        raise InputProblem("digest-differs", "the payload is damaged or cut short", path="/payload")
    return package


def _listed(part: bytes) -> JsonObject:
    return {"digest": digest(part), "size": len(part)}


def _check_sizes(blobs: Sequence[bytes]) -> None:
    if len(blobs) > MAX_BLOBS:
        raise InputProblem("too-many-files", f"at most {MAX_BLOBS} files fit one application")
    for index, blob in enumerate(blobs):
        if len(blob) > MAX_BLOB:
            raise InputProblem(
                "too-large", f"file {index + 1} has {len(blob)} bytes; at most {MAX_BLOB} fit"
            )


def _head_context(envelope: JsonObject) -> bytes:
    head = {name: value for name, value in envelope.items() if name not in {"payload", "blobs"}}
    return b"jinban blob\0" + bytes.fromhex(digest(canonical(head)))


def _payload_context(envelope: JsonObject) -> bytes:
    listed = {name: value for name, value in envelope.items() if name != "payload"}
    return b"jinban payload\0" + bytes.fromhex(digest(canonical(listed)))


def _head(envelope: JsonObject) -> Head:
    if envelope.get("format") != 1 or envelope.get("suite") != SUITE:
        raise InputProblem("unknown-suite", "the package is of a newer format", path="/suite")
    texts = {name: _text(envelope, name) for name in _HEAD_TEXTS}
    return Head(
        id=_uuid(envelope, "id"),
        kind=_kind(envelope),
        item_id=texts["item_id"],
        item_version=_count(envelope, "item_version"),
        form_id=texts["form_id"],
        form_version=_count(envelope, "form_version"),
        station=texts["station"],
        terminal=texts["terminal"],
        sequence=_count(envelope, "sequence"),
        local_number=texts["local_number"],
        sealed_at=texts["sealed_at"],
        clock_suspect=envelope.get("clock_suspect") is True,
        hpke_key_id=_text(envelope, "hpke_key_id"),
        device_key_id=_text(envelope, "device_key_id"),
        reply_key=_text(envelope, "reply_key"),
        about=_optional_uuid(envelope, "about"),
        case_ref=_optional_text(envelope, "case_ref"),
        supersedes=_optional_uuid(envelope, "supersedes"),
        directory_version=_count(envelope, "directory_version"),
    )


def _bad(name: str) -> InputProblem:
    return InputProblem("bad-envelope", f"{name} is missing or of the wrong type", path=f"/{name}")


def _text(envelope: JsonObject, name: str) -> str:
    value = envelope.get(name)
    if not isinstance(value, str) or len(value) > 200:  # noqa: PLR2004 (a name, not a document)
        raise _bad(name)
    return value


def _optional_text(envelope: JsonObject, name: str) -> str | None:
    return None if envelope.get(name) is None else _text(envelope, name)


def _count(envelope: JsonObject, name: str) -> int:
    value = envelope.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise _bad(name)
    return value


def _uuid(envelope: JsonObject, name: str) -> UUID:
    text = _text(envelope, name)
    try:
        value = UUID(text)
    except ValueError as error:
        raise _bad(name) from error
    if str(value) != text:
        raise _bad(name)
    return value


def _optional_uuid(envelope: JsonObject, name: str) -> UUID | None:
    return None if envelope.get(name) is None else _uuid(envelope, name)


def _kind(envelope: JsonObject) -> Kind:
    try:
        return Kind(_text(envelope, "kind"))
    except ValueError as error:
        raise _bad("kind") from error


def _part(value: object, path: str, limit: int) -> Part:
    if isinstance(value, dict) and set(value) == {"digest", "size"}:
        name, size = value["digest"], value["size"]
        if _is_digest(name) and isinstance(size, int) and 0 < size <= limit:
            return Part(name, int(size))
    raise InputProblem("bad-envelope", f"{path} must hold a digest and a size", path=path)


def _is_digest(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _blobs(value: object) -> tuple[Part, ...]:
    if not isinstance(value, list) or len(value) > MAX_BLOBS:
        raise InputProblem("bad-envelope", "blobs must be a list", path="/blobs")
    return tuple(
        _part(entry, f"/blobs/{index}", MAX_BLOB + 4096) for index, entry in enumerate(value)
    )
