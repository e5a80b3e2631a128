"""Targets: what reaches the reference platform: requests, submissions, uploads, documents.

Rules: a real office with its database stands behind every target; whatever comes is answered by a
problem document (``ProblemAnswer``), never by a bug.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request

from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import local_number
from kiosk.sealing.canonical import canonical, digest
from kiosk.sealing.package import MAGIC, _payload_context
from sync.platform import events, intake, terminals, tus
from sync.platform.answers import ProblemAnswer
from sync.platform.office import Office
from sync.protocol.request_signing import declared_digest, sign_headers
from tests.fuzz.hostile import Hostile
from tests.fuzz.target import Target
from tests.fuzz.values import NOW
from tests.helpers.platform_process import publish_catalogue
from tests.helpers.raw_station import RawStation, metadata, somebody

_REFUSALS: Final = (ProblemAnswer,)
_UPLOAD: Final = "/v1/uploads/019a0000-0000-7000-8000-000000000001"


@contextmanager
def arsenal(folder: Path) -> Iterator[list[Target]]:
    """The targets of this module, around one office in ``folder``."""
    data = folder / "office"
    publish_catalogue(data)
    office = Office.open(data)
    try:
        with RawStation("http://127.0.0.1:9", office.secrets.public) as station:
            station.clock = office.clock.now
            terminals.enrol(office, station.enrolment(fleet_code=office.secrets.fleet_code))
            yield _targets(office, station)
    finally:
        office.close()


def _targets(office: Office, station: RawStation) -> list[Target]:
    return [
        _requests(office, station),
        _submissions(office, station),
        _enrolments(office, station),
        _statuses(office, station),
        _uploads(),
        _digests(station),
        _cursors(office, station),
    ]


def _requests(office: Office, station: RawStation) -> Target:
    """RFC 9421 at the gate."""

    def draw(hostile: Hostile) -> tuple[str, str, dict[str, str], bytes]:
        method = hostile.rng.choice(("PUT", "PATCH", "GET", "POST"))
        url = f"http://platform{_UPLOAD}{hostile.rng.choice(('', '?nonce=n', '?a=%00', '?'))}"
        body = b"" if method == "GET" else b'{"a": 1}'
        given = RawStation.chunk_headers(0) if method == "PATCH" else {}
        proof = sign_headers(
            method, url, given, body, key=station.signing, created=office.clock.now()
        )
        headers = {name.lower(): value for name, value in {**given, **proof}.items()}
        if not hostile.one_in(5):
            name = hostile.rng.choice(list(headers))
            headers[name] = _header(hostile.text(headers[name]))
        if hostile.one_in(8):
            headers.pop(hostile.rng.choice(list(headers)))
        return method, url, headers, body

    def feed(case: tuple[str, str, dict[str, str], bytes]) -> bool:
        method, url, headers, body = case
        return terminals.recognise(office, method, url, headers, body) == station.terminal

    return Target("request", "signed request (RFC 9421) at the gate", draw, feed, _REFUSALS)


def _submissions(office: Office, station: RawStation) -> Target:
    """PUT of a submission: envelope and payload, some of it signed again after it was bent."""
    valid = station.package(b"picture" * 40)
    body = valid.data[: valid.body_size]

    def draw(hostile: Hostile) -> tuple[UUID, bytes]:
        if hostile.one_in(3):
            return valid.head.id, hostile.raw(body)
        identity = UUID(int=hostile.rng.getrandbits(128), version=4)
        head = {**valid.envelope, "id": str(identity), "local_number": local_number(identity)}
        if hostile.one_in(4):
            head["supersedes"] = str(UUID(int=hostile.rng.randrange(5)))
        return identity, _sealed(hostile, hostile.document(head, 2), office, station)

    def feed(case: tuple[UUID, bytes]) -> bool:
        return intake.put(office, *case)[0] in {200, 201}

    return Target("submission", "PUT of a submission", draw, feed, _REFUSALS)


def _sealed(hostile: Hostile, head: Any, office: Office, station: RawStation) -> bytes:  # noqa: ANN401 (JSON)
    """A body around a bent envelope: sealed and signed as far as that can be done."""
    try:
        listed = {name: value for name, value in head.items() if name != "payload"}
        inner = hostile.document({"parties": [somebody()], "blobs": [_digest(listed)]}, 1)
        sealed = office.secrets.sealing.public.seal(
            canonical(inner), context=_payload_context(listed)
        )
        data = canonical({**listed, "payload": {"digest": digest(sealed), "size": len(sealed)}})
    except (ValueError, TypeError, AttributeError):
        sealed, data = b"x", hostile.encoded(head)
    start = MAGIC + len(data).to_bytes(4, "big")
    return start + data + station.signing.sign(data) + sealed


def _digest(listed: Any) -> Any:  # noqa: ANN401 (JSON)
    """The digest of the first file, if the list still stands."""
    blobs = listed.get("blobs")
    first = blobs[0] if isinstance(blobs, list) and blobs else None
    return first.get("digest") if isinstance(first, dict) else None


def _enrolments(office: Office, station: RawStation) -> Target:
    valid = json.loads(station.enrolment(fleet_code=office.secrets.fleet_code))
    return Target(
        "enrolment",
        "enrolment of a terminal",
        lambda hostile: hostile.encoded(hostile.document(valid)),
        lambda body: terminals.enrol(office, body)[0] in {200, 201},
        _REFUSALS,
    )


def _statuses(office: Office, station: RawStation) -> Target:
    valid = {"version": "1", "directory": {"version": 3, "age_days": 2}, "waiting": 4, "head": "a"}

    def feed(body: bytes) -> bool:
        terminals.report(office, station.terminal, body)
        return True

    return Target(
        "status",
        "heartbeat of a terminal",
        lambda hostile: hostile.encoded(hostile.document(valid)),
        feed,
        _REFUSALS,
    )


def _uploads() -> Target:
    """Creation headers of tus."""
    valid = {
        "upload-length": "1234",
        "upload-metadata": metadata("f" * 64, "019a0000-0000-7000-8000-000000000001"),
        "upload-offset": "0",
        "tus-resumable": "1.0.0",
    }

    def draw(hostile: Hostile) -> Request:
        headers = dict(valid)
        name = hostile.rng.choice(list(valid))
        headers[name] = _header(hostile.text(headers[name]))
        return _request(headers)

    def feed(request: Request) -> bool:
        tus._check_version(request)
        tus._number(request, "upload-offset")
        return tus._wanted(request)[2] > 0

    return Target("tus-headers", "headers of an upload (tus)", draw, feed, _REFUSALS)


def _digests(station: RawStation) -> Target:
    proof = sign_headers("PUT", "http://p/", {}, b"x", key=station.signing, created=NOW)
    valid = {name.lower(): value for name, value in proof.items()}["content-digest"]

    return Target(
        "content-digest",
        "Content-Digest of a chunk",
        lambda hostile: _header(hostile.text(valid)),
        lambda text: bool(declared_digest({"Content-Digest": text})),
        (InputProblem,),
    )


def _cursors(office: Office, station: RawStation) -> Target:
    with office.database.read() as tx:
        valid = events.page(tx, office, station.terminal, None).next

    def feed(cursor: str) -> bool:
        with office.database.read() as tx:
            events.etag(tx, station.terminal, cursor)
            return events.page(tx, office, station.terminal, cursor).after == cursor

    return Target(
        "cursor",
        "cursor of the event feed",
        lambda hostile: _decoded(hostile.text(valid)),
        feed,
        _REFUSALS,
    )


def _decoded(text: str) -> str:
    """The text as a decoded part of a URL arrives: UTF-8, whatever bytes were sent."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _header(text: str) -> str:
    """The text as a header arrives: latin-1 of whatever bytes were sent, without line ends."""
    data = text.encode("utf-8", "surrogatepass")
    return data.decode("latin-1").replace("\r", " ").replace("\n", " ")


def _request(headers: dict[str, str]) -> Request:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw})
