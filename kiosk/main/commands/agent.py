"""``kiosk agent``: the village agents of this station.

Rules: PIN and ID number are read from files, never from the command line (others can see that);
the PIN is shown nowhere, the number is sealed to the agent. An agent who is stopped (``disable``)
cannot sign in; what they filed stays.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.domain.agents import AgentDetails
from kiosk.domain.clock import to_text
from kiosk.domain.dates import today_in_china
from kiosk.domain.identity import normalise_id, resident_id_flaw
from kiosk.domain.problems import InputProblem
from kiosk.main.clock import SystemClock
from kiosk.main.commands import agent_orders
from kiosk.main.commands.pins import read_number, read_pin
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.agents import Agent, Agents
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.vaults import Vaults


def register(commands: Commands) -> None:
    """Add ``kiosk agent``."""
    parser = commands.add_parser("agent", help="village agents of this station")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    adding = actions.add_parser("add", help="add an agent")
    adding.add_argument("id", metavar="ID", help="letters, digits, hyphens")
    adding.add_argument("--name", required=True, help="the agent's name")
    adding.add_argument("--pin-file", required=True, type=Path, metavar="F", help="6 to 12 digits")
    adding.add_argument(
        "--number-file", type=Path, metavar="F", help="the agent's ID number; kept sealed"
    )
    adding.set_defaults(handler=add)
    listing = actions.add_parser("list", help="list the agents")
    listing.set_defaults(handler=show)
    for name, active in (("disable", False), ("enable", True)):
        words = "let an agent sign in again" if active else "an agent can no longer sign in"
        changing = actions.add_parser(name, help=words)
        changing.add_argument("id", metavar="ID")
        changing.set_defaults(handler=change, active=active)
    agent_orders.register(actions)


def add(args: argparse.Namespace, out: Output) -> int:
    """Add one agent."""
    home = Home(args.home).require()
    pin = read_pin(args.pin_file)
    details = None if args.number_file is None else _details(args.number_file)
    with Casebook.open(home, SystemClock()) as casebook:
        agent = Agents(casebook).add(args.id, args.name, pin)
        if details is not None:
            Vaults(casebook).keep_details(agent.id, details)
    out.document(_document(agent), f"{agent.id}: {agent.name}")
    return 0


def show(args: argparse.Namespace, out: Output) -> int:
    """List the agents."""
    with Casebook.open(Home(args.home).require(), SystemClock()) as casebook:
        agents = Agents(casebook).list()
    words = "\n".join(
        f"{agent.id}: {agent.name}{'' if agent.active else ' (stopped)'}" for agent in agents
    )
    out.document([_document(agent) for agent in agents], words or "no agents yet")
    return 0


def change(args: argparse.Namespace, out: Output) -> int:
    """Stop an agent, or let them sign in again."""
    with Casebook.open(Home(args.home).require(), SystemClock()) as casebook:
        agents = Agents(casebook)
        agents.set_active(args.id, active=args.active)
        agent = agents.get(args.id)
    assert agent is not None
    out.document(_document(agent), f"{agent.id}: {'may sign in' if agent.active else 'stopped'}")
    return 0


def _details(path: Path) -> AgentDetails:
    number = normalise_id(read_number(path))
    if resident_id_flaw(number, today_in_china(SystemClock().now())) is not None:
        raise InputProblem("bad-number", "the number file must hold one ID number", path=str(path))
    return AgentDetails(number)


def _document(agent: Agent) -> dict[str, object]:
    return {
        "id": agent.id,
        "name": agent.name,
        "active": agent.active,
        "added_at": to_text(agent.added_at),
    }
