"""Submitting: seal a finished application, save it durably, hand out the slip.

Rules:

* Order of saving: package write, fsync, rename, fsync folder; *then* one commit with the row, its
  life-cycle event and the audit entry. That commit is the moment of saving: nothing may say
  已保存 before it returns.
* Idempotent per id: the same application again gives the same row and slip; another one under the
  same id is refused and changes nothing. Sealing is not repeatable byte by byte (fresh randomness),
  so the plain content is compared by a keyed digest kept in the row.
* A commit that failed may have happened all the same: the row is read again before any word.
* What an application says of an older submission (withdraws it, replaces it) becomes true in the
  same commit or not at all.
* After sealing the terminal cannot read the application any more. What stays readable is the
  allow-list: local number, item, kind, state, times, masked name, hashes. What an agent declared of
  their own part stands in the audit trail as one word.
* A contact card is no part of the application: it is sealed to the station's staff role and kept
  in the same commit.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from kiosk.domain.clock import Clock, to_text
from kiosk.domain.identity import mask_name
from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.mandates import asked_json, mandate_json
from kiosk.domain.parties import Party, Way
from kiosk.domain.phones import ending
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.domain.slips import SlipCode, claim_hash
from kiosk.domain.submissions import Kind, local_number
from kiosk.journeys.applying import Application
from kiosk.journeys.contacting import sealed_card
from kiosk.journeys.documents import party_json
from kiosk.journeys.slips import Saved
from kiosk.sealing.canonical import Json, JsonObject, canonical
from kiosk.sealing.keys import SealKey
from kiosk.sealing.keys import to_text as key_text
from kiosk.sealing.package import Head, parse, seal
from kiosk.store.agent_drafts import AgentDrafts
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.cards import Cards
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.claims import Claims
from kiosk.store.keys import Device
from kiosk.store.outbox import Outbox
from kiosk.store.rows import OutboxRow
from kiosk.store.saving import place, saving

NEVER_SENT: Final = frozenset({State.QUEUED, State.PARKED})
"""States in which the platform holds nothing: what is taken back there is never sent."""
_CLAIM_BYTES: Final = 16
_BESIDE_BLOBS: Final = 1024 * 1024
"""Room for envelope, payload and the casebook's own pages."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a station needs in order to save."""

    casebook: Casebook
    device: Device
    sealing_key: SealKey
    station_code: str
    directory_version: int
    clock: Clock


def submit(desk: Desk, application: Application) -> Saved:
    """Seal and save; returns only after the durable commit.

    Args:
        desk: the station's stores and keys.
        application: reviewed, without faults.

    Returns:
        The row (state ``queued``, or whatever it became since) and the slip.

    Raises:
        InputProblem: the id belongs to another application (``id-reused``), a part is too large, or
            what it replaces is not parked any more (``not-parked``).
        EnvironmentProblem: the disk or the casebook refused and nothing was saved; or, with the
            code ``saving-unknown``, it cannot even be read whether it was.
    """
    existing = Outbox(desk.casebook).get(application.id)
    if existing is not None:
        return _again(desk, application, existing)
    try:
        row = _save(desk, application)
    except EnvironmentProblem as problem:
        return _read_again(desk, application, problem)
    return saved(desk, row)


def saved(desk: Desk, row: OutboxRow) -> Saved:
    """A row of this station as its person may know it, with the code of its slip."""
    code = SlipCode(row.id, _claim(desk, row.id), row.envelope_digest)
    return Saved(row.id, row.local_number, row.state, row.masked_name, row.sealed_at, code)


def _save(desk: Desk, application: Application) -> OutboxRow:
    now, outbox = desk.clock.now(), Outbox(desk.casebook)
    claim = _claim(desk, application.id)
    id_tag, code_tag = _tags(desk, application)
    desk.casebook.home.require_space(_BESIDE_BLOBS + sum(map(len, _blobs(application))))
    with saving(desk.casebook) as tx:
        _end_the_older(outbox, tx, application, now)
        sequence = desk.casebook.next_sequence(tx)
        data = seal(
            _head(desk, application, sequence, now),
            payload(application, claim),
            _blobs(application),
            to=desk.sealing_key,
            by=desk.device.signing,
        )
        package = parse(data)
        place(tx, desk.casebook, application.id, data)
        row = outbox.add(
            tx,
            package.head,
            envelope_digest=package.envelope_digest,
            content_tag=_content_tag(desk, application),
            item_name=application.item.name,
            masked_name=_masked(application.principal),
            claim_hash=claim_hash(claim),
            id_tag=id_tag,
            track_code_tag=code_tag,
            agent_id=application.agent_id,
            urgent=application.item.deadline is not None,
            now=now,
        )
        _note_beside(desk, tx, application, now)
    return row


def _note_beside(desk: Desk, tx: Transaction, application: Application, now: datetime) -> None:
    """What this station keeps beside the application: the contact card, rows of the audit trail."""
    if application.contact is not None:
        card = sealed_card(application.contact, desk.device.staff.public, application.id)
        Cards(desk.casebook).put(tx, application.id, card)
    mandate = application.mandate
    if mandate is not None and mandate.evidence.read_aloud_at is not None:
        event, at = AuditEvent.MANDATE_READ_ALOUD, mandate.evidence.read_aloud_at
        Audit(desk.casebook).record(tx, event, at=at, subject=str(application.id))
    if application.agent_id is not None:
        AgentDrafts(desk.casebook).forget(application.id, tx)
    if application.way is Way.AGENT and application.kind is Kind.FILING:
        said = application.interest.value if application.interest else "unsaid"
        event = AuditEvent.AGENT_INTEREST
        Audit(desk.casebook).record(tx, event, at=now, subject=str(application.id), detail=said)


def _read_again(desk: Desk, application: Application, problem: EnvironmentProblem) -> Saved:
    """What became of a save that failed while the machine may have committed it."""
    try:
        row = Outbox(desk.casebook).get(application.id)
    except EnvironmentProblem as again:
        raise EnvironmentProblem(
            "saving-unknown",
            f"it cannot be read whether {application.id} was saved ({problem.message}); "
            "look with kiosk queue show, or file it again under the same id",
        ) from again
    if row is None:
        raise problem
    return _again(desk, application, row)


def _end_the_older(
    outbox: Outbox, tx: Transaction, application: Application, now: datetime
) -> None:
    """What the application withdraws or replaces, as it stands in this very transaction.

    Raises:
        InputProblem: what it replaces is not parked any more (``not-parked``).
    """
    about, old = application.continues.about, application.continues.supersedes
    if application.kind is Kind.WITHDRAW and about is not None:
        row = outbox.get(about, tx)
        if row is not None and row.state in NEVER_SENT:
            outbox.apply(about, Signal.WITHDRAW, now=now, tx=tx)
    if old is not None:
        row = outbox.require(old, tx)
        if row.state is not State.PARKED:
            raise InputProblem(
                "not-parked", f"{old} is {row.state}; only what was refused is filed anew"
            )
        outbox.apply(old, Signal.SUPERSEDE, now=now, tx=tx)


def payload(application: Application, claim: bytes) -> JsonObject:
    """The plain application as it is sealed; blob indices count attachments, then the signature."""
    signature_index = len(application.attachments) if application.signature else None
    return {
        "format": 1,
        "item": application.item.item_id,
        "item_version": application.item.version,
        "form": application.answers,
        "form_version": application.form.version,
        "way": application.way.value,
        "parties": [party_json(party) for party in application.parties],
        "materials": _materials(application),
        "evidence": _evidence(application),
        "mandate": _mandate(application),
        "asked": _asked(application),
        "interest": application.interest.value if application.interest else None,
        "agent": application.agent_id,
        "notice": _notice(application),
        "declarations": [
            {
                "role": one.role.value,
                "name": one.name,
                "words": one.words,
                "at": to_text(one.at),
            }
            for one in application.declarations
        ],
        "signature": signature_index,
        "claim": claim.hex(),
    }


def _again(desk: Desk, application: Application, row: OutboxRow) -> Saved:
    kept = Claims(desk.casebook).content_tag(row.id)
    # An adopted package carries no tag: it is this station's own, sealed under this very id.
    if kept and not hmac.compare_digest(kept, _content_tag(desk, application)):
        raise InputProblem(
            "id-reused", f"{application.id} already belongs to another application", path="/id"
        )
    return saved(desk, row)


def _tags(desk: Desk, application: Application) -> tuple[str | None, str | None]:
    """Slow hashes for later look-ups; made before the write transaction, not within it."""
    claims, person = Claims(desk.casebook), application.principal
    id_tag = None
    if person is not None and person.id_number:
        id_tag = claims.id_tag(person.id_number, phone_ending(person))
    code = application.track_code
    return id_tag, claims.code_tag(application.id, code) if code else None


def phone_ending(person: Party) -> str:
    """The last four digits of a phone, empty without one."""
    return ending(person.phone or "")


def _claim(desk: Desk, submission_id: UUID) -> bytes:
    """The slip's 128 bits: unguessable without the device key, the same for every repeat."""
    key = hashlib.sha256(b"jinban claim key\0" + desk.device.signing.seed).digest()
    return hmac.digest(key, submission_id.bytes, "sha256")[:_CLAIM_BYTES]


def _content_tag(desk: Desk, application: Application) -> str:
    """Keyed digest of the plain content, so that a repeat can be told from a clash."""
    key = hashlib.sha256(b"jinban content key\0" + desk.device.signing.seed).digest()
    plain = payload(application, b"")
    plain.pop("notice"), plain.pop("declarations")
    blobs = b"".join(hashlib.sha256(blob).digest() for blob in _blobs(application))
    return hmac.new(key, canonical(plain) + blobs, "sha256").hexdigest()


def _head(desk: Desk, application: Application, sequence: int, now: datetime) -> Head:
    return Head(
        id=application.id,
        kind=application.kind,
        item_id=application.item.item_id,
        item_version=application.item.version,
        form_id=application.form.form_id,
        form_version=application.form.version,
        station=desk.station_code,
        terminal=desk.device.terminal,
        sequence=sequence,
        local_number=local_number(application.id),
        sealed_at=to_text(now),
        clock_suspect=desk.casebook.clock_suspect(now),
        hpke_key_id=desk.sealing_key.id,
        device_key_id=desk.device.signing.public.id,
        reply_key=key_text(desk.device.reply.public.raw),
        about=application.continues.about,
        case_ref=application.continues.case_ref,
        supersedes=application.continues.supersedes,
        directory_version=desk.directory_version,
    )


def _blobs(application: Application) -> Sequence[bytes]:
    blobs = [attachment.data for attachment in application.attachments]
    if application.signature:
        blobs.append(application.signature)
    return blobs


def _file_json(application: Application, index: int) -> JsonObject:
    attachment = application.attachments[index]
    return {"blob": index, "name": attachment.name, "media_type": attachment.media_type}


def _files_of(application: Application, key: str) -> list[Json]:
    return [
        _file_json(application, index)
        for index, attachment in enumerate(application.attachments)
        if attachment.key == key
    ]


def _materials(application: Application) -> list[Json]:
    names = {material.key: material.name for material in application.item.materials}
    return [
        {
            "key": answer.key,
            "name": names.get(answer.key, answer.key),
            "state": answer.state.value,
            "reason": answer.reason,
            "files": _files_of(application, answer.key),
        }
        for answer in application.materials
    ]


def _evidence(application: Application) -> JsonObject:
    """Files that belong to no material, such as the photographed mandate or a stamp."""
    keys = {material.key for material in application.item.materials}
    others = dict.fromkeys(one.key for one in application.attachments if one.key not in keys)
    return {key: _files_of(application, key) for key in others}


def _mandate(application: Application) -> JsonObject | None:
    mandate = application.mandate
    return cast("JsonObject", mandate_json(mandate)) if mandate else None


def _asked(application: Application) -> JsonObject | None:
    return cast("JsonObject", asked_json(application.asked)) if application.asked else None


def _notice(application: Application) -> JsonObject | None:
    notice = application.notice
    return {"version": notice.version, "at": to_text(notice.at)} if notice else None


def _masked(party: Party | None) -> str:
    return mask_name(party.name) if party else ""


def new_track_code() -> str:
    """Four random digits, proposed where the person does not choose their own."""
    return f"{secrets.randbelow(10_000):04d}"
