"""What every part of the platform shares: data folder, keys, clock, database, settings."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.clock import Clock
from kiosk.sealing.canonical import JsonObject
from sync.platform.blobs import BlobStore
from sync.platform.catalogue import CatalogueReader
from sync.platform.database import Database, new_epoch
from sync.platform.secrets import PlatformSecrets
from sync.protocol.statements import sign

RESTORED_MARK = "restored"
UPLOAD_SECONDS = 7 * 24 * 3600


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        import time

        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Office:
    """One platform.

    ``manual``: complete submissions wait for ``decide``. ``upload_seconds``: how long an idle
    upload is kept.
    """

    data_dir: Path
    database: Database
    secrets: PlatformSecrets
    catalogue: CatalogueReader
    blobs: BlobStore
    clock: Clock = field(default_factory=SystemClock)
    manual: bool = False
    upload_seconds: int = UPLOAD_SECONDS

    @classmethod
    def open(
        cls,
        data_dir: Path,
        *,
        clock: Clock | None = None,
        manual: bool = False,
        upload_seconds: int = UPLOAD_SECONDS,
    ) -> Office:
        """Open or create the data folder; a restore marker begins a new epoch.

        Raises:
            EnvironmentProblem: the folder cannot be used.
        """
        clock = clock or SystemClock()
        secrets = PlatformSecrets.load_or_create(data_dir)
        database = Database.open(data_dir, clock.now())
        mark = data_dir / RESTORED_MARK
        if mark.exists():
            with database.write() as tx:
                new_epoch(tx)
            mark.unlink()
        return cls(
            data_dir=data_dir,
            database=database,
            secrets=secrets,
            catalogue=CatalogueReader(data_dir),
            blobs=BlobStore(data_dir),
            clock=clock,
            manual=manual,
            upload_seconds=upload_seconds,
        )

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def sign(self, statement: JsonObject) -> JsonObject:
        """Sign a statement as this platform."""
        return sign(statement, self.secrets.signing)

    def subject_tag(self, id_type: str, id_number: str) -> str:
        """A keyed hash by which the same person is recognised, and by nobody without the key."""
        key = hashlib.sha256(b"jinban subject tag\0" + self.secrets.sealing.raw).digest()
        return hmac.new(key, f"{id_type}\0{id_number}".encode(), "sha256").hexdigest()
