"""``kiosk init``: set a station up, off line.

Rules: every step may be repeated; ``settings.json`` is written last, so a home that has it is
complete; a station belongs to one fleet for ever (the same TUF root: the address may change,
another root is refused); without options it becomes the demonstration station of a village that
does not exist; ``--rebuild`` is the only road to a new casebook, and it adopts the sealed packages.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kiosk.domain.problems import InputProblem
from kiosk.main.clock import SystemClock
from kiosk.main.output import Output
from kiosk.main.parsing import Commands
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook
from kiosk.store.chores import copy_again
from kiosk.store.directory import install_bundled
from kiosk.store.home import Home, Settings, Station
from kiosk.store.keys import create_device, load_device
from kiosk.store.recovery import rebuild, sweep
from kiosk.store.salvage import Salvaged
from kiosk.store.second_copy import SecondCopies
from sync.protocol.trust import MAX_TRUST, Trust

DEMONSTRATION: Final = Settings(
    station=Station(
        code="demo-changtan",
        name="长滩村便民服务站（演示）",
        division="445222990201",
        place="揭阳市揭西县长滩村（演示）",
        hours="周一到周五 8:30–12:00，14:30–17:30",
    ),
    demo=True,
)
"""A village that does not exist, in a county that does: local items are found, nobody is meant."""

_STATION_OPTIONS: Final = ("code", "name", "division", "place", "phone", "hours")
_DIVISION_LENGTHS: Final = (2, 4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class _Platform:
    """What the technician handed over, checked."""

    trust: Trust | None
    url: str | None


def register(commands: Commands) -> None:
    """Add ``kiosk init``."""
    parser = commands.add_parser("init", help="set up a station; may be repeated")
    parser.add_argument("--platform", metavar="URL", help="address of the provincial platform")
    parser.add_argument("--trust", type=Path, metavar="FILE", help="the platform's trust file")
    parser.add_argument("--code", help="the station's code (letters, digits, hyphens)")
    parser.add_argument("--name", help="the station's name, as on slips")
    parser.add_argument("--division", help="code of the division that it stands in")
    parser.add_argument("--place", help="where it stands, in words")
    parser.add_argument("--phone", help="the station's telephone number")
    parser.add_argument("--hours", help="when somebody is there, in the words of the help page")
    parser.add_argument(
        "--second-path",
        metavar="DIR",
        help="keep a second copy of every package there (another disk); empty: nowhere",
    )
    parser.add_argument(
        "--rebuild",
        action="store_true",
        help="put a lost or damaged casebook aside and begin a new one from what can be read of "
        "it and from the sealed packages",
    )
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace, out: Output) -> int:
    """Set up, or change the address of, one station."""
    home = Home(args.home)
    before = home.settings() if home.exists() else None
    platform = _platform(args, home)
    settings = _settings(args, before or DEMONSTRATION, platform)
    home.create()
    device = create_device(home) if before is None else load_device(home)
    if args.second_path is not None:
        settings = replace(settings, second_path=_second_path(home, args.second_path, out))
    with _casebook(home, before, out, wanted=args.rebuild) as casebook:
        swept = sweep(casebook, device)
        if platform.trust is not None:
            home.save_trust(platform.trust.as_bytes())
        install_bundled(home)
        if settings != before:
            _record(casebook, first=before is None)
            home.save_settings(settings)
        behind = copy_again(casebook).problem
    if behind is not None:
        out.note(f"kiosk: {behind.message} ({behind.code})")
    if swept.quarantined:
        out.note(f"{len(swept.quarantined)} files that no row names are in {home.quarantine}")
    trust = home.trust_bytes()
    document = {
        "home": str(home.path),
        "terminal": device.terminal,
        "station": settings.station.name,
        "platform_url": settings.platform_url,
        "root": Trust.parse(trust).root_digest if trust is not None else None,
        "demo": settings.demo,
        "adopted": len(swept.adopted),
    }
    out.document(document, f"{settings.station.name}: {home.path} ({device.terminal})")
    return 0


def check_url(url: str) -> str:
    """The address of a platform, without a slash at its end.

    Raises:
        InputProblem: not an http(s) address with a host and nothing that does not belong there.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _bad_url(url) from error
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    printable = url.isascii() and url.isprintable() and " " not in url
    usable = parts.scheme in {"http", "https"} and parts.hostname and port != 0
    if not (usable and plain and printable):
        raise _bad_url(url)
    return url.rstrip("/")


def _bad_url(url: str) -> InputProblem:
    return InputProblem(
        "bad-url", f"{url!r} is not the address of a platform (https://host[:port])", path="/url"
    )


def _platform(args: argparse.Namespace, home: Home) -> _Platform:
    url = None if args.platform is None else check_url(args.platform)
    adopted = home.trust_bytes()
    if args.trust is None:
        if url is not None and adopted is None:
            raise InputProblem("usage", "--platform needs --trust: no trust file was adopted yet")
        return _Platform(None, url)
    trust = _read_trust(args.trust)
    if adopted is not None and Trust.parse(adopted).root_digest != trust.root_digest:
        raise InputProblem(
            "other-root",
            "this station belongs to another fleet (the trust file has another root); "
            "use a new --home",
            path=str(args.trust),
        )
    if url is None and trust.url:
        url = check_url(trust.url)
    return _Platform(trust, url)


def _read_trust(path: Path) -> Trust:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TRUST + 1)
    except OSError as error:
        raise InputProblem(
            "cannot-read", f"the trust file cannot be read: {error.strerror}", path=str(path)
        ) from error
    try:
        return Trust.parse(data)
    except InputProblem as problem:
        where = f"{path}#{problem.path}" if problem.path else str(path)
        raise InputProblem(problem.code, problem.message, path=where) from problem


def _settings(args: argparse.Namespace, before: Settings, platform: _Platform) -> Settings:
    given = {name: getattr(args, name) for name in _STATION_OPTIONS}
    changed = {name: value.strip() for name, value in given.items() if value is not None}
    url = before.platform_url if platform.url is None else platform.url
    if not changed:
        return replace(before, platform_url=url)
    if before.demo and not {"name", "division"} <= changed.keys():
        raise InputProblem("usage", "a station of its own needs --name and --division")
    old = Station(code="", name="", division="") if before.demo else before.station
    station = replace(old, **changed)
    if not station.code:
        station = replace(station, code=f"S{station.division}")
    _check_station(station)
    return replace(before, station=station, platform_url=url, demo=False)


def _second_path(home: Home, named: str, out: Output) -> str:
    """The checked path of the second copies; its folder is made now, and never again."""
    if not named:
        return ""
    medium = Path(named).absolute()
    SecondCopies(home, medium).prepare()
    if medium.stat().st_dev == home.path.stat().st_dev:
        out.note(f"{medium} is on the same disk as {home.path}; a second copy wants another one")
    return str(medium)


def _check_station(station: Station) -> None:
    if not station.code.isascii() or not station.code.replace("-", "").isalnum():
        raise InputProblem("bad-code", "--code takes letters, digits and hyphens", path="/code")
    if not station.name or not station.name.isprintable():
        raise InputProblem("bad-name", "--name must not be empty", path="/name")
    division = station.division
    digits = division.isascii() and division.isdigit()
    if not digits or len(division) not in _DIVISION_LENGTHS or not division.startswith("44"):
        raise InputProblem(
            "bad-division",
            "--division takes the code of a division of Guangdong (2 to 12 digits, 44…)",
            path="/division",
        )


def _casebook(home: Home, before: Settings | None, out: Output, *, wanted: bool) -> Casebook:
    clock = SystemClock()
    if wanted:
        return rebuild(home, clock, lambda found: _tell_salvaged(found, out))
    fresh = before is None and not any(home.packages.iterdir())
    return Casebook.create(home, clock) if fresh else Casebook.open(home, clock)


def _tell_salvaged(found: Salvaged, out: Output) -> None:
    torn = f"; not all of {', '.join(sorted(found.torn))} could be read" if found.torn else ""
    out.note(f"{found.submissions} submissions were kept from the old casebook{torn}")


def _record(casebook: Casebook, *, first: bool) -> None:
    event = AuditEvent.STATION_SET_UP if first else AuditEvent.STATION_CHANGED
    with casebook.write() as tx:
        Audit(casebook).record(tx, event, at=casebook.clock.now())
