"""``kiosk file``: file an application from a document, by the same road as the window.

Rules: nothing is printed before the durable commit; ``--id`` makes a repeat safe; an unknown name
anywhere in a document is refused with the file and its JSON Pointer; thin or missing materials are
advice on stderr, never a refusal; ``--replaces`` files a parked submission anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from kiosk.domain.items import ServiceItem
from kiosk.domain.parties import Way
from kiosk.domain.problems import InputProblem
from kiosk.journeys.admitting import admit
from kiosk.journeys.applying import Application, Continues, NoticeShown, begin, review, settled
from kiosk.journeys.authorising import refuse_unless_named
from kiosk.journeys.deadlines import deadline_words
from kiosk.journeys.documents import read_application, read_interest, read_mandate
from kiosk.journeys.refiling import begin_refiling
from kiosk.journeys.submitting import submit
from kiosk.main.attachments import load_attachment
from kiosk.main.commands.pins import read_pin
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.main.wiring import Station, open_station
from kiosk.sealing.canonical import JsonObject, parse_object
from kiosk.store.chores import copy_again

MAX_DOCUMENT = 1024 * 1024


def register(commands: Commands) -> None:
    """Add ``kiosk file``."""
    parser = commands.add_parser("file", help="file an application")
    parser.add_argument("--item", required=True, metavar="ID", help="the service item")
    parser.add_argument("--answers", required=True, type=Path, metavar="FILE", help="JSON document")
    parser.add_argument("--id", metavar="UUID", help="id of the submission; makes a repeat safe")
    parser.add_argument(
        "--attach",
        action="append",
        default=[],
        metavar="KEY=PATH",
        help="a file for a material (m1, m2… or its exact name)",
    )
    parser.add_argument("--replaces", metavar="ID", help="the parked submission that this replaces")
    parser.add_argument("--agent", metavar="ID", help="the village agent who files")
    parser.add_argument("--pin-file", type=Path, metavar="F", help="the agent's PIN")
    parser.add_argument("--mandate", type=Path, metavar="FILE", help="JSON mandate")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace, out: Output) -> int:
    """File one application and print where it stands."""
    with open_station(args.home) as station:
        for sentence in admit(station.casebook):
            out.note(f"kiosk: {sentence}")
        now, divisions = station.clock.now(), station.directory.divisions
        application = settled(_application(args, station), divisions, now)
        found = review(application, divisions, now)
        if found.faults:
            fault = found.faults[0]
            others = f" ({len(found.faults) - 1} more)" if len(found.faults) > 1 else ""
            file = _file_of(fault.path, args)
            raise InputProblem(fault.code, f"{file}: {fault.words}{others}", path=fault.path)
        late = deadline_words(application.item, station.settings.station.phone or None)
        for sentence in (*found.advice, *([late] if late else [])):
            out.note(sentence)
        saved = submit(station.desk(), application)
        out.document(
            {
                "id": str(saved.id),
                "local_number": saved.local_number,
                "state": saved.state.value,
            },
            f"已保存，还没送到部门。本机编号 {saved.local_number}（{saved.id}）",
        )
        behind = copy_again(station.casebook).problem
        if behind is not None:
            out.note(f"kiosk: {behind.message} ({behind.code})")
    return 0


def _application(args: argparse.Namespace, station: Station) -> Application:
    item = station.directory.item(args.item)
    attachments = tuple(load_attachment(spec, item) for spec in args.attach)
    fresh, document = _fresh(args, station, item), _read(args.answers, "the answers")
    with _within(args.answers):
        application = read_application(fresh, document, attachments)
    shown = NoticeShown("command-line", station.clock.now())
    return _authorised(args, station, replace(application, notice=shown))


def _fresh(args: argparse.Namespace, station: Station, item: ServiceItem) -> Application:
    form = station.directory.form(item.form_id, item)
    way, chosen = Way.AGENT if args.agent else Way.SELF, _uuid(args.id, "--id")
    old = _uuid(args.replaces, "--replaces")
    if old is None:
        return begin(item, form, way, submission_id=chosen)
    parked = station.outbox.require(old)
    if chosen is not None and station.outbox.get(chosen) is not None:  # a repeat, told by its id
        fresh = begin(item, form, way, submission_id=chosen)
        return replace(fresh, continues=Continues(supersedes=old))
    if parked.item_id != item.item_id:
        raise InputProblem("other-item", f"{old} is about {parked.item_id}, not {item.item_id}")
    fresh = begin_refiling(parked, item, form, way)
    return fresh if chosen is None else replace(fresh, id=chosen)


def _authorised(
    args: argparse.Namespace, station: Station, application: Application
) -> Application:
    if args.agent is None:
        if args.mandate or args.pin_file:
            raise InputProblem("usage", "--mandate and --pin-file go with --agent")
        if application.interest is not None:
            raise InputProblem("usage", "only an agent declares an interest", path="/interest")
        return application
    if args.pin_file is None:
        raise InputProblem("usage", "--agent needs --pin-file")
    agent = station.agents.verify(args.agent, read_pin(args.pin_file), station.clock.now())
    signed_in = replace(application, agent_id=agent.id)
    if args.mandate is None:
        return signed_in
    document = _read(args.mandate, "the mandate")
    with _within(args.mandate):
        mandate, asked = read_mandate(document)
        interest = read_interest(document) or signed_in.interest
        refuse_unless_named(mandate, agent.name)
    return replace(signed_in, mandate=mandate, asked=asked or signed_in.asked, interest=interest)


def _read(path: Path, what: str) -> JsonObject:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_DOCUMENT + 1)
    except OSError as error:
        raise InputProblem(
            "cannot-read", f"{what} cannot be read: {error.strerror}", path=str(path)
        ) from error
    try:
        return parse_object(data, what=what, limit=MAX_DOCUMENT)
    except InputProblem as problem:
        raise InputProblem(
            problem.code, f"{path.name}: {problem.message}", path=str(path)
        ) from problem


@contextmanager
def _within(path: Path) -> Iterator[None]:
    """A fault inside a document is told with the name of its file."""
    try:
        yield
    except InputProblem as problem:
        words = f"{path.name}: {problem.message}"
        raise InputProblem(problem.code, words, path=problem.path) from problem


def _file_of(pointer: str, args: argparse.Namespace) -> str:
    """The file that a fault is in."""
    in_mandate = args.mandate is not None and pointer.startswith("/mandate")
    file: Path = args.mandate if in_mandate else args.answers
    return file.name


def _uuid(text: str | None, option: str) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise InputProblem("bad-id", f"{option} {text!r} is not a UUID") from error
