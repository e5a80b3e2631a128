"""The machine's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """What :class:`kiosk.domain.clock.Clock` asks for, from the operating system."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards, the same for every process of this machine."""
        return time.monotonic()
