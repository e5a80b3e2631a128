"""``kiosk directory``: age, search, guide and form of the service directory.

Rules: works without a station (then on the directory that the program brings along); a station
whose directory is damaged is answered from the bundled one, with a note; nothing is written into a
home.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

from kiosk.domain.clock import to_text
from kiosk.domain.item_reading import to_json
from kiosk.domain.items import ServiceItem
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.journeys.finding import LIMIT, Finder
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.directory import Directory, bundled_directory
from kiosk.store.home import Home

_MOST_HITS = 1000


def register(commands: Commands) -> None:
    """Add the ``directory`` command."""
    parser = commands.add_parser("directory", help="look into the service directory")
    parts = parser.add_subparsers(title="parts", metavar="PART", required=True)
    info = parts.add_parser("info", help="version and age")
    info.set_defaults(handler=_info)
    search = parts.add_parser("search", help="find items by what people say")
    search.add_argument("query")
    search.add_argument("--limit", type=int, default=LIMIT, help="most hits")
    search.set_defaults(handler=_search)
    show = parts.add_parser("show", help="one item, whole")
    show.add_argument("item_id")
    show.set_defaults(handler=_show)
    form = parts.add_parser("form", help="what an item asks for")
    form.add_argument("item_id")
    kinds = form.add_mutually_exclusive_group()
    kinds.add_argument("--example", action="store_true", help="answers of invented people")
    kinds.add_argument("--example-mandate", action="store_true", help="a mandate to go with them")
    kinds.add_argument("--mandate-schema", action="store_true", help="schema of mandates")
    form.set_defaults(handler=_form)


def _info(args: argparse.Namespace, out: Output) -> int:
    with _opened(args, out) as (directory, _):
        info = directory.info()
    age = info.age_days(datetime.now(UTC))
    told = {
        "items": info.items,
        "version": info.version,
        "published_at": to_text(info.published_at),
        "age_days": age,
        "source": info.source,
        "part": info.role,
    }
    out.document(
        told,
        f"{info.items} items, version {info.version}, published "
        f"{to_text(info.published_at)} ({age} days ago), source: {info.source}",
    )
    return 0


def _search(args: argparse.Namespace, out: Output) -> int:
    if not 1 <= args.limit <= _MOST_HITS:
        raise InputProblem("usage", f"--limit must be between 1 and {_MOST_HITS}")
    with _opened(args, out) as (directory, division):
        found = Finder(directory, division).search(args.query, limit=args.limit)
    for theme in found.themes:
        out.note(f"theme: {theme}")
    hits = [
        {
            "item_id": hit.item_id,
            "name": hit.name,
            "department": hit.department,
            "score": hit.score,
            "sure": hit.sure,
        }
        for hit in found.hits
    ]
    lines = [f"{hit.item_id}  {hit.name}  {hit.department or ''} {hit.tag}" for hit in found.hits]
    out.document(hits, "\n".join(line.rstrip() for line in lines) or "nothing was found")
    return 0


def _show(args: argparse.Namespace, out: Output) -> int:
    with _opened(args, out) as (directory, _):
        item = _item(directory, args.item_id)
    out.document(to_json(item))
    return 0


def _form(args: argparse.Namespace, out: Output) -> int:
    from kiosk.forms.bundle import form_document
    from kiosk.forms.examples import example, example_mandate
    from kiosk.forms.mandates import MANDATE_SCHEMA

    with _opened(args, out) as (directory, _):
        item = _item(directory, args.item_id)
        if args.mandate_schema:
            out.document(MANDATE_SCHEMA)
        elif args.example_mandate:
            out.document(example_mandate(item))
        else:
            definition = directory.form(item.form_id, item)
            out.document(
                example(item, definition, divisions=directory.divisions)
                if args.example
                else form_document(item, definition)
            )
    return 0


def _item(directory: Directory, item_id: str) -> ServiceItem:
    try:
        return directory.item(item_id)
    except InputProblem as problem:
        raise InputProblem(
            problem.code, f"{problem.message}; kiosk directory search finds items", path=item_id
        ) from problem


@contextlib.contextmanager
def _opened(args: argparse.Namespace, out: Output) -> Iterator[tuple[Directory, str]]:
    """The station's directory and division; without a station the bundled one and no division."""
    home = Home(args.home)
    with contextlib.ExitStack() as stack:
        if home.exists():
            division = home.settings().station.division
            try:
                directory = stack.enter_context(Directory.open(home.directory_db))
            except EnvironmentProblem as problem:
                out.note(f"{problem.message}; answered from the bundled directory")
            else:
                yield directory, division
                return
        else:
            division = ""
        path = stack.enter_context(bundled_directory())
        yield stack.enter_context(Directory.open(path)), division
