"""The platform as the engine needs it; ``sync.client`` is the real one, a simulator another."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from kiosk.sealing.canonical import JsonObject
from sync.client.session import ProvenPage
from sync.client.uploads import Blob
from sync.protocol.messages import Absence, Enrolment, Ping, Receipt, Refusal


class Road(Protocol):
    """Every method raises ``PlatformProblem`` with a code of ``sync.client.outcomes``."""

    def ping(self) -> Ping:
        """Proof that the platform is there, now."""
        ...

    def now(self) -> datetime:
        """The proven present."""
        ...

    def enrol(self, fleet_code: str, station: JsonObject) -> Enrolment:
        """Make this terminal known."""
        ...

    def put(self, submission_id: UUID, body: bytes, envelope_digest: str) -> Receipt | Refusal:
        """Hand over envelope and payload."""
        ...

    def ask(self, submission_id: UUID, envelope_digest: str) -> Receipt | Refusal | Absence:
        """What the platform holds."""
        ...

    def upload(self, blob: Blob) -> None:
        """Hand over one sealed blob."""
        ...

    def events(self, cursor: str | None) -> ProvenPage:
        """The next page of the feed."""
        ...

    def ack(self, cursor: str) -> None:
        """What is kept here."""
        ...

    def status(self, report: JsonObject) -> None:
        """How this terminal is."""
        ...
