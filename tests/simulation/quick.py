"""What makes a simulated year cheap without changing a byte of it.

Rules:

* Every shortcut gives exactly what the real thing gives (tests compare them): signatures, headers,
  schema. None decides anything.
* Keys are unpacked once. A signature that this process has just made under a key is known to
  verify under it; any other is verified.
* One engine per place on the disk: what the driver compiles is kept from life to life and from
  world to world. The connections are new at every start, as in the product.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, text

import kiosk.store.casebook as casebook_module
import sync.client.session as session_module
from kiosk.sealing.keys import SigningKey, VerifyKey, key_id
from kiosk.store.migrate import bring_up, is_current, revision_of
from kiosk.store.sqlite import WRITE, build_engine
from sync.protocol.request_signing import COVERED, TAG

_REMEMBERED: Final = 4096


class QuickVerifyKey(VerifyKey):
    """A public key with its id worked out, and a memory of what was signed under it here."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        object.__setattr__(self, "signed", {})

    signed: dict[bytes, bytes]

    @cached_property
    def id(self) -> str:
        """As inherited."""
        return key_id(self.raw)

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """As inherited."""
        return self.signed.get(signature) == data or super().verifies(signature, data)

    def remember(self, signature: bytes, data: bytes) -> None:
        """This was made just now."""
        if len(self.signed) >= _REMEMBERED:
            self.signed.clear()
        self.signed[signature] = data


class QuickSigningKey(SigningKey):
    """A private key that is unpacked once."""

    @cached_property
    def _unpacked(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> QuickVerifyKey:
        """As inherited."""
        return QuickVerifyKey(self._unpacked.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        """As inherited."""
        signature = self._unpacked.sign(data)
        self.public.remember(signature, data)
        return signature


def sign_headers(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    key: SigningKey,
    created: datetime,
) -> dict[str, str]:
    """The very bytes of ``sync.protocol.request_signing.sign_headers``, written straight down."""
    parts = urlsplit(url)
    values = {name.lower(): value for name, value in headers.items()}
    lines = [("@method", method), ("@path", parts.path), ("@query", f"?{parts.query}")]
    lines += [(name, values[name]) for name in COVERED if name in values]
    made: dict[str, str] = {}
    if method not in {"GET", "HEAD", "OPTIONS"}:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        made["Content-Digest"] = f"sha-256=:{digest}:"
        lines.append(("content-digest", made["Content-Digest"]))
    names = " ".join(f'"{name}"' for name, _ in lines)
    parameters = (
        f"({names});created={int(created.timestamp())};"
        f'keyid="{key.public.id}";alg="ed25519";tag="{TAG}"'
    )
    base = "".join(f'"{name}": {value}\n' for name, value in lines)
    signature = key.sign(f'{base}"@signature-params": {parameters}'.encode())
    made["Signature-Input"] = f"jinban={parameters}"
    made["Signature"] = f"jinban=:{base64.b64encode(signature).decode()}:"
    return made


class _PresentKey(bytes):
    """The key of the casebook that stands at a place today, though the engine is an old one."""

    path: Path

    def hex(self, *_: Any) -> str:  # noqa: ANN401 (as bytes.hex)
        """As the driver takes it."""
        return _KEYS[self.path].hex()


_ENGINES: Final[dict[Path, Engine]] = {}
_KEYS: Final[dict[Path, bytes]] = {}
_SCHEMA: Final[list[str]] = []


def _engine_of(path: Path, key: bytes) -> Engine:
    _KEYS[path] = key
    if path not in _ENGINES:
        present = _PresentKey(key)
        present.path = path
        _ENGINES[path] = build_engine(path, present)
    return _ENGINES[path]


def _bring_up(engine: Engine, path: Path, key: bytes, lock: Callable[[], Any]) -> bool:
    """The real migration the first time; later its result, statement by statement."""
    with engine.connect() as connection, connection.begin():
        if is_current(connection, path):
            return False
        new = revision_of(connection) is None
    if not (new and _SCHEMA):
        done = bring_up(engine, path, key, lock)
        with engine.connect() as connection, connection.begin():
            _SCHEMA[:] = _schema_of(connection)
        return done
    with lock(), engine.connect() as connection:
        writing = connection.execution_options(**{WRITE: True})
        with writing.begin():
            for statement in _SCHEMA:
                writing.exec_driver_sql(statement)
    return True


def _schema_of(connection: Connection) -> list[str]:
    """Everything that makes an empty casebook of today's revision."""
    made = text(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
        "ORDER BY type = 'trigger', type = 'index'"
    )
    revision = revision_of(connection)
    statements = [str(sql) for sql in connection.execute(made).scalars()]
    return [*statements, f"INSERT INTO alembic_version VALUES ('{revision}')"]


@contextmanager
def quick() -> Iterator[None]:
    """The product's modules use the shortcuts meanwhile."""
    shortcuts: tuple[tuple[Any, str, object], ...] = (
        (casebook_module, "build_engine", _engine_of),
        (casebook_module, "bring_up", _bring_up),
        (session_module, "sign_headers", sign_headers),
    )
    old = [(module, name, getattr(module, name)) for module, name, _ in shortcuts]
    for module, name, shortcut in shortcuts:
        setattr(module, name, shortcut)
    try:
        yield
    finally:
        for module, name, real in old:
            setattr(module, name, real)
