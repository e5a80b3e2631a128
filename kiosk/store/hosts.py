"""What is known of the platform's host: pauses, proven time, facts for the technician.

Rules: 401, 403, TLS, portal and clock trouble pause the host and touch no submission; the time
floor rises only from signed platform time and never falls.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kiosk.domain.clock import from_text, to_text
from kiosk.store.casebook import Casebook, Transaction

_PLATFORM: Final = "platform"
_NOTE: Final = (
    "INSERT INTO host_fact (host, name, value, noted_at) VALUES (:host, :name, :value, :now) "
    "ON CONFLICT (host, name) DO UPDATE SET value = excluded.value, noted_at = excluded.noted_at"
)
_FACTS: Final = "SELECT name, value, noted_at FROM host_fact WHERE host = :host ORDER BY name"


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
            found = self._read(tx, "proven_time")
            floor = moment if found is None else max(moment, from_text(found))
            if found is None or from_text(found) < moment:
                self._put(tx, proven_time=to_text(moment))
        return floor

    def note(self, **facts: str) -> None:
        """Keep facts about the link (last contact, last fault…) for the technician's page."""
        now = to_text(self._casebook.clock.now())
        with self._casebook.write() as tx:
            for name, value in facts.items():
                fact = {"host": _PLATFORM, "name": name, "value": value, "now": now}
                tx.exec_driver_sql(_NOTE, fact)

    def facts(self) -> dict[str, tuple[str, datetime]]:
        """The facts and when they were noted."""
        with self._casebook.read() as tx:
            found = tx.exec_driver_sql(_FACTS, {"host": _PLATFORM})
            return {name: (value, from_text(noted)) for name, value, noted in found}

    def _value(self, column: str) -> str | None:
        with self._casebook.read() as tx:
            return self._read(tx, column)

    @staticmethod
    def _read(tx: Transaction, column: str) -> str | None:
        query = f"SELECT {column} FROM host WHERE name = :name"  # noqa: S608 (our names)
        found: str | None = tx.exec_driver_sql(query, {"name": _PLATFORM}).scalar()
        return found

    def _set(self, **values: str | None) -> None:
        with self._casebook.write() as tx:
            self._put(tx, **values)

    def _put(self, tx: Transaction, **values: str | None) -> None:
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        changes = ", ".join(f"{name} = excluded.{name}" for name in values)
        query = (
            f"INSERT INTO host (name, {names}) VALUES (:name, {marks}) "  # noqa: S608 (our names)
            f"ON CONFLICT (name) DO UPDATE SET {changes}"
        )
        tx.exec_driver_sql(query, {"name": _PLATFORM, **values})
