"""Sealed blobs to the platform by tus 1.0, in small chunks, resumed by asking.

Rules:

* The platform's offset (HEAD) is the only truth about what arrived; after anything unclear it is
  asked again. 409 and 423 mean "an older request still holds it": wait, ask again, never
  start over.
* Only 404, 410 and 460 (checksum) start over, and only once per call.
* The chunk follows the line: halved when a chunk is lost, doubled after four whole ones, so that
  a line cut every 0.3 MB costs little more than the bytes themselves.
* An upload proves nothing: the receipt afterwards does.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from kiosk.domain.problems import PlatformProblem
from sync.client.outcomes import BAD_REPLY, LOST, UNPROVEN, concerns_host
from sync.client.transport import Answer
from sync.protocol.messages import TUS_CHUNK

LEAST_CHUNK: Final = 32 * 1024
PATIENCE: Final = 6
"""Exchanges in a row that may bring nothing forward before the blob is left for later."""
_GROW_AFTER: Final = 4
_TUS: Final = {"Tus-Resumable": "1.0.0"}
_GONE: Final = frozenset({404, 410, 460})  # 460: what arrived was not the blob; it was dropped
_HELD: Final = frozenset({409, 423})


@dataclass(frozen=True, slots=True)
class Blob:
    """One sealed attachment."""

    submission_id: UUID
    digest: str
    data: bytes


class Caller(Protocol):
    """Signed exchanges with the platform."""

    def call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """One exchange; raises ``PlatformProblem`` for trouble with the road and for 5xx."""
        ...


class _GoneProblem(PlatformProblem):
    """The platform does not know the upload any more."""


class Uploader:
    """Uploads the blobs of one session.

    Args:
        client: the proven road.
        wait: called with seconds before asking again about an upload that is held.
    """

    def __init__(self, client: Caller, wait: Callable[[float], None]) -> None:
        self._client = client
        self._wait = wait
        self._chunk = TUS_CHUNK
        self._whole = 0

    def upload(self, blob: Blob) -> None:
        """Bring the whole blob over.

        Raises:
            PlatformProblem: a pause of the host, or ``lost`` when nothing moves any more.
        """
        try:
            self._attempt(blob)
        except _GoneProblem:
            self._attempt(blob)

    def _attempt(self, blob: Blob) -> None:
        location: str | None = None
        offset: int | None = None
        furthest, idle = -1, 0
        while offset is None or offset < len(blob.data):
            try:
                if location is None:
                    location, offset = self._create(blob)
                elif offset is None:
                    offset = self._ask(location, len(blob.data))
                else:
                    offset = self._patch(location, blob.data, offset)
            except PlatformProblem as problem:
                if concerns_host(problem) or isinstance(problem, _GoneProblem):
                    raise
                offset = None
                if idle >= PATIENCE:
                    raise
            if offset is not None and offset > furthest:
                furthest, idle = offset, 0
            elif idle >= PATIENCE:
                raise PlatformProblem(LOST, "the platform takes bytes and its offset stands still")
            else:
                idle += 1

    def _create(self, blob: Blob) -> tuple[str, int | None]:
        """Make the upload, or find the one that an earlier session began."""
        headers = {
            **_TUS,
            "Upload-Length": str(len(blob.data)),
            "Upload-Metadata": f"submission {_base64(str(blob.submission_id))},"
            f"sha256 {_base64(blob.digest)}",
        }
        answer = self._client.call("POST", "/v1/uploads", headers)
        if answer.status not in {200, 201}:
            raise _unexpected(answer)
        try:
            # Only the path counts: a proxy may know the platform under another name.
            path = urlsplit(answer.headers.get("location", "")).path
        except ValueError:
            path = ""
        if not path.startswith("/v1/uploads/"):
            raise PlatformProblem(BAD_REPLY, "the platform named no place for the upload")
        offset = answer.headers.get("upload-offset")
        return path, _offset(offset, len(blob.data)) if offset is not None else None

    def _ask(self, location: str, size: int) -> int | None:
        answer = self._client.call("HEAD", location, _TUS)
        if answer.status in _HELD:
            self._wait(1.0)
            return None
        if answer.status not in {200, 204}:
            raise _unexpected(answer)
        return _offset(answer.headers.get("upload-offset"), size)

    def _patch(self, location: str, data: bytes, offset: int) -> int | None:
        part = data[offset : offset + self._chunk]
        headers = {
            **_TUS,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }
        try:
            answer = self._client.call("PATCH", location, headers, part)
        except PlatformProblem as problem:
            if problem.code == LOST:
                self._chunk, self._whole = max(self._chunk // 2, LEAST_CHUNK), 0
            raise
        if answer.status in _HELD:
            self._wait(1.0)
            return None
        if answer.status not in {200, 204}:
            raise _unexpected(answer)
        self._whole += 1
        if self._whole >= _GROW_AFTER:
            self._chunk, self._whole = min(self._chunk * 2, TUS_CHUNK), 0
        return _offset(answer.headers.get("upload-offset"), len(data))


def _unexpected(answer: Answer) -> PlatformProblem:
    if answer.status in _GONE:
        return _GoneProblem(LOST, "the platform does not know the upload any more")
    return PlatformProblem(UNPROVEN, f"the platform answered {answer.status} to an upload")


def _offset(text: str | None, size: int) -> int:
    if text is not None and text.isascii() and text.isdigit() and int(text[:12]) <= size:
        return int(text[:12])
    raise PlatformProblem(BAD_REPLY, "the platform named no usable offset")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
