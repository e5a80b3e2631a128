"""Targets: files and documents that come from people, sticks and other machines."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import pyrage

from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import canonical
from kiosk.sealing.keys import OpenKey, SigningKey
from kiosk.sealing.package import parse
from kiosk.store.home import parse_settings
from kiosk.store.packages import verified
from sync.bundle.layout import BundleManifest, BundleName, Entry, ReturnManifest, terminal_of
from sync.bundle.letter import Letter, new_identity, recipient_of
from sync.protocol.statements import sign
from sync.protocol.trust import PlatformKeys, Trust
from tests.fuzz.hostile import Hostile
from tests.fuzz.target import Target
from tests.fuzz.values import NOW
from tests.helpers.raw_station import RawStation

_SIGNING: Final = SigningKey(bytes([1] * 32))
_PLATFORM: Final = SigningKey(bytes(32))
_KEYS: Final = PlatformKeys((_PLATFORM.public,), OpenKey(bytes([3] * 32)).public)
_NAME: Final = BundleName(terminal_of(_SIGNING.public), 7)
_ID: Final = UUID("019a0000-0000-7000-8000-000000000001")
_REFUSALS: Final = (InputProblem,)
_CANNOT: Final = (ValueError, TypeError, AttributeError, RecursionError)


def targets() -> list[Target]:
    """The targets of this module."""
    return [
        *_packages(),
        _bundle(),
        _return(),
        _letter(),
        _json("trust", "trust file", json.loads(_trust().as_bytes()), Trust.parse),
        _json("settings", "settings of a station", _SETTINGS, parse_settings),
    ]


_SETTINGS: Final = {
    "station": {
        "code": "S1", "name": "演示站", "division": "445202001001", "place": "一楼",
        "phone": "0663-8234567",
    },
    "platform_url": "http://127.0.0.1:9", "demo": True, "draft_keys": "",
}  # fmt: skip


def _trust() -> Trust:
    root: Any = {"signed": {"_type": "root", "version": 1, "keys": {}}, "signatures": []}
    return Trust(root, "http://127.0.0.1:9", "F" * 20, _KEYS)


def _json(name: str, about: str, valid: object, read: Callable[[bytes], object]) -> Target:
    return Target(
        name,
        about,
        lambda hostile: hostile.encoded(hostile.document(valid)),
        lambda data: read(data) is not None,
        _REFUSALS,
    )


def _packages() -> list[Target]:
    with RawStation("http://127.0.0.1:9", _KEYS) as station:
        package = station.package(b"first" * 40, b"second")
        key = station.signing
    identity, whole = package.head.id, package.data

    def draw(hostile: Hostile) -> bytes:
        """Bent bytes, or a bent envelope that is canonical and signed again."""
        if hostile.one_in(3):
            return hostile.raw(whole)
        bent = hostile.document(package.envelope)
        try:
            envelope = canonical(bent)
        except _CANNOT:
            envelope = hostile.encoded(bent)
        head = whole[:8] + len(envelope).to_bytes(4, "big")
        rest = whole[package.payload_offset :]
        return head + envelope + key.sign(envelope) + (rest if not hostile.one_in(6) else b"")

    return [
        Target(
            "package", "package envelope", draw, lambda data: parse(data).body_size > 0, _REFUSALS
        ),
        Target(
            "package-file",
            "whole package file",
            draw,
            lambda data: verified(data, identity, key.public).body_size > 0,
            _REFUSALS,
        ),
    ]


def _resigned(hostile: Hostile, document: Any, key: SigningKey) -> bytes:  # noqa: ANN401 (JSON)
    bent = hostile.document(document)
    if isinstance(bent, dict) and not hostile.one_in(4):
        with contextlib.suppress(*_CANNOT):
            bent = sign(bent, key)
    return hostile.encoded(bent)


def _bundle() -> Target:
    entries = (Entry(f"{_ID}.sealed", "a" * 64, 10), Entry("letter.age", "b" * 64, 20))
    valid = json.loads(BundleManifest(_NAME, _SIGNING.public, NOW, entries).signed(_SIGNING))

    def feed(data: bytes) -> bool:
        found = BundleManifest.parse(_NAME, data)
        return len(found.packages) + (found.letter is not None) == len(found.files)

    return Target(
        "bundle-manifest",
        "manifest of a courier bundle",
        lambda hostile: _resigned(hostile, valid, _SIGNING),
        feed,
        _REFUSALS,
    )


def _return() -> Target:
    entries = (Entry("c" * 64 + ".sealed", "c" * 64, 10),)
    valid = ReturnManifest(_NAME.terminal, NOW, "e" * 16, NOW, "e-1", entries).as_json()
    return Target(
        "return-manifest",
        "manifest of the way back",
        lambda hostile: _resigned(hostile, valid, _PLATFORM),
        lambda data: (
            ReturnManifest.parse(_NAME.terminal, data, _KEYS.signing).terminal == _NAME.terminal
        ),
        _REFUSALS,
    )


def _letter() -> Target:
    identity = new_identity()
    recipient = pyrage.x25519.Recipient.from_str(recipient_of(identity))
    valid = {
        "format": 1, "enrolment": {"terminal": "T"}, "status": {"waiting": 1},
        "wanted": [str(_ID)], "cursors": ["e-1", "e-2"],
    }  # fmt: skip

    def draw(hostile: Hostile) -> bytes:
        sealed = bytes(pyrage.encrypt(hostile.encoded(hostile.document(valid)), [recipient]))
        return hostile.raw(sealed) if hostile.one_in(4) else sealed

    return Target(
        "letter",
        "letter of a courier bundle (age)",
        draw,
        lambda data: Letter.unwrap(data, identity).cursors is not None,
        _REFUSALS,
    )
