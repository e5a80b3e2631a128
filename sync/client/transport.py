"""One HTTP exchange with a hard end: the only module that holds a ``requests`` session.

Rules:

* The deadline is for the whole exchange, not for the pause between two bytes: every receive gets
  what is left of it, so a peer that drips one byte a minute cannot hold the caller.
* A redirect is an answer, never followed. Replies are read up to a cap, undecoded; a reply shorter
  than it announced is lost.
* The proxy settings, ``.netrc`` and cookies of this machine are not used.
* ``unreachable`` and ``tls…`` mean that no connection stood, so no byte of the request left;
  whatever happens afterwards is ``lost``.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry
from urllib3.util.ssl_ import create_urllib3_context

from kiosk.domain.problems import InputProblem, PlatformProblem
from sync.client.outcomes import BAD_REPLY, LOST, TLS, TLS_CLOCK, UNREACHABLE

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

# What goes wrong on the road is told by problems; the library's own warnings would only repeat it.
logging.getLogger("urllib3").setLevel(logging.ERROR)

CONNECT_SECONDS: Final = 10.0
_CHUNK: Final = 64 * 1024
# X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED, and the same of a revocation list.
_CLOCK_CODES: Final = frozenset({9, 10, 11, 12})
_AGENT: Final = "jinban"


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody's answer; nothing in it is proven. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether this is a page for people, as login portals send."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind in {"text/html", "application/xhtml+xml"} or self.body.lstrip()[:1] == b"<"


@dataclass(slots=True)
class _Exchange:
    """The exchange under way: when it must end and whether a connection stands."""

    ends_at: float = 0.0
    connected: bool = False
    socket: socket.socket | None = None
    abandoned: bool = False

    def stands(self, connection: HTTPConnection) -> None:
        """Note that bytes may leave from now on."""
        self.connected = True
        self.socket = connection.sock

    def remaining(self) -> float:
        if self.abandoned:
            raise TimeoutError("the exchange was abandoned")
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole exchange took too long")
        return left


class _PlainSocket(socket.socket):
    """A socket whose every operation gets only what is left of the exchange."""

    exchange: _Exchange

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        self.settimeout(self.exchange.remaining())
        return super().recv_into(buffer, nbytes, flags)

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        self.settimeout(self.exchange.remaining())
        super().sendall(data, flags)


class _TlsSocket(ssl.SSLSocket):
    """The same over TLS; until the handshake is done the connect timeout rules."""

    exchange: _Exchange | None = None

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        self._limit()
        return super().recv_into(buffer, nbytes, flags)

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        self._limit()
        return super().send(data, flags)

    def _limit(self) -> None:
        if self.exchange is not None:
            self.settimeout(self.exchange.remaining())


class _Adapter(HTTPAdapter):
    """Connections that keep to the exchange's deadline and tell when they stand."""

    def __init__(self, exchange: _Exchange, retries: Retry) -> None:
        self._exchange = exchange
        super().__init__(pool_connections=2, pool_maxsize=1, max_retries=retries)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (as inherited)
        context = create_urllib3_context()
        context.sslsocket_class = _TlsSocket
        super().init_poolmanager(*args, **kwargs, ssl_context=context)
        plain, tls = _pools(self._exchange)
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": tls}


def _pools(exchange: _Exchange) -> tuple[type[HTTPConnectionPool], type[HTTPSConnectionPool]]:
    class PlainConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            limited = _PlainSocket(fileno=super()._new_conn().detach())
            limited.exchange = exchange
            return limited

        def connect(self) -> None:
            super().connect()
            exchange.stands(self)

        def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (as inherited)
            if self.sock is not None:
                exchange.stands(self)
            super().request(*args, **kwargs)

    class TlsConnection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            assert isinstance(self.sock, _TlsSocket)
            self.sock.exchange = exchange
            exchange.stands(self)

        def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (as inherited)
            if self.sock is not None:
                exchange.stands(self)
            super().request(*args, **kwargs)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return PlainPool, TlsPool


class Transport:
    """A road to one host, used by one thread; another one may only :meth:`abandon` it.

    Args:
        ca_bundle: file with certificates to trust instead of the usual ones.
    """

    def __init__(self, *, ca_bundle: str | None = None) -> None:
        self._exchange = _Exchange()
        # Hiccups while connecting only: a request that may have arrived is repeated by the outbox,
        # after asking, never here.
        retries = Retry(
            total=None, connect=2, read=0, redirect=0, status=0, other=0, backoff_factor=0.2
        )
        adapter = _Adapter(self._exchange, retries)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = ca_bundle or True
        self._session.headers = requests.structures.CaseInsensitiveDict(
            {"User-Agent": _AGENT, "Accept-Encoding": "identity", "Connection": "keep-alive"}
        )
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def abandon(self) -> None:
        """End the exchange under way, and every later one, at once; called from another thread."""
        self._exchange.abandoned = True
        standing = self._exchange.socket
        if standing is not None:
            with contextlib.suppress(OSError):
                # The plain shutdown even under TLS: the reader must wake up, nothing else.
                socket.socket.shutdown(standing, socket.SHUT_RDWR)

    def send(  # noqa: PLR0913 (a request has this many parts)
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        seconds: float,
        limit: int,
    ) -> Answer:
        """One exchange.

        Args:
            method: upper case.
            url: absolute, percent-encoded.
            headers: beside the usual ones.
            body: the whole body.
            seconds: for everything from the first look-up to the last byte of the answer.
            limit: most bytes of the answer's body.

        Raises:
            PlatformProblem: ``unreachable``, ``tls``, ``tls-clock``, ``lost``, or ``bad-reply`` for
                an answer that is larger than ``limit``.
        """
        self._exchange.ends_at = time.monotonic() + seconds
        self._exchange.connected = False
        self._exchange.socket = None
        self._session.cookies.clear()
        try:
            with self._session.request(
                method,
                url,
                headers=dict(headers or {}),
                data=body,
                stream=True,
                allow_redirects=False,
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
            ) as response:
                return Answer(
                    response.status_code,
                    {name.lower(): value for name, value in response.headers.items()},
                    self._read(response, limit),
                )
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise self._problem(error, url) from error

    def _read(self, response: requests.Response, limit: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.raw.stream(_CHUNK, decode_content=False):
            self._exchange.remaining()
            size += len(part)
            if size > limit:
                self._session.close()  # who says too much is not spoken to on this line again
                raise PlatformProblem(
                    BAD_REPLY, f"the reply is larger than {limit} bytes; it was thrown away"
                )
            parts.append(part)
        return b"".join(parts)

    def _problem(self, error: Exception, url: str) -> PlatformProblem:
        host = urlsplit(url).netloc
        if self._exchange.connected:
            return PlatformProblem(
                LOST, f"the connection to {host} broke before a whole reply came: {_why(error)}"
            )
        certificate = _cause(error, ssl.SSLCertVerificationError)
        if certificate is not None:
            if certificate.verify_code in _CLOCK_CODES:
                return PlatformProblem(
                    TLS_CLOCK,
                    f"the certificate of {host} is not valid today; check the date here",
                )
            return PlatformProblem(
                TLS,
                f"the certificate of {host} is not to be trusted: {certificate.verify_message}",
            )
        if _cause(error, ssl.SSLError) is not None:
            return PlatformProblem(TLS, f"no secure connection to {host}: {_why(error)}")
        return PlatformProblem(UNREACHABLE, f"no connection to {host}: {_why(error)}")


def checked_url(url: str) -> str:
    """``url`` without a trailing slash.

    Raises:
        InputProblem: not an absolute http or https address of a host.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username or not url.isascii():
        raise InputProblem("bad-url", f"{url!r} is not the address of a platform", path="/url")
    return url.rstrip("/")


_Kind = TypeVar("_Kind", bound=BaseException)


def _cause(error: BaseException, kind: type[_Kind]) -> _Kind | None:
    return next((link for link in _chain(error) if isinstance(link, kind)), None)


def _why(error: BaseException) -> str:
    """The innermost reason, in the words of the system."""
    *_, innermost = _chain(error)
    return str(innermost) or type(innermost).__name__


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and what caused it: by raising, or wrapped as requests and urllib3 do."""
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        wrapped = [
            part
            for part in (getattr(link, "reason", None), *link.args)
            if isinstance(part, BaseException)
        ]
        link = wrapped[0] if wrapped else link.__cause__ or link.__context__
