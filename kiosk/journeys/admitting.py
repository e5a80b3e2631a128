"""Before a person starts: can what they are about to fill in be saved at all?

Rules: refused before the first question, never after the last one, is only what could not be saved:
a casebook that does not open, a disk without room. What merely wants a technician (a clock that is
behind) is told to staff and stops nobody.
"""

from __future__ import annotations

from typing import Final

from kiosk.store.casebook import Casebook

ROOM: Final = 16 * 1024 * 1024
"""What one application may need: its photographs, the sealed package, the casebook's pages."""


def admit(casebook: Casebook) -> tuple[str, ...]:
    """Whether somebody may start.

    Args:
        casebook: open, so it is whole as far as opening tells.

    Returns:
        What staff should know meanwhile, in English sentences.

    Raises:
        EnvironmentProblem: there is no room (``disk-full``).
    """
    casebook.home.require_space(ROOM)
    if casebook.clock_suspect(casebook.clock.now()):
        return ("the clock of this machine is behind what was recorded; set it",)
    return ()
