"""Time as an argument.

Rules: instants are timezone-aware UTC; durations for waiting come from ``monotonic``; order never
comes from the clock (sequences do that); a moment written into a document is RFC 3339 with ``Z``
and whole seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from; tests and the simulator bring their own."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never run backwards."""
        ...


def to_text(moment: datetime) -> str:
    """Write an aware instant as ``2026-11-22T02:05:07Z``.

    Raises:
        ValueError: the instant has no timezone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a timezone cannot be written down")
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Read an instant written by :func:`to_text` (any RFC 3339 offset is accepted).

    Raises:
        ValueError: not an RFC 3339 instant with an offset.
    """
    moment = datetime.fromisoformat(text.upper())  # RFC 3339 allows t and z
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no UTC offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} lies before the first or after the last year") from error
