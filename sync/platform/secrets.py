"""The platform's secrets: what only ``DIR/private`` holds.

Rules: made once, by whoever needs them first (``publish`` or ``serve``), never replaced by
themselves, never served; 0600 in a folder of 0700. A damaged file is told, not overwritten. The
courier's identity is a file of its own, in the form that the ``age`` tool reads.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.keys import OpenKey, SigningKey, from_text, to_text
from sync.bundle.letter import new_identity, recipient_of
from sync.platform.publishing.files import write_once
from sync.protocol.trust import PlatformKeys

_NAME = "platform.json"
_COURIER = "courier.agekey"


@dataclass(frozen=True, slots=True, repr=False)
class PlatformSecrets:
    """Signing key of statements, opening key of packages, fleet code, age identity of letters."""

    signing: SigningKey
    sealing: OpenKey
    fleet_code: str
    courier: str

    @property
    def public(self) -> PlatformKeys:
        """What terminals are told."""
        return PlatformKeys((self.signing.public,), self.sealing.public, recipient_of(self.courier))

    @classmethod
    def load_or_create(cls, data_dir: Path) -> Self:
        """Read the secrets of a platform; make them if there are none.

        Raises:
            EnvironmentProblem: the file is damaged (code ``bad-secrets``).
        """
        path = data_dir / "private" / _NAME
        fresh = cls(
            SigningKey.generate(), OpenKey.generate(), secrets.token_hex(16), new_identity()
        )
        data = path.read_bytes() if path.exists() else write_once(path, fresh._as_bytes())
        try:
            found = json.loads(data)
            return cls(
                SigningKey(from_text(found["signing"])),
                OpenKey(from_text(found["sealing"])),
                str(found["fleet_code"]),
                _courier(data_dir, fresh.courier),
            )
        except (ValueError, KeyError, TypeError, InputProblem) as error:
            raise EnvironmentProblem(
                "bad-secrets",
                "the platform's secrets are damaged; restore them from a backup",
                path=str(path),
            ) from error

    def _as_bytes(self) -> bytes:
        return json.dumps(
            {
                "signing": to_text(self.signing.seed),
                "sealing": to_text(self.sealing.raw),
                "fleet_code": self.fleet_code,
            }
        ).encode()

    def __repr__(self) -> str:
        return f"PlatformSecrets(signing={self.signing!r}, sealing={self.sealing!r})"


def _courier(data_dir: Path, fresh: str) -> str:
    """The age identity of the courier; platforms that were made before it get one now."""
    path = data_dir / "private" / _COURIER
    data = path.read_bytes() if path.exists() else write_once(path, fresh.encode() + b"\n")
    lines = [line for line in data.decode().splitlines() if line and not line.startswith("#")]
    identity = lines[0].strip() if lines else ""
    recipient_of(identity)
    return identity
