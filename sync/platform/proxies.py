"""What is noted about filings by another: flags for officers, never a refusal.

Rules (of the counter, 6): an agent's declaration, an agent among those concerned, an agent's phone
as the contact's, and one phone for many people are told beside the case, each as one word. Phones
are compared as keyed hashes; a household may share one, so the third person makes the flag.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, func, insert, select

from kiosk.domain.identity import normalise_id
from kiosk.domain.phones import normalise_phone
from kiosk.sealing.canonical import Json, JsonObject
from sync.platform.office import Office
from sync.platform.tables import contacts, flags

SHARED_BY: Final = 3
"""From so many different people on, a phone is no household's."""
_PROXIES: Final = frozenset({"agent", "family"})
_INTERESTS: Final = frozenset({"own", "relative"})


def note_proxy(
    tx: Connection, office: Office, submission_id: str, subject_tag: str | None, payload: JsonObject
) -> None:
    """Flag a new submission, if somebody filed for another.

    Args:
        tx: the transaction that keeps the submission.
        office: the platform, for its keyed hashes.
        submission_id: the submission.
        subject_tag: keyed hash of the person concerned, if named by number.
        payload: the plain application; nothing about its shape is taken for granted.
    """
    if payload.get("way") not in _PROXIES or payload.get("mandate") is None:
        # Corrections and requests need no mandate; they concern a filing that was flagged itself.
        return
    people = list(_people(payload.get("parties")))
    found = {*_declared(payload), *_mixed(people)}
    agents = {phone for role, _, phone in people if role == "agent" and phone}
    others = {phone for role, _, phone in people if role != "agent" and phone}
    if agents & others:
        found.add("agent-phone")
    for phone in sorted(others):
        tag = office.subject_tag("phone", phone)
        if subject_tag is not None:
            row = {"submission_id": submission_id, "phone_tag": tag, "subject_tag": subject_tag}
            tx.execute(insert(contacts).values(row))
        if _people_behind(tx, tag) >= SHARED_BY:
            found.add("phone-repeated")
    for flag in sorted(found):
        tx.execute(insert(flags).values(submission_id=submission_id, flag=flag))


def flags_of(tx: Connection, submission_id: str) -> list[Json]:
    """The flags of a submission, sorted."""
    mine = flags.c.submission_id == submission_id
    return list(tx.execute(select(flags.c.flag).where(mine).order_by(flags.c.flag)).scalars())


def _declared(payload: JsonObject) -> Iterator[str]:
    if payload.get("way") != "agent":
        return
    interest = payload.get("interest")
    if interest is None:
        yield "interest-unsaid"
    elif interest in _INTERESTS:
        yield f"interest-{interest}"


def _mixed(people: list[tuple[str, str, str]]) -> Iterator[str]:
    """An agent who is also one of those concerned, whatever they declared."""
    agents = {number for role, number, _ in people if role == "agent" and number}
    if any(number in agents for role, number, _ in people if role != "agent"):
        yield "agent-concerned"


def _people(parties: Json) -> Iterator[tuple[str, str, str]]:
    """Role, number and phone of whoever is named."""
    for party in parties if isinstance(parties, list) else ():
        if isinstance(party, dict):
            number, phone = _text(party, "id_number"), _text(party, "phone")
            yield _text(party, "role"), normalise_id(number), normalise_phone(phone)


def _text(entry: JsonObject, name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _people_behind(tx: Connection, phone_tag: str) -> int:
    different = func.count(contacts.c.subject_tag.distinct())
    found = tx.execute(select(different).where(contacts.c.phone_tag == phone_tag)).scalar_one()
    return int(found)
