"""``kiosk agent``: the village agents of this station.

Rules: a PIN is read from a file, never from the command line (others can see that), and is shown
nowhere.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.domain.clock import to_text
from kiosk.domain.problems import InputProblem
from kiosk.main.clock import SystemClock
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.agents import Agent, Agents
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home

_MAX_PIN_FILE = 64


def register(commands: Commands) -> None:
    """Add ``kiosk agent``."""
    parser = commands.add_parser("agent", help="village agents of this station")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    adding = actions.add_parser("add", help="add an agent")
    adding.add_argument("id", metavar="ID", help="letters, digits, hyphens")
    adding.add_argument("--name", required=True, help="the agent's name")
    adding.add_argument("--pin-file", required=True, type=Path, metavar="F", help="6 to 12 digits")
    adding.set_defaults(handler=add)
    listing = actions.add_parser("list", help="list the agents")
    listing.set_defaults(handler=show)


def add(args: argparse.Namespace, out: Output) -> int:
    """Add one agent."""
    home = Home(args.home).require()
    pin = read_pin(args.pin_file)
    with Casebook.open(home, SystemClock()) as casebook:
        agent = Agents(casebook).add(args.id, args.name, pin)
    out.document(_document(agent), f"{agent.id}: {agent.name}")
    return 0


def show(args: argparse.Namespace, out: Output) -> int:
    """List the agents."""
    with Casebook.open(Home(args.home).require(), SystemClock()) as casebook:
        agents = Agents(casebook).list()
    words = "\n".join(f"{agent.id}: {agent.name}" for agent in agents)
    out.document([_document(agent) for agent in agents], words or "no agents yet")
    return 0


def read_pin(path: Path) -> str:
    """The PIN in a file, without its line end.

    Raises:
        InputProblem: the file cannot be read or holds something else.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_PIN_FILE + 1)
    except OSError as error:
        raise InputProblem(
            "cannot-read", f"the PIN file cannot be read: {error.strerror}", path=str(path)
        ) from error
    if len(data) > _MAX_PIN_FILE or not data.isascii():
        raise InputProblem("bad-pin", "the PIN file must hold 6 to 12 digits", path=str(path))
    return data.decode("ascii").strip()


def _document(agent: Agent) -> dict[str, object]:
    return {
        "id": agent.id,
        "name": agent.name,
        "active": agent.active,
        "added_at": to_text(agent.added_at),
    }
