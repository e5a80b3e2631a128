"""Application documents: the JSON form of an application, as files and tests bring it.

Rules: the shape is that of docs/architecture.md; ``"applicant": {…}`` is short for one party in
that role; a name that nobody knows is refused with its JSON Pointer, never skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kiosk.domain.agents import Interest
from kiosk.domain.contacts import ContactCard, card_by_phone, card_by_place
from kiosk.domain.faults import Flaw
from kiosk.domain.identity import mask_name
from kiosk.domain.mandates import Asked, Mandate
from kiosk.domain.parties import IdType, Party, Role
from kiosk.domain.problems import InputProblem
from kiosk.forms.mandates import parse_asked, parse_interest, parse_mandate
from kiosk.forms.materials import parse_materials
from kiosk.journeys.applying import Application, Attachment
from kiosk.sealing.canonical import Json, JsonObject

_MEMBERS: Final = frozenset({"parties", "applicant", "form", "materials", "asked", "interest"})
_BESIDE: Final = frozenset({"asked", "interest"})
_CARD: Final = frozenset({"contact"})  # beside the application, never in it
_CONTACT: Final = frozenset({"phone", "place"})
_TEXTS: Final = ("id_number", "phone", "relation")
_MAY_BE_NAMELESS: Final = frozenset({Role.SUBJECT, Role.HOUSEHOLD_MEMBER})  # a newborn
_PARTY: Final = frozenset({"role", "name", "id_type", "deceased", *_TEXTS})


def read_application(
    fresh: Application, document: JsonObject, attachments: Sequence[Attachment]
) -> Application:
    """Fill a fresh application from a document.

    Raises:
        InputProblem: an unknown or mistyped member, with its JSON Pointer.
    """
    _refuse_unknown(document, _MEMBERS | _CARD, "")
    form = document.get("form", {})
    if not isinstance(form, dict):
        raise _wrong("/form", "must be an object")
    materials = document.get("materials", {})
    if not isinstance(materials, dict):
        raise _wrong("/materials", "must be an object of material and state")
    keys = [attachment.key for attachment in attachments]
    asked = document.get("asked")
    filled = replace(
        fresh,
        parties=_parties(document),
        answers=form,
        materials=parse_materials(fresh.item, materials, keys),
        attachments=tuple(attachments),
        asked=parse_asked(asked) if asked is not None else None,
        interest=read_interest(document),
    )
    return replace(filled, contact=_contact(document, filled))


def read_mandate(document: JsonObject) -> tuple[Mandate, Asked | None]:
    """A mandate document; it may carry ``asked``, the record of who said that a proxy may file.

    Its other companion, ``interest``, is read by :func:`read_interest`.

    Raises:
        InputProblem: malformed, with its JSON Pointer.
    """
    asked = document.get("asked")
    rest = {name: value for name, value in document.items() if name not in _BESIDE}
    return parse_mandate(rest), parse_asked(asked) if asked is not None else None


def read_interest(document: JsonObject) -> Interest | None:
    """What the agent declares in a document, of answers or of a mandate; None: nothing.

    Raises:
        InputProblem: another word than the known ones.
    """
    said = document.get("interest")
    return parse_interest(said) if said is not None else None


def party_json(party: Party) -> JsonObject:
    """One party as it stands in an application document."""
    return {
        "role": party.role.value,
        "name": party.name,
        "id_type": party.id_type.value,
        "id_number": party.id_number,
        "phone": party.phone,
        "relation": party.relation,
        "deceased": party.deceased,
    }


def _contact(document: JsonObject, filled: Application) -> ContactCard | None:
    """The contact card of a document: one way to reach whoever is looked for."""
    entry = document.get("contact")
    if entry is None:
        return None
    if not isinstance(entry, dict) or len(entry) != 1:
        raise _wrong("/contact", "must hold either phone or place")
    _refuse_unknown(entry, _CONTACT, "/contact")
    ((way, value),) = entry.items()
    if not isinstance(value, str):
        raise _wrong(f"/contact/{way}", "must be text")
    person = filled.to_reach
    name = mask_name(person.name) if person else ""
    made = card_by_phone(name, value) if way == "phone" else card_by_place(name, value)
    if isinstance(made, Flaw):
        raise InputProblem(made.code, f"/contact/{way}: {made.words}", path=f"/contact/{way}")
    return made


def _parties(document: JsonObject) -> tuple[Party, ...]:
    listed = document.get("parties", [])
    if not isinstance(listed, list):
        raise _wrong("/parties", "must be a list")
    parties = [_party(entry, f"/parties/{index}") for index, entry in enumerate(listed)]
    if "applicant" in document:
        short = document["applicant"]
        if not isinstance(short, dict):
            raise _wrong("/applicant", "must be an object")
        parties.insert(0, _party({"role": "applicant", **short}, "/applicant"))
    if not parties:
        raise _wrong("/parties", "nobody is named")
    return tuple(parties)


def _party(entry: Json, path: str) -> Party:
    if not isinstance(entry, dict):
        raise _wrong(path, "must be an object")
    _refuse_unknown(entry, _PARTY, path)
    role = _role(entry.get("role"), path)
    name = entry.get("name", "")
    if not isinstance(name, str) or not (name.strip() or role in _MAY_BE_NAMELESS):
        raise _wrong(f"{path}/name", "is missing")
    texts = {one: _optional(entry, one, path) for one in _TEXTS}
    deceased = entry.get("deceased", False)
    if not isinstance(deceased, bool):
        raise _wrong(f"{path}/deceased", "must be true or false")
    return Party(
        role=role,
        name=name,
        id_type=_id_type(entry.get("id_type"), texts["id_number"], path),
        deceased=deceased,
        **texts,
    )


def _role(value: Json, path: str) -> Role:
    try:
        return Role(str(value))
    except ValueError as error:
        known = ", ".join(Role)
        raise _wrong(f"{path}/role", f"must be one of {known}") from error


def _id_type(value: Json, number: str | None, path: str) -> IdType:
    if value is None:
        return IdType.RESIDENT_ID if number else IdType.NONE_YET
    try:
        return IdType(str(value))
    except ValueError as error:
        known = ", ".join(IdType)
        raise _wrong(f"{path}/id_type", f"must be one of {known}") from error


def _optional(entry: JsonObject, name: str, path: str) -> str | None:
    value = entry.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _wrong(f"{path}/{name}", "must be text")


def _refuse_unknown(entry: JsonObject, known: frozenset[str], path: str) -> None:
    for name in entry:
        if name not in known:
            raise _wrong(f"{path}/{name}", "is not a known name")


def _wrong(path: str, what: str) -> InputProblem:
    return InputProblem("bad-answers", f"{path} {what}", path=path)
