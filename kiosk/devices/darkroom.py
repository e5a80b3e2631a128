"""The darkroom: pictures are decoded in a limited process of their own, and come back small.

Rules:

* What a picture claims is read from its head first (``picture_heads``): what is no JPEG or PNG, is
  torn, or has more pixels than may be decoded never reaches a decoder.
* One process a picture, without environment, files, sockets or rights beyond what it needs
  (``darkroom_child``); it is started before the camera is asked, so that its start costs no time
  of the person's, and killed when it does not answer in time.
* Bytes go in by a pipe and come out by memory of a fixed size. What comes out is believed only if
  its head says a JPEG within our limits; a process that died is a picture that cannot be read.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kiosk.devices.darkroom_child import ANSWER_BYTES, MAX_BYTES, MAX_PIXELS, MAX_SOURCE_PIXELS
from kiosk.devices.picture_heads import picture_head
from kiosk.domain.problems import EnvironmentProblem, InputProblem

__all__ = ["MAX_BYTES", "MAX_PIXELS", "MAX_SOURCE_PIXELS", "Darkroom", "develop", "require_head"]

SECONDS: Final = 20.0
"""How long a picture may take, a slow machine under load included."""

_CHILD: Final = Path(__file__).with_name("darkroom_child.py")


def develop(data: bytes) -> bytes:
    """A picture as it is stored; see :meth:`Darkroom.develop`."""
    require_head(data)
    with Darkroom() as room:
        return room.develop(data)


def require_head(data: bytes) -> None:
    """Refuse by its head what will not be decoded.

    Raises:
        InputProblem: neither JPEG nor PNG, or torn (``bad-photo``); too many pixels
            (``too-large``).
    """
    head = picture_head(data)
    if head is None or not head.pixels:
        raise _no_picture()
    if head.pixels > MAX_SOURCE_PIXELS:
        raise _too_large(f"the picture has {head.width}x{head.height} pixels")


class Darkroom:
    """One process for one picture; leaving the block ends it, used or not.

    Args:
        child: the program inside; tests put their own there.
        seconds: how long it may take.

    Raises:
        EnvironmentProblem: the process cannot be started, or Pillow is not installed
            (``no-darkroom``).
    """

    def __init__(self, child: Path = _CHILD, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._answer = os.memfd_create("picture", os.MFD_CLOEXEC)
        try:
            self._process = subprocess.Popen(  # noqa: S603 -- our own program, no shell
                [sys.executable, "-I", "-S", str(child), str(_libraries())],
                stdin=subprocess.PIPE,
                stdout=self._answer,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                bufsize=0,
            )
        except OSError as error:
            os.close(self._answer)
            raise EnvironmentProblem(
                "no-darkroom", f"the process for pictures cannot be started: {error.strerror}"
            ) from error
        except EnvironmentProblem:
            os.close(self._answer)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        os.close(self._answer)

    def develop(self, data: bytes) -> bytes:
        """A picture, upright, at most 2 megapixels and 400 KB of JPEG, without metadata.

        Raises:
            InputProblem: not a picture that can be read (``bad-photo``), or one that is too large
                to be decoded (``too-large``).
        """
        require_head(data)
        self._feed(data)
        answer = os.pread(self._answer, ANSWER_BYTES + 1, 0)
        word, _, small = answer.partition(b"\n")
        if word == b"too-large":
            raise _too_large("the picture is too large to be decoded")
        head = picture_head(small)
        if word != b"jpeg" or head is None or len(small) > MAX_BYTES:
            raise _no_picture()
        if head.media_type != "image/jpeg" or not 0 < head.pixels <= MAX_PIXELS:
            raise _no_picture()
        return small

    def _feed(self, data: bytes) -> None:
        """Hand the picture in and wait for the end, whichever comes."""
        stdin = self._process.stdin
        assert stdin is not None
        # A child that does not read would block the pipe: the clock runs from the first byte.
        watch = threading.Timer(self._seconds, self._process.kill)
        watch.start()
        try:
            _write(stdin.fileno(), data)
            stdin.close()
            self._process.wait()
        finally:
            watch.cancel()
            watch.join()


def _write(pipe: int, data: bytes) -> None:
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(pipe, left) :]
    except BrokenPipeError:  # it died: its answer tells
        return


def _libraries() -> Path:
    """The folder that Pillow is imported from."""
    found = importlib.util.find_spec("PIL")
    if found is None or found.origin is None:
        raise EnvironmentProblem(
            "no-darkroom", "Pillow is not installed; pictures cannot be taken; run make setup"
        )
    return Path(found.origin).parents[1]


def _no_picture() -> InputProblem:
    return InputProblem("bad-photo", "this is not a picture that can be read")


def _too_large(message: str) -> InputProblem:
    return InputProblem("too-large", message)
