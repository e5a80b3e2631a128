"""A server that speaks no TLS of today: nothing leaves, the host is paused."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from contextlib import suppress
from pathlib import Path

from kiosk.domain.lifecycle import State
from sync.platform.secrets import PlatformSecrets
from tests.helpers.client_line import make_certificate
from tests.helpers.platform_process import publish_catalogue
from tests.helpers.sync_station import station


def test_tls_1_1_is_refused_and_touches_no_row(tmp_path: Path) -> None:
    data = tmp_path / "platform"
    publish_catalogue(data)
    secrets = PlatformSecrets.load_or_create(data)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(tmp_path, -1, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listener.accept()
                    near.settimeout(5)
                    with near, suppress(OSError):
                        context.wrap_socket(near, server_side=True).close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with station(tmp_path / "home", secrets.public, secrets.fleet_code, url) as place:
            waiting = place.save()
            result = place.once(url)
            assert [problem.code for problem in result.problems] == ["tls"]
            # Because of the version, not of the certificate, which no one trusts either.
            assert "version" in result.problems[0].message.lower()
            row = place.outbox.require(waiting)
            assert (row.state, row.attempts) == (State.QUEUED, 0)
            assert place.stores.hosts.pause_reason == "tls"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
