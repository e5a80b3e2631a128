"""A relay on loopback that signs, for clients that know HTTP but not the protocol's signatures.

Rules: path, query, headers and body go on as they came; only the device's signature (RFC 9421) is
added to what carries an ``Authorization`` (whatever it says), and a body's length.
``X-Relay-Cut: N`` hands on N bytes of the body and breaks both lines, as a bad line would.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar, Final
from urllib.parse import urlsplit

from sync.protocol.request_signing import sign_headers
from tests.helpers.raw_station import RawStation

_OWN: Final = frozenset({"host", "connection", "content-length", "transfer-encoding", "expect"})
_CUT: Final = "x-relay-cut"
_TOKEN: Final = "authorization"
_SECONDS: Final = 30
_PAUSE: Final = 0.5


class _Handler(BaseHTTPRequestHandler):
    """Hands one request on."""

    protocol_version = "HTTP/1.1"
    timeout = _SECONDS
    platform: ClassVar[str]
    station: ClassVar[RawStation]

    def log_message(self, *_: object) -> None:
        """Nothing: the suite prints its own story."""

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        given = {
            name.lower(): value for name, value in self.headers.items() if name.lower() not in _OWN
        }
        cut = given.pop(_CUT, None)
        if given.pop(_TOKEN, None) is not None:
            given |= sign_headers(
                self.command,
                self.platform + self.path,
                given,
                body,
                key=self.station.signing,
                created=self.station.clock(),
            )
        if cut is not None:
            self._break(given, body, int(cut))
            return
        line = http.client.HTTPConnection(urlsplit(self.platform).netloc, timeout=_SECONDS)
        try:
            line.request(self.command, self.path, body or None, given)
            self._answer(line.getresponse())
        finally:
            line.close()

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        data = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _OWN:
                self.send_header(name, value)
        if answer.status not in {204, 304}:
            length = answer.getheader("content-length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _break(self, headers: dict[str, str], body: bytes, kept: int) -> None:
        line = http.client.HTTPConnection(urlsplit(self.platform).netloc, timeout=_SECONDS)
        line.putrequest(self.command, self.path)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            line.putheader(name, value)
        line.endheaders()
        line.send(body[:kept])
        time.sleep(_PAUSE)  # a line does not break in the moment in which the bytes leave
        line.close()
        self.close_connection = True
        self.connection.close()

    def __getattr__(self, name: str) -> object:
        """Every method there is, and those that there are not."""
        if name.startswith("do_"):
            return self._relay
        raise AttributeError(name)


@contextmanager
def relay(platform: str, station: RawStation) -> Iterator[str]:
    """A relay to ``platform`` that signs as ``station``; yields its address."""
    handler = type("Handler", (_Handler,), {"platform": platform, "station": station})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
