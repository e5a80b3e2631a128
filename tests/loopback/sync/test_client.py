"""The client against a bad line and a stranger who says anything."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.problems import InputProblem, PlatformProblem
from kiosk.sealing.canonical import JsonObject, canonical
from kiosk.sealing.keys import OpenKey, SigningKey
from kiosk.store.keys import Device
from sync.client import session
from sync.client.session import PlatformClient
from sync.client.transport import Transport, checked_url
from sync.client.uploads import Blob
from sync.protocol.statements import sign
from tests.helpers.fault_proxy import PAGE, FaultProxy, Faults
from tests.helpers.sync_station import RealClock

PLATFORM = SigningKey.generate()
DEVICE = Device(SigningKey.generate(), OpenKey.generate(), "T0123456789ab")


@contextmanager
def client_of(url: str) -> Iterator[PlatformClient]:
    keys = (PLATFORM.public,)
    with PlatformClient(url, DEVICE, keys, RealClock(), nonce=lambda: "n") as client:
        yield client


@contextmanager
def saying(answer: bytes) -> Iterator[PlatformClient]:
    """A road at whose end everything is answered with these bytes."""
    with (
        FaultProxy(None, Faults(answer=lambda: answer)) as proxy,
        client_of(proxy.url) as client,
    ):
        yield client


def reply(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def signed(document: JsonObject) -> bytes:
    return canonical(sign(document, PLATFORM))


def ping_statement(nonce: str = "n") -> JsonObject:
    return {
        "type": "ping",
        "time": "2026-11-22T02:00:00Z",
        "nonce": nonce,
        "epoch": "e",
        "durable_before": None,
        "limits": {"max_body": 1, "max_blob": 1},
        "first_contact_window": 0,
    }


PING = signed(ping_statement())


def code_of(client: PlatformClient) -> str:
    with pytest.raises(PlatformProblem) as caught:
        client.ping()
    return caught.value.code


def test_a_proven_ping_sets_the_time() -> None:
    with saying(reply(PING)) as client:
        assert client.ping().epoch == "e"
        assert client.now().isoformat().startswith("2026-11-22T02:00:0")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (PAGE, "portal"),
        (reply(b"<html>", "200 OK", "Content-Type: application/json"), "portal"),
        (reply(b"", "302 Found", "Location: http://127.0.0.1:1/"), "portal"),
        (reply(b"", "511 Network Authentication Required"), "portal"),
        (reply(signed(ping_statement("another"))), "portal"),
        (reply(canonical(sign(ping_statement(), SigningKey.generate()))), "portal"),
        (reply(b"{}"), "portal"),
        (reply(b""), "portal"),
        (reply(b"[" * 100_000), "bad-reply"),
        (reply(b"{}", "404 Not Found"), "portal"),
        (reply(b"no", "403 Forbidden"), "forbidden"),
        (reply(b'{"code": "clock"}', "401 Unauthorized"), "clock"),
        (reply(b"", "503 Busy", "Retry-After: 7"), "busy"),
        (reply(b"", "500 Oh"), "lost"),
        (reply(b"", "502 Bad Gateway", "Content-Type: text/html"), "lost"),
        (reply(PING).replace(b"Content-Length: ", b"Content-Length: 1"), "lost"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "lost"),
        (b"", "lost"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b" " * 70_000, "bad-reply"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "lost"),
    ],
)
def test_whatever_is_not_the_platform_is_named(answer: bytes, code: str) -> None:
    with saying(answer) as client:
        assert code_of(client) == code


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(reply(PING)) - 1))
def test_a_reply_cut_anywhere_is_never_believed(length: int) -> None:
    with saying(reply(PING)[:length]) as client:
        assert code_of(client) in {"lost", "portal", "bad-reply"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "signature", "events", "next", "id"]), inner)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def stranger() -> Iterator[FaultProxy]:
    with FaultProxy(None, Faults()) as proxy:
        yield proxy


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=60) | _JSON.map(lambda value: repr(value).encode()),
    status=st.sampled_from([200, 201, 204, 304, 404, 409, 410, 418, 422, 200, 201]),
    ask=st.sampled_from(["ping", "put", "ask", "enrol", "events", "upload"]),
)
def test_nothing_that_a_stranger_says_is_more_than_a_problem(
    stranger: FaultProxy, body: bytes, status: int, ask: str
) -> None:
    stranger.faults.answer = lambda: reply(body, f"{status} X", "Location: /v1/uploads/1")
    with client_of(stranger.url) as client, pytest.raises(PlatformProblem):
        _ask(client, ask)


def _ask(client: PlatformClient, name: str) -> None:
    one = uuid4()
    match name:
        case "ping":
            client.ping()
        case "put":
            client.put(one, b"body", "digest")
        case "ask":
            client.ask(one, "digest")
        case "enrol":
            client.enrol("code", {"code": "DEMO01"})
        case "events":
            client.events("cursor/?&")
        case _:
            client.upload(Blob(one, "d" * 64, b"x" * 10))


def test_proofs_about_something_else_are_noise() -> None:
    one, other = uuid4(), uuid4()
    receipt: JsonObject = {
        "type": "receipt",
        "submission_id": str(other),
        "envelope_digest": "digest",
        "received_at": "2026-11-22T02:00:00Z",
        "epoch": "e",
        "number": "R1",
        "missing": [],
    }
    refusal: JsonObject = {
        "type": "refusal",
        "submission_id": str(one),
        "envelope_digest": "another",
        "status": 422,
        "code": "x",
        "detail": "",
        "pointer": "",
        "case_number": None,
    }
    absence: JsonObject = {
        "type": "absence",
        "submission_id": str(one),
        "nonce": "old",
        "epoch": "e",
    }
    page: JsonObject = {
        "type": "event_page",
        "terminal": DEVICE.terminal,
        "after": "c9",
        "events": [],
        "next": "c",
        "more": False,
    }
    asks: list[tuple[bytes, Callable[[PlatformClient], object]]] = [
        (reply(signed(receipt)), lambda client: client.put(one, b"body", "digest")),
        (
            reply(canonical({"statement": sign(refusal, PLATFORM)}), "422 No"),
            lambda client: client.put(one, b"body", "digest"),
        ),
        (
            reply(canonical({"statement": sign(absence, PLATFORM)}), "404 No"),
            lambda client: client.ask(one, "digest"),
        ),
        (reply(signed(page)), lambda client: client.events("c")),
    ]
    for answer, ask in asks:
        with saying(answer) as client, pytest.raises(PlatformProblem) as caught:
            ask(client)
        assert caught.value.code == "unproven"


def test_an_event_of_a_newer_platform_does_not_block_the_feed() -> None:
    strange = sign({"type": "event", "kind": "teleported"}, PLATFORM)
    page: JsonObject = {
        "type": "event_page",
        "terminal": DEVICE.terminal,
        "after": None,
        "events": [strange],
        "next": "c1",
        "more": False,
    }
    with saying(reply(signed(page))) as client:
        found = client.events(None)
    assert (found.events, found.skipped, found.cursor) == ((), 1, "c1")


def test_an_unsigned_event_spoils_the_page() -> None:
    page: JsonObject = {
        "type": "event_page",
        "terminal": DEVICE.terminal,
        "after": None,
        "events": [{"type": "event", "kind": "closed"}],
        "next": "c1",
        "more": False,
    }
    with saying(reply(signed(page))) as client, pytest.raises(PlatformProblem) as caught:
        client.events(None)
    assert caught.value.code == "unproven"


def test_nobody_there_is_certain() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with client_of(f"http://127.0.0.1:{port}") as client:
        assert code_of(client) == "unreachable"


def test_a_name_that_does_not_exist_is_unreachable() -> None:
    with client_of("http://platform.invalid") as client:
        assert code_of(client) == "unreachable"


def test_a_plain_server_is_not_a_secure_one() -> None:
    with (
        FaultProxy(None, Faults(answer=lambda: reply(PING))) as proxy,
        client_of(proxy.url.replace("http://", "https://")) as client,
    ):
        assert code_of(client) == "tls"


@pytest.mark.parametrize(
    ("start", "end", "trusted", "code"),
    [
        (-1, 1, True, None),
        (-1, 1, False, "tls"),
        (-9, -1, True, "tls-clock"),
        (1, 9, True, "tls-clock"),
    ],
)
def test_certificates(
    tmp_path: Path, start: int, end: int, trusted: bool, code: str | None
) -> None:
    bundle = make_certificate(tmp_path, start, end)
    with serving_tls(bundle, reply(PING)) as url:
        transport = Transport(ca_bundle=str(bundle) if trusted else None)
        with PlatformClient(
            url,
            DEVICE,
            (PLATFORM.public,),
            RealClock(),
            nonce=lambda: "n",
            transport=transport,
        ) as client:
            if code is None:
                assert client.ping().epoch == "e"
            else:
                assert code_of(client) == code


def make_certificate(folder: Path, start: int, end: int) -> Path:
    """A certificate of 127.0.0.1 that signs itself, valid from and to so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now + timedelta(days=start))
        .not_valid_after(now + timedelta(days=end))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "tls.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return path


@contextmanager
def serving_tls(bundle: Path, answer: bytes) -> Iterator[str]:
    """One TLS connection is answered with these bytes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bundle)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection, context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(65536)
                    secure.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(10)


def test_the_deadline_is_for_the_whole_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SHORT_SECONDS", 0.6)
    for faults in (
        Faults(answer=lambda: reply(PING), drip=0.02),
        Faults(answer=lambda: reply(PING), stall_down=20),
        Faults(answer=lambda: reply(PING), stall_down=len(reply(PING)) - 5),
    ):
        began = time.monotonic()
        with FaultProxy(None, faults) as proxy, client_of(proxy.url) as client:
            assert code_of(client) == "lost"
            assert time.monotonic() - began < 3


def test_an_exchange_can_be_abandoned_from_another_thread() -> None:
    with (
        FaultProxy(None, Faults(answer=lambda: reply(PING), stall_down=10)) as proxy,
        client_of(proxy.url) as client,
    ):
        timer = threading.Timer(0.3, client.abandon)
        timer.start()
        began = time.monotonic()
        assert code_of(client) == "lost"
        assert time.monotonic() - began < 3
        timer.join()
        assert code_of(client) == "lost"


def test_credentials_and_proxies_of_the_machine_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with saying(reply(PING)) as client:
        client.ping()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "platform",
        "ftp://x",
        "http://",
        "http://a:b@x",
        "http://x?y",
        "http://x#y",
        "http://x:0",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputProblem):
        checked_url(url)


def test_an_address_loses_its_last_slash() -> None:
    assert checked_url("https://x:8443/base/") == "https://x:8443/base"


def test_a_reply_over_the_cap_is_thrown_away() -> None:
    with (
        FaultProxy(None, Faults(answer=lambda: reply(b" " * 5000))) as proxy,
        Transport() as transport,
    ):
        with pytest.raises(PlatformProblem) as caught:
            transport.send("GET", proxy.url, seconds=5, limit=4999)
        assert caught.value.code == "bad-reply"
        assert len(transport.send("GET", proxy.url, seconds=5, limit=5000).body) == 5000
