"""How python-tuf's client reads files: over our transport, or from a stick.

Rules: every file has a size that is known before (its signed length, or TUF's cap) and a deadline
that follows from it; nothing beyond the size is read. A redirect, a login page or any status but
200 is an error, never content. From a stick only plain files below the given folder are read,
never links or devices.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final
from urllib.parse import unquote, urlsplit

from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from kiosk.domain.problems import PlatformProblem
from sync.client.transport import Transport

_LEAST_SECONDS: Final = 30.0
_SLOWEST: Final = 4 * 1024  # bytes a second: a line that is slower counts as broken
_CHUNK: Final = 256 * 1024
_MISSING: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})


class TufFetcher(FetcherInterface):
    """Fetches TUF metadata and targets.

    Args:
        transport: the road to the platform; None: sticks only.
        seconds: most time for one file; None: by its size.
    """

    def __init__(self, transport: Transport | None, *, seconds: float | None = None) -> None:
        self._transport = transport
        self._seconds = seconds
        self._limit = 0

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        """Fetch one file of at most ``max_length`` bytes."""
        self._limit = max_length
        with super().download_file(url, max_length) as file:
            yield file

    def _fetch(self, url: str) -> Iterator[bytes]:
        if urlsplit(url).scheme == "file":
            return _read_file(url, self._limit)
        return iter([self._get(url)])

    def _get(self, url: str) -> bytes:
        if self._transport is None:
            raise DownloadError(f"no road to {url}")
        seconds = self._seconds or _LEAST_SECONDS + self._limit / _SLOWEST
        try:
            answer = self._transport.send("GET", url, seconds=seconds, limit=self._limit)
        except PlatformProblem as problem:
            raise DownloadError(f"{url}: {problem.message}") from problem
        if answer.status != HTTPStatus.OK:
            raise DownloadHTTPError(f"{url} was answered with {answer.status}", answer.status)
        return answer.body


def _read_file(url: str, limit: int) -> Iterator[bytes]:
    path = Path(unquote(urlsplit(url).path))
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _MISSING:
            raise DownloadHTTPError(f"{path} is not there", HTTPStatus.NOT_FOUND) from error
        raise DownloadError(f"{path} cannot be read: {error.strerror}") from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise DownloadError(f"{path} is not a plain file")
        left = limit + 1  # one more, so that a longer file is seen to be longer
        while left > 0 and (chunk := _chunk(file, min(_CHUNK, left), path)):
            left -= len(chunk)
            yield chunk


def _chunk(file: IO[bytes], size: int, path: Path) -> bytes:
    try:
        return file.read(size)
    except OSError as error:
        raise DownloadError(f"{path} cannot be read: {error.strerror}") from error
