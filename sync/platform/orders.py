"""``office``: what the township orders about the agents of a station.

Rules: an order is counted and committed before anybody reads its code; a code names its terminal,
agent and successor and works once; a hand-over is also written as a signed file, with the keys of
drafts sealed anew to the successor when the station asked for that. The township sees keys, never
what a draft says. After a restore from a backup the counters leap ahead, so that no station refuses
a new order as an old one.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from kiosk.domain.agents import AGENT_ID, Order, OrderKind, draft_context
from kiosk.domain.problems import InputProblem, PlatformProblem
from kiosk.sealing.canonical import JsonObject, canonical, parse_object
from kiosk.sealing.keys import OpenKey, SealKey, VerifyKey, from_text
from kiosk.sealing.office_codes import office_code, office_secret
from sync.platform import renewing, revoking
from sync.platform.database import count_order
from sync.platform.desk import opened
from sync.platform.office import Office
from sync.platform.publishing.files import write_file
from sync.platform.tables import terminals
from sync.protocol.orders import MAX_ORDER, REQUEST, HandOverOrder, HandOverRequest
from sync.protocol.statements import prove

_GROUP = 4


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``office``."""
    parser = subparsers.add_parser("office", help="orders about terminals, agents and keys")
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder")
    actions = parser.add_subparsers(required=True, metavar="ORDER")
    resetting = _action(actions, "pin-reset", "a one-time code with which a PIN is set anew")
    resetting.add_argument("--terminal", required=True, metavar="T", help="id of the terminal")
    resetting.add_argument("--agent", required=True, metavar="ID", help="who forgot the PIN")
    resetting.set_defaults(handler=run_reset)
    handing = _action(actions, "hand-over", "give an agent's work to another")
    handing.add_argument("--terminal", metavar="T", help="id of the terminal")
    handing.add_argument("--agent", metavar="ID", help="who leaves")
    handing.add_argument("--to", metavar="ID", help="who takes over")
    handing.add_argument(
        "--request",
        type=Path,
        metavar="FILE",
        help="the station's request; names all three and brings the keys of drafts",
    )
    handing.add_argument("--out", type=Path, metavar="FILE", help="write the signed order here")
    handing.set_defaults(handler=run_hand_over)
    revoking.register(actions)
    renewing.register(actions)


def run_reset(arguments: argparse.Namespace) -> int:
    """Count the order, then print its code."""
    order = Order(OrderKind.RESET_PIN, arguments.terminal, arguments.agent)
    with opened(arguments.data) as office:
        code, counter = _issue(office, order)
    _tell({"code": code, "agent": order.agent, "terminal": order.terminal, "counter": counter})
    return 0


def run_hand_over(arguments: argparse.Namespace) -> int:
    """Count the order, print its code and write the signed file."""
    with opened(arguments.data) as office:
        request = _request(office, arguments)
        order = request.order if request is not None else _named(arguments)
        # Keys that do not open are told before anything is counted.
        keys = {} if request is None else _sealed_anew(office, request)
        code, counter = _issue(office, order)
        signed = HandOverOrder(order, counter, office.clock.now(), keys)
        statement = office.sign(signed.as_json())
    if arguments.out is not None:
        write_file(arguments.out, canonical(statement), private=True)
    _tell(
        {
            "code": code,
            "agent": order.agent,
            "successor": order.successor,
            "terminal": order.terminal,
            "counter": counter,
            "drafts": len(keys),
            "statement": statement,
        }
    )
    return 0


def _issue(office: Office, order: Order) -> tuple[str, int]:
    """The next code for an agent; its counter is durable before it is known to anybody.

    Raises:
        InputProblem: the terminal was never enrolled, or an id is none.
    """
    for agent in (order.agent, order.successor or order.agent):
        if AGENT_ID.fullmatch(agent) is None:
            raise InputProblem("bad-agent-id", f"{agent!r} is no agent's id", path="--agent")
    with office.database.write() as tx:
        row = _terminal(tx, order.terminal)
        counter = count_order(tx, order.terminal, order.agent)
    reply = SealKey(from_text(row.reply_key))
    secret = office_secret(_key_at(office, row.status), reply, order.terminal)
    return office_code(secret, order, counter), counter


def _key_at(office: Office, status: str | None) -> OpenKey:
    """Our key as the terminal knows it: it may not have heard of the present one yet."""
    told = json.loads(status).get("sealing_key") if status else None
    return office.secrets.opening(told if isinstance(told, str) else "")


def _terminal(tx: Connection, terminal: str) -> Any:  # noqa: ANN401 (a row of the table)
    row = tx.execute(select(terminals).where(terminals.c.terminal == terminal)).one_or_none()
    if row is None:
        raise InputProblem(
            "unknown-terminal",
            f"no terminal {terminal!r} was ever enrolled here; kiosk init prints a terminal's id",
            path="--terminal",
        )
    return row


def _named(arguments: argparse.Namespace) -> Order:
    names = (arguments.terminal, arguments.agent, arguments.to)
    if None in names:
        raise InputProblem("usage", "give --terminal, --agent and --to, or --request")
    order = Order(OrderKind.HAND_OVER, *names)
    if order.agent == order.successor:
        raise InputProblem(
            "usage", "only a --request gives an agent back the keys of their own drafts"
        )
    return order


def _request(office: Office, arguments: argparse.Namespace) -> HandOverRequest | None:
    """The station's request, if it is signed by the terminal that it names.

    Raises:
        InputProblem: it cannot be read, is not signed, or names somebody else than the options.
    """
    path: Path | None = arguments.request
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ORDER + 1)
    except OSError as error:
        raise InputProblem(
            "cannot-read", f"the request cannot be read: {error.strerror}", path=str(path)
        ) from error
    document = parse_object(data, what="the request", limit=MAX_ORDER)
    terminal = document.get("terminal")
    with office.database.read() as tx:
        row = _terminal(tx, terminal if isinstance(terminal, str) else "")
    key = VerifyKey(from_text(row.device_key))
    try:
        request = HandOverRequest.from_json(prove(document, [key], kind=REQUEST))
    except PlatformProblem as problem:
        raise InputProblem(
            "bad-request",
            "the request is not signed by its terminal, or is damaged",
            path=str(path),
        ) from problem
    given = (arguments.terminal, arguments.agent, arguments.to)
    asked = (request.order.terminal, request.order.agent, request.order.successor)
    if any(one is not None and one != other for one, other in zip(given, asked, strict=True)):
        raise InputProblem("other-request", "the request names somebody else than the options do")
    return request


def _sealed_anew(office: Office, request: HandOverRequest) -> dict[Any, bytes]:
    """The keys of the drafts, opened with the township's key and sealed to the successor.

    Raises:
        InputProblem: a key does not open (``cannot-open``).
    """
    anew = {}
    for draft_id, sealed in request.keys.items():
        context = draft_context(draft_id)
        plain = office.secrets.open(sealed, context=context)
        anew[draft_id] = request.successor_key.seal(plain, context=context)
    return anew


def _tell(document: JsonObject) -> None:
    code = str(document["code"])
    spoken = " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
    sys.stdout.write(json.dumps({**document, "code": spoken}, ensure_ascii=False) + "\n")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words)
    # The data folder may be named before or after the order.
    parser.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    return parser
