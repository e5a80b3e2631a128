"""A TCP proxy on loopback that behaves like a bad line.

Rules: it runs in its own thread; faults are read anew for every connection and every piece, so a
test may change them while it runs; what passed is counted; nothing outlives ``stop``.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
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
        self.own_port = 0
        self._random = Random(self.seed)
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault-proxy")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.own_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.own_port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await self._stopped.wait()
            server.close()
            # Only our own tasks are cancelled: a connection that is just being accepted would lose
            # its socket; it becomes ours a few turns later, as aborted transports close theirs.
            for _ in range(10):
                for task in list(self._tasks):
                    task.cancel()
                await asyncio.sleep(0.01)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counters.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(asyncio.CancelledError):  # the proxy stops; the streams would log it
            await self._attend(reader, writer)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.faults.refuse:
                return
            if self.faults.answer is not None:
                await self._speak(reader, writer, self.faults.answer())
            else:
                await self._pass(reader, writer)
        finally:
            _reset(writer)

    async def _speak(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes
    ) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            with suppress(TimeoutError):  # what is no HTTP (a TLS greeting) is answered, too
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 0.5)
                self.counters.up += len(head)
            line = _Line(float("inf"))
            for start in range(0, len(answer), _PIECE):
                if not await self._down(writer, answer[start : start + _PIECE], line):
                    return
            writer.write_eof()
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(), 5)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mean = self.faults.cut_mean
        line = _Line(self._random.expovariate(1 / mean) if mean else float("inf"))
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.port)

        async def upwards() -> None:
            while piece := await reader.read(_PIECE):
                if not await self._up(far_writer, piece, line):
                    return

        async def downwards() -> None:
            while piece := await far_reader.read(_PIECE):
                if not await self._down(writer, piece, line):
                    return

        tasks = [asyncio.create_task(upwards()), asyncio.create_task(downwards())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            # What was sent before the cut still arrives: a line breaks here, not at the platform.
            far_writer.close()

    async def _up(self, writer: asyncio.StreamWriter, piece: bytes, line: _Line) -> bool:
        await asyncio.sleep(self.faults.latency)
        room = min(line.left, _left(self.faults.cut_up, line.up))
        sent = piece[: int(min(room, len(piece)))]
        self._count(line, up=len(sent))
        writer.write(sent)
        await writer.drain()
        return self._holds(len(sent) == len(piece))

    async def _down(self, writer: asyncio.StreamWriter, piece: bytes, line: _Line) -> bool:
        await asyncio.sleep(self.faults.latency)
        if self.faults.stall_down is not None:
            room = max(0, self.faults.stall_down - line.down)
            if room < len(piece):
                writer.write(piece[:room])
                await self._stopped.wait()
                return False
        room = int(min(line.left, _left(self.faults.cut_down, line.down), len(piece)))
        self._count(line, down=room)
        if self.faults.drip is None:
            writer.write(piece[:room])
        else:
            for byte in piece[:room]:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(self.faults.drip)
        await writer.drain()
        return self._holds(room == len(piece))

    def _count(self, line: _Line, *, up: int = 0, down: int = 0) -> None:
        line.up += up
        line.down += down
        line.left -= up + down
        self.counters.up += up
        self.counters.down += down

    def _holds(self, whole: bool) -> bool:
        self.counters.cuts += not whole
        return whole


def _left(limit: int | None, used: int) -> float:
    return float("inf") if limit is None else max(0, limit - used)


def _reset(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
