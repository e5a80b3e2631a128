"""What every part of the platform shares: data folder, keys, clock, database, settings."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.clock import Clock
from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.package import Package
from sync.platform.blobs import BlobStore
from sync.platform.catalogue import CatalogueReader
from sync.platform.database import Database, new_epoch
from sync.platform.secrets import PlatformSecrets, SecretsReader
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
    keyring: SecretsReader
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
        keyring = SecretsReader(data_dir)
        keyring.current()
        database = Database.open(data_dir, clock.now())
        mark = data_dir / RESTORED_MARK
        if mark.exists():
            with database.write() as tx:
                new_epoch(tx)
            mark.unlink()
        return cls(
            data_dir=data_dir,
            database=database,
            keyring=keyring,
            catalogue=CatalogueReader(data_dir),
            blobs=BlobStore(data_dir),
            clock=clock,
            manual=manual,
            upload_seconds=upload_seconds,
        )

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    @property
    def secrets(self) -> PlatformSecrets:
        """The present keys; renewed ones are taken up without a restart."""
        return self.keyring.current()

    def sign(self, statement: JsonObject) -> JsonObject:
        """Sign a statement as this platform."""
        return sign(statement, self.secrets.signing)

    def signed_now(self, statement: JsonObject) -> JsonObject:
        """A statement of ours that was kept, signed by the present key."""
        made_by = statement["signature"]
        if isinstance(made_by, dict) and made_by["key_id"] == self.secrets.signing.public.id:
            return statement
        return self.sign(statement)

    def open_payload(self, package: Package) -> JsonObject:
        """The plain application of a package, sealed to whichever key of ours.

        Raises:
            InputProblem: it opens with none, or contradicts itself.
        """
        return package.open_payload(self.secrets.opening(package.head.hpke_key_id))

    def open_blob(self, package: Package, sealed: bytes) -> bytes:
        """A plain attachment of a package.

        Raises:
            InputProblem: it does not open.
        """
        return package.open_blob(sealed, self.secrets.opening(package.head.hpke_key_id))

    def subject_tag(self, id_type: str, id_number: str) -> str:
        """A keyed hash by which the same person is recognised, and by nobody without the key."""
        return self.tag(id_type, id_number)

    def tag(self, kind: str, value: str) -> str:
        """A keyed hash of anything; the same for ever, however often keys are renewed."""
        key = hashlib.sha256(b"jinban subject tag\0" + self.secrets.first_sealing.raw).digest()
        return hmac.new(key, f"{kind}\0{value}".encode(), "sha256").hexdigest()
