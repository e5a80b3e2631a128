"""Before a person starts: can what they are about to fill in be saved at all?

Rules: refused before the first question, never after the last one, is only what could not be saved:
a casebook that does not open, a disk without room. What merely wants a technician (a clock that is
behind) is told to staff and stops nobody.

One person who fills in application after application keeps others from being served, here and at
the office. After a settled number within an hour the station asks for staff: an agent who signs in
lets people go on at once, an hour without filings does so too. Agents are never stopped (the
platform counts them), nor is whoever answers a correction, files anew what was refused or comes
back to what a crash broke off.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from kiosk.domain.clock import from_text, to_text
from kiosk.domain.problems import EnvironmentProblem
from kiosk.domain.submissions import Kind
from kiosk.store.casebook import Casebook
from kiosk.store.outbox import Outbox

ROOM: Final = 16 * 1024 * 1024
"""What one application may need: its photographs, the sealed package, the casebook's pages."""

SPAN: Final = timedelta(hours=1)
_LET_ON: Final = "let_on_at"
_AMONG: Final = 5
"""Rows looked at for each that counts: agents' filings stand between those of residents."""


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


def admit_resident(casebook: Casebook) -> None:
    """Whether somebody who did not sign in may start one more filing.

    Raises:
        EnvironmentProblem: so many were filed within the hour that staff should look
            (``ask-staff``).
    """
    settings, now = casebook.home.settings(), casebook.clock.now()
    limit = 0 if settings.demo else settings.filings_per_hour
    if limit == 0:
        return
    with casebook.read() as tx:
        let_on = casebook.meta(tx, _LET_ON)
    since = now - SPAN if let_on is None else max(now - SPAN, from_text(let_on))
    filed = sum(
        1
        for row in Outbox(casebook).page(limit=limit * _AMONG)
        # What lies ahead was sealed before the clock was set back; it stops nobody for good.
        if row.kind is Kind.FILING and row.agent_id is None and since < row.sealed_at <= now
    )
    if filed >= limit:
        raise EnvironmentProblem(
            "ask-staff",
            f"{filed} applications were filed here within an hour by people who did not sign in; "
            "an agent who signs in at the desk lets them go on",
        )


def let_on(casebook: Casebook) -> None:
    """Somebody of the staff is here and lets people go on."""
    with casebook.write() as tx:
        casebook.set_meta(tx, _LET_ON, to_text(casebook.clock.now()))
