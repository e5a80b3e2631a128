"""Drafting: an application as the bytes of its savepoint, and back.

Rules:

* Everything that was filled in comes back, pictures included, under the same id: the draft's id is
  the submission's for ever. Item and form are named, not copied; moments keep whole seconds, as
  they are sealed.
* Item or form may have changed meanwhile: the draft opens with the new ones. Answers that the new
  form does not ask, or hides, and papers that the item does not want any more are dropped;
  whoever reopens it is told that the form is new.
* A draft belongs to one person: the person concerned, or, where they have no number yet, the first
  party that has one. Without a number there is no owner, and so no savepoint.
* The bytes are read only after their seal was opened, so they are this program's own words.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from kiosk.domain.clock import from_text, to_text
from kiosk.domain.contacts import ContactCard
from kiosk.domain.divisions import DivisionLookup
from kiosk.domain.identity import normalise_id
from kiosk.domain.items import ServiceItem
from kiosk.domain.mandates import asked_json, mandate_json
from kiosk.domain.parties import IdType, Party, Role, Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind, MaterialAnswer, MaterialState
from kiosk.forms.definition import FormDefinition
from kiosk.forms.engine import Engine
from kiosk.forms.mandates import parse_asked, parse_interest, parse_mandate
from kiosk.forms.pointers import ABSENT, look_up, tokens_of, with_value
from kiosk.journeys.applying import (
    Application,
    Attachment,
    Continues,
    Declaration,
    NoticeShown,
)
from kiosk.journeys.documents import party_json
from kiosk.journeys.slips import Saved
from kiosk.sealing.canonical import Json, JsonObject

FORMAT: Final = 2
_OWNERS: Final = frozenset({IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT_HMT})


@dataclass(frozen=True, slots=True, repr=False)
class Reopened:
    """A draft brought back.

    ``renewed``: item or form changed since; ``saved``: the machine stopped after it was saved, so
    there is a slip and nothing left to do.
    """

    application: Application
    renewed: bool = False
    saved: Saved | None = None


def owner_id(application: Application) -> str | None:
    """The ID number that brings a draft back; None while nobody's is known."""
    principal = application.principal
    people = ([principal] if principal else []) + list(application.parties)
    numbers = (one.id_number for one in people if one.id_type in _OWNERS and one.id_number)
    return next((normalise_id(number) for number in numbers), None)


def draft_bytes(application: Application) -> bytes:
    """The application as its savepoint keeps it."""
    document = {
        "format": FORMAT,
        "id": str(application.id),
        "item": [application.item.item_id, application.item.version],
        "form": [application.form.form_id, application.form.version],
        "way": application.way,
        "kind": application.kind,
        "parties": [party_json(party) for party in application.parties],
        "answers": application.answers,
        "materials": [[one.key, one.state, one.reason] for one in application.materials],
        "attachments": [
            [one.key, one.name, one.media_type, _text(one.data)] for one in application.attachments
        ],
        "mandate": mandate_json(application.mandate) if application.mandate else None,
        "asked": asked_json(application.asked) if application.asked else None,
        "interest": application.interest,
        "agent": application.agent_id,
        "notice": _notice_json(application.notice),
        "declarations": [
            [one.role, one.name, one.words, to_text(one.at)] for one in application.declarations
        ],
        "signature": _text(application.signature) if application.signature else None,
        "track_code": application.track_code,
        "contact": _contact_json(application.contact),
        "continues": _continues_json(application.continues),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def item_of(draft: bytes) -> str:
    """The id of the item that a draft is for.

    Raises:
        InputProblem: another version of this program wrote it (``draft-foreign``).
    """
    return str(_document(draft)["item"][0])


def reopened(
    draft: bytes, item: ServiceItem, form: FormDefinition, divisions: DivisionLookup, today: date
) -> Reopened:
    """The application of a draft, with item and form as they are now.

    Raises:
        InputProblem: another version of this program wrote it (``draft-foreign``).
    """
    document = _document(draft)
    application = _application(document, item, form)
    before = (document["item"], document["form"])
    if before == ([item.item_id, item.version], [form.form_id, form.version]):
        return Reopened(application)
    return Reopened(_renewed(application, Engine(form, divisions, today)), renewed=True)


def _document(draft: bytes) -> dict[str, Any]:
    document = json.loads(draft)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputProblem("draft-foreign", "the draft is of another version of this program")
    return document


def _application(
    document: Mapping[str, Any], item: ServiceItem, form: FormDefinition
) -> Application:
    mandate, asked, signature = document["mandate"], document["asked"], document["signature"]
    interest = document.get("interest")
    return Application(
        id=UUID(document["id"]),
        item=item,
        form=form,
        way=Way(document["way"]),
        kind=Kind(document["kind"]),
        parties=tuple(_party(one) for one in document["parties"]),
        answers=document["answers"],
        materials=tuple(
            MaterialAnswer(key, MaterialState(state), reason)
            for key, state, reason in document["materials"]
        ),
        attachments=tuple(
            Attachment(key, name, media_type, base64.b64decode(data))
            for key, name, media_type, data in document["attachments"]
        ),
        mandate=parse_mandate(mandate) if mandate else None,
        asked=parse_asked(asked) if asked else None,
        interest=parse_interest(interest) if interest else None,
        agent_id=document["agent"],
        notice=_notice(document["notice"]),
        declarations=tuple(
            Declaration(Role(role), name, words, from_text(at))
            for role, name, words, at in document["declarations"]
        ),
        signature=base64.b64decode(signature) if signature else None,
        track_code=document["track_code"],
        contact=ContactCard(*document["contact"]) if document["contact"] else None,
        continues=_continues(document["continues"]),
    )


def _renewed(application: Application, engine: Engine) -> Application:
    """Without what the new item and form do not ask; what was signed for them is void."""
    wanted = {material.key for material in application.item.materials}
    gone = {one.key for one in application.materials} - wanted
    return replace(
        application,
        answers=_asked_answers(application.answers, engine),
        materials=tuple(one for one in application.materials if one.key in wanted),
        attachments=tuple(one for one in application.attachments if one.key not in gone),
        declarations=(),
        signature=None,
    )


def _asked_answers(answers: JsonObject, engine: Engine) -> JsonObject:
    """The answers to questions that are visible in the form, as they were typed."""
    kept: Json = {}
    for question in engine.questions(answers):
        tokens = tokens_of(question.path)
        value = look_up(answers, tokens)
        if value is not ABSENT:
            kept = with_value(kept, tokens, value)
    assert isinstance(kept, dict)
    return kept


def _party(entry: Mapping[str, Any]) -> Party:
    return Party(**{**entry, "role": Role(entry["role"]), "id_type": IdType(entry["id_type"])})


def _notice_json(notice: NoticeShown | None) -> list[str] | None:
    return [notice.version, to_text(notice.at)] if notice else None


def _notice(entry: list[str] | None) -> NoticeShown | None:
    return NoticeShown(entry[0], from_text(entry[1])) if entry else None


def _contact_json(card: ContactCard | None) -> list[str] | None:
    return [card.masked_name, card.phone, card.place] if card else None


def _continues_json(continues: Continues) -> list[str | None]:
    about, older = continues.about, continues.supersedes
    return [str(about) if about else None, continues.case_ref, str(older) if older else None]


def _continues(entry: list[str | None]) -> Continues:
    about, case_ref, older = entry
    return Continues(UUID(about) if about else None, case_ref, UUID(older) if older else None)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
