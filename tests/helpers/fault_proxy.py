"""A TCP proxy on loopback that behaves like a bad line.

Rules: it runs in threads of its own; faults are read anew for every connection and every piece, so
a test may change them while it runs; what passed is counted; nothing outlives the ``with`` block.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Final, Self

PAGE: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    b"<html><body>Please log in</body></html>"
)
_PIECE: Final = 4096


@dataclass(slots=True)
class Faults:
    """What goes wrong.

    ``cut_up``/``cut_down``: the connection is reset after so many bytes towards the platform or
    back; ``cut_mean``: after a random number of bytes in both directions together (exponential);
    ``stall_down``: after so many bytes of replies nothing comes any more; ``drip``: seconds between
    two single bytes of a reply; ``latency``: seconds before each piece; ``answer``: these bytes
    instead of the platform; ``refuse``: connections are closed at once.
    """

    cut_up: int | None = None
    cut_down: int | None = None
    cut_mean: float | None = None
    stall_down: int | None = None
    drip: float | None = None
    latency: float = 0.0
    answer: Callable[[], bytes] | None = None
    refuse: bool = False


@dataclass(slots=True)
class Counters:
    """What passed."""

    connections: int = 0
    up: int = 0
    down: int = 0
    cuts: int = 0


@dataclass(slots=True)
class _Line:
    """One connection: how much it may still carry."""

    left: float
    up: int = 0
    down: int = 0


@dataclass
class FaultProxy:
    """The proxy.

    Args:
        port: of the platform on loopback; None when ``faults.answer`` always speaks.
        faults: changed at will.
        seed: for random cuts.
    """

    port: int | None
    faults: Faults = field(default_factory=Faults)
    seed: int = 1

    def __post_init__(self) -> None:
        self.counters = Counters()
        self._random = Random(self.seed)
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.own_port: int = self._listener.getsockname()[1]
        self._guard = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.own_port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        _wake(self._listener)
        with self._guard:
            for standing in self._open:
                _wake(standing)
        while self._threads:
            self._threads.pop(0).join(10)
        self._listener.close()

    def _start(self, job: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=job, args=arguments, name="fault-proxy")
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._stopped.is_set():
                near, _ = self._listener.accept()
                self.counters.connections += 1
                self._start(self._attend, near)

    @contextmanager
    def _tracked(self, standing: socket.socket) -> Iterator[socket.socket]:
        with standing:
            with self._guard:
                self._open.add(standing)
                if self._stopped.is_set():
                    _wake(standing)
            try:
                yield standing
            finally:
                with self._guard:
                    self._open.discard(standing)

    def _attend(self, near: socket.socket) -> None:
        with self._tracked(near), suppress(OSError):
            if self.faults.refuse:
                return
            if self.faults.answer is not None:
                self._speak(near, self.faults.answer())
            else:
                self._pass(near)

    def _speak(self, near: socket.socket, answer: bytes) -> None:
        near.settimeout(0.5)
        with suppress(TimeoutError):  # what is no HTTP (a TLS greeting) is answered, too
            head = b""
            while b"\r\n\r\n" not in head and (piece := near.recv(_PIECE)):
                head += piece
            self.counters.up += len(head)
        near.settimeout(5)
        line = _Line(float("inf"))
        for start in range(0, len(answer), _PIECE):
            if not self._down(near, answer[start : start + _PIECE], line):
                return
        near.shutdown(socket.SHUT_WR)
        while near.recv(_PIECE):
            pass

    def _pass(self, near: socket.socket) -> None:
        mean = self.faults.cut_mean
        line = _Line(self._random.expovariate(1 / mean) if mean else float("inf"))
        with self._tracked(socket.create_connection(("127.0.0.1", self.port or 0))) as far:
            upwards = self._start(self._pump, near, far, self._up, line)
            self._pump(far, near, self._down, line)
            upwards.join(10)

    def _pump(
        self,
        source: socket.socket,
        target: socket.socket,
        pass_on: Callable[[socket.socket, bytes, _Line], bool],
        line: _Line,
    ) -> None:
        with suppress(OSError):
            while (piece := source.recv(_PIECE)) and pass_on(target, piece, line):
                pass
        # One direction is dead: so is the line. What was sent before the cut still arrives.
        for side in (source, target):
            _wake(side)

    def _up(self, far: socket.socket, piece: bytes, line: _Line) -> bool:
        self._stopped.wait(self.faults.latency)
        room = int(min(line.left, _left(self.faults.cut_up, line.up), len(piece)))
        self._count(line, up=room)
        far.sendall(piece[:room])
        return self._holds(room == len(piece))

    def _down(self, near: socket.socket, piece: bytes, line: _Line) -> bool:
        self._stopped.wait(self.faults.latency)
        if self.faults.stall_down is not None:
            room = max(0, self.faults.stall_down - line.down)
            if room < len(piece):
                near.sendall(piece[:room])
                self._stopped.wait(60)
                return False
        room = int(min(line.left, _left(self.faults.cut_down, line.down), len(piece)))
        self._count(line, down=room)
        if self.faults.drip is None:
            near.sendall(piece[:room])
        else:
            for byte in piece[:room]:
                near.sendall(bytes([byte]))
                self._stopped.wait(self.faults.drip)
        return self._holds(room == len(piece))

    def _count(self, line: _Line, *, up: int = 0, down: int = 0) -> None:
        with self._guard:
            line.up += up
            line.down += down
            line.left = max(0, line.left - up - down)
            self.counters.up += up
            self.counters.down += down

    def _holds(self, whole: bool) -> bool:
        self.counters.cuts += not whole
        return whole


def _left(limit: int | None, used: int) -> float:
    return float("inf") if limit is None else max(0, limit - used)


def _wake(standing: socket.socket) -> None:
    """End every wait on a socket; its owner closes it."""
    with suppress(OSError):
        standing.shutdown(socket.SHUT_RDWR)
