"""A real client at the end of a real road, and whatever a stranger may answer it.

Rules: sockets are real; what is signed is signed by a key that the client trusts.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.domain.problems import PlatformProblem
from kiosk.sealing.canonical import JsonObject, canonical
from kiosk.sealing.keys import OpenKey, SigningKey
from kiosk.store.keys import Device
from sync.client.session import PlatformClient
from sync.protocol.statements import sign
from tests.helpers.fault_proxy import FaultProxy, Faults
from tests.helpers.sync_station import RealClock

PLATFORM = SigningKey.generate()
DEVICE = Device(SigningKey.generate(), OpenKey.generate(), "T0123456789ab")


@contextmanager
def client_of(url: str) -> Iterator[PlatformClient]:
    """A client of that address."""
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
    """A whole reply of HTTP."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def signed(document: JsonObject) -> bytes:
    """A document that the platform vouches for."""
    return canonical(sign(document, PLATFORM))


def ping_statement(nonce: str = "n") -> JsonObject:
    """What a platform says when it is pinged."""
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
    """How a ping fails."""
    with pytest.raises(PlatformProblem) as caught:
        client.ping()
    return caught.value.code


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
