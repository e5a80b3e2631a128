"""Sealed blobs by tus 1.0: what is kept, checked and committed.

Rules:

* Only a blob that a held submission lists is taken, with exactly the listed size.
* Creating the same upload again finds the first; a blob already held needs no bytes.
* The offset in the database is the durable one: bytes are on disk before it moves.
* The last byte is answered only when the blob's SHA-256 was found right, its name is on disk and
  the submission that waited for it took effect. A wrong one is dropped whole (460).
* An upload without progress for ``upload_seconds`` is gone (410).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, delete, insert, select, update

from kiosk.domain.clock import from_text, to_text
from kiosk.domain.lifecycle import State
from sync.platform.answers import ProblemAnswer
from sync.platform.cases import complete, find_submission
from sync.platform.office import Office
from sync.platform.proxies import note_picture, picture_tag
from sync.platform.tables import blobs, parts, uploads

MAX_CHUNK = 4 * 1024 * 1024
_CHECKSUM_MISMATCH = 460


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload as the database knows it."""

    id: str
    submission_id: str
    digest: str
    size: int
    received: int
    expires_at: datetime

    @property
    def finished(self) -> bool:
        """Whether every byte is here and checked."""
        return self.received == self.size


def create(office: Office, terminal: str, wanted: tuple[UUID, str, int]) -> Upload:
    """Begin an upload, or find the one begun before.

    Args:
        office: the platform.
        terminal: who asks.
        wanted: submission, digest and size of the blob.

    Raises:
        ProblemAnswer: 404, 410, 422.
    """
    submission_id, digest, size = wanted
    with office.database.write() as tx:
        _drop_expired(tx, office, office.clock.now())
        _check_owed(tx, str(submission_id), digest, size)
        row = tx.execute(
            select(uploads).where(
                uploads.c.terminal == terminal,
                uploads.c.submission_id == str(submission_id),
                uploads.c.digest == digest,
            )
        ).one_or_none()
        if row is not None:
            return _upload(row)
        return _begin(tx, office, terminal, wanted)


def find(office: Office, terminal: str, upload_id: str) -> Upload:
    """An upload of this terminal.

    Raises:
        ProblemAnswer: 404 unknown, 410 expired.
    """
    with office.database.read() as tx:
        row = tx.execute(
            select(uploads).where(uploads.c.id == upload_id, uploads.c.terminal == terminal)
        ).one_or_none()
    if row is None:
        raise ProblemAnswer(404, "unknown-upload", "there is no such upload")
    upload = _upload(row)
    if upload.expires_at <= office.clock.now():
        raise ProblemAnswer(410, "expired", "this upload rested too long; begin again")
    return upload


def open_for(office: Office, upload: Upload) -> BinaryIO:
    """The file to append to, standing at the durable offset."""
    return office.blobs.open_part(upload.id, upload.received)


def keep(office: Office, upload: Upload, file: BinaryIO, received: int) -> Upload:
    """Make ``received`` bytes durable; with the last one, check and take effect.

    Raises:
        ProblemAnswer: 460, the whole is not the promised blob; the upload is gone.
    """
    office.blobs.keep_part(file, received)
    expires_at = office.clock.now() + timedelta(seconds=office.upload_seconds)
    finished, tag = received == upload.size, None
    if finished:
        _check_digest(office, upload)
        office.blobs.adopt(upload.id, upload.digest)
        with office.database.read() as tx:
            tag = picture_tag(office, tx, upload.submission_id, upload.digest)
    with office.database.write() as tx:
        tx.execute(
            update(uploads)
            .where(uploads.c.id == upload.id)
            .values(received=received, expires_at=to_text(expires_at))
        )
        if finished:
            note_picture(tx, upload.submission_id, upload.digest, tag)
            _arrived(tx, office, upload)
    return Upload(upload.id, upload.submission_id, upload.digest, upload.size, received, expires_at)


def drop(office: Office, upload: Upload) -> None:
    """Forget an upload; a finished blob stays."""
    with office.database.write() as tx:
        tx.execute(delete(uploads).where(uploads.c.id == upload.id))
    office.blobs.drop_part(upload.id)


def tidy(office: Office) -> None:
    """At start: forget what expired while nobody was here, and parts without a row."""
    with office.database.write() as tx:
        _drop_expired(tx, office, office.clock.now())
        known = [str(row.id) for row in tx.execute(select(uploads.c.id)).all()]
    office.blobs.drop_unknown_parts(known)


def _begin(tx: Connection, office: Office, terminal: str, wanted: tuple[UUID, str, int]) -> Upload:
    submission_id, digest, size = wanted
    held = tx.execute(select(blobs.c.size).where(blobs.c.digest == digest)).one_or_none()
    upload = Upload(
        id=str(uuid4()),
        submission_id=str(submission_id),
        digest=digest,
        size=size,
        received=0 if held is None else size,
        expires_at=office.clock.now() + timedelta(seconds=office.upload_seconds),
    )
    tx.execute(
        insert(uploads).values(
            id=upload.id,
            terminal=terminal,
            submission_id=upload.submission_id,
            digest=digest,
            size=size,
            received=upload.received,
            expires_at=to_text(upload.expires_at),
        )
    )
    return upload


def _check_owed(tx: Connection, submission_id: str, digest: str, size: int) -> None:
    row = find_submission(tx, submission_id)
    if row is None:
        raise ProblemAnswer(404, "unknown-submission", "file the submission before its files")
    if row.state in {State.WITHDRAWN.value, State.SUPERSEDED.value}:
        raise ProblemAnswer(410, row.state, f"this submission was {row.state}")
    listed = tx.execute(
        select(parts.c.size)
        .where(parts.c.submission_id == submission_id, parts.c.digest == digest)
        .limit(1)
    ).scalar_one_or_none()
    if listed is None:
        raise ProblemAnswer(422, "not-owed", "the submission does not list this file")
    if listed != size:
        raise ProblemAnswer(422, "size-differs", f"the submission lists {listed} bytes")


def _check_digest(office: Office, upload: Upload) -> None:
    if office.blobs.digest_of_part(upload.id) != upload.digest:
        drop(office, upload)
        raise ProblemAnswer(
            _CHECKSUM_MISMATCH, "digest-differs", "these are not the promised bytes; begin again"
        )


def _arrived(tx: Connection, office: Office, upload: Upload) -> None:
    held = tx.execute(select(blobs.c.size).where(blobs.c.digest == upload.digest)).one_or_none()
    if held is None:
        tx.execute(
            insert(blobs).values(
                digest=upload.digest, size=upload.size, stored_at=to_text(office.clock.now())
            )
        )
    waiting = select(parts.c.submission_id).where(parts.c.digest == upload.digest).distinct()
    for row in tx.execute(waiting).all():
        complete(tx, office, row.submission_id)


def _drop_expired(tx: Connection, office: Office, now: datetime) -> None:
    old = uploads.c.expires_at <= to_text(now)
    for row in tx.execute(select(uploads.c.id).where(old)).all():
        office.blobs.drop_part(row.id)
    tx.execute(delete(uploads).where(old))


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        row.id, row.submission_id, row.digest, row.size, row.received, from_text(row.expires_at)
    )
