"""The platform's secrets: what only ``DIR/private`` holds.

Rules:

* Made once, by whoever needs them first (``publish`` or ``serve``), never served; 0600 in a folder
  of 0700. A damaged file is told, not overwritten. The courier's identity is a file of its own, in
  the form that the ``age`` tool reads.
* Keys are renewed by order only (``office rotate-keys``), in two steps, so that a power cut
  between them harms nobody: the *coming* keys are kept and announced in the signed configuration,
  then they become the present ones. A retired opening key is kept for ever, because something
  sealed to it may arrive years later; of a retired signing key only the public half is left.
* A reader sees the old file or the new one (write aside, fsync, rename).
"""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.keys import OpenKey, SigningKey, VerifyKey, from_text, to_text
from sync.bundle.letter import new_identity, recipient_of
from sync.platform.publishing.files import write_file, write_once
from sync.protocol.trust import PlatformKeys

_NAME = "platform.json"
_COURIER = "courier.agekey"


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """A key that signs statements and one that opens packages, made on the same day."""

    signing: SigningKey
    sealing: OpenKey

    @classmethod
    def generate(cls) -> Self:
        """A new pair."""
        return cls(SigningKey.generate(), OpenKey.generate())

    def as_json(self) -> dict[str, str]:
        """As it stands in the file."""
        return {"signing": to_text(self.signing.seed), "sealing": to_text(self.sealing.raw)}

    @classmethod
    def from_json(cls, data: Any) -> Self:  # noqa: ANN401 (JSON; what is wrong with it raises)
        """Parse.

        Raises:
            KeyError, TypeError, InputProblem: it is none.
        """
        return cls(SigningKey(from_text(data["signing"])), OpenKey(from_text(data["sealing"])))


@dataclass(frozen=True, slots=True, repr=False)
class PlatformSecrets:
    """The present keys, fleet code and age identity of letters; keys to come and keys that were.

    ``retired_sealing`` has the oldest first.
    """

    present: KeyPair
    fleet_code: str
    courier: str
    coming: KeyPair | None = None
    retired_signing: tuple[VerifyKey, ...] = ()
    retired_sealing: tuple[OpenKey, ...] = ()

    @property
    def signing(self) -> SigningKey:
        """Signs statements."""
        return self.present.signing

    @property
    def sealing(self) -> OpenKey:
        """Opens what is sealed to the present key."""
        return self.present.sealing

    @property
    def first_sealing(self) -> OpenKey:
        """The first one there ever was: what hangs on it stays the same for ever."""
        return (*self.retired_sealing, self.sealing)[0]

    @property
    def public(self) -> PlatformKeys:
        """What terminals are told: to believe every key that is not lost, to seal to the newest."""
        newest = self.coming or self.present
        signing = dict.fromkeys((newest.signing.public, self.signing.public, *self.retired_signing))
        return PlatformKeys(tuple(signing), newest.sealing.public, recipient_of(self.courier))

    def opening(self, key_id: str) -> OpenKey:
        """The key of an id, coming and retired ones too; the present one for an id of nobody's."""
        pairs = [self.coming.sealing] if self.coming else []
        known = {key.public.id: key for key in (*self.retired_sealing, *pairs)}
        return known.get(key_id, self.sealing)

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        """Open what is sealed to one of our keys and does not say to which.

        Raises:
            InputProblem: to none of them, or it is damaged.
        """
        for key in self.retired_sealing:
            with suppress(InputProblem):
                return key.open(sealed, context=context)
        return self.sealing.open(sealed, context=context)

    @classmethod
    def load_or_create(cls, data_dir: Path) -> Self:
        """Read the secrets of a platform; make them if there are none.

        Raises:
            EnvironmentProblem: the file is damaged (code ``bad-secrets``).
        """
        path = _path(data_dir)
        fresh = cls(KeyPair.generate(), secrets.token_hex(16), new_identity())
        data = path.read_bytes() if path.exists() else write_once(path, fresh._as_bytes())
        try:
            found = json.loads(data)
            retired = found.get("retired", {})
            coming = found.get("coming")
            return cls(
                KeyPair.from_json(found),
                str(found["fleet_code"]),
                _courier(data_dir, fresh.courier),
                KeyPair.from_json(coming) if coming is not None else None,
                tuple(VerifyKey(from_text(key)) for key in retired.get("signing", ())),
                tuple(OpenKey(from_text(key)) for key in retired.get("sealing", ())),
            )
        except (ValueError, KeyError, TypeError, AttributeError, InputProblem) as error:
            raise EnvironmentProblem(
                "bad-secrets",
                "the platform's secrets are damaged; restore them from a backup",
                path=str(path),
            ) from error

    def announced(self) -> Self:
        """With keys to come; those of a renewal that was broken off come again."""
        return self if self.coming else replace(self, coming=KeyPair.generate())

    def renewed(self, *, compromised: bool) -> Self:
        """The coming keys are the present ones.

        Args:
            compromised: nobody is to believe the keys of before any more; what was sealed to them
                is opened all the same.
        """
        assert self.coming is not None
        old = () if compromised else (self.signing.public, *self.retired_signing)
        return replace(
            self,
            present=self.coming,
            coming=None,
            retired_signing=old,
            retired_sealing=(*self.retired_sealing, self.sealing),
        )

    def keep(self, data_dir: Path) -> None:
        """Write the file anew."""
        write_file(_path(data_dir), self._as_bytes(), private=True)

    def _as_bytes(self) -> bytes:
        document: dict[str, object] = {**self.present.as_json(), "fleet_code": self.fleet_code}
        if self.coming is not None:
            document["coming"] = self.coming.as_json()
        if self.retired_sealing:
            document["retired"] = {
                "signing": [to_text(key.raw) for key in self.retired_signing],
                "sealing": [to_text(key.raw) for key in self.retired_sealing],
            }
        return json.dumps(document).encode()

    def __repr__(self) -> str:
        return f"PlatformSecrets(signing={self.signing!r}, sealing={self.sealing!r})"


class SecretsReader:
    """The present secrets, read again only when the file was replaced."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._read: tuple[tuple[int, int, int], PlatformSecrets] | None = None

    def current(self) -> PlatformSecrets:
        """The secrets as they stand now.

        Raises:
            EnvironmentProblem: the file is damaged.
        """
        mark = self._mark()
        if self._read is None or mark != self._read[0]:
            self._read = mark, PlatformSecrets.load_or_create(self._data_dir)
        return self._read[1]

    def _mark(self) -> tuple[int, int, int]:
        try:
            status = _path(self._data_dir).stat()
        except FileNotFoundError:
            return 0, 0, 0
        return status.st_ino, status.st_mtime_ns, status.st_size


def _path(data_dir: Path) -> Path:
    return data_dir / "private" / _NAME


def _courier(data_dir: Path, fresh: str) -> str:
    """The age identity of the courier; platforms that were made before it get one now."""
    path = data_dir / "private" / _COURIER
    data = path.read_bytes() if path.exists() else write_once(path, fresh.encode() + b"\n")
    lines = [line for line in data.decode().splitlines() if line and not line.startswith("#")]
    identity = lines[0].strip() if lines else ""
    recipient_of(identity)
    return identity
