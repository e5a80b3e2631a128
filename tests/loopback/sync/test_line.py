"""The client on a bad line: nobody there, certificates, deadlines, addresses."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from kiosk.domain.problems import InputProblem, PlatformProblem
from sync.client import session
from sync.client.session import PlatformClient
from sync.client.transport import Transport, checked_url
from tests.helpers.client_line import (
    DEVICE,
    PING,
    PLATFORM,
    client_of,
    code_of,
    make_certificate,
    reply,
    saying,
    serving_tls,
)
from tests.helpers.fault_proxy import FaultProxy, Faults
from tests.helpers.sync_station import RealClock


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
