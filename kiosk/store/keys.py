"""The keys of a terminal.

Rules:

* The device file holds the Ed25519 seed, the HPKE key for answers and the terminal id, which
  derives from the signing key, so it exists before the terminal has ever been on line.
* The casebook's raw 256-bit key is written and fsynced, in two copies, before the first row; a
  lost or damaged copy is mended from the other one.
* Without its key the casebook stays as it is: nothing ever starts empty beside it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.keys import OpenKey, SigningKey, from_text, to_text
from kiosk.store.files import disk, write_durably
from kiosk.store.home import Home

_KEY_BYTES: Final = 32
_STAFF: Final = b"jinban staff key\0"
CASEBOOK_KEYS: Final = ("casebook.key", "casebook.key.2")


@dataclass(frozen=True, slots=True)
class Device:
    """Who this terminal is."""

    signing: SigningKey
    reply: OpenKey
    terminal: str

    @property
    def staff(self) -> OpenKey:
        """The key of the station's staff role, to which contact cards are sealed.

        It derives from the signing key, so there is no further file to lose; that it is used for a
        signed-in agent alone is the program's rule, not the key's.
        """
        return OpenKey(hashlib.sha256(_STAFF + self.signing.seed).digest())


def terminal_id(signing: SigningKey) -> str:
    """``T`` and the first 12 hex digits of the device key's id."""
    return "T" + signing.public.id[:12]


def create_device(home: Home) -> Device:
    """Make the terminal's keys, unless they are there."""
    file = home.keys / "device.json"
    with home.home_lock():
        if not file.exists():
            signing, reply = SigningKey.generate(), OpenKey.generate()
            document = {
                "format": 1,
                "terminal": terminal_id(signing),
                "signing": to_text(signing.seed),
                "reply": to_text(reply.raw),
            }
            write_durably(file, json.dumps(document, indent=2).encode() + b"\n")
    return load_device(home)


def load_device(home: Home) -> Device:
    """Read the terminal's keys.

    Raises:
        EnvironmentProblem: the file is missing or damaged.
    """
    file = home.keys / "device.json"
    if not file.exists():
        raise EnvironmentProblem(
            "no-device-key", f"{file} is missing; bring it back from the backup", path=str(file)
        )
    with disk(file):
        data = file.read_bytes()
    try:
        document = json.loads(data)
        signing = SigningKey(from_text(document["signing"]))
        reply = OpenKey(from_text(document["reply"]))
        terminal = terminal_id(signing)
        mine = bool(document["terminal"] == terminal)
    except (ValueError, TypeError, KeyError, InputProblem) as error:
        raise _bad_device(file) from error
    if not mine:
        raise _bad_device(file)
    return Device(signing, reply, terminal)


def _bad_device(file: Path) -> EnvironmentProblem:
    return EnvironmentProblem(
        "bad-device-key", f"{file} is damaged; bring it back from the backup", path=str(file)
    )


def create_casebook_key(home: Home) -> bytes:
    """Make the casebook's key, or return the one that is there. Hold the home lock.

    Raises:
        EnvironmentProblem: a casebook exists, but its key does not.
    """
    if home.casebook.exists() or any((home.keys / name).exists() for name in CASEBOOK_KEYS):
        return load_casebook_key(home)
    key = secrets.token_bytes(_KEY_BYTES)
    for name in CASEBOOK_KEYS:
        write_durably(home.keys / name, key.hex().encode() + b"\n")
    return key


def load_casebook_key(home: Home) -> bytes:
    """Read the casebook's key and mend a lost copy.

    Raises:
        EnvironmentProblem: both copies are missing or damaged, or they differ.
    """
    found = {name: _read_key(home.keys / name) for name in CASEBOOK_KEYS}
    keys = {key for key in found.values() if key is not None}
    if len(keys) > 1:
        raise EnvironmentProblem(
            "casebook-keys-differ",
            f"the two copies of the casebook's key in {home.keys} differ; remove the wrong one",
            path=str(home.keys),
        )
    if not keys:
        raise EnvironmentProblem(
            "casebook-key-missing",
            f"the key of the casebook is missing from {home.keys}; bring it back from the backup, "
            "or run kiosk init --rebuild to begin a new casebook from the sealed packages",
            path=str(home.keys),
        )
    (key,) = keys
    for name, copy in found.items():
        if copy is None:
            write_durably(home.keys / name, key.hex().encode() + b"\n")
    return key


def casebook_key_in(folder: Path) -> bytes | None:
    """The key beside a casebook that was put aside; None: neither copy can be read."""
    found = (_read_key(folder / name) for name in CASEBOOK_KEYS)
    return next((key for key in found if key is not None), None)


def _read_key(file: Path) -> bytes | None:
    if not file.exists():
        return None
    with disk(file):
        text = file.read_bytes().strip()
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return None
    return key if len(key) == _KEY_BYTES else None
