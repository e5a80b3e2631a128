"""Submissions 申报件: kinds, materials as handed in, local numbers.

Rules: the id (UUIDv7) is given to the draft and never changes; the local number derives from the
id and carries a check digit; it is never an official case number (办件编号), which only the
platform gives.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What a submission is for."""

    FILING = "filing"
    SUPPLEMENT = "supplement"
    WITHDRAW = "withdraw"
    REVOKE_MANDATE = "revoke_mandate"
    REVIEW = "review"
    CONSULTATION = "consultation"
    COMPLAINT = "complaint"
    REPORT = "report"
    APPOINTMENT = "appointment"


class MaterialState(StrEnum):
    """How a material stands at filing. Advise, never refuse: every state can be filed."""

    EXEMPT = "exempt"  # 免提交
    ATTACHED = "attached"  # photographed or a file
    HELD = "held"  # in the applicant's hand, shown to nobody yet
    PAPER = "paper"  # handed in on paper
    LATER = "later"  # 容缺后补
    COMMITMENT = "commitment"  # 告知承诺
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class MaterialAnswer:
    """What is said of one material; ``reason`` is needed for MISSING."""

    key: str
    state: MaterialState
    reason: str | None = None


_DIGITS = 8


def local_number(submission_id: UUID) -> str:
    """The number on the slip: eight digits and a check digit, ``1234-5678-9``.

    Derived from the id alone (SHA-256), so any machine that has the id computes the same.
    """
    digest = hashlib.sha256(b"jinban local number\0" + submission_id.bytes).digest()
    digits = f"{int.from_bytes(digest[:8], 'big') % 10**_DIGITS:0{_DIGITS}d}"
    return f"{digits[:4]}-{digits[4:]}-{_damm(digits)}"


def normal_local_number(text: str) -> str:
    """A local number as it is stored, whatever spaces and hyphens were typed."""
    digits = text.replace("-", "").replace(" ", "")
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def is_local_number(text: str) -> bool:
    """Whether ``text`` (hyphens and spaces ignored) has nine digits and the right check digit."""
    digits = text.replace("-", "").replace(" ", "")
    if len(digits) != _DIGITS + 1 or not (digits.isascii() and digits.isdigit()):
        return False
    return _damm(digits[:-1]) == digits[-1]


# Damm, "Total anti-symmetrische Quasigruppen" (2004): finds every single-digit error and every
# swap of neighbours.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def _damm(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)
