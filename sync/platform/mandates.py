"""Mandates, judged again where a filing arrives (rules of the counter, 3–7).

Rules:

* The station judged the mandate before saving; whoever holds a station's key may leave that out.
  So the same rules are asked again here, at the moment of sealing, with what was published of the
  item.
* What does not carry is no reason to lose a filing: it is received, flagged ``mandate-…`` and held
  for an officer, who has it corrected or refuses it.
* A mandate that was cancelled carries nothing any more, under whatever filing it comes again. It is
  known by a keyed hash.
* Only told, never holding: a photograph that the mandate speaks of and that did not come
  (``paper-unshown``), a payee whom the agent may not name (``account-unmandated``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select

from kiosk.domain.clock import from_text
from kiosk.domain.identity import normalise_id
from kiosk.domain.items import MandateForm, Proxy
from kiosk.domain.mandates import Asked, Mandate
from kiosk.domain.parties import Party, Role, RoleNeed, Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.forms.mandates import mandate_faults, parse_asked, parse_mandate
from kiosk.sealing.canonical import Json, JsonObject, digest
from kiosk.sealing.package import Head
from sync.platform.catalogue import ProxyRule
from sync.platform.flags import MANDATE, put_flags
from sync.platform.office import Office
from sync.platform.tables import agreements, cases, effects

_ACTING: Final = frozenset({Way.AGENT.value, Way.FAMILY.value})
_TOLD_ELSEWHERE: Final = frozenset({"agent-phone"})
_ANYTHING: Final = ProxyRule(
    allowed=True, presence_only=False, mandate_form=MandateForm.ANY.value, payees=True
)


@dataclass(frozen=True, slots=True)
class _Terms:
    """An item as far as the catalogue remembers it."""

    item_id: str
    proxy: Proxy
    roles: tuple[RoleNeed, ...]


def note_mandate(tx: Connection, office: Office, head: Head, payload: JsonObject) -> None:
    """Judge the mandate of a new filing by another, and flag what is wrong with it.

    Args:
        tx: the transaction that keeps the submission.
        office: the platform.
        head: of the package.
        payload: the plain application; nothing about its shape is taken for granted.
    """
    if head.kind is not Kind.FILING or payload.get("way") not in _ACTING:
        return
    document = payload.get("mandate")
    if document is None:
        put_flags(tx, str(head.id), f"{MANDATE}missing")
        return
    try:
        mandate = parse_mandate(document)
    except InputProblem:
        put_flags(tx, str(head.id), f"{MANDATE}bad")
        return
    parties = tuple(_parties(payload.get("parties")))
    found = set(_faults(office, head, mandate, parties, _asked(payload)))
    found |= set(_foreign(mandate, parties))
    tag = office.tag("mandate", digest(json.dumps(document, sort_keys=True).encode()))
    if _revoked(tx, tag):
        found.add("revoked")
    tx.execute(insert(agreements).values(submission_id=str(head.id), mandate_tag=tag))
    put_flags(tx, str(head.id), *(MANDATE + code for code in found), *_told(mandate, payload))


def _faults(
    office: Office, head: Head, mandate: Mandate, parties: tuple[Party, ...], asked: Asked | None
) -> Iterator[str]:
    terms = _terms(office, head.item_id)
    moments: list[datetime] = [from_text(head.sealed_at)]
    if head.clock_suspect:
        # A clock that was set back would make an ended mandate young again.
        moments.append(office.clock.now())
    for moment in moments:
        for fault in mandate_faults(terms, mandate, parties, moment, asked=asked):
            if fault.code not in _TOLD_ELSEWHERE:
                yield fault.code


def _foreign(mandate: Mandate, parties: tuple[Party, ...]) -> Iterator[str]:
    """The agent of the filing is somebody whom the mandate does not name."""
    if mandate.committee is not None:
        return
    numbers = {agent.id_number for agent in mandate.agents}
    for party in parties:
        if party.role is not Role.AGENT:
            continue
        named = mandate.names(party.name)
        if party.id_number:
            named = normalise_id(party.id_number) in numbers
        if not named:
            yield "not-named"


def _told(mandate: Mandate, payload: JsonObject) -> Iterator[str]:
    evidence, key = payload.get("evidence"), mandate.evidence.attachment
    if not (isinstance(evidence, dict) and key and evidence.get(key)):
        yield "paper-unshown"
    parties = _parties(payload.get("parties"))
    if not mandate.may_name_account and any(party.role is Role.PAYEE for party in parties):
        yield "account-unmandated"


def _revoked(tx: Connection, tag: str) -> bool:
    """Whether this very mandate was cancelled under a case."""
    cancelled = (
        select(agreements.c.submission_id)
        .join(cases, cases.c.submission_id == agreements.c.submission_id)
        .join(effects, effects.c.case_id == cases.c.id)
        .where(agreements.c.mandate_tag == tag, effects.c.what == Kind.REVOKE_MANDATE.value)
        .limit(1)
    )
    return tx.execute(cancelled).one_or_none() is not None


def _terms(office: Office, item_id: str) -> _Terms:
    item = office.catalogue.current().items.get(item_id)
    rule = item.rule if item is not None and item.rule is not None else _ANYTHING
    known = {form.value: form for form in MandateForm}
    proxy = Proxy(
        allowed=rule.allowed,
        mandate_form=known.get(rule.mandate_form or ""),
        presence_only=rule.presence_only,
    )
    return _Terms(item_id, proxy, (RoleNeed(Role.PAYEE),) if rule.payees else ())


def _asked(payload: JsonObject) -> Asked | None:
    try:
        return parse_asked(payload.get("asked"))
    except InputProblem:
        return None


def _parties(entries: Json) -> Iterator[Party]:
    """Whoever is named in a role that we know."""
    roles = {role.value: role for role in Role}
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("role") in roles:
            yield Party(
                role=roles[str(entry["role"])],
                name=_text(entry, "name") or "",
                id_number=_text(entry, "id_number"),
                phone=_text(entry, "phone"),
            )


def _text(entry: JsonObject, name: str) -> str | None:
    value = entry.get(name)
    return value if isinstance(value, str) else None
