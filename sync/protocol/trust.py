"""The trust file: what a technician hands to a terminal at set-up (``kiosk init --trust FILE``).

Rules: it holds the TUF root (the anchor of everything later), the platform's URL, the fleet code
for enrolment, and the platform's present keys so that a terminal can seal applications before it
has ever been on line. Later keys come through the signed ``config`` target of the directory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import JsonObject, canonical, digest, parse_object
from kiosk.sealing.keys import SealKey, VerifyKey, from_text, to_text

MAX_TRUST = 1024 * 1024
_RECIPIENT: Final = re.compile(r"age1[02-9ac-hj-np-z]{58}")


@dataclass(frozen=True, slots=True)
class PlatformKeys:
    """The platform's public keys: statements are signed by one of ``signing``.

    ``courier`` is the age recipient of letters that travel by stick; None: it takes none.
    """

    signing: tuple[VerifyKey, ...]
    sealing: SealKey
    courier: str | None = None

    def as_json(self) -> JsonObject:
        """Also the form used in the ``config`` target."""
        keys: JsonObject = {
            "signing": [to_text(key.raw) for key in self.signing],
            "sealing": to_text(self.sealing.raw),
        }
        return keys if self.courier is None else {**keys, "courier": self.courier}

    @classmethod
    def from_json(cls, data: object) -> PlatformKeys:
        """Parse.

        Raises:
            InputProblem: a key is missing or malformed.
        """
        if isinstance(data, dict):
            signing, sealing = data.get("signing"), data.get("sealing")
            if isinstance(signing, list) and signing and isinstance(sealing, str):
                raw = [from_text(key) for key in signing if isinstance(key, str)]
                known = tuple(VerifyKey(key) for key in raw)
                if len(raw) == len(signing):
                    return cls(known, SealKey(from_text(sealing)), _recipient(data.get("courier")))
        raise InputProblem("bad-trust", "the platform keys are missing or malformed", path="/keys")


@dataclass(frozen=True, slots=True)
class Trust:
    """The contents of ``trust.json``. ``url`` may be empty until the platform has served."""

    root: JsonObject
    url: str
    fleet_code: str
    keys: PlatformKeys

    @property
    def root_digest(self) -> str:
        """Identifies the fleet: two trust files with the same first root are the same fleet."""
        return digest(canonical(self.root))

    def as_bytes(self) -> bytes:
        """The file's content."""
        return canonical(
            {
                "format": 1,
                "root": self.root,
                "url": self.url,
                "fleet_code": self.fleet_code,
                "keys": self.keys.as_json(),
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Trust:
        """Parse a trust file.

        Raises:
            InputProblem: malformed, with the JSON Pointer of the fault.
        """
        document = parse_object(data, what="the trust file", limit=MAX_TRUST)
        root, url, code = (document.get(name) for name in ("root", "url", "fleet_code"))
        if document.get("format") != 1:
            raise InputProblem("bad-trust", "the trust file is of another format", path="/format")
        if not isinstance(root, dict) or "signed" not in root:
            raise InputProblem("bad-trust", "the trust file has no TUF root", path="/root")
        if not isinstance(url, str):
            raise InputProblem("bad-trust", "the trust file has no url", path="/url")
        if not isinstance(code, str):
            raise InputProblem("bad-trust", "the trust file has no fleet code", path="/fleet_code")
        return cls(root, url, code, PlatformKeys.from_json(document.get("keys")))


def _recipient(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and _RECIPIENT.fullmatch(value) is not None:
        return value
    raise InputProblem("bad-trust", "the courier's key is no age recipient", path="/keys/courier")
