"""What is known of the platform's host: pauses, proven time, facts for the technician.

Rules: 401, 403, TLS, portal and clock trouble pause the host and touch no submission; the time
floor rises only from signed platform time and never falls.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.clock import from_text, to_text
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.schema import host, host_fact

_PLATFORM: Final = "platform"


class Hosts:
    """The one platform host of a casebook."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook

    @property
    def paused_until(self) -> datetime | None:
        """Until when the host is left alone; None: it is not paused."""
        value = self._value("paused_until")
        return None if value is None else from_text(value)

    @property
    def pause_reason(self) -> str | None:
        """The code of the problem for which it is paused."""
        return self._value("pause_reason")

    def pause(self, reason: str, until: datetime) -> None:
        """Leave the host alone until then."""
        self._set(paused_until=to_text(until), pause_reason=reason)

    def clear(self) -> None:
        """The host answers again."""
        if self._value("paused_until") is not None:
            self._set(paused_until=None, pause_reason=None)

    def proven_time(self) -> datetime | None:
        """The latest signed platform time that this station has seen."""
        value = self._value("proven_time")
        return None if value is None else from_text(value)

    def raise_floor(self, moment: datetime) -> datetime:
        """Raise the floor to a signed platform time; an earlier one changes nothing.

        Returns:
            The floor.
        """
        with self._casebook.write() as tx:
            found = tx.execute(select(host.c.proven_time).where(host.c.name == _PLATFORM)).scalar()
            floor = moment if found is None else max(moment, from_text(found))
            if found is None or from_text(found) < moment:
                self._put(tx, proven_time=to_text(moment))
        return floor

    def note(self, **facts: str) -> None:
        """Keep facts about the link (last contact, last fault…) for the technician's page."""
        now = to_text(self._casebook.clock.now())
        with self._casebook.write() as tx:
            for name, value in facts.items():
                row = insert(host_fact).values(host=_PLATFORM, name=name, value=value, noted_at=now)
                tx.execute(
                    row.on_conflict_do_update(
                        index_elements=["host", "name"], set_={"value": value, "noted_at": now}
                    )
                )

    def facts(self) -> dict[str, tuple[str, datetime]]:
        """The facts and when they were noted."""
        query = select(host_fact).where(host_fact.c.host == _PLATFORM).order_by(host_fact.c.name)
        with self._casebook.read() as tx:
            return {row.name: (row.value, from_text(row.noted_at)) for row in tx.execute(query)}

    def _value(self, column: str) -> str | None:
        query = select(host.c[column]).where(host.c.name == _PLATFORM)
        with self._casebook.read() as tx:
            found: str | None = tx.execute(query).scalar()
        return found

    def _set(self, **values: str | None) -> None:
        with self._casebook.write() as tx:
            self._put(tx, **values)

    def _put(self, tx: Transaction, **values: str | None) -> None:
        row = insert(host).values(name=_PLATFORM, **values)
        tx.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))
