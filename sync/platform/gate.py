"""Requests at the door: bodies within bounds, devices recognised, problems written.

Rules: a body is read up to a cap and within a time; what was signed is the raw path and query as
they came; blocking work runs on worker threads, never on the event loop.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kiosk.sealing.canonical import JsonObject
from sync.platform.answers import MEDIA_TYPE, ProblemAnswer
from sync.platform.office import Office
from sync.platform.reception import Door
from sync.platform.terminals import recognise

PAUSE_SECONDS = 60.0
"""The longest pause between two pieces of a body."""
HARD_CAP = 8 * 1024 * 1024
DRAINED = 64 * 1024 * 1024
T = TypeVar("T")


def office_of(request: Request) -> Office:
    """The platform that answers."""
    office = request.app.state.office
    assert isinstance(office, Office)
    return office


def door_of(request: Request) -> Door:
    """Where requests are let in or turned away."""
    door = request.app.state.door
    assert isinstance(door, Door)
    return door


async def pieces(request: Request) -> AsyncIterator[bytes]:
    """The body piece by piece.

    Raises:
        ProblemAnswer: 408, the sender fell silent.
        ClientDisconnect: the line broke.
    """
    stream = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(PAUSE_SECONDS):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise ProblemAnswer(408, "too-slow", "the body did not come") from error
        if piece:
            yield piece


async def body_of(request: Request, cap: int = HARD_CAP) -> bytes:
    """The whole body.

    Raises:
        ProblemAnswer: 413 beyond the cap, 408.
    """
    body, size = bytearray(), 0
    async for piece in pieces(request):
        size += len(piece)
        if size <= cap:
            body += piece
        elif size > DRAINED:
            break
    if size > cap:
        # Read to its end, unkept: a reply to somebody who still sends would be lost in the reset.
        raise ProblemAnswer(
            413, "too-large", f"at most {cap} bytes are read", headers={"Connection": "close"}
        )
    return bytes(body)


def signer_of(request: Request, body: bytes | None) -> str:
    """The enrolled terminal that signed the request; blocking.

    Raises:
        ProblemAnswer: 401 or 403.
    """
    path = request.scope["raw_path"].decode("ascii", "replace")
    query = request.scope["query_string"].decode("ascii", "replace")
    url = f"http://{request.headers.get('host', 'platform')}{path}{'?' + query if query else ''}"
    return recognise(office_of(request), request.method, url, dict(request.headers), body)


async def signed(request: Request, job: Callable[[str, bytes], T], cap: int = HARD_CAP) -> T:
    """Read the body, recognise the terminal and run ``job(terminal, body)`` on a worker thread.

    Raises:
        ProblemAnswer: as :func:`body_of`, :func:`signer_of` and the job; 503 from the door. The
            body is read first: who is slow to send takes nobody's place.
    """
    body = await body_of(request, cap)
    with door_of(request).entered():
        return await run_in_threadpool(lambda: job(signer_of(request, body), body))


def json_answer(
    document: JsonObject,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """A JSON document."""
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(data, status, dict(headers or {}), media_type)


def problem_answer(problem: ProblemAnswer) -> Response:
    """A problem document."""
    return json_answer(problem.as_json(), problem.status, problem.headers, MEDIA_TYPE)
