"""A station without a product: it speaks the protocol by hand, well or badly.

Every answer is compared with the contract, so a test that uses this also tests openapi.yaml.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from kiosk.domain.submissions import Kind, local_number
from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.keys import OpenKey, SealKey, SigningKey, to_text
from kiosk.sealing.package import Head, Package, parse, seal
from sync.protocol.messages import CaseEvent, Receipt, Refusal
from sync.protocol.request_signing import sign_headers
from sync.protocol.statements import prove
from sync.protocol.trust import PlatformKeys
from tests.helpers.contract import check

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def somebody() -> JsonObject:
    """An invented applicant: region 440000, a valid check digit, nobody twice."""
    digits = f"44000019{random.randrange(30, 100)}0101{random.randrange(1000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return {
        "role": "applicant",
        "name": "演示人",
        "id_type": "resident_id",
        "id_number": digits + "10X98765432"[total % 11],
    }


class RawStation:
    """One terminal with its keys."""

    def __init__(self, url: str, keys: PlatformKeys) -> None:
        self.keys = keys
        self.signing = SigningKey.generate()
        self.reply = OpenKey.generate()
        self.terminal = f"T{self.signing.public.id[:12]}"
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.judge = True
        self._sequence = 0
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def move(self, url: str) -> None:
        """The platform serves elsewhere now."""
        self._http.close()
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def head(self, **changes: Any) -> Head:  # noqa: ANN401 (fields of Head)
        """A proper head, with changes."""
        self._sequence += 1
        identity = changes.get("id", uuid4())
        fields: dict[str, Any] = {
            "id": identity,
            "kind": Kind.FILING,
            "item_id": "demo-item",
            "item_version": 1,
            "form_id": "generic",
            "form_version": 1,
            "station": "S-DEMO",
            "terminal": self.terminal,
            "sequence": self._sequence,
            "local_number": local_number(identity),
            "sealed_at": "2026-11-22T01:02:03Z",
            "clock_suspect": False,
            "hpke_key_id": self.keys.sealing.id,
            "device_key_id": self.signing.public.id,
            "reply_key": to_text(self.reply.public.raw),
        }
        return Head(**{**fields, **changes})

    def package(
        self,
        *blobs: bytes,
        payload: JsonObject | None = None,
        to: SealKey | None = None,
        by: SigningKey | None = None,
        **changes: Any,  # noqa: ANN401 (fields of Head)
    ) -> Package:
        """A sealed package."""
        document: JsonObject = payload if payload is not None else {"parties": [somebody()]}
        return parse(
            seal(
                self.head(**changes),
                document,
                blobs,
                to=to or self.keys.sealing,
                by=by or self.signing,
            )
        )

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One signed request."""
        url = str(self._http.base_url).rstrip("/") + path
        given = dict(headers or {})
        proof = sign_headers(method, url, given, body, key=self.signing, created=self.clock())
        return self.send_as_is(method, path, body, {**given, **proof})

    def send_as_is(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        """One request with exactly these headers."""
        response = self._http.request(method, path, content=body or None, headers=dict(headers))
        return check(response) if self.judge else response

    def enrol(self, fleet_code: str, **changes: Any) -> httpx.Response:  # noqa: ANN401 (JSON)
        """Become known."""
        body = self.enrolment(fleet_code=fleet_code, **changes)
        return self.send_as_is("POST", "/v1/enrol", body, {})

    def enrolment(self, **changes: Any) -> bytes:  # noqa: ANN401 (JSON)
        """The document that makes this terminal known."""
        document = {
            "terminal": self.terminal,
            "signing_key": to_text(self.signing.public.raw),
            "reply_key": to_text(self.reply.public.raw),
            "station": {"code": "S-DEMO", "name": "演示村站"},
            **changes,
        }
        return json.dumps(document).encode()

    def put(self, package: Package, *, identity: UUID | None = None) -> httpx.Response:
        """Hand a package over."""
        path = f"/v1/submissions/{identity or package.head.id}"
        return self.send("PUT", path, package.data[: package.body_size])

    def file(self, package: Package) -> Receipt:
        """Hand a package over and believe the receipt."""
        response = self.put(package)
        assert response.status_code in {200, 201}, response.text
        return self.receipt(response)

    def receipt(self, response: httpx.Response) -> Receipt:
        """The proven receipt in an answer."""
        return Receipt.from_json(prove(response.json(), self.keys.signing, kind="receipt"))

    def refusal(self, response: httpx.Response) -> Refusal:
        """The proven refusal in an answer."""
        statement = response.json()["statement"]
        refusal = Refusal.from_json(prove(statement, self.keys.signing, kind="refusal"))
        assert refusal.status == response.status_code
        return refusal

    def ask(self, identity: object, nonce: str = "n") -> httpx.Response:
        """Is it held?"""
        return self.send("GET", f"/v1/submissions/{identity}?nonce={nonce}")

    def create(
        self, package: Package, index: int = 0, changes: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Begin an upload."""
        part = package.blobs[index]
        return self.send(
            "POST",
            "/v1/uploads",
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(part.size),
                "Upload-Metadata": metadata(part.digest, str(package.head.id)),
                **(changes or {}),
            },
        )

    def patch(self, location: str, offset: int, data: bytes) -> httpx.Response:
        """One chunk."""
        return self.send("PATCH", location, data, self.chunk_headers(offset))

    @staticmethod
    def chunk_headers(offset: int) -> dict[str, str]:
        """Headers of a chunk."""
        return {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }

    def offset(self, location: str) -> int:
        """How far an upload is."""
        response = self.send("HEAD", location, headers={"Tus-Resumable": "1.0.0"})
        assert response.status_code == 200, response.status_code
        return int(response.headers["Upload-Offset"])

    def upload(self, package: Package, index: int = 0, chunk: int = 256 * 1024) -> None:
        """Bring a whole blob over."""
        data = blob(package, index)
        created = self.create(package, index)
        assert created.status_code == 201, created.text
        offset = int(created.headers["Upload-Offset"])
        while offset < len(data):
            done = self.patch(created.headers["Location"], offset, data[offset : offset + chunk])
            assert done.status_code == 204, done.text
            offset = int(done.headers["Upload-Offset"])

    def events(self, after: str | None = None) -> tuple[list[CaseEvent], str]:
        """All events after a cursor, proven, and the next cursor."""
        found: list[CaseEvent] = []
        while True:
            response = self.send("GET", f"/v1/events{'?after=' + after if after else ''}")
            assert response.status_code == 200, response.text
            page = prove(response.json(), self.keys.signing, kind="event_page")
            for entry in response.json()["events"]:
                event = prove(entry, self.keys.signing, kind="event")
                found.append(CaseEvent.from_json(event))
            after = str(page["next"])
            if not page["more"]:
                return found, after


def blob(package: Package, index: int = 0) -> bytes:
    """The sealed bytes of a blob."""
    start = package.blob_offset(index)
    return package.data[start : start + package.blobs[index].size]


def metadata(digest: str, submission: str) -> str:
    """The ``Upload-Metadata`` header."""
    first, second = (base64.b64encode(text.encode()).decode() for text in (digest, submission))
    return f"sha256 {first},submission {second}"
