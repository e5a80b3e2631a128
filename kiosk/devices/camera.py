"""The camera port: the document camera over the table.

Rules: a picture is taken when a person asks for it, never by itself; it exists in memory alone;
``FolderCamera`` stands in for a camera in the demonstration and in tests: it gives the pictures of
a folder one after the other, and when there are none, what ``draw`` draws. ``NoCamera`` says that
there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from kiosk.domain.problems import EnvironmentProblem

_KINDS: Final = frozenset({".jpg", ".jpeg", ".png"})


class Camera(Protocol):
    """Something that takes pictures."""

    def take(self) -> bytes:
        """One picture, as the device encodes it.

        Raises:
            EnvironmentProblem: nothing was taken; ``code`` says why (``no-camera``, …).
        """
        ...


class NoCamera:
    """A station without a camera."""

    def take(self) -> bytes:
        """Refuse, always."""
        raise EnvironmentProblem("no-camera", "no picture was taken: there is no camera")


class FolderCamera:
    """Pictures of a folder, by name, over and over.

    Args:
        folder: may be missing or empty.
        draw: makes the picture of a number, counted from 1, where the folder has none.
    """

    def __init__(self, folder: Path, draw: Callable[[int], bytes]) -> None:
        self._folder = folder
        self._draw = draw
        self._taken = 0

    def take(self) -> bytes:
        """The next picture."""
        try:
            found = sorted(
                path
                for path in (self._folder.iterdir() if self._folder.is_dir() else ())
                if path.suffix.lower() in _KINDS
            )
            self._taken += 1
            if not found:
                return self._draw(self._taken)
            return found[(self._taken - 1) % len(found)].read_bytes()
        except OSError as error:
            raise EnvironmentProblem(
                "camera-failed", f"no picture was taken: {error.strerror}", path=str(self._folder)
            ) from error
