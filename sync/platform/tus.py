"""The HTTP face of uploads: tus 1.0 with creation, expiration, termination.

Rules:

* The signature over the headers, ``Content-Digest`` among them, is checked before the first byte of
  a chunk is read. Bytes of a chunk that broke off are kept: the whole blob is checked at its end.
  A whole chunk that is not what its digest says is cut off again.
* One request at a time works on an upload; a newer HEAD, PATCH or DELETE ends an older one that
  hangs on a dead line, instead of waiting for it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import BinaryIO, Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from kiosk.sealing.package import MAX_BLOB
from sync.platform import uploads
from sync.platform.answers import ProblemAnswer
from sync.platform.gate import office_of, pieces, signed, signer_of
from sync.platform.uploads import MAX_CHUNK, Upload
from sync.protocol.request_signing import declared_digest

VERSION: Final = "1.0.0"
MAX_SIZE: Final = MAX_BLOB + 4096
_RESUMABLE: Final = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
_ABILITIES: Final = {
    "Tus-Resumable": VERSION,
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,expiration,termination",
    "Tus-Max-Size": str(MAX_SIZE),
}
_CHUNK_TYPE: Final = "application/offset+octet-stream"
_DIGEST: Final = re.compile("[0-9a-f]{64}")

router = APIRouter(prefix="/v1/uploads")


@dataclass(slots=True)
class _Slot:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    stop: asyncio.Event | None = None
    users: int = 0


class Takeover:
    """Lets the newest request have an upload; the older one is told to stop."""

    def __init__(self) -> None:
        self._slots: dict[str, _Slot] = {}

    @asynccontextmanager
    async def hold(self, upload_id: str) -> AsyncIterator[asyncio.Event]:
        """Hold an upload; the event is set when somebody newer wants it."""
        slot = self._slots.setdefault(upload_id, _Slot())
        slot.users += 1
        if slot.stop is not None:
            slot.stop.set()
        try:
            async with slot.lock:
                slot.stop = asyncio.Event()
                try:
                    yield slot.stop
                finally:
                    slot.stop = None
        finally:
            slot.users -= 1
            if slot.users == 0:
                del self._slots[upload_id]


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What came of one chunk: bytes kept in the file, SHA-256, and whether all of it came."""

    length: int
    digest: bytes
    whole: bool
    taken_over: bool


@router.options("")
async def options() -> Response:
    """What this server can do."""
    return Response(status_code=204, headers=_ABILITIES)


@router.post("")
async def create(request: Request) -> Response:
    """Begin an upload."""
    _check_version(request)
    office = office_of(request)
    upload = await signed(
        request, lambda terminal, _: uploads.create(office, terminal, _wanted(request)), cap=0
    )
    headers = {**_state(upload), "Location": f"/v1/uploads/{upload.id}"}
    return Response(status_code=201, headers=headers)


@router.head("/{upload_id}")
async def head(request: Request, upload_id: str) -> Response:
    """How far it is."""
    _check_version(request)
    office = office_of(request)
    terminal = await run_in_threadpool(signer_of, request, b"")
    async with _takeover(request).hold(upload_id):
        upload = await run_in_threadpool(uploads.find, office, terminal, upload_id)
    headers = {**_state(upload), "Upload-Length": str(upload.size)}
    return Response(status_code=200, headers=headers)


@router.patch("/{upload_id}")
async def patch(request: Request, upload_id: str) -> Response:
    """One more chunk."""
    _check_version(request)
    office = office_of(request)
    terminal = await run_in_threadpool(signer_of, request, None)
    if request.headers.get("content-type") != _CHUNK_TYPE:
        raise ProblemAnswer(415, "content-type", f"a chunk is {_CHUNK_TYPE}")
    offset, announced = _number(request, "upload-offset"), _number(request, "content-length")
    if announced > MAX_CHUNK:
        raise ProblemAnswer(413, "too-large", f"a chunk has at most {MAX_CHUNK} bytes")
    async with _takeover(request).hold(upload_id) as stop:
        upload = await run_in_threadpool(uploads.find, office, terminal, upload_id)
        if offset != upload.received:
            raise ProblemAnswer(
                409, "offset-differs", "the upload stands elsewhere", headers=_state(upload)
            )
        if offset + announced > upload.size:
            raise ProblemAnswer(413, "too-large", "the chunk goes beyond the promised length")
        if not upload.finished:
            upload = await _append(request, upload, announced, stop)
    return Response(status_code=204, headers=_state(upload))


@router.delete("/{upload_id}")
async def delete(request: Request, upload_id: str) -> Response:
    """Forget an upload."""
    _check_version(request)
    office = office_of(request)
    terminal = await signed(request, lambda terminal, _: terminal, cap=0)
    async with _takeover(request).hold(upload_id):
        upload = await run_in_threadpool(uploads.find, office, terminal, upload_id)
        await run_in_threadpool(uploads.drop, office, upload)
    return Response(status_code=204, headers=_RESUMABLE)


async def _append(request: Request, upload: Upload, announced: int, stop: asyncio.Event) -> Upload:
    """Take one chunk into an upload.

    Raises:
        ProblemAnswer: 400 the chunk is damaged, 408, 423 a newer request took over, 460.
    """
    office = office_of(request)
    expected = declared_digest(request.headers)
    file = await run_in_threadpool(uploads.open_for, office, upload)
    try:
        arrival = await _receive(request, file, announced, stop)
    except BaseException:
        file.close()
        raise
    damaged = arrival.whole and arrival.digest != expected
    received = upload.received + (0 if damaged else arrival.length)
    kept = await run_in_threadpool(uploads.keep, office, upload, file, received)
    if damaged:
        raise ProblemAnswer(
            400, "content-digest", "the chunk is not what its digest says", headers=_state(kept)
        )
    if arrival.taken_over:
        raise ProblemAnswer(423, "taken-over", "a newer request has this upload")
    if not arrival.whole:
        raise ProblemAnswer(408, "too-slow", "the chunk broke off", headers=_state(kept))
    return kept


async def _receive(
    request: Request, file: BinaryIO, announced: int, stop: asyncio.Event
) -> _Arrival:
    """Write what comes until the chunk is whole, the line breaks or a newer request wants it."""
    length, hasher = 0, hashlib.sha256()
    stream = pieces(request)
    stopped = asyncio.create_task(stop.wait())
    try:
        while length < announced:
            piece = asyncio.ensure_future(anext(stream))
            await asyncio.wait({piece, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not piece.done():
                piece.cancel()
                break
            try:
                data = piece.result()[: announced - length]
            except (StopAsyncIteration, ClientDisconnect, ProblemAnswer):
                break
            file.write(data)
            hasher.update(data)
            length += len(data)
    finally:
        stopped.cancel()
    return _Arrival(length, hasher.digest(), length == announced, stop.is_set())


def _takeover(request: Request) -> Takeover:
    takeover = getattr(request.app.state, "takeover", None)
    if takeover is None:
        takeover = request.app.state.takeover = Takeover()
    assert isinstance(takeover, Takeover)
    return takeover


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise ProblemAnswer(412, "tus-version", f"tus {VERSION} is spoken here", headers=_ABILITIES)


def _state(upload: Upload) -> dict[str, str]:
    return {
        **_RESUMABLE,
        "Upload-Offset": str(upload.received),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
    }


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):  # noqa: PLR2004 (a terabyte)
        raise ProblemAnswer(400, "bad-header", f"{name} must be a whole number")
    return int(text)


def _wanted(request: Request) -> tuple[UUID, str, int]:
    """Submission, digest and size from the creation headers."""
    size = _number(request, "upload-length")
    if size > MAX_SIZE:
        raise ProblemAnswer(413, "too-large", f"a file has at most {MAX_SIZE} sealed bytes")
    try:
        pairs = [entry.split() for entry in request.headers.get("upload-metadata", "").split(",")]
        fields = {pair[0]: base64.b64decode(pair[1], validate=True).decode() for pair in pairs}
        digest, submission_id = fields["sha256"], UUID(fields["submission"])
    except (IndexError, KeyError, ValueError, binascii.Error) as error:
        raise ProblemAnswer(
            400, "bad-header", "upload-metadata must name sha256 and submission"
        ) from error
    if _DIGEST.fullmatch(digest) is None:
        raise ProblemAnswer(400, "bad-header", "sha256 must be 64 lower-case hex digits")
    return submission_id, digest, size
