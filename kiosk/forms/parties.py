"""Whether the parties named are those whom an item needs.

Rules (rules of the counter, 1–3): an item declares its roles; who may lack an ID number or a phone
is said there, not guessed; the dead sign nothing and need no phone; a newborn may have a birth
certificate or nothing yet; bodies have a credit code whose check digit only hints. Contact, agent,
guardian and witness may always be named. Names and numbers are judged as they are stored
(normalised).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from kiosk.domain.characters import tidy, tidy_name, tidy_number
from kiosk.domain.dates import full_years
from kiosk.domain.faults import Fault, Flaw
from kiosk.domain.identity import (
    birth_date,
    credit_code_flaw,
    is_outside_mainland,
    normalise_credit_code,
    normalise_id,
    resident_id_flaw,
)
from kiosk.domain.items import ServiceItem
from kiosk.domain.names import body_name_flaw, name_flaw
from kiosk.domain.parties import IdType, Party, Role, RoleNeed
from kiosk.domain.phones import normalise_phone, phone_flaw

ROLE_WORDS: Final[Mapping[Role, str]] = {
    Role.APPLICANT: "申请人",
    Role.SUBJECT: "办理对象",
    Role.CO_APPLICANT: "共同申请人",
    Role.HOUSEHOLD_MEMBER: "共同生活的家人",
    Role.GUARDIAN: "监护人",
    Role.REPRESENTATIVE: "法定代表人或负责人",
    Role.AGENT: "代理人",
    Role.WITNESS: "见证人",
    Role.PAYEE: "收款人",
    Role.CONTACT: "联系人",
}
_ALWAYS: Final = frozenset({Role.AGENT, Role.GUARDIAN, Role.WITNESS, Role.CONTACT})
_WITHOUT_NUMBER: Final = frozenset({IdType.NONE_YET})
_CHILD: Final = 14
_LONGEST_CERTIFICATE: Final = 30


def normalised(party: Party) -> Party:
    """The party as it is stored."""
    body = party.id_type is IdType.CREDIT_CODE
    number = party.id_number or ""
    if party.id_type in (IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT_HMT):
        number = normalise_id(number)
    else:
        number = normalise_credit_code(number) if body else tidy_number(number)
    return Party(
        role=party.role,
        name=tidy(party.name) if body else tidy_name(party.name),
        id_type=party.id_type,
        id_number=number or None,
        phone=normalise_phone(party.phone or "") or None,
        relation=tidy(party.relation or "") or None,
        deceased=party.deceased,
    )


def party_faults(item: ServiceItem, parties: Sequence[Party], today: date) -> tuple[Fault, ...]:
    """What keeps these parties from filing this item.

    Args:
        item: the item with its roles.
        parties: who was named.
        today: the civil date in China.

    Returns:
        Faults at ``/parties/…``, in the order of the parties, then of missing roles.
    """
    needs = {need.role: need for need in item.roles}
    faults = []
    kept = [normalised(party) for party in parties]
    for index, party in enumerate(kept):
        path = f"/parties/{index}"
        need = needs.get(party.role)
        if need is None and needs and party.role not in _ALWAYS:
            words = f"这件事不用填{ROLE_WORDS[party.role]}。"
            faults.append(Fault(f"{path}/role", "role-not-needed", words))
        faults += [flaw.at(f"{path}/{key}") for key, flaw in _flaws(party, need, today) if flaw]
    faults += _count_faults(item.roles, parties)
    faults += _repeat_faults(kept)
    return tuple(faults)


def _flaws(party: Party, need: RoleNeed | None, today: date) -> list[tuple[str, Flaw | None]]:
    needs_id = need.needs_id if need else party.role is not Role.CONTACT
    needs_phone = bool(need and need.needs_phone and not party.deceased)
    return [
        ("name", _name_flaw(party)),
        ("deceased", _deceased_flaw(party, need)),
        ("id_type", _id_type_flaw(party, need)),
        ("id_number", _number_flaw(party, today, needed=needs_id)),
        ("phone", _phone_flaw(party, needed=needs_phone)),
    ]


def _name_flaw(party: Party) -> Flaw | None:
    if party.id_type is IdType.CREDIT_CODE:
        return body_name_flaw(party.name)
    if not party.name and party.id_type in (IdType.BIRTH_CERTIFICATE, IdType.NONE_YET):
        return None  # a child may have no name before the registration
    return name_flaw(party.name)


def _deceased_flaw(party: Party, need: RoleNeed | None) -> Flaw | None:
    if party.deceased and not (need and need.may_be_deceased):
        return Flaw("deceased", "这里要填健在的人。")
    return None


def _id_type_flaw(party: Party, need: RoleNeed | None) -> Flaw | None:
    if need is None or party.id_type in need.id_types:
        return None
    if not need.needs_id and party.id_type is IdType.NONE_YET:
        return None
    return Flaw("id-type", f"{ROLE_WORDS[party.role]}不能用这种证件。")


def _number_flaw(party: Party, today: date, *, needed: bool) -> Flaw | None:
    number = party.id_number or ""
    if party.id_type in _WITHOUT_NUMBER:
        return Flaw("id-unwanted", "选了没有证件，就不用填号码。") if number else None
    if not number:
        return Flaw("id-empty", "证件号码还没填。") if needed else None
    if party.id_type is IdType.CREDIT_CODE:
        return credit_code_flaw(number)
    if party.id_type is IdType.BIRTH_CERTIFICATE:
        known = number.isascii() and number.isalnum() and len(number) <= _LONGEST_CERTIFICATE
        return None if known else Flaw("id-shape", "编号对不上，请照出生证再看看。")
    flaw = resident_id_flaw(number, today)
    permit = party.id_type is IdType.RESIDENCE_PERMIT_HMT
    if flaw is None and permit and not is_outside_mainland(number):
        return Flaw("id-not-permit", "这是身份证号，不是港澳台居住证号。")
    return flaw


def _phone_flaw(party: Party, *, needed: bool) -> Flaw | None:
    if not party.phone:
        return Flaw("phone-empty", "电话还没填。") if needed else None
    return phone_flaw(party.phone)


def _count_faults(needs: Sequence[RoleNeed], parties: Sequence[Party]) -> list[Fault]:
    faults = []
    for need in needs:
        count = sum(party.role is need.role for party in parties)
        words = ROLE_WORDS[need.role]
        if count < need.least:
            faults.append(Fault("/parties", f"{need.role}-missing", f"还没填{words}。"))
        if need.most is not None and count > need.most:
            told = f"{words}最多{need.most}个。"
            faults.append(Fault("/parties", f"{need.role}-too-many", told))
    return faults


def _repeat_faults(parties: Sequence[Party]) -> list[Fault]:
    """The same person twice in one role."""
    seen: set[tuple[Role, str]] = set()
    faults = []
    for index, party in enumerate(parties):
        if party.id_number and (party.role, party.id_number) in seen:
            words = "这个人填了两次，请看看。"
            faults.append(Fault(f"/parties/{index}/id_number", "repeated", words))
        seen.add((party.role, party.id_number or ""))
    return faults


def party_advice(parties: Sequence[Party], today: date) -> list[str]:
    """Sentences about the parties that advise and never refuse."""
    sentences = []
    guarded = any(party.role is Role.GUARDIAN for party in parties)
    for party in parties:
        born = birth_date(party.id_number or "")
        child = born is not None and full_years(born, today) < _CHILD
        if party.role in (Role.SUBJECT, Role.APPLICANT) and child and not guarded:
            sentences.append("孩子不满14岁，要父母或监护人同意。")
    if not any(party.phone for party in parties):
        sentences.append("没留电话也可以交，有事请到站里查。")
    return sentences
