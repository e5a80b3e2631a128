"""The slip 凭条 (未受理): what its QR code holds and how it is read back.

Rules: the code names no person; it holds the submission id, a random 128-bit claim (whoever holds
the slip holds the claim; the station keeps only its hash) and the digest of the sealed envelope
(so that a later dispute can be settled). It is plain text of a strict grammar, under 600 bytes,
and is never opened as a link.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

from kiosk.domain.problems import InputProblem

PREFIX = "JINBAN1"
_GRAMMAR = re.compile(
    rf"{PREFIX}:(?P<id>[A-Za-z0-9_-]{{22}}):(?P<claim>[A-Za-z0-9_-]{{22}}):(?P<digest>[A-Za-z0-9_-]{{43}})"
)


@dataclass(frozen=True, slots=True, repr=False)
class SlipCode:
    """The contents of the code. ``repr`` hides the claim: it is a bearer secret."""

    submission_id: UUID
    claim: bytes
    envelope_digest: str

    def as_text(self) -> str:
        """The text inside the QR code."""
        parts = (self.submission_id.bytes, self.claim, bytes.fromhex(self.envelope_digest))
        return ":".join([PREFIX, *map(_encode, parts)])

    @property
    def claim_hash(self) -> str:
        """What the station keeps of the claim."""
        return claim_hash(self.claim)

    def __repr__(self) -> str:
        return f"SlipCode({self.submission_id})"

    @classmethod
    def parse(cls, text: str) -> SlipCode:
        """Read a scanned code.

        Raises:
            InputProblem: not a slip of ours (code ``not-a-slip``).
        """
        match = _GRAMMAR.fullmatch(text.strip())
        if match is None:
            raise InputProblem("not-a-slip", "this code is not a Jinban slip")
        return cls(
            UUID(bytes=_decode(match["id"])),
            _decode(match["claim"]),
            _decode(match["digest"]).hex(),
        )


def claim_hash(claim: bytes) -> str:
    """SHA-256 of a claim, domain-separated, as hex."""
    return hashlib.sha256(b"jinban claim\0" + claim).hexdigest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
