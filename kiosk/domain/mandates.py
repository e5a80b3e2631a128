"""Mandates 委托书: who may act for whom, in one matter, within limits (civil code, article 165).

Rules: a mandate names the principal, one or two agents (or the village committee), one matter, its
scope and its period; it says whether the agent may collect the result, name the account, sign
promises. Nobody passes it on, and it can be cancelled at any time. Its evidence is a signature on
the glass, a paper, a seal or a thumbprint on paper; the last two need a witness and a logged
reading aloud. It is a value: whether it suffices for an item is asked of ``mandate_faults``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from kiosk.domain.clock import to_text

REVOCABLE: Final = "我随时可以取消这份委托；受托人不能再转给别人办。"
MOST_AGENTS: Final = 2


class EvidenceForm(StrEnum):
    """How the principal agreed."""

    GLASS = "glass"  # signed on the screen
    PAPER = "paper"  # a printed blank, signed at home, photographed
    SEAL = "seal"  # personal seal 私章 on paper
    THUMBPRINT = "thumbprint"  # inked thumbprint on paper, photographed; never a template


BY_MARK: Final = frozenset({EvidenceForm.SEAL, EvidenceForm.THUMBPRINT})
"""Marks of people who cannot write: witness and reading aloud are needed."""


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """A person named in a mandate; ``repr`` shows nothing personal."""

    name: str
    id_number: str
    phone: str | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """The one matter of a mandate."""

    item_id: str
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """How the agreement is proven.

    ``attachment`` is the key of the photographed paper or of the signature; ``certified`` says
    ``witnessed`` (by an officer, on the spot) or ``notarised`` where an item demands it.
    """

    form: EvidenceForm
    signed_at: datetime
    attachment: str | None = None
    witness: Person | None = None
    read_aloud_at: datetime | None = None
    certified: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Mandate:
    """One mandate. Exactly one of ``agents`` and ``committee`` is filled."""

    principal: Person
    agents: tuple[Person, ...]
    matter: Matter
    scope: tuple[str, ...]
    valid_from: date
    valid_until: date
    evidence: Evidence
    committee: str | None = None
    may_receive_result: bool = False
    may_name_account: bool = False
    may_sign_commitments: bool = False
    revocable: str = REVOCABLE

    def names(self, name: str) -> bool:
        """Whether a person of this name may act (the committee acts through its agents)."""
        return self.committee is not None or any(agent.name == name for agent in self.agents)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked whether another may file, when the guide does not say; and the answer."""

    who: str
    when: datetime
    answer: str


def mandate_json(mandate: Mandate) -> dict[str, object]:
    """The mandate as it goes into a package; what is absent is left out."""
    plain = _plain(asdict(mandate))
    assert isinstance(plain, dict)
    if not mandate.agents:
        del plain["agents"]
    return plain


def asked_json(asked: Asked) -> dict[str, object]:
    """The record of who was asked, as it goes into a package."""
    return {"who": asked.who, "when": to_text(asked.when), "answer": asked.answer}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items() if part is not None}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
