"""Applying: the application while it is being made, by the window and by the command line alike.

Rules:

* An :class:`Application` is a frozen value; every step makes a new one. Its id is given once and
  becomes the id of the submission for ever.
* Advise, never refuse (rules of the counter, 9): only what cannot be sealed is a fault; what is
  thin or missing is advice. A fault says where (JSON Pointer) and what in plain words.
* Nothing here is saved: :mod:`kiosk.journeys.submitting` seals and saves.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import uuid_utils

from kiosk.domain.agents import Interest
from kiosk.domain.contacts import ContactCard
from kiosk.domain.dates import today_in_china
from kiosk.domain.divisions import DivisionLookup
from kiosk.domain.items import ServiceItem
from kiosk.domain.mandates import Asked, Mandate
from kiosk.domain.parties import Party, Role, Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind, MaterialAnswer, MaterialState
from kiosk.forms.definition import FormDefinition
from kiosk.forms.engine import Engine, Fault
from kiosk.forms.mandates import mandate_faults
from kiosk.forms.materials import advice as material_advice
from kiosk.forms.parties import normalised, party_advice, party_faults
from kiosk.journeys.authorising import interest_advice
from kiosk.sealing.canonical import JsonObject


@dataclass(frozen=True, slots=True, repr=False)
class Attachment:
    """A file or picture for one material (``m1``…) or a piece of evidence (``mandate``…)."""

    key: str
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one party declared after the read-back: "what I filled in is true"."""

    role: Role
    name: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """Which notice was shown, and when."""

    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Continues:
    """What an application continues: the submission, its case, or one that it replaces."""

    about: UUID | None = None
    case_ref: str | None = None
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Application:
    """An application being made; ``repr`` shows no personal data."""

    id: UUID
    item: ServiceItem
    form: FormDefinition
    way: Way
    kind: Kind = Kind.FILING
    parties: tuple[Party, ...] = ()
    answers: JsonObject = field(default_factory=dict)
    materials: tuple[MaterialAnswer, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    mandate: Mandate | None = None
    asked: Asked | None = None
    interest: Interest | None = None
    agent_id: str | None = None
    notice: NoticeShown | None = None
    declarations: tuple[Declaration, ...] = ()
    signature: bytes | None = None
    track_code: str | None = None
    contact: ContactCard | None = None
    continues: Continues = Continues()

    def __repr__(self) -> str:
        return f"Application({self.id}, {self.item.item_id}, {self.way})"

    @property
    def principal(self) -> Party | None:
        """The person concerned: the subject if named, else the applicant."""
        return self.party(Role.SUBJECT) or self.party(Role.APPLICANT)

    @property
    def to_reach(self) -> Party | None:
        """Who is looked for when an act is needed: never the dead, never the helper."""
        roles = (Role.APPLICANT, Role.GUARDIAN, Role.REPRESENTATIVE, Role.CO_APPLICANT)
        found = (self.party(role) for role in roles)
        return next((one for one in found if one is not None and not one.deceased), None)

    @property
    def for_another(self) -> bool:
        """Whether somebody files for the person concerned."""
        return self.way in {Way.FAMILY, Way.GUARDIAN, Way.AGENT}

    def party(self, role: Role) -> Party | None:
        """The first party in a role."""
        return next((party for party in self.parties if party.role is role), None)

    def with_party(self, party: Party) -> Application:
        """With ``party`` in place of the one in the same role."""
        others = tuple(one for one in self.parties if one.role is not party.role)
        return replace(self, parties=(*others, party))

    def with_material(self, answer: MaterialAnswer) -> Application:
        """With another answer for one material; pictures stay only while it is attached."""
        others = tuple(one for one in self.materials if one.key != answer.key)
        kept = self.attachments
        if answer.state is not MaterialState.ATTACHED:
            kept = tuple(one for one in kept if one.key != answer.key)
        order = {material.key: index for index, material in enumerate(self.item.materials)}
        materials = sorted((*others, answer), key=lambda one: order.get(one.key, len(order)))
        return replace(self, materials=tuple(materials), attachments=kept)

    def with_attachment(self, attachment: Attachment) -> Application:
        """With a picture or file added; its material becomes attached."""
        added = replace(self, attachments=(*self.attachments, attachment))
        if any(material.key == attachment.key for material in self.item.materials):
            return added.with_material(MaterialAnswer(attachment.key, MaterialState.ATTACHED))
        return added


@dataclass(frozen=True, slots=True)
class Review:
    """What stands between an application and its saving: faults must go, advice may stay."""

    faults: tuple[Fault, ...]
    advice: tuple[str, ...]


def begin(
    item: ServiceItem, form: FormDefinition, way: Way, *, submission_id: UUID | None = None
) -> Application:
    """A fresh application with a new id (UUIDv7) unless one is given.

    Raises:
        InputProblem: the item cannot be filed here at all (``guide-only``).
    """
    refuse_if_guide_only(item)
    return Application(id=submission_id or new_id(), item=item, form=form, way=way)


def new_id() -> UUID:
    """A new UUIDv7."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def refuse_if_guide_only(item: ServiceItem) -> None:
    """Rules of the counter, 10: coverage unknown means guide only, unless marked 演示可交.

    Raises:
        InputProblem: code ``guide-only``.
    """
    if not item.coverage.prefixes and not item.coverage.demo_fileable:
        raise InputProblem(
            "guide-only",
            f"{item.name}: the directory does not say whom it serves, so it cannot be filed here",
            path="/coverage",
        )


def settled(application: Application, divisions: DivisionLookup, now: datetime) -> Application:
    """The application as it is sealed: numbers normalised, answers of hidden questions dropped."""
    engine = Engine(application.form, divisions, today_in_china(now))
    answers = engine.clean(application.answers)
    assert isinstance(answers, dict)
    parties = tuple(normalised(party) for party in application.parties)
    return replace(application, parties=parties, answers=answers)


def review(application: Application, divisions: DivisionLookup, now: datetime) -> Review:
    """Check an application as a whole.

    Args:
        application: what was filled in.
        divisions: to check division codes.
        now: for dates, mandates and ages.

    Returns:
        Faults in the order of the journey, then advice.
    """
    item, today = application.item, today_in_china(now)
    engine = Engine(application.form, divisions, today)
    faults = [
        *party_faults(item, application.parties, today),
        *_authority_faults(application, now),
        *engine.faults(application.answers),
    ]
    advice = [
        *(party_advice(application.parties, today) if application.kind is Kind.FILING else ()),
        *_agent_advice(application),
        *(hint.words for hint in engine.hints(application.answers)),
        *material_advice(item, application.materials),
    ]
    return Review(tuple(faults), tuple(advice))


def _agent_advice(application: Application) -> tuple[str, ...]:
    """What is worth knowing about the agent's own part; it keeps no filing back."""
    if application.way is not Way.AGENT or application.kind is not Kind.FILING:
        return ()
    card = application.contact
    return interest_advice(
        application.interest, application.parties, card.phone if card is not None else ""
    )


def _authority_faults(application: Application, now: datetime) -> list[Fault]:
    """Proxy filing needs a mandate; a guardian needs none; nobody files life certification.

    A correction is answered without one: an ended mandate does not block it (rule 17).
    """
    if application.way not in {Way.FAMILY, Way.AGENT} or application.kind is not Kind.FILING:
        return []
    if application.mandate is None:
        return [Fault("/mandate", "mandate-missing", "还没有本人的同意，要本人签委托书。")]
    return list(
        mandate_faults(
            application.item,
            application.mandate,
            application.parties,
            now,
            asked=application.asked,
        )
    )
