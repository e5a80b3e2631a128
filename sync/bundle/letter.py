"""The letter in a bundle: what is not sealed already, wrapped with age for the platform alone.

Rules: it says who the terminal is (with the fleet code, so that a station that never had a line
can enrol), how it is, which receipts it wants and up to where it has the events. It names nobody.
It is an ordinary age file: ``age -d -i private/courier.agekey letter.age`` opens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from uuid import UUID

import pyrage

from kiosk.domain.problems import EnvironmentProblem, InputProblem, PlatformProblem
from kiosk.sealing.canonical import Json, JsonObject, canonical, parse_object
from sync.bundle.layout import MAX_FILES, MAX_LETTER
from sync.protocol import fields


@dataclass(frozen=True, slots=True)
class Letter:
    """The content of ``letter.age``.

    ``enrolment`` is the body of ``POST /v1/enrol``, ``status`` that of the heartbeat; ``wanted``
    are submissions whose receipts are missing; ``cursors`` places in the feed up to which this
    station has everything (one by network, one by stick).
    """

    enrolment: JsonObject
    status: JsonObject
    wanted: tuple[UUID, ...]
    cursors: tuple[str, ...]

    def wrapped(self, recipient: str) -> bytes:
        """As an age file.

        Raises:
            EnvironmentProblem: the platform's recipient is not one (``bad-recipient``).
        """
        wanted: list[Json] = [str(found) for found in self.wanted]
        cursors: list[Json] = list(self.cursors)
        plain = canonical(
            {
                "format": 1,
                "enrolment": self.enrolment,
                "status": self.status,
                "wanted": wanted,
                "cursors": cursors,
            }
        )
        try:
            return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)]))
        except (pyrage.RecipientError, pyrage.EncryptError) as error:
            raise EnvironmentProblem(
                "bad-recipient", "the platform's age recipient is not usable; run kiosk init again"
            ) from error

    @classmethod
    def unwrap(cls, data: bytes, identity: str) -> Self:
        """Open and read a letter.

        Raises:
            InputProblem: not for this platform, damaged, or malformed (``bad-letter``).
        """
        try:
            plain = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)])
        except pyrage.DecryptError as error:
            raise InputProblem(
                "bad-letter", "the letter is damaged or was written for another platform"
            ) from error
        document = parse_object(plain, what="the letter", limit=MAX_LETTER)
        try:
            wanted = fields.texts(document, "wanted")
            return cls(
                enrolment=fields.member(document, "enrolment"),
                status=fields.member(document, "status"),
                wanted=tuple(UUID(found) for found in wanted[:MAX_FILES]),
                cursors=fields.texts(document, "cursors"),
            )
        except (PlatformProblem, ValueError) as error:
            raise InputProblem("bad-letter", "the letter is of another format") from error


def new_identity() -> str:
    """A fresh age identity, as ``age-keygen`` writes it."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """The public recipient of an identity.

    Raises:
        InputProblem: it is no identity (``bad-key``).
    """
    try:
        return str(pyrage.x25519.Identity.from_str(identity).to_public())
    except pyrage.IdentityError as error:
        raise InputProblem("bad-key", "this is no age identity") from error
