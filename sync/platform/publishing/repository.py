"""The signed tree that terminals update from: TUF metadata and targets, as static files.

Rules:

* Roles: root, timestamp, snapshot, targets, and one delegated role per part of the province, each
  with its own key and its own folder of targets; top-level targets sign only ``config.json``.
* Consistent snapshots: every file of a publish has a new name; ``timestamp.json`` comes last. A
  crash before it leaves the old tree whole, and the next publish writes over the leftovers.
* The timestamp lives 30 days, everything else a year; a root with less than 120 days left is
  renewed. Keys are PEM files in ``DIR/private``; a top-level key that is lost is told, never
  replaced (terminals would refuse what it signs).
* Files that no metadata has named for a week are removed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.exceptions import StorageError
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization import DeserializationError
from tuf.api.serialization.json import JSONSerializer

from kiosk.domain.problems import EnvironmentProblem
from sync.platform.publishing.files import flush_folder, write_file, write_once

TIMESTAMP_LIFE: Final = timedelta(days=30)
LIFE: Final = timedelta(days=365)
ROOT_RENEWAL: Final = timedelta(days=120)
_LEFTOVER_SECONDS: Final = 7 * 24 * 3600
_TOP: Final = (Root.type, Timestamp.type, Snapshot.type, Targets.type)
_SERIALIZER: Final = JSONSerializer(compact=True)
_Part = TypeVar("_Part", Root, Timestamp, Snapshot, Targets)


@dataclass(frozen=True, slots=True)
class Target:
    """A file to publish."""

    path: str
    data: bytes
    custom: Mapping[str, object]


class Repository:
    """The tree below ``DIR/tuf`` and its keys in ``DIR/private``."""

    def __init__(self, data_dir: Path) -> None:
        self.metadata = data_dir / "tuf" / "metadata"
        self.targets = data_dir / "tuf" / "targets"
        self._private = data_dir / "private"

    def first_root(self) -> bytes:
        """The root that names the fleet.

        Raises:
            FileNotFoundError: nothing was ever published.
        """
        return (self.metadata / "1.root.json").read_bytes()

    def roles(self) -> list[str]:
        """The delegated roles that are published now; empty before the first publish."""
        version = self._version(Targets.type)
        if version is None:
            return []
        top = self._load(self.metadata / f"{version}.{Targets.type}.json", Targets)
        delegations = top.signed.delegations
        return sorted(delegations.roles or ()) if delegations is not None else []

    def targets_of(self, role: str) -> dict[str, TargetFile]:
        """What a delegated role publishes now; empty when it does not exist."""
        version = self._version(role)
        if version is None:
            return {}
        part = self._load(self.metadata / f"{version}.{role}.json", Targets)
        return dict(part.signed.targets)

    def read(self, target: TargetFile) -> bytes:
        """The content of a published target, checked.

        Raises:
            EnvironmentProblem: the file is gone or damaged.
        """
        path = self.targets / _hashed(target)
        try:
            data = path.read_bytes()
            target.verify_length_and_hashes(data)
        except (OSError, RepositoryError) as error:
            raise EnvironmentProblem(
                "bad-tree", "a published file is gone or damaged", path=str(path)
            ) from error
        return data

    def publish(
        self,
        config: Target,
        roles: Mapping[str, Sequence[Target]],
        kept: Mapping[str, Sequence[TargetFile]],
        now: datetime,
    ) -> None:
        """Sign and write a new state of the tree.

        Args:
            config: the top-level target.
            roles: new files of each delegated role; a role that is not named ends.
            kept: files of the last publish that each role goes on naming.
            now: from which the metadata lives.

        Raises:
            EnvironmentProblem: a key or the present tree is lost or damaged.
        """
        self.prepare_root(now)
        files = {config.path: self._write_target(config)}
        parts: dict[str, Metadata[Targets]] = {}
        for role, targets in roles.items():
            named = {old.path: old for old in kept.get(role, ())}
            named |= {target.path: self._write_target(target) for target in targets}
            parts[role] = Metadata(Targets(self._next(role), expires=now + LIFE, targets=named))
        top = Metadata(
            Targets(
                self._next(Targets.type),
                expires=now + LIFE,
                targets=files,
                delegations=self._delegations(sorted(roles)),
            )
        )
        self._write_all({Targets.type: top, **parts}, now)
        self._remove_leftovers()

    def _write_all(self, parts: Mapping[str, Metadata[Targets]], now: datetime) -> None:
        snapshot = Metadata(Snapshot(self._next(Snapshot.type), expires=now + LIFE))
        snapshot.signed.meta = {
            f"{role}.json": MetaFile(part.signed.version) for role, part in parts.items()
        }
        timestamp = Metadata(
            Timestamp(
                self._next(Timestamp.type),
                expires=now + TIMESTAMP_LIFE,
                snapshot_meta=MetaFile(snapshot.signed.version),
            )
        )
        for role, part in parts.items():
            self._write_signed(role, part)
        self._write_signed(Snapshot.type, snapshot)
        data = self._signed(Timestamp.type, timestamp)
        write_file(self.metadata / "timestamp.json", data)

    def _delegations(self, roles: Sequence[str]) -> Delegations:
        keys = {role: self._signer(role).public_key for role in roles}
        return Delegations(
            {key.keyid: key for key in keys.values()},
            {
                role: DelegatedRole(role, [key.keyid], 1, True, paths=[f"{role}/*"])  # noqa: FBT003
                for role, key in keys.items()
            },
        )

    def prepare_root(self, now: datetime) -> None:
        """Make the first root, or renew the present one when it ends soon.

        Raises:
            EnvironmentProblem: a top-level key or the root is lost or damaged.
        """
        for folder in (self.metadata, self.targets):
            folder.mkdir(parents=True, exist_ok=True)
        versions = sorted(
            int(path.name.split(".")[0]) for path in self.metadata.glob("*.root.json")
        )
        if not versions:
            root = Root(1, expires=now + LIFE, consistent_snapshot=True)
            for role in _TOP:
                root.add_key(self._signer(role).public_key, role)
            self._write_signed(Root.type, Metadata(root))
            return
        current = self._load(self.metadata / f"{versions[-1]}.root.json", Root)
        for role in _TOP:
            if self._signer(role).public_key.keyid not in current.signed.roles[role].keyids:
                raise EnvironmentProblem(
                    "lost-key",
                    f"the {role} key is not the one that terminals trust; restore DIR/private",
                    path=str(self._private),
                )
        if current.signed.expires - now < ROOT_RENEWAL:
            current.signed.version += 1
            current.signed.expires = now + LIFE
            self._write_signed(Root.type, current)

    def _next(self, role: str) -> int:
        return (self._version(role) or 0) + 1

    def _version(self, role: str) -> int | None:
        """The version of a role that terminals see now; None before its first publish."""
        path = self.metadata / "timestamp.json"
        if not path.exists():
            return None
        timestamp = self._load(path, Timestamp).signed
        version = timestamp.snapshot_meta.version
        if role == Timestamp.type:
            return timestamp.version
        if role == Snapshot.type:
            return version
        snapshot = self._load(self.metadata / f"{version}.snapshot.json", Snapshot)
        meta = snapshot.signed.meta.get(f"{role}.json")
        return None if meta is None else meta.version

    def _load(self, path: Path, kind: type[_Part]) -> Metadata[_Part]:
        try:
            found = Metadata[_Part].from_file(str(path))
        except (StorageError, DeserializationError) as error:
            raise EnvironmentProblem(
                "bad-tree", "the published metadata is gone or damaged", path=str(path)
            ) from error
        if not isinstance(found.signed, kind):
            raise EnvironmentProblem(
                "bad-tree", "the published metadata is of another kind", path=str(path)
            )
        return found

    def _signer(self, role: str) -> CryptoSigner:
        path = self._private / f"tuf-{role}.pem"
        if path.exists():
            pem = path.read_bytes()
        else:
            pem = write_once(path, CryptoSigner.generate_ed25519().private_bytes)
        try:
            return CryptoSigner(load_pem_private_key(pem, None))
        except ValueError as error:
            raise EnvironmentProblem(
                "lost-key", f"the key of {role} is damaged; restore it", path=str(path)
            ) from error

    def _signed(self, role: str, part: Metadata[_Part]) -> bytes:
        part.sign(self._signer(role))
        return part.to_bytes(_SERIALIZER)

    def _write_signed(self, role: str, part: Metadata[_Part]) -> None:
        name = f"{part.signed.version}.{role}.json"
        write_file(self.metadata / name, self._signed(role, part))

    def _write_target(self, target: Target) -> TargetFile:
        file = TargetFile.from_data(target.path, target.data, ["sha256"])
        if target.custom:
            file.unrecognized_fields["custom"] = dict(target.custom)
        path = self.targets / _hashed(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_file(path, target.data)
        path.touch()
        return file

    def _remove_leftovers(self) -> None:
        name = f"{self._version(Snapshot.type)}.snapshot.json"
        snapshot = self._load(self.metadata / name, Snapshot)
        names = ["timestamp.json", name]
        kept: set[Path] = set()
        for name, meta in snapshot.signed.meta.items():
            names.append(f"{meta.version}.{name}")
            part = self._load(self.metadata / names[-1], Targets)
            kept |= {self.targets / _hashed(file) for file in part.signed.targets.values()}
        kept |= {self.metadata / name for name in names}
        oldest = time.time() - _LEFTOVER_SECONDS
        for path in (*self.metadata.glob("*.json"), *self.targets.glob("**/*")):
            if (
                path.is_file()
                and path not in kept
                and not path.name.endswith(".root.json")
                and path.stat().st_mtime < oldest
            ):
                path.unlink()
        flush_folder(self.metadata)


def _hashed(target: TargetFile) -> str:
    folder, slash, name = target.path.rpartition("/")
    return f"{folder}{slash}{target.hashes['sha256']}.{name}"
