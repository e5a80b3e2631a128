"""What an answer from the network means, and how long to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.problems import PlatformProblem
from sync.client.outcomes import (
    BUSY,
    FORBIDDEN,
    LOST,
    PORTAL,
    TLS,
    TLS_CLOCK,
    UNREACHABLE,
    BusyProblem,
    ForbiddenProblem,
    concerns_host,
    is_doubtful,
    nothing_left,
    retry_after,
)

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("5", 5),
        (" 7 ", 7),
        ("0", 1),
        ("-5", 1),
        ("-1000000000", 1),
        ("1000000000", 3600),
        ("9" * 400, 3600),
        ("3600", 3600),
        ("3601", 3600),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(days=90), usegmt=True), 1),
        (format_datetime(NOW + timedelta(days=90), usegmt=True), 3600),
        ("Sun, 22 Nov 2026 02:01:00", 60),
        ("Sun, 99 Nov 2026 02:01:00 GMT", 30),
        ("1.5", 30),
        ("٣", 30),
        ("soon", 30),
        ("", 30),
        (None, 30),
    ],
)
def test_retry_after_is_clamped(header: str | None, seconds: float) -> None:
    assert retry_after(header, now=NOW) == seconds


@given(st.text())
def test_any_retry_after_is_within_bounds(header: str) -> None:
    assert 1 <= retry_after(header, now=NOW) <= 3600


@pytest.mark.parametrize(
    ("code", "nothing", "host", "doubtful"),
    [
        (UNREACHABLE, True, True, False),
        (TLS, True, True, False),
        (TLS_CLOCK, True, True, False),
        (LOST, False, False, True),
        (PORTAL, False, False, True),
        (BUSY, False, True, False),
        (FORBIDDEN, False, True, False),
        ("unproven", False, False, False),
        ("bad-reply", False, False, False),
    ],
)
def test_the_code_tells_what_is_certain(
    code: str, nothing: bool, host: bool, doubtful: bool
) -> None:
    problem = PlatformProblem(code, "…")
    assert nothing_left(problem) is nothing
    assert concerns_host(problem) is host
    assert is_doubtful(problem) is doubtful


def test_busy_and_forbidden_say_more() -> None:
    assert BusyProblem(503, 4.0).retry_after == 4
    assert "not-enrolled" in ForbiddenProblem(403, "not-enrolled").message
    assert ForbiddenProblem(401, "").message.endswith("(401)")
