"""Mandates as documents, and whether a mandate suffices for an item (rules of the counter, 3–6).

Rules: what an item forbids is refused; where the guide is silent nobody files for another before
the agent has recorded who was asked; life certification takes no mandate at all; the evidence must
be of the form that the item demands (unknown counts as paper, which is stronger than glass);
a matter, an account or a period beyond the mandate is refused; things that merely look odd (the
contact's phone is the agent's) are flagged as faults with words, because they protect the elder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar, cast

import jsonschema_rs

from kiosk.domain.agents import Interest
from kiosk.domain.clock import from_text
from kiosk.domain.dates import today_in_china
from kiosk.domain.faults import Fault
from kiosk.domain.identity import normalise_id, resident_id_flaw
from kiosk.domain.items import MandateForm, ProxyTerms
from kiosk.domain.mandates import (
    BY_MARK,
    MOST_AGENTS,
    Asked,
    Evidence,
    EvidenceForm,
    Mandate,
    Matter,
    Person,
)
from kiosk.domain.names import name_flaw
from kiosk.domain.parties import Party, Role
from kiosk.domain.phones import normalise_phone, phone_flaw
from kiosk.domain.problems import InputProblem
from kiosk.forms.pointers import pointer

_Time = TypeVar("_Time", date, datetime)
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 200}
_DATE: Final = {"type": "string", "format": "date"}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_CONCERNED: Final = frozenset(
    {Role.APPLICANT, Role.SUBJECT, Role.GUARDIAN, Role.REPRESENTATIVE, Role.CO_APPLICANT}
)
_LONGEST: Final = timedelta(days=3 * 366)

MANDATE_SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "jinban:mandate",
    "title": "委托书",
    "type": "object",
    "required": ["principal", "matter", "scope", "valid_from", "valid_until", "evidence"],
    "oneOf": [{"required": ["agents"]}, {"required": ["committee"]}],
    "additionalProperties": False,
    "properties": {
        "principal": {"$ref": "#/$defs/person", "title": "委托人"},
        "agents": {
            "title": "代理人",
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_AGENTS,
            "items": {
                "$ref": "#/$defs/person",
                "required": ["phone", "relation"],
            },
        },
        "committee": _TEXT | {"title": "受托的村（居）委会"},
        "matter": {
            "title": "事项",
            "type": "object",
            "required": ["item_id", "name"],
            "additionalProperties": False,
            "properties": {"item_id": _TEXT, "name": _TEXT},
        },
        "scope": {"title": "权限", "type": "array", "minItems": 1, "items": _TEXT},
        "valid_from": _DATE | {"title": "从哪天"},
        "valid_until": _DATE | {"title": "到哪天"},
        "may_receive_result": {"type": "boolean", "title": "可以代领结果"},
        "may_name_account": {"type": "boolean", "title": "可以代填收款账户"},
        "may_sign_commitments": {"type": "boolean", "title": "可以代签承诺"},
        "revocable": _TEXT | {"title": "随时可以取消"},
        "evidence": {
            "title": "凭据",
            "type": "object",
            "required": ["form", "signed_at"],
            "additionalProperties": False,
            "properties": {
                "form": {"enum": [form.value for form in EvidenceForm]},
                "signed_at": _MOMENT,
                "attachment": _TEXT,
                "witness": {"$ref": "#/$defs/person"},
                "read_aloud_at": _MOMENT,
                "certified": {"enum": ["witnessed", "notarised"]},
            },
        },
        "asked": {"$ref": "#/$defs/asked", "title": "问过谁"},
        "interest": {
            "enum": [interest.value for interest in Interest],
            "title": "代办员本人或亲属的事",
        },
    },
    "$defs": {
        "person": {
            "type": "object",
            "required": ["name", "id_number"],
            "properties": {
                "name": _TEXT,
                "id_number": _TEXT,
                "phone": _TEXT,
                "relation": _TEXT,
            },
        },
        "asked": {
            "type": "object",
            "required": ["who", "when", "answer"],
            "additionalProperties": False,
            "properties": {"who": _TEXT, "when": _MOMENT, "answer": _TEXT},
        },
    },
}
"""The mandate document. What the agent says beside it may come along: ``asked``, for items whose
guide is silent on proxies, and ``interest``, whether the matter is their own or a relative's."""

_VALIDATOR: Final = jsonschema_rs.Draft202012Validator(
    MANDATE_SCHEMA, validate_formats=True, offline=True
)


_ASKED: Final = jsonschema_rs.Draft202012Validator(
    MANDATE_SCHEMA["$defs"]["asked"], validate_formats=True, offline=True
)


def parse_mandate(data: object) -> Mandate:
    """Read a mandate document.

    Raises:
        InputProblem: code ``bad-mandate`` with the path of the first fault.
    """
    document = _checked(data)
    evidence = document["evidence"]
    return Mandate(
        principal=_person(document["principal"]),
        agents=tuple(_person(agent) for agent in document.get("agents", ())),
        committee=document.get("committee"),
        matter=Matter(**document["matter"]),
        scope=tuple(document["scope"]),
        valid_from=_read(date.fromisoformat, document, "/valid_from"),
        valid_until=_read(date.fromisoformat, document, "/valid_until"),
        evidence=Evidence(
            form=EvidenceForm(evidence["form"]),
            signed_at=_read(from_text, evidence, "/evidence/signed_at"),
            attachment=evidence.get("attachment"),
            witness=_person(evidence["witness"]) if "witness" in evidence else None,
            read_aloud_at=(
                _read(from_text, evidence, "/evidence/read_aloud_at")
                if "read_aloud_at" in evidence
                else None
            ),
            certified=evidence.get("certified"),
        ),
        may_receive_result=document.get("may_receive_result", False),
        may_name_account=document.get("may_name_account", False),
        may_sign_commitments=document.get("may_sign_commitments", False),
        **({"revocable": document["revocable"]} if "revocable" in document else {}),
    )


def parse_asked(data: object) -> Asked:
    """The record of who said that another may file: ``{"who", "when", "answer"}``.

    Raises:
        InputProblem: code ``bad-asked`` with the path.
    """
    for error in _ASKED.iter_errors(cast("Any", data)):
        path = "/asked" + pointer(error.instance_path)
        raise InputProblem("bad-asked", f"{path} is not right: {error.message}", path=path)
    record = cast("dict[str, str]", data)
    when = _read(from_text, record, "/asked/when", "bad-asked")
    return Asked(who=record["who"], when=when, answer=record["answer"])


def parse_interest(data: object) -> Interest:
    """What the agent declares: whether the matter is their own or a relative's.

    Raises:
        InputProblem: code ``bad-interest``.
    """
    try:
        return Interest(str(data))
    except ValueError as error:
        known = ", ".join(Interest)
        message = f"/interest must be one of {known}"
        raise InputProblem("bad-interest", message, path="/interest") from error


def _checked(data: object) -> dict[str, Any]:
    for error in _VALIDATOR.iter_errors(cast("Any", data)):
        path = pointer(error.instance_path)
        raise InputProblem(
            "bad-mandate", f"the mandate at {path or '/'} is not right: {error.message}", path=path
        )
    return cast("dict[str, Any]", data)


def _person(data: Mapping[str, str]) -> Person:
    return Person(
        name=data["name"],
        id_number=normalise_id(data["id_number"]),
        phone=data.get("phone"),
        relation=data.get("relation"),
    )


def _read(
    read: Callable[[str], _Time], record: Mapping[str, str], path: str, code: str = "bad-mandate"
) -> _Time:
    """A day or moment of the right shape that may still be none: a leap second, the year 0."""
    try:
        return read(record[path.rpartition("/")[2]])
    except ValueError as error:
        raise InputProblem(code, f"{path} is not right: {error}", path=path) from error


def mandate_faults(
    item: ProxyTerms,
    mandate: Mandate,
    parties: Sequence[Party],
    now: datetime,
    *,
    asked: Asked | None = None,
) -> tuple[Fault, ...]:
    """What keeps this mandate from carrying this filing.

    Args:
        item: the item.
        mandate: the mandate.
        parties: the parties of the filing.
        now: an aware instant.
        asked: who was asked, for items whose guide does not say whether another may file.

    Returns:
        Faults with paths under ``/mandate``; empty when the filing may go ahead.
    """
    barred = _barred(item)
    if barred is not None:
        return (barred,)
    today = today_in_china(now)
    return (
        *_asked_faults(item, asked),
        *_matter_faults(item, mandate, today),
        *_people_faults(mandate, today),
        *_evidence_faults(item, mandate, now),
        *_witness_faults(mandate, parties),
        *_party_faults(item, mandate, parties),
    )


def _barred(item: ProxyTerms) -> Fault | None:
    if item.proxy.presence_only:
        return Fault("/mandate", "presence-only", "这件事要本人到场，不能代办。")
    if item.proxy.allowed is False:
        return Fault("/mandate", "proxy-forbidden", "指南写明要本人办，不能代办。")
    return None


def _asked_faults(item: ProxyTerms, asked: Asked | None) -> list[Fault]:
    if item.proxy.allowed is None and asked is None:
        words = "指南没写能不能代办，先问镇街，记下问了谁。"
        return [Fault("/mandate/asked", "ask-first", words)]
    return []


def _matter_faults(item: ProxyTerms, mandate: Mandate, today: date) -> list[Fault]:
    faults = []
    if mandate.matter.item_id != item.item_id:
        faults.append(Fault("/mandate/matter", "other-matter", "委托书写的不是这件事。"))
    if mandate.valid_until < mandate.valid_from:
        faults.append(Fault("/mandate/valid_until", "period", "委托的日子前后反了，请看看。"))
    elif today > mandate.valid_until:
        faults.append(Fault("/mandate/valid_until", "expired", "委托书过期了，要重新签。"))
    elif today < mandate.valid_from:
        faults.append(Fault("/mandate/valid_from", "not-yet", "委托书还没到开始的日子。"))
    elif mandate.valid_until - mandate.valid_from > _LONGEST:
        words = "委托的日子太长了，最多三年。"
        faults.append(Fault("/mandate/valid_until", "too-long", words))
    return faults


def _people_faults(mandate: Mandate, today: date) -> list[Fault]:
    people = [("/mandate/principal", mandate.principal)]
    people += [(f"/mandate/agents/{i}", agent) for i, agent in enumerate(mandate.agents)]
    if mandate.evidence.witness is not None:
        people.append(("/mandate/evidence/witness", mandate.evidence.witness))
    faults = []
    for path, person in people:
        flaws = {
            "name": name_flaw(person.name),
            "id_number": resident_id_flaw(person.id_number, today),
            "phone": phone_flaw(person.phone) if person.phone else None,
        }
        faults += [flaw.at(f"{path}/{key}") for key, flaw in flaws.items() if flaw]
    if any(agent.id_number == mandate.principal.id_number for agent in mandate.agents):
        faults.append(Fault("/mandate/agents", "own-agent", "委托人和代理人不能是同一个人。"))
    return faults


def _evidence_faults(item: ProxyTerms, mandate: Mandate, now: datetime) -> list[Fault]:
    evidence, path = mandate.evidence, "/mandate/evidence"
    faults = []
    if evidence.signed_at > now + timedelta(days=1):
        faults.append(Fault(f"{path}/signed_at", "signed-later", "签字的日子还没到，请看看。"))
    demanded = item.proxy.mandate_form or MandateForm.PAPER
    if demanded is not MandateForm.ANY and evidence.form is EvidenceForm.GLASS:
        words = "这件事要纸质委托书，请打印出来签。"
        faults.append(Fault(f"{path}/form", "paper-needed", words))
    if demanded is MandateForm.NOTARISED and evidence.certified != "notarised":
        faults.append(Fault(f"{path}/certified", "notary-needed", "这件事的委托书要公证。"))
    if demanded is MandateForm.WITNESSED and evidence.certified is None:
        words = "这件事的委托书要工作人员当面见证。"
        faults.append(Fault(f"{path}/certified", "witness-needed", words))
    if evidence.form in BY_MARK:
        faults += _mark_faults(mandate)
    return faults


def _mark_faults(mandate: Mandate) -> list[Fault]:
    evidence, path = mandate.evidence, "/mandate/evidence"
    faults = []
    if evidence.witness is None:
        words = "盖章或按手印，要有一位见证人。"
        faults.append(Fault(f"{path}/witness", "witness-missing", words))
    if evidence.read_aloud_at is None:
        words = "要先把委托书念给本人听，再记下时间。"
        faults.append(Fault(f"{path}/read_aloud_at", "not-read-aloud", words))
    return faults


def _agents(mandate: Mandate, parties: Sequence[Party]) -> tuple[set[str], set[str]]:
    """Numbers and phones of whoever acts: as the mandate names them, and as the filing does.

    A committee's mandate names nobody, and who files may have told another phone than the mandate.
    """
    acting = [party for party in parties if party.role is Role.AGENT]
    numbers = {agent.id_number for agent in mandate.agents}
    numbers |= {normalise_id(party.id_number) for party in acting if party.id_number}
    phones = [agent.phone for agent in mandate.agents] + [party.phone for party in acting]
    return numbers, {normalise_phone(phone) for phone in phones if phone}


def _witness_faults(mandate: Mandate, parties: Sequence[Party]) -> list[Fault]:
    witness = mandate.evidence.witness
    if witness is None or witness.id_number not in _agents(mandate, parties)[0]:
        return []
    words = "见证人不能是代理人，请换一位。"
    return [Fault("/mandate/evidence/witness", "witness-partial", words)]


def _party_faults(item: ProxyTerms, mandate: Mandate, parties: Sequence[Party]) -> list[Fault]:
    agents, phones = _agents(mandate, parties)
    others_may_be_paid = any(need.role is Role.PAYEE for need in item.roles)
    faults = []
    for index, party in enumerate(parties):
        path = f"/parties/{index}"
        number = normalise_id(party.id_number or "")
        if party.role is Role.PAYEE and number in agents:
            faults.append(Fault(path, "agent-is-payee", "收款人不能是代理人，钱要给本人。"))
        elif party.role is Role.PAYEE and not others_may_be_paid:
            if number != mandate.principal.id_number:
                faults.append(Fault(path, "payee-not-principal", "钱要打到本人的账户。"))
        elif party.role is not Role.AGENT and normalise_phone(party.phone or "") in phones:
            words = "这是代理人的电话，请留本人或家里的。没有可以不留。"
            faults.append(Fault(f"{path}/phone", "agent-phone", words))
    faults += _principal_faults(mandate, parties)
    return faults


def _principal_faults(mandate: Mandate, parties: Sequence[Party]) -> list[Fault]:
    """The principal is one of those concerned; a payee's witness is nobody's."""
    concerned = [p for p in parties if p.role in _CONCERNED]
    numbers = {normalise_id(party.id_number) for party in concerned if party.id_number}
    faults = []
    if numbers and mandate.principal.id_number not in numbers:
        words = "委托书的委托人和申请人对不上。"
        faults.append(Fault("/mandate/principal", "other-principal", words))
    witness = mandate.evidence.witness
    payees = {normalise_id(p.id_number) for p in parties if p.role is Role.PAYEE and p.id_number}
    if witness is not None and witness.id_number in payees:
        words = "见证人不能是收款人，请换一位。"
        faults.append(Fault("/mandate/evidence/witness", "witness-partial", words))
    return faults
