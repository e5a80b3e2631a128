"""``kiosk queue``: what this station owes the platform, and what became of it.

Rules: shows only what the casebook may hold (no form, no full name); a submission is named by its
id or by its local number; releasing puts a parked one back in the queue, or lets a waiting one go
at once; withdrawing takes the same road as the window; a contact card is opened for an agent with
their PIN alone, and it is recorded.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from kiosk.domain.clock import to_text
from kiosk.domain.lifecycle import OWED, Signal, State
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import is_local_number
from kiosk.main.clock import SystemClock
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.casebook import Casebook
from kiosk.store.home import Home
from kiosk.store.inbox import Inbox, StoredEvent
from kiosk.store.outbox import Outbox
from kiosk.store.rows import HistoryRow, OutboxRow

_PAGE = 500


def register(commands: Commands) -> None:
    """Add ``kiosk queue``."""
    parser = commands.add_parser("queue", help="what this station owes the platform")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all submissions, oldest first")
    listing.add_argument("--state", choices=[state.value for state in State], help="only these")
    listing.set_defaults(handler=show_all)
    for name, handler, summary in (
        ("show", show_one, "one submission with its history"),
        ("release", release, "try a parked or waiting one again"),
        ("withdraw", withdraw, "take one back"),
    ):
        action = actions.add_parser(name, help=summary)
        action.add_argument("id", metavar="ID", help="id or local number")
        action.set_defaults(handler=handler)
    contact = actions.add_parser("contact", help="open the contact card; it is recorded who did")
    contact.add_argument("id", metavar="ID", help="id or local number")
    contact.add_argument("--agent", required=True, metavar="A", help="the village agent who asks")
    contact.add_argument("--pin-file", required=True, type=Path, metavar="F", help="their PIN")
    contact.set_defaults(handler=open_contact)


def show_all(args: argparse.Namespace, out: Output) -> int:
    """List the queue."""
    states = None if args.state is None else [State(args.state)]
    with _outbox(args) as outbox:
        rows = list(_all(outbox, states))
    rows.reverse()
    out.document([row_json(row) for row in rows], "\n".join(map(_line, rows)) or "nothing here")
    return 0


def show_one(args: argparse.Namespace, out: Output) -> int:
    """Show one submission."""
    with Casebook.open(Home(args.home).require(), SystemClock()) as casebook:
        outbox = Outbox(casebook)
        row = _named(outbox, args.id)
        history, events = outbox.proofs(row.id), Inbox(casebook).events(row.id)
    document = row_json(row) | {
        "item_name": row.item_name,
        "masked_name": row.masked_name,
        "sealed_at": to_text(row.sealed_at),
        "next_at": _text(row.next_at),
        "last_problem_at": _text(row.last_problem_at),
        "received_at": _text(row.received_at),
        "receipt_number": row.receipt_number,
        "about": None if row.about is None else str(row.about),
        "supersedes": None if row.supersedes is None else str(row.supersedes),
        "urgent": row.urgent,
        "history": [_history_json(step) for step in history],
        "events": [_event_json(stored) for stored in events],
    }
    steps = [f"  {to_text(step.at)} {step.before} → {step.after}" for step in history]
    out.document(document, "\n".join([_line(row), *steps]))
    return 0


def release(args: argparse.Namespace, out: Output) -> int:
    """Put a parked submission back, or let a waiting one go at once."""
    with _outbox(args) as outbox:
        row = _named(outbox, args.id)
        if row.state is State.PARKED:
            row = outbox.apply(row.id, Signal.RELEASE, now=SystemClock().now())
        elif row.state in OWED:
            outbox.hurry(row.id)
            row = outbox.require(row.id)
        else:
            raise InputProblem("nothing-to-release", f"{row.id} is {row.state}; nothing waits")
    out.document(row_json(row), lambda: _line(row))
    return 0


def withdraw(args: argparse.Namespace, out: Output) -> int:
    """Take a submission back."""
    from kiosk.journeys.withdrawing import withdraw as take_back
    from kiosk.main.wiring import open_station

    with open_station(args.home) as station:
        row = _named(station.outbox, args.id)
        item = station.directory.item(row.item_id)
        form = station.directory.form(item.form_id, item)
        withdrawn = take_back(station.desk(), row.id, item, form)
    document = row_json(withdrawn.row) | {"request": str(withdrawn.request.id)}
    out.document(document, lambda: _line(withdrawn.row))
    return 0


def open_contact(args: argparse.Namespace, out: Output) -> int:
    """Show how to reach a person of whom something is wanted."""
    from kiosk.main.commands.pins import read_pin
    from kiosk.main.wiring import open_station

    pin = read_pin(args.pin_file)
    with open_station(args.home) as station:
        agent = station.agents.verify(args.agent, pin, station.clock.now())
        row = _named(station.outbox, args.id)
        card = station.contacting.open(row.id, by=agent.id)
    name = card.masked_name or row.masked_name
    document = {"id": str(row.id), "name": name, "phone": card.phone, "place": card.place}
    out.document(document, f"{row.local_number}  {name}  {card.words}")
    return 0


def row_json(row: OutboxRow) -> dict[str, object]:
    """A row as documents show it."""
    return {
        "id": str(row.id),
        "local_number": row.local_number,
        "item_id": row.item_id,
        "kind": row.kind.value,
        "state": row.state.value,
        "attempts": row.attempts,
        "last_problem": row.last_problem,
        "case_number": row.case_number,
    }


@contextmanager
def _outbox(args: argparse.Namespace) -> Iterator[Outbox]:
    with Casebook.open(Home(args.home).require(), SystemClock()) as casebook:
        yield Outbox(casebook)


def _all(outbox: Outbox, states: list[State] | None) -> Iterator[OutboxRow]:
    last: UUID | None = None
    while page := outbox.page(states, _PAGE, last):
        yield from page
        last = page[-1].id


def _named(outbox: Outbox, name: str) -> OutboxRow:
    if is_local_number(name):
        digits = name.replace("-", "").replace(" ", "")
        row = outbox.find(f"{digits[:4]}-{digits[4:8]}-{digits[8:]}")
        if row is not None:
            return row
    try:
        return outbox.require(UUID(name))
    except ValueError as error:
        raise InputProblem(
            "unknown-submission", f"{name!r} is neither an id nor a local number of this station"
        ) from error


def _line(row: OutboxRow) -> str:
    problem = f"  ({row.last_problem})" if row.last_problem else ""
    return f"{row.local_number}  {row.state:<17} {row.item_name}  {row.id}{problem}"


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else to_text(moment)


def _history_json(step: HistoryRow) -> dict[str, object]:
    return {
        "at": to_text(step.at),
        "signal": step.signal.value,
        "from": step.before.value,
        "to": step.after.value,
        "problem": step.problem,
    }


def _event_json(stored: StoredEvent) -> dict[str, object]:
    event = stored.event
    return {
        "kind": event.kind,
        "at": to_text(event.at),
        "case_seq": event.case_seq,
        "case_number": event.case_number,
        "by": event.by,
        "closing_reason": event.closing_reason,
        "heard_at": to_text(stored.stored_at),
    }
