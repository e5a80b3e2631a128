"""What can become of a request, in the words that the engine decides by.

Rules:

* Every failure on the road is a ``PlatformProblem`` with one of these codes; the code alone tells
  whether bytes may have left this machine (:func:`nothing_left`), whether the host as a whole is
  out of reach (:func:`concerns_host`), and whether a ping must tell (:func:`is_doubtful`).
* ``Retry-After`` is a wish of a stranger: it is read leniently and clamped to one second … one
  hour.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from kiosk.domain.problems import PlatformProblem

UNREACHABLE: Final = "unreachable"  # no connection: nothing was sent
TLS: Final = "tls"  # the certificate is not one to trust: nothing was sent
TLS_CLOCK: Final = "tls-clock"  # the certificate is not valid at this machine's date: nothing sent
LOST: Final = "lost"  # something may have arrived; no proven reply
BAD_REPLY: Final = "bad-reply"  # a reply that is not of the protocol
UNPROVEN: Final = "unproven"  # a reply without a signature that we know, or about something else
PORTAL: Final = "portal"  # somebody else answers: a login page, a redirect
FORBIDDEN: Final = "forbidden"  # 401 or 403
CLOCK: Final = "clock"  # the platform says that our signature's time is wrong
BUSY: Final = "busy"  # 429 or 503
CURSOR_GONE: Final = "cursor-gone"  # 410 on the event feed

_NOTHING_LEFT: Final = frozenset({UNREACHABLE, TLS, TLS_CLOCK})
_HOST: Final = frozenset({UNREACHABLE, TLS, TLS_CLOCK, FORBIDDEN, CLOCK, BUSY})
_DOUBTFUL: Final = frozenset({LOST, PORTAL})

RETRY_AFTER_LEAST: Final = 1.0
RETRY_AFTER_MOST: Final = 3600.0
_RETRY_AFTER_DEFAULT: Final = 30.0


class BusyProblem(PlatformProblem):
    """429 or 503. ``retry_after``: seconds to wait, within bounds."""

    def __init__(self, status: int, retry_after: float) -> None:
        super().__init__(BUSY, f"the platform is busy ({status}); it will be asked again later")
        self.retry_after = retry_after


class ForbiddenProblem(PlatformProblem):
    """401 or 403. ``reason``: the code in the platform's (unproven) problem document, or empty."""

    def __init__(self, status: int, reason: str) -> None:
        said = f": {reason}" if reason else ""
        super().__init__(FORBIDDEN, f"the platform does not let this terminal in ({status}{said})")
        self.reason = reason


class OtherKeyProblem(PlatformProblem):
    """Our nonce came back in a ping that none of the keys we know has signed.

    A stranger in between, or the platform under a renewed key: the signed configuration tells.
    """

    def __init__(self, host: str) -> None:
        super().__init__(
            PORTAL, f"what answers for {host} is signed by no key that this terminal knows"
        )


def nothing_left(problem: PlatformProblem) -> bool:
    """Whether it is certain that no byte of the request left this machine."""
    return problem.code in _NOTHING_LEFT


def concerns_host(problem: PlatformProblem) -> bool:
    """Whether every other request would meet the same problem now."""
    return problem.code in _HOST


def is_doubtful(problem: PlatformProblem) -> bool:
    """Whether a bad moment of the line or a stranger in between may both be the reason."""
    return problem.code in _DOUBTFUL


def retry_after(value: str | None, *, now: datetime) -> float:
    """Seconds to wait according to a ``Retry-After`` header.

    Args:
        value: the header: seconds, an HTTP date, nonsense, or None.
        now: the proven present, against which a date is compared.
    """
    return min(max(_seconds((value or "").strip(), now), RETRY_AFTER_LEAST), RETRY_AFTER_MOST)


def _seconds(text: str, now: datetime) -> float:
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit():
        seconds = float(digits[:12])
        return -seconds if text.startswith("-") else seconds
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return _RETRY_AFTER_DEFAULT
