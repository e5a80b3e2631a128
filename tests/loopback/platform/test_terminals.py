"""Enrolment, heartbeat, ping, static files: the small doors."""

from __future__ import annotations

import json

import httpx
import pytest

from kiosk.sealing.keys import SigningKey, to_text
from sync.protocol.messages import Enrolment, Ping
from sync.protocol.statements import prove
from tests.helpers.platform_process import PlatformProcess
from tests.helpers.raw_station import RawStation


def test_ping_proves_the_platform(served: PlatformProcess, station: RawStation) -> None:
    response = station.send_as_is("GET", "/v1/ping?nonce=%E8%BF%91", b"", {})
    ping = Ping.from_json(prove(response.json(), served.keys.signing, kind="ping"))
    assert ping.nonce == "近"
    assert ping.first_contact_window == 0
    for query in ("", "?nonce=", "?nonce=" + "x" * 129, "?nonce=%0a"):
        assert station.send_as_is("GET", f"/v1/ping{query}", b"", {}).status_code == 400


def test_enrolling_again_is_a_replay(served: PlatformProcess, station: RawStation) -> None:
    response = station.enrol(served.fleet_code)
    assert response.status_code == 200
    proven = prove(response.json(), served.keys.signing, kind="enrolment")
    enrolment = Enrolment.from_json(proven)
    assert (enrolment.terminal, enrolment.station) == (station.terminal, "S-DEMO")
    assert enrolment.device_key_id == station.signing.public.id


def test_a_wrong_fleet_code_is_refused(served: PlatformProcess) -> None:
    with RawStation(served.url, served.keys) as stranger:
        for code in ("", "x", served.fleet_code + "x", "近办"):
            assert stranger.enrol(code).json()["code"] == "fleet-code"
        nothing = stranger.send_as_is("POST", "/v1/enrol", stranger.enrolment(), {})
        assert nothing.status_code == 403
        assert stranger.put(stranger.package()).status_code == 403


def test_a_twin_is_refused(served: PlatformProcess, station: RawStation) -> None:
    other = to_text(SigningKey.generate().public.raw)
    response = station.enrol(served.fleet_code, signing_key=other)
    assert (response.status_code, response.json()["code"]) == (403, "terminal-twin")
    assert station.put(station.package()).status_code == 201


def test_a_name_that_is_not_ones_own_is_refused(served: PlatformProcess) -> None:
    with RawStation(served.url, served.keys) as stranger:
        response = stranger.enrol(served.fleet_code, terminal="T000000000000")
        assert (response.status_code, response.json()["code"]) == (403, "terminal-not-derived")


@pytest.mark.parametrize(
    "changes",
    [
        {"signing_key": "x"},
        {"signing_key": 7},
        {"reply_key": ""},
        {"terminal": None},
        {"station": "S-1"},
        {"station": {}},
        {"station": {"code": "x" * 300}},
    ],
)
def test_a_senseless_enrolment_is_refused(
    served: PlatformProcess, changes: dict[str, object]
) -> None:
    with RawStation(served.url, served.keys) as stranger:
        assert stranger.enrol(served.fleet_code, **changes).status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a":1,"a":1}', b"\xff", b"{" * 3000])
def test_rubbish_is_no_enrolment(served: PlatformProcess, body: bytes) -> None:
    with RawStation(served.url, served.keys) as stranger:
        response = stranger.send_as_is("POST", "/v1/enrol", body, {})
        assert response.status_code == 400


def test_a_heartbeat_is_ones_own(served: PlatformProcess, station: RawStation) -> None:
    status = json.dumps({"version": "0.1", "queue": 3}).encode()
    path = f"/v1/terminals/{station.terminal}/status"
    assert station.send("PUT", path, status).status_code == 204
    assert station.send("PUT", path, b"[]").status_code == 400
    assert station.send("PUT", path, bytes(70_000)).status_code == 413
    other = station.send("PUT", "/v1/terminals/T000000000000/status", status)
    assert (other.status_code, other.json()["code"]) == (403, "not-yours")


def test_only_published_files_are_served(served: PlatformProcess) -> None:
    metadata = served.data_dir / "tuf" / "metadata"
    (metadata / "1.root.json").write_bytes(b"{}")
    (metadata / "secret").symlink_to(served.data_dir / "private" / "platform.json")
    with httpx.Client(base_url=served.url, trust_env=False) as client:
        found = client.get("/tuf/metadata/1.root.json")
        assert (found.status_code, found.content) == (200, b"{}")
        tag = {"If-None-Match": found.headers["etag"]}
        assert client.get("/tuf/metadata/1.root.json", headers=tag).status_code == 304
        for path in (
            "/tuf/metadata/secret",
            "/tuf/metadata/%2e%2e/%2e%2e/private/platform.json",
            "/tuf/metadata/..%2f..%2fprivate%2fplatform.json",
            "/tuf/targets/",
            "/tuf/",
            "/private/platform.json",
            "/platform.db",
            "/v1/nothing",
            "/v1/submissions/NOT-A-UUID?nonce=n",
            "/docs",
            "/openapi.json",
        ):
            missing = client.get(path)
            assert missing.status_code == 404, path
            assert missing.headers["content-type"] == "application/problem+json"
        assert client.post("/v1/ping").status_code == 405


def test_a_wrong_method_is_told_every_right_one(served: PlatformProcess) -> None:
    with httpx.Client(base_url=served.url, trust_env=False) as client:
        for path, right in {
            "/v1/submissions/019a0000-0000-7000-8000-000000000001": "GET, PUT",
            "/v1/uploads/somewhere": "DELETE, HEAD, PATCH",
            "/v1/ping": "GET",
        }.items():
            told = client.request("OPTIONS", path)
            assert (told.status_code, told.headers["Allow"]) == (405, right), path


@pytest.mark.parametrize("nonce", ["", "a\nb", "n" * 129])
def test_a_nonce_is_short_and_printable(served: PlatformProcess, nonce: str) -> None:
    with httpx.Client(base_url=served.url, trust_env=False) as client:
        answer = client.get("/v1/ping", params={"nonce": nonce})
        assert (answer.status_code, answer.json()["code"]) == (400, "nonce")


def test_who_signs_nothing_learns_nothing_of_uploads(served: PlatformProcess) -> None:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "x", "Content-Type": "text/plain"}
    with httpx.Client(base_url=served.url, trust_env=False) as client:
        for method, path in (("POST", "/v1/uploads"), ("PATCH", "/v1/uploads/somewhere")):
            answer = client.request(method, path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "unsigned"), method
