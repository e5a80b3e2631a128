"""The speaker: reads a page aloud, where the machine can.

Rules: nothing is read that is not on the page; bank, ID and 低保 are masked by whoever makes the
text; a machine without a voice has no speaker at all, and then the window offers no such button.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Speaker(Protocol):
    """A voice."""

    def say(self, text: str, done: Callable[[], None]) -> None:
        """Read ``text``; ``done`` is called on the GUI thread when it was read to its end."""
        ...

    def stop(self) -> None:
        """Be silent at once; ``done`` is not called."""
        ...
