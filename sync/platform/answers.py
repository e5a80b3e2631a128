"""Answers that are not the good one: RFC 9457 problem documents.

Rules: every such answer has ``code`` and ``pointer``; an answer that judges a submission carries
the signed refusal in ``statement``, because a station parks on proof only; nothing a resident wrote
is ever repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from kiosk.sealing.canonical import JsonObject

MEDIA_TYPE = "application/problem+json"
_OWN_TITLES = {460: "Checksum Mismatch"}


@dataclass(slots=True, eq=False)
class ProblemAnswer(Exception):
    """Ends a request with a problem document."""

    status: int
    code: str
    detail: str
    pointer: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    statement: JsonObject | None = None

    def as_json(self) -> JsonObject:
        """The problem document."""
        document: JsonObject = {
            "type": f"urn:jinban:problem:{self.code}",
            "title": _OWN_TITLES.get(self.status) or HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "pointer": self.pointer,
        }
        if self.statement is not None:
            document["statement"] = self.statement
        return document


@dataclass(slots=True, eq=False)
class Judgement(Exception):
    """The content of a submission cannot be taken; becomes a signed refusal."""

    status: int
    code: str
    detail: str
    pointer: str = ""
    case_number: str | None = None
