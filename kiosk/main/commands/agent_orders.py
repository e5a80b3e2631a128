"""``kiosk agent reset-pin | hand-over | hand-over-request``: what the township orders about agents.

Rules: a code is worth one thing, once, so it may stand on a command line; a file is believed only
if the platform signed it for this very terminal; a request carries sealed keys of drafts, never a
draft; nothing is printed before the durable commit.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.domain.agents import Order, OrderKind
from kiosk.domain.problems import InputProblem, PlatformProblem
from kiosk.main.commands.pins import read_pin
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.main.wiring import Station, open_station, platform_keys
from kiosk.sealing.canonical import canonical, parse_object
from kiosk.store.files import write_durably
from sync.protocol.orders import MAX_ORDER, ORDER, HandOverOrder, HandOverRequest
from sync.protocol.statements import prove, sign


def register(actions: Commands) -> None:
    """Add the actions."""
    resetting = actions.add_parser("reset-pin", help="a new PIN by the township's one-time code")
    resetting.add_argument("id", metavar="ID", help="who forgot the PIN")
    resetting.add_argument(
        "--code", required=True, help="twelve digits, as the township reads them"
    )
    resetting.add_argument("--pin-file", required=True, type=Path, metavar="F", help="the new PIN")
    resetting.set_defaults(handler=reset_pin)
    handing = actions.add_parser("hand-over", help="an agent's work goes to another")
    handing.add_argument("file", metavar="FILE", type=Path, nargs="?", help="the signed order")
    handing.add_argument("--code", help="the township's one-time code, with --agent and --to")
    handing.add_argument("--agent", metavar="ID", help="who leaves")
    handing.add_argument("--to", metavar="ID", help="who takes over")
    handing.set_defaults(handler=hand_over)
    asking = actions.add_parser("hand-over-request", help="ask the township for a signed order")
    asking.add_argument("id", metavar="ID", help="who leaves")
    asking.add_argument("--to", required=True, metavar="ID", help="who takes over")
    asking.add_argument("--out", required=True, type=Path, metavar="FILE", help="the request")
    asking.set_defaults(handler=request)


def reset_pin(args: argparse.Namespace, out: Output) -> int:
    """Set a PIN anew."""
    pin = read_pin(args.pin_file)
    with open_station(args.home) as station:
        order = Order(OrderKind.RESET_PIN, station.device.terminal, args.id)
        station.orders().reset_pin(order, args.code, pin)
    out.document({"id": args.id, "pin": "reset"}, f"{args.id}: the new PIN is set")
    return 0


def hand_over(args: argparse.Namespace, out: Output) -> int:
    """Carry out a hand-over, by file or by code."""
    with open_station(args.home) as station:
        order, drafts = _by_file(station, args) if args.file else _by_code(station, args)
    document = {"agent": order.agent, "successor": order.successor, "drafts": drafts}
    out.document(document, f"{order.successor} takes over from {order.agent}; {drafts} drafts")
    return 0


def request(args: argparse.Namespace, out: Output) -> int:
    """Write a request, signed by this terminal."""
    with open_station(args.home) as station:
        for agent_id in (args.id, args.to):
            if station.agents.get(agent_id) is None:
                raise InputProblem("unknown-agent", f"there is no agent {agent_id}", path="/id")
        key = station.vaults.public(args.to)
        if key is None:
            raise InputProblem(
                "never-signed-in", f"{args.to} has to sign in once, so that there is a key for them"
            )
        order = Order(OrderKind.HAND_OVER, station.device.terminal, args.id, args.to)
        keys = station.agent_drafts.recovery_keys(args.id)
        statement = HandOverRequest(order, key, keys).as_json()
        write_durably(args.out, canonical(sign(statement, station.device.signing)))
    document = {"agent": args.id, "successor": args.to, "drafts": len(keys), "file": str(args.out)}
    out.document(document, f"{args.out}: give it to the township ({len(keys)} drafts)")
    return 0


def _by_code(station: Station, args: argparse.Namespace) -> tuple[Order, int]:
    if None in {args.code, args.agent, args.to}:
        raise InputProblem("usage", "give the signed file, or --code with --agent and --to")
    order = Order(OrderKind.HAND_OVER, station.device.terminal, args.agent, args.to)
    station.orders().hand_over_by_code(order, args.code)
    return order, 0


def _by_file(station: Station, args: argparse.Namespace) -> tuple[Order, int]:
    if args.code or args.agent or args.to:
        raise InputProblem("usage", "--code, --agent and --to do not go with a file")
    path: Path = args.file
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ORDER + 1)
    except OSError as error:
        raise InputProblem(
            "cannot-read", f"the order cannot be read: {error.strerror}", path=str(path)
        ) from error
    document = parse_object(data, what="the order", limit=MAX_ORDER)
    keys = platform_keys(station.home).signing
    try:
        signed = HandOverOrder.from_json(prove(document, keys, kind=ORDER))
    except PlatformProblem as problem:
        raise InputProblem(
            "unproven-order",
            "the order is not signed by the platform, or is damaged",
            path=str(path),
        ) from problem
    if signed.order.terminal != station.device.terminal:
        raise InputProblem(
            "other-terminal", f"the order is for {signed.order.terminal}", path=str(path)
        )
    station.orders().hand_over(signed.order, signed.counter, signed.keys)
    return signed.order, len(signed.keys)
