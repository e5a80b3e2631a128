"""The HTTP face of the platform: every endpoint of docs/protocol/openapi.yaml but uploads.

Rules: a route reads the request, calls one function of the office and writes its answer; whatever
is not good is a problem document; no schema is generated here, the contract is written by hand and
a test compares it with :func:`build`.
"""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.staticfiles import StaticFiles

from kiosk.domain.clock import from_text
from kiosk.sealing.canonical import JsonObject
from kiosk.sealing.package import MAX_BLOB
from sync.platform import events, intake, terminals
from sync.platform.answers import ProblemAnswer
from sync.platform.database import DURABLE_MARK, BusyError, epoch, fact
from sync.platform.gate import body_of, door_of, json_answer, office_of, problem_answer, signed
from sync.platform.office import Office
from sync.platform.reception import Door, Reception
from sync.platform.tus import router as tus_router
from sync.protocol.messages import Ping

_SEAL_OVERHEAD = 4096
_LONGEST_NONCE = 128
_BUSY_SECONDS = "5"

router = APIRouter(prefix="/v1")


def build(office: Office) -> FastAPI:
    """The application of one platform."""
    app = FastAPI(title="jinban", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.office = office
    app.state.reception = Reception()
    app.state.door = Door()
    app.include_router(router)
    app.include_router(tus_router)
    for name in ("metadata", "targets"):
        folder = office.data_dir / "tuf" / name
        folder.mkdir(parents=True, exist_ok=True)  # serving may begin before publishing
        app.mount(f"/tuf/{name}", StaticFiles(directory=folder), name)
    app.add_exception_handler(ProblemAnswer, _problem)
    app.add_exception_handler(BusyError, _busy)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)
    return app


@router.get("/ping")
async def ping(request: Request) -> Response:
    """Proof that this is the platform, now."""
    nonce = _nonce(request)
    statement = await run_in_threadpool(
        _ping, office_of(request), request.app.state.reception, nonce
    )
    return json_answer(statement, headers={"Cache-Control": "no-store"})


@router.put("/submissions/{submission_id}")
async def put_submission(request: Request, submission_id: str) -> Response:
    """Take a submission."""
    identity = _uuid(submission_id)
    office = office_of(request)
    status, receipt = await signed(request, lambda _, body: intake.put(office, identity, body))
    return json_answer(receipt, status)


@router.get("/submissions/{submission_id}")
async def get_submission(request: Request, submission_id: str) -> Response:
    """The receipt of a submission, or the proof that it is not here."""
    identity, nonce = _uuid(submission_id), _nonce(request)
    office = office_of(request)
    return json_answer(await signed(request, lambda _, __: intake.ask(office, identity, nonce)))


@router.get("/events")
async def get_events(request: Request) -> Response:
    """The feed of the asking terminal."""
    office = office_of(request)
    after = request.query_params.get("after")
    known = request.headers.get("if-none-match")

    def read(terminal: str, _: bytes) -> Response:
        with office.database.read() as tx:
            page = events.page(tx, office, terminal, after)
            tag = events.etag(tx, terminal, after)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if known == tag:
            return Response(status_code=304, headers=headers)
        return json_answer(office.sign(page.as_json()), headers=headers)

    return await signed(request, read)


@router.put("/acks/{cursor}")
async def put_ack(request: Request, cursor: str) -> Response:
    """The terminal has stored its events up to here."""
    office = office_of(request)

    def note(terminal: str, _: bytes) -> Response:
        with office.database.write() as tx:
            events.acknowledge(tx, terminal, cursor)
        return Response(status_code=204)

    return await signed(request, note)


@router.put("/terminals/{terminal}/status")
async def put_status(request: Request, terminal: str) -> Response:
    """Heartbeat."""
    office = office_of(request)

    def note(signer: str, body: bytes) -> Response:
        if signer != terminal:
            raise ProblemAnswer(403, "not-yours", "a terminal reports for itself only")
        terminals.report(office, terminal, body)
        return Response(status_code=204)

    return await signed(request, note, terminals.MAX_DOCUMENT)


@router.post("/enrol")
async def post_enrol(request: Request) -> Response:
    """Make a terminal known."""
    body = await body_of(request, terminals.MAX_DOCUMENT)
    with door_of(request).entered():
        status, statement = await run_in_threadpool(terminals.enrol, office_of(request), body)
    return json_answer(statement, status)


def _ping(office: Office, reception: Reception, nonce: str) -> JsonObject:
    with office.database.read() as tx:
        mark = fact(tx, DURABLE_MARK)
        present = epoch(tx)
        window = reception.window(tx, office.clock.now())
    answer = Ping(
        time=office.clock.now(),
        nonce=nonce,
        epoch=present,
        durable_before=from_text(mark) if mark else None,
        max_body=intake.MAX_BODY,
        max_blob=MAX_BLOB + _SEAL_OVERHEAD,
        first_contact_window=window,
    )
    return office.sign(answer.as_json())


def _uuid(text: str) -> UUID:
    try:
        identity = UUID(text)
    except ValueError:
        identity = None
    if identity is None or str(identity) != text:
        raise ProblemAnswer(404, "not-found", "this is no submission id")
    return identity


def _nonce(request: Request) -> str:
    nonce = request.query_params.get("nonce", "")
    if not 0 < len(nonce) <= _LONGEST_NONCE or not nonce.isprintable():
        raise ProblemAnswer(400, "nonce", f"a nonce of 1 to {_LONGEST_NONCE} characters is needed")
    return nonce


async def _problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, ProblemAnswer)
    return problem_answer(problem)


async def _busy(_: Request, __: Exception) -> Response:
    return problem_answer(
        ProblemAnswer(
            503, "busy", "too many writers at once", headers={"Retry-After": _BUSY_SECONDS}
        )
    )


async def _http(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    headers = dict(problem.headers or {})
    if problem.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed(request))
    codes = {404: "not-found", 405: "method-not-allowed"}
    return problem_answer(
        ProblemAnswer(
            problem.status_code,
            codes.get(problem.status_code, "refused"),
            str(problem.detail),
            headers=headers,
        )
    )


def _allowed(request: Request) -> list[str]:
    """Every method of a path; each has a route of its own, and a route knows only its own."""
    return sorted(
        method
        for route in (*router.routes, *tus_router.routes)
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    )


async def _bug(_: Request, __: Exception) -> Response:
    return problem_answer(ProblemAnswer(500, "bug", "the platform has a fault; it is logged"))
