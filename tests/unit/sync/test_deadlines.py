"""64 kbit/s, five seconds there and back, a third of the packets lost: deadlines allow for it."""

from __future__ import annotations

from typing import Final

from sync.client import session, transport
from sync.client.uploads import LEAST_CHUNK
from sync.protocol.messages import TUS_CHUNK

RATE: Final = 64_000 / 8
ROUND_TRIP: Final = 5.0
LOSS: Final = 0.3


def test_every_deadline_is_long_enough_for_the_true_line() -> None:
    """What is lost is sent again, so a third less gets through; one more round trip in doubt."""
    goodput = RATE * (1 - LOSS)
    for size in (0, 2_000, LEAST_CHUNK, TUS_CHUNK):
        needed = size / goodput + 2 * ROUND_TRIP
        assert needed < session.SHORT_SECONDS + size / session.LEAST_RATE, size
    assert transport.CONNECT_SECONDS >= 2 * ROUND_TRIP
    assert TUS_CHUNK / goodput > session.SHORT_SECONDS, "a deadline without the size would be short"
