"""The savepoint of an open draft 草稿: what brings answers back after a crash, to their owner only.

Rules:

* One open draft a station. It is encrypted (AES-256-GCM) under a key made of a random secret that
  exists only in tmpfs and of the owner's full ID (argon2id): without this run of the machine, or
  without the ID, nobody reads it.
* It is offered for five minutes of the monotonic clock, in the same run of the machine, after the
  same full ID was entered; three wrong IDs, the fifth minute or the next person wipe it.
* Wiping removes the secret first: what may linger on the disk is noise then.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.domain.clock import Clock
from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.files import disk, make_private, remove_durably, write_durably
from kiosk.store.home import Home
from kiosk.store.lockouts import read_boot_id

OFFERED_SECONDS: Final = 5 * 60
WRONG_IDS: Final = 3
_SECRET_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft brought back."""

    id: UUID
    document: bytes


class OpenDraft:
    """The savepoint of the draft that is open now; made by :meth:`Drafts.begin`."""

    def __init__(self, drafts: Drafts, draft_id: UUID, key: bytes, salt: bytes) -> None:
        self._drafts = drafts
        self._id = draft_id
        self._cipher = AESGCM(key)
        self._salt = salt

    def save(self, document: bytes) -> None:
        """Keep the present answers durably, in place of the ones before."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, document, self._id.bytes)
        self._drafts.keep(self._id, self._salt, nonce + sealed)


class Drafts:
    """The savepoint of a station.

    Args:
        home: the station.
        clock: for the five minutes.
        key_folder: a folder in tmpfs; None: chosen from the settings and the system.
        boot_id: of this run of the machine; None: read from the system.
    """

    def __init__(
        self,
        home: Home,
        clock: Clock,
        *,
        key_folder: Path | None = None,
        boot_id: str | None = None,
    ) -> None:
        self._home = home
        self._clock = clock
        self._boot_id = read_boot_id() if boot_id is None else boot_id
        self._keys = (key_folder or tmpfs_folder(home)) / f"jinban-{_short(home)}"
        self._file = home.drafts / "open.draft"

    def begin(self, draft_id: UUID, owner_id: str) -> OpenDraft:
        """Open the savepoint for a draft; another one that was left is wiped."""
        self.wipe()
        self._make_key_folder()
        secret, salt = secrets.token_bytes(_SECRET_BYTES), secrets.token_bytes(_SALT_BYTES)
        with disk(self._secret_file):
            handle = os.open(self._secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secret)
        return OpenDraft(self, draft_id, _derive(secret, salt, owner_id), salt)

    def keep(self, draft_id: UUID, salt: bytes, sealed: bytes) -> None:
        """Write the savepoint; called by :class:`OpenDraft`."""
        head = {
            "id": str(draft_id),
            "salt": salt.hex(),
            "boot": self._boot_id,
            "at": self._clock.monotonic(),
            "tries": 0,
        }
        self._write(head, sealed)

    def waiting(self) -> bool:
        """Whether a draft can still be offered; one that cannot is wiped here."""
        return self.seconds_left() > 0

    def seconds_left(self) -> float:
        """For how long the draft can still be offered; one that cannot is wiped here, 0.0 then."""
        if not self._file.exists() and not self._secret_file.exists():
            return 0.0
        read = self._read()
        if read is None:
            self.wipe()
            return 0.0
        return OFFERED_SECONDS - self._age(read[0])

    def reopen(self, owner_id: str) -> SavedDraft | None:
        """The draft, if it can still be offered and this is the ID of its owner."""
        read = self._read() if self.waiting() else None
        if read is None:
            return None
        head, sealed = read
        draft_id = UUID(str(head["id"]))
        with disk(self._secret_file):
            secret = self._secret_file.read_bytes()
        key = _derive(secret, bytes.fromhex(str(head["salt"])), owner_id)
        try:
            nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return SavedDraft(draft_id, AESGCM(key).decrypt(nonce, content, draft_id.bytes))
        except InvalidTag:
            self._count_wrong(head, sealed)
            return None

    def wipe(self) -> None:
        """Forget the open draft: the secret first, then the file."""
        with disk(self._secret_file):
            self._secret_file.unlink(missing_ok=True)
        if self._file.exists():
            remove_durably(self._file)

    @property
    def _secret_file(self) -> Path:
        return self._keys / "draft.key"

    def _make_key_folder(self) -> None:
        """Everybody may write beside it, so somebody may have been there before."""
        make_private(self._keys)
        found = self._keys.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise EnvironmentProblem(
                "memory-folder-taken",
                f"{self._keys} belongs to somebody else; call the technician",
                path=str(self._keys),
            )

    def _count_wrong(self, head: dict[str, object], sealed: bytes) -> None:
        tries = int(str(head["tries"])) + 1
        if tries >= WRONG_IDS:
            self.wipe()
        else:
            self._write({**head, "tries": tries}, sealed)

    def _write(self, head: dict[str, object], sealed: bytes) -> None:
        write_durably(self._file, json.dumps(head).encode() + b"\n" + sealed)

    def _read(self) -> tuple[dict[str, object], bytes] | None:
        """Head and sealed part, if they are of this run and of the last five minutes."""
        if not self._file.exists() or not self._secret_file.exists():
            return None
        with disk(self._file):
            first, _, sealed = self._file.read_bytes().partition(b"\n")
        try:
            head = json.loads(first)
            fresh = head["boot"] == self._boot_id and 0 <= self._age(head) < OFFERED_SECONDS
            complete = UUID(head["id"]) and bytes.fromhex(head["salt"]) and int(head["tries"]) >= 0
        except (ValueError, KeyError, TypeError):
            return None
        return (head, sealed) if fresh and complete else None

    def _age(self, head: dict[str, object]) -> float:
        return self._clock.monotonic() - float(str(head["at"]))


def tmpfs_folder(home: Home) -> Path:
    """A folder whose content dies with the power.

    Raises:
        EnvironmentProblem: there is none (``no-tmpfs``).
    """
    named = home.settings().draft_keys if home.exists() else ""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for candidate in (named, runtime, "/dev/shm"):  # noqa: S108 (tmpfs is what is wanted)
        path = Path(candidate)
        if candidate and path.is_dir() and os.access(path, os.W_OK) and is_tmpfs(path):
            return path
    raise EnvironmentProblem(
        "no-tmpfs",
        "no folder in memory (tmpfs) was found for the key of an open draft; mount /dev/shm or "
        "name one in settings.json as draft_keys",
    )


def is_tmpfs(path: Path) -> bool:
    """Whether a folder lies on tmpfs or ramfs, as the kernel's mount table says."""
    device = path.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        fields = line.split(" ")
        if fields[2] == wanted:
            return fields[fields.index("-") + 1] in {"tmpfs", "ramfs"}
    return False


def _short(home: Home) -> str:
    """Two stations of one machine may bear the same name, never the same path."""
    return hashlib.sha256(os.fsencode(home.path.resolve())).hexdigest()[:16]


def _derive(secret: bytes, salt: bytes, owner_id: str) -> bytes:
    return hash_secret_raw(
        secret + owner_id.strip().upper().encode(),
        salt,
        time_cost=2,
        memory_cost=19 * 1024,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
