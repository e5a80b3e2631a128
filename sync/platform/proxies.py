"""What is noted about filings by another: flags for officers, never a refusal.

Rules (of the counter, 6): an agent's declaration, an agent among those concerned, an agent's phone
as the contact's, one phone or one picture for many people, and more filings of one agent on a day
than can be made with people are told beside the case, each as one word. Phones, pictures and agents
are compared as keyed hashes; a household may share one, so the third person makes the flag. A
picture is looked at once its bytes have come, whoever filed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, func, insert, select

from kiosk.domain.clock import from_text
from kiosk.domain.dates import today_in_china
from kiosk.domain.identity import normalise_id
from kiosk.domain.phones import normalise_phone
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.sealing.canonical import Json, JsonObject, digest
from kiosk.sealing.package import Head, parse
from sync.platform.flags import put_flags
from sync.platform.office import Office
from sync.platform.tables import agent_days, bodies, contacts, pictures, submissions

SHARED_BY: Final = 3
"""From so many different people on, a phone is no household's."""
MANY_A_DAY: Final = 40
"""Filings of one agent on one day; somebody who takes ten minutes each makes no more."""
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
    put_flags(tx, submission_id, *found)


def note_agent(tx: Connection, office: Office, head: Head, payload: JsonObject) -> None:
    """Count a new filing of an agent, and flag it from :data:`MANY_A_DAY` on.

    The day is the one of sealing: after a week without a line everything arrives on one day.
    """
    if head.kind is not Kind.FILING or payload.get("way") != "agent":
        return
    numbers = [number for role, number, _ in _people(payload.get("parties")) if role == "agent"]
    own = _text(payload, "agent")
    who = next((number for number in numbers if number), "") or f"{head.station}\0{own}"
    tag, day = office.tag("agent", who), today_in_china(from_text(head.sealed_at)).isoformat()
    row = {"submission_id": str(head.id), "agent_tag": tag, "day": day}
    tx.execute(insert(agent_days).values(row))
    same = (agent_days.c.agent_tag == tag) & (agent_days.c.day == day)
    count = select(func.count()).select_from(agent_days).where(same)
    if tx.execute(count).scalar_one() > MANY_A_DAY:
        put_flags(tx, str(head.id), "agent-many")


def picture_tag(office: Office, tx: Connection, submission_id: str, blob: str) -> str | None:
    """A keyed hash of what is in a sealed attachment that has come; None: it does not open."""
    query = select(bodies.c.body).where(bodies.c.submission_id == submission_id)
    package = parse(bytes(tx.execute(query).scalar_one()))
    try:
        plain = office.open_blob(package, office.blobs.path(blob).read_bytes())
    except InputProblem:
        return None
    return office.tag("picture", digest(plain))


def note_picture(tx: Connection, submission_id: str, blob: str, tag: str | None) -> None:
    """Remember a picture, and flag its submission when several people have shown the same."""
    if tag is None:
        put_flags(tx, submission_id, "file-unreadable")
        return
    mine = (pictures.c.submission_id == submission_id) & (pictures.c.digest == blob)
    if tx.execute(select(pictures.c.digest).where(mine)).one_or_none() is not None:
        return
    person = select(submissions.c.subject_tag).where(submissions.c.id == submission_id)
    subject = tx.execute(person).scalar_one()
    row = {"submission_id": submission_id, "digest": blob, "picture_tag": tag}
    tx.execute(insert(pictures).values(**row, subject_tag=subject))
    different = select(func.count(pictures.c.subject_tag.distinct()))
    if tx.execute(different.where(pictures.c.picture_tag == tag)).scalar_one() >= SHARED_BY:
        put_flags(tx, submission_id, "picture-repeated")


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
