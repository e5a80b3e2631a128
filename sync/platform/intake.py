"""Taking a submission: judged, kept and effective in one transaction, before the reply.

Rules:

* The same id with the same envelope is a replay: same receipt, no second effect. With another
  envelope: 409. An id that was withdrawn or superseded before it arrived: 410.
* Judged on content: well-formed, the id of the URL, the local number of the id, a published item
  and form version, the signature of the device that sealed it, opens with our key. What the
  resident answered is never judged here: stations advise, departments decide.
* What is odd about a filing by another is flagged for officers, in the same transaction: a mandate
  that does not carry it, a terminal that was revoked. Such a submission is received and held.
* A refusal is signed and names id and envelope digest. Nothing is refused for good because *we*
  are not ready (nothing published, terminal unknown): those answers judge nothing.
* The sealed bytes are kept as they came.
"""

from __future__ import annotations

import struct
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from kiosk.domain.clock import from_text as moment_from_text
from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import State
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind, local_number
from kiosk.sealing.canonical import JsonObject, digest
from kiosk.sealing.keys import SealKey, VerifyKey, from_text
from kiosk.sealing.package import MAGIC, MAX_ENVELOPE, MAX_PAYLOAD, Head, Package, parse
from sync.platform.answers import Judgement, ProblemAnswer
from sync.platform.cases import (
    ACTING,
    ENDED,
    complete,
    find_case,
    find_submission,
    missing,
    supersede,
)
from sync.platform.database import epoch
from sync.platform.flags import is_held
from sync.platform.mandates import note_mandate
from sync.platform.numbers import receipt_number
from sync.platform.office import Office
from sync.platform.proxies import note_agent, note_proxy
from sync.platform.revocations import note_revoked
from sync.platform.tables import bodies, parts, submissions, terminals, tombstones
from sync.protocol.messages import Absence, Receipt, Refusal

MAX_BODY = len(MAGIC) + 4 + MAX_ENVELOPE + 64 + MAX_PAYLOAD + 4096
_LENGTH = struct.Struct(">I")
_SUBJECT_ROLES = ("subject", "applicant")


def put(office: Office, submission_id: UUID, body: bytes) -> tuple[int, JsonObject]:
    """Take a submission.

    Args:
        office: the platform.
        submission_id: the id in the URL.
        body: envelope and sealed payload.

    Returns:
        201 or 200, and the signed receipt.

    Raises:
        ProblemAnswer: refused (with proof), or not now (without).
    """
    try:
        package = _parse(submission_id, body)
        with office.database.write() as tx:
            known = _replayed(tx, package)
            if known is not None:
                complete(tx, office, known.id)
                return 200, receipt(tx, office, known)
            payload = _judge(tx, office, package)
            tag = _subject_tag(office, payload)
            row = _keep(tx, office, package, tag)
            note_revoked(tx, package.head)
            note_proxy(tx, office, row.id, tag, payload)
            note_mandate(tx, office, package.head, payload)
            note_agent(tx, office, package.head, payload)
            if row.supersedes is not None and not is_held(tx, row.id):
                supersede(tx, row.supersedes, row.id)
            complete(tx, office, row.id)
            return 201, receipt(tx, office, row)
    except Judgement as judgement:
        raise _refused(office, submission_id, body, judgement) from judgement


def ask(office: Office, submission_id: UUID, nonce: str) -> JsonObject:
    """The present receipt of a submission.

    Raises:
        ProblemAnswer: 404 with the signed absence.
    """
    with office.database.read() as tx:
        row = find_submission(tx, str(submission_id))
        if row is not None:
            return receipt(tx, office, row)
        absence = Absence(submission_id, nonce, epoch(tx))
    raise ProblemAnswer(
        404, "absent", "this submission is not held here", statement=office.sign(absence.as_json())
    )


def _parse(submission_id: UUID, body: bytes) -> Package:
    if len(body) > MAX_BODY:
        raise Judgement(413, "too-large", f"at most {MAX_BODY} bytes are taken before the files")
    try:
        package = parse(body)
    except InputProblem as problem:
        raise Judgement(422, "bad-package", problem.message, problem.path) from problem
    if len(body) != package.body_size:
        raise Judgement(422, "bad-package", "something follows the payload; files go by upload")
    if package.head.id != submission_id:
        raise Judgement(422, "id-differs", "the envelope names another id", "/id")
    return package


def _replayed(tx: Connection, package: Package) -> Row[Any] | None:
    """The row of a submission that is already held.

    Raises:
        Judgement: the id is held with other content, or refused for good.
    """
    identity = str(package.head.id)
    row = find_submission(tx, identity)
    if row is not None:
        if row.envelope_digest != package.envelope_digest:
            raise Judgement(409, "id-reused", "this id is held with another envelope", "/id")
        if row.state == State.SUPERSEDED.value:
            raise Judgement(410, "superseded", "a later submission took this one's place", "/id")
        return row
    code = tx.execute(
        select(tombstones.c.code).where(tombstones.c.submission_id == identity)
    ).scalar_one_or_none()
    if code is not None:
        raise Judgement(410, code, f"this id was {code} before it arrived", "/id")
    return None


def _judge(tx: Connection, office: Office, package: Package) -> JsonObject:
    """Judge new content.

    Returns:
        The plain application.

    Raises:
        Judgement: it cannot be taken.
        ProblemAnswer: we cannot judge it now.
    """
    head = package.head
    _judge_device(tx, package)
    _judge_head(head)
    _judge_versions(office, head)
    _judge_references(tx, head)
    try:
        return office.open_payload(package)
    except InputProblem as problem:
        raise Judgement(422, "cannot-open", problem.message, "/payload") from problem


def _judge_device(tx: Connection, package: Package) -> None:
    head = package.head
    row = tx.execute(select(terminals).where(terminals.c.terminal == head.terminal)).one_or_none()
    if row is None:
        raise ProblemAnswer(
            403, "terminal-not-enrolled", "the terminal that sealed this is not enrolled"
        )
    key = VerifyKey(from_text(row.device_key))
    if head.device_key_id != key.id or not package.signed_by(key):
        raise Judgement(
            422,
            "bad-device-signature",
            "the envelope is not signed by its terminal's key",
            "/device_key_id",
        )


def _judge_head(head: Head) -> None:
    if head.local_number != local_number(head.id):
        raise Judgement(
            422, "local-number", "the local number does not derive from the id", "/local_number"
        )
    try:
        moment_from_text(head.sealed_at)
    except ValueError as error:
        raise Judgement(422, "sealed-at", "sealed_at is no moment", "/sealed_at") from error
    try:
        # Some 32 bytes are no usable key; better to learn it now than when an officer answers.
        SealKey(from_text(head.reply_key)).seal(b"", context=b"")
    except (InputProblem, ValueError) as error:
        raise Judgement(422, "reply-key", "nothing can be sealed to it", "/reply_key") from error


def _judge_versions(office: Office, head: Head) -> None:
    catalogue = office.catalogue.current()
    if catalogue.is_empty:
        raise ProblemAnswer(
            503,
            "not-published",
            "no directory has been published here yet",
            headers={"Retry-After": "10"},
        )
    item = catalogue.items.get(head.item_id)
    if item is None:
        raise Judgement(422, "unknown-item", "this item was never published here", "/item_id")
    if head.item_version not in item.versions:
        raise Judgement(
            422, "item-version", "this version of the item was never published", "/item_version"
        )
    versions = catalogue.forms.get(head.form_id)
    if versions is None:
        raise Judgement(422, "unknown-form", "this form was never published here", "/form_id")
    if head.form_version not in versions:
        raise Judgement(
            422, "form-version", "this version of the form was never published", "/form_version"
        )


def _judge_references(tx: Connection, head: Head) -> None:
    if head.id in {head.about, head.supersedes}:
        raise Judgement(422, "reference", "a submission cannot concern itself", "/about")
    if head.kind in ACTING:
        _judge_about(tx, head)
    if head.supersedes is not None:
        case = find_case(tx, str(head.supersedes), None)
        old = find_submission(tx, str(head.supersedes))
        if case is not None or (old is not None and old.state == State.RECEIVED.value):
            raise Judgement(
                409,
                "case-exists",
                "what it wants to replace has already been taken",
                "/supersedes",
                case.case_number if case is not None else None,
            )


def _judge_about(tx: Connection, head: Head) -> None:
    if head.about is None and head.case_ref is None:
        raise Judgement(422, "reference", "it does not say which case it concerns", "/about")
    case = find_case(tx, str(head.about) if head.about else None, head.case_ref)
    if case is None and head.about is None:
        raise Judgement(422, "unknown-case", "there is no case of this number", "/case_ref")
    if case is None or State(case.state) not in ENDED:
        return
    if head.kind is Kind.WITHDRAW and State(case.state) is State.WITHDRAWN:
        return
    raise Judgement(
        409, "case-closed", "the case that it concerns has ended", "/about", case.case_number
    )


def _keep(tx: Connection, office: Office, package: Package, tag: str | None) -> Row[Any]:
    head, now = package.head, office.clock.now()
    identity = str(head.id)
    tx.execute(
        insert(submissions).values(
            id=identity,
            envelope_digest=package.envelope_digest,
            kind=head.kind.value,
            item_id=head.item_id,
            station=head.station,
            terminal=head.terminal,
            sequence=head.sequence,
            local_number=head.local_number,
            reply_key=head.reply_key,
            about=str(head.about) if head.about else None,
            case_ref=head.case_ref,
            supersedes=str(head.supersedes) if head.supersedes else None,
            received_at=to_text(now),
            receipt_number=receipt_number(tx, now),
            state=State.FILED.value,
            last_case_seq=0,
            subject_tag=tag,
            clone=_flag_clone(tx, head),
        )
    )
    tx.execute(insert(bodies).values(submission_id=identity, body=package.data))
    for place, part in enumerate(package.blobs):
        tx.execute(
            insert(parts).values(
                submission_id=identity, position=place, digest=part.digest, size=part.size
            )
        )
    row = find_submission(tx, identity)
    assert row is not None
    return row


def _flag_clone(tx: Connection, head: Head) -> bool:
    """Whether this terminal's sequence number came before under another id: a copied disk."""
    earlier = tx.execute(
        select(submissions.c.id)
        .where(submissions.c.terminal == head.terminal, submissions.c.sequence == head.sequence)
        .limit(1)
    ).one_or_none()
    if earlier is not None:
        tx.execute(
            update(terminals)
            .where(terminals.c.terminal == head.terminal)
            .values(clones=terminals.c.clones + 1)
        )
    return earlier is not None


def receipt(tx: Connection, office: Office, row: Row[Any]) -> JsonObject:
    """The present signed receipt of a submission that is held."""
    found = Receipt(
        submission_id=UUID(row.id),
        envelope_digest=row.envelope_digest,
        received_at=moment_from_text(row.received_at),
        epoch=epoch(tx),
        number=row.receipt_number,
        missing=missing(tx, row.id),
    )
    return office.sign(found.as_json())


def _refused(
    office: Office, submission_id: UUID, body: bytes, judgement: Judgement
) -> ProblemAnswer:
    refusal = Refusal(
        submission_id=submission_id,
        envelope_digest=_envelope_digest(body),
        status=judgement.status,
        code=judgement.code,
        detail=judgement.detail,
        pointer=judgement.pointer,
        case_number=judgement.case_number,
    )
    return ProblemAnswer(
        judgement.status,
        judgement.code,
        judgement.detail,
        judgement.pointer,
        statement=office.sign(refusal.as_json()),
    )


def _envelope_digest(body: bytes) -> str:
    """The digest of the envelope as far as one can be found; else of the whole body."""
    start = len(MAGIC) + _LENGTH.size
    if body.startswith(MAGIC) and len(body) >= start:
        length = int(_LENGTH.unpack(body[len(MAGIC) : start])[0])
        if len(body) >= start + length:
            return digest(body[start : start + length])
    return digest(body)


def _subject_tag(office: Office, payload: JsonObject) -> str | None:
    parties = payload.get("parties")
    if isinstance(parties, list):
        for role in _SUBJECT_ROLES:
            for party in parties:
                if isinstance(party, dict) and party.get("role") == role:
                    number, id_type = party.get("id_number"), party.get("id_type")
                    if isinstance(number, str) and number.strip():
                        kind = id_type if isinstance(id_type, str) else ""
                        return office.subject_tag(kind, number.strip().upper())
    return None
