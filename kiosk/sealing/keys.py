"""Signing keys (Ed25519) and sealing keys (HPKE, X25519), with ids that name the algorithm.

Rules: a key id is the first 16 hex digits of the SHA-256 of the raw public key; key material is
written as raw 32 bytes in base64url without padding; the ``suite`` of every envelope and statement
is data, so that certified SM2/SM3/SM4 modules can follow without a new format. This is not a
certified cryptographic module and no 密评 conformity is claimed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.domain.problems import InputProblem

SUITE = "hpke-x25519-hkdf-sha256-aes256gcm+ed25519"
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_RAW = 32


def to_text(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_text(text: str, *, length: int | None = _RAW, what: str = "key") -> bytes:
    """Read base64url without padding.

    Raises:
        InputProblem: not base64url, or not ``length`` bytes (None: any length).
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputProblem("bad-key", f"the {what} is not base64url") from error
    if length is not None and len(raw) != length:
        raise InputProblem("bad-key", f"the {what} has {len(raw)} bytes instead of {length}")
    return raw


def key_id(raw_public: bytes) -> str:
    """The id of a public key: first 16 hex digits of its SHA-256."""
    return hashlib.sha256(raw_public).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A public Ed25519 key."""

    raw: bytes

    @property
    def id(self) -> str:
        """See :func:`key_id`."""
        return key_id(self.raw)

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether ``signature`` over ``data`` was made by the owner of this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private Ed25519 key; ``repr`` never shows it."""

    seed: bytes

    @classmethod
    def generate(cls) -> SigningKey:
        """A new random key."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> VerifyKey:
        """The matching public key."""
        return VerifyKey(self._private().public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        """A 64-byte signature."""
        return self._private().sign(data)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def __repr__(self) -> str:
        return f"SigningKey(id={self.public.id!r})"


@dataclass(frozen=True, slots=True)
class SealKey:
    """A public HPKE key: anybody can seal to it, only the owner of the private key can open."""

    raw: bytes

    @property
    def id(self) -> str:
        """See :func:`key_id`."""
        return key_id(self.raw)

    def seal(self, plain: bytes, *, context: bytes) -> bytes:
        """Encrypt to the key, bound to ``context`` (opened only with the same context)."""
        return _HPKE.encrypt(plain, X25519PublicKey.from_public_bytes(self.raw), context)


@dataclass(frozen=True, slots=True, repr=False)
class OpenKey:
    """A private HPKE key; ``repr`` never shows it."""

    raw: bytes

    @classmethod
    def generate(cls) -> OpenKey:
        """A new random key."""
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> SealKey:
        """The matching public key."""
        return SealKey(self._private().public_key().public_bytes_raw())

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        """Decrypt what was sealed to this key under the same context.

        Raises:
            InputProblem: sealed to another key, under another context, or damaged.
        """
        try:
            return _HPKE.decrypt(sealed, self._private(), context)
        except (InvalidTag, ValueError) as error:
            raise InputProblem(
                "cannot-open", "the sealed part is damaged or was sealed to another key"
            ) from error

    def _private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.raw)

    def __repr__(self) -> str:
        return f"OpenKey(id={self.public.id!r})"
