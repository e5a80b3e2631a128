"""Terminals: enrolment, recognition, heartbeat.

Rules:

* A terminal's id derives from its device key (``T`` and the first 12 hex digits of the key's id),
  so nobody can take the name of a terminal that has not come yet.
* Enrolling again with the same key is a replay; with another key it is a twin, and refused.
* A terminal that was revoked is told so, once its signature is found right, and let in nowhere.
* The fleet code is compared in constant time and never written down.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from kiosk.domain.clock import from_text as moment_from_text
from kiosk.domain.clock import to_text
from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import JsonObject, canonical, parse_object
from kiosk.sealing.keys import VerifyKey, from_text
from sync.platform.answers import ProblemAnswer
from sync.platform.database import epoch
from sync.platform.office import Office
from sync.platform.revocations import refuse_revoked
from sync.platform.tables import revocations, terminals
from sync.protocol.messages import Enrolment
from sync.protocol.request_signing import claimed_key_id, verify_headers

MAX_DOCUMENT = 64 * 1024
_ID_DIGITS = 12
_LONGEST = 200


def terminal_id(key: VerifyKey) -> str:
    """The only terminal id that fits a device key."""
    return f"T{key.id[:_ID_DIGITS]}"


def recognise(
    office: Office,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> str:
    """The id of the enrolled terminal that signed a request.

    Raises:
        ProblemAnswer: 401 or 403.
    """
    try:
        identity = claimed_key_id(headers)
        with office.database.read() as tx:
            row = tx.execute(
                select(terminals).where(terminals.c.device_key_id == identity)
            ).one_or_none()
        if row is None:
            raise ProblemAnswer(403, "not-enrolled", "this device is not enrolled here")
        key = VerifyKey(from_text(row.device_key))
        verify_headers(method, url, headers, body, key=key, now=office.clock.now())
        with office.database.read() as tx:
            refuse_revoked(tx, str(row.terminal))
    except InputProblem as problem:
        raise ProblemAnswer(401, problem.code, problem.message) from problem
    return str(row.terminal)


def enrol(office: Office, body: bytes) -> tuple[int, JsonObject]:
    """Make a terminal known.

    Returns:
        201 or 200, and the signed enrolment.

    Raises:
        ProblemAnswer: 400, 403.
    """
    document = _document(body, "the enrolment")
    _check_code(office, document)
    try:
        signing = from_text(_text(document, "signing_key"), what="signing_key")
        reply = from_text(_text(document, "reply_key"), what="reply_key")
    except InputProblem as problem:
        raise ProblemAnswer(400, "bad-document", problem.message, problem.path) from problem
    key, terminal, place = VerifyKey(signing), _text(document, "terminal"), document.get("station")
    if not isinstance(place, dict):
        raise ProblemAnswer(400, "bad-document", "station is missing", "/station")
    values = {
        "reply_key": _text(document, "reply_key"),
        "station": _text(place, "code"),
        "place": canonical(place).decode(),
    }
    assert reply
    with office.database.write() as tx:
        row = tx.execute(select(terminals).where(terminals.c.terminal == terminal)).one_or_none()
        if row is not None and row.device_key_id != key.id:
            raise ProblemAnswer(
                403, "terminal-twin", "another device is enrolled under this terminal id"
            )
        if terminal != terminal_id(key):
            raise ProblemAnswer(
                403, "terminal-not-derived", "the terminal id does not derive from the device key"
            )
        refuse_revoked(tx, terminal)
        if row is None:
            _insert(tx, office, terminal, document, key, values)
        else:
            tx.execute(update(terminals).where(terminals.c.terminal == terminal).values(**values))
        return (201 if row is None else 200), statement(tx, office, terminal)


def absent_of(tx: Connection, since: datetime) -> int:
    """How many enrolled terminals have not reported since then."""
    away = terminals.c.seen_at.is_(None) | (terminals.c.seen_at < to_text(since))
    away &= terminals.c.terminal.not_in(select(revocations.c.terminal))
    return int(tx.execute(select(func.count()).select_from(terminals).where(away)).scalar_one())


def report(office: Office, terminal: str, body: bytes) -> None:
    """Keep the latest heartbeat of a terminal.

    Raises:
        ProblemAnswer: 400.
    """
    status = _document(body, "the status")
    with office.database.write() as tx:
        tx.execute(
            update(terminals)
            .where(terminals.c.terminal == terminal)
            .values(status=canonical(status).decode(), seen_at=to_text(office.clock.now()))
        )


def _insert(  # noqa: PLR0913, PLR0917 (a row has this many parts)
    tx: Connection,
    office: Office,
    terminal: str,
    document: JsonObject,
    key: VerifyKey,
    values: Mapping[str, str],
) -> None:
    tx.execute(
        insert(terminals).values(
            terminal=terminal,
            device_key=_text(document, "signing_key"),
            device_key_id=key.id,
            enrolled_at=to_text(office.clock.now()),
            acked=0,
            events_floor=0,
            clones=0,
            **values,
        )
    )


def statement(tx: Connection, office: Office, terminal: str) -> JsonObject:
    """The signed enrolment of a terminal."""
    row: Row[Any] = tx.execute(select(terminals).where(terminals.c.terminal == terminal)).one()
    enrolment = Enrolment(
        terminal=terminal,
        device_key_id=row.device_key_id,
        station=row.station,
        epoch=epoch(tx),
        at=moment_from_text(row.enrolled_at),
    )
    return office.sign(enrolment.as_json())


def _check_code(office: Office, document: JsonObject) -> None:
    given = document.get("fleet_code")
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode(), office.secrets.fleet_code.encode()
    ):
        raise ProblemAnswer(403, "fleet-code", "the fleet code is wrong", "/fleet_code")


def _document(body: bytes, what: str) -> JsonObject:
    try:
        return parse_object(body, what=what, limit=MAX_DOCUMENT)
    except InputProblem as problem:
        raise ProblemAnswer(400, "bad-document", problem.message, problem.path) from problem


def _text(document: JsonObject, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise ProblemAnswer(400, "bad-document", f"{name} is missing or too long", f"/{name}")
    return value
