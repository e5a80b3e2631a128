"""Moving a station to another machine, so that it never lives on two.

Rules:

* The old home is fenced before the first byte is copied: it gives no lock any more, so it neither
  saves nor sends. Only then is the crate filled, read back and compared; then the old home lets go
  for good; then the crate is marked ready. Broken off anywhere, the same command goes on.
* Until the old home has let go, and only until then, the move can be called off: no crate that is
  ready exists yet.
* The new home takes everything, checks it (digests, casebook, audit trail, a package for every
  owed row), and is a station only with its last step, ``settings.json``.
* Terminal id and keys travel along: to the platform it is the same terminal, with the same ids.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.domain.clock import Clock, to_text
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.sealing.canonical import JsonObject
from kiosk.store.audit import Audit, AuditEvent
from kiosk.store.casebook import Casebook
from kiosk.store.crate import (
    LIST,
    READY,
    TAKEN,
    Crate,
    PackingList,
    listed_file,
    read_note,
    write_note,
)
from kiosk.store.files import (
    PRIVATE_FILE,
    SEALED_FILE,
    TEMPORARY,
    Arriving,
    disk,
    fsync_folder,
    make_durable_again,
    make_private,
    remove_durably,
)
from kiosk.store.home import Home, parse_settings
from kiosk.store.keys import load_casebook_key, load_device
from kiosk.store.outbox import Outbox
from kiosk.store.packages import SUFFIX, Packages
from kiosk.store.recovery import sweep
from kiosk.store.sqlite import connect

_CASEBOOK: Final = "casebook.db"
_SETTINGS: Final = "settings.json"
_SECRET_FILES: Final = (_SETTINGS, "trust.json")
_ARRIVING: Final = "arriving.json"
_LEAVING: Final = "leaving"
_LEFT: Final = "left"


@dataclass(frozen=True, slots=True)
class Moved:
    """A station that was packed or unpacked."""

    terminal: str
    folder: Path
    files: int
    packages: int


def move_out(
    home: Home, clock: Clock, place: Path, passphrase: str, *, again: bool = False
) -> Moved:
    """Pack the station and let go of it.

    Args:
        home: of the old machine.
        clock: its clock.
        place: where the crate is to stand.
        passphrase: opens the crate.
        again: the first crate was lost before it was unpacked; somebody answers for that.

    Raises:
        EnvironmentProblem: in use, a package is missing, the disk or the crate's disk refused, or
            it has let go already and another crate was asked for (``moved-away``).
    """
    device = load_device(home)
    crate = Crate.at(place.absolute(), device.terminal)
    if not home.moved_file.exists():
        _refuse_incomplete(home, clock)
    with home.alone():
        state = read_note(home.moved_file) or _fence(home, clock)
        done = state["state"] == _LEFT
        if done and not again and state["crate"] != str(crate.folder):
            raise EnvironmentProblem(
                "moved-away",
                f"this station left in {state['crate']}; unpack that crate. Only if it is lost and "
                "was never unpacked, pack another one with --again",
                path=str(home.moved_file),
            )
        if not done or crate.note(READY) is None:
            digest = _pack(home, crate, str(state["move"]), device.terminal, passphrase)
            # From here on only the crate is the station.
            write_note(home.moved_file, state | {"state": _LEFT, "crate": str(crate.folder)})
            write_note(crate.path(READY), {"move": state["move"], "list": digest})
        names = [path.name for path in crate.folder.rglob("*") if path.is_file()]
    return Moved(device.terminal, crate.folder, len(names), _packages(names))


def call_off(home: Home, clock: Clock) -> None:
    """Take the station back, as long as it has not let go.

    Raises:
        InputProblem: nothing was begun.
        EnvironmentProblem: it has let go (``moved-away``).
    """
    with home.alone():
        state = read_note(home.moved_file)
        if state is None:
            raise InputProblem("not-moving", f"the station of {home.path} is not being moved")
        if state["state"] != _LEAVING:
            home.require_here()
        remove_durably(home.moved_file)
    with Casebook.open(home, clock) as casebook, casebook.write() as tx:
        Audit(casebook).record(tx, AuditEvent.MOVE_CALLED_OFF, at=clock.now())


def move_in(home: Home, clock: Clock, place: Path, passphrase: str) -> Moved:
    """Unpack a station into an empty home.

    Raises:
        InputProblem: no crate, a wrong passphrase, or a crate that was tampered with.
        EnvironmentProblem: the home is in use, the crate is not ready or was unpacked elsewhere,
            the disk refused, or the station in it is damaged.
    """
    crate = Crate.found_in(place.absolute())
    make_private(home.path)
    with home.alone():
        ready = crate.note(READY)
        if ready is None:
            raise EnvironmentProblem(
                "crate-not-ready",
                f"{crate.folder} is not complete; run kiosk move out again on the old machine",
                path=str(crate.folder),
            )
        _refuse_used(home, str(ready["move"]))
        content, digest = crate.open(passphrase)
        if (digest, content.move) != (ready["list"], ready["move"]):
            raise InputProblem("bad-crate", f"{crate.folder} holds parts of different moves")
        _take(home, crate, content.move)
        if not home.exists():
            _unpack(home, crate, content)
    if not home.exists():
        with Casebook.open(home, clock) as casebook:
            _look_over(home, casebook)
        home.save_settings(parse_settings(content.secrets[_SETTINGS]))
    remove_durably(home.path / _ARRIVING)
    return Moved(content.terminal, crate.folder, len(content.files), _packages(content.files))


def _packages(names: Iterable[str]) -> int:
    return sum(name.endswith(SUFFIX) and "quarantine" not in name for name in names)


def _refuse_incomplete(home: Home, clock: Clock) -> None:
    with Casebook.open(home, clock) as casebook:
        missing = sweep(casebook, load_device(home)).missing
        if missing:
            raise EnvironmentProblem(
                "package-missing",
                f"{len(missing)} packages that are owed are missing, first {missing[0]}; bring "
                "them back before the station moves",
            )


def _fence(home: Home, clock: Clock) -> JsonObject:
    with Casebook.open(home, clock) as casebook:
        Outbox(casebook).recover(clock.now())
        with casebook.write() as tx:
            Audit(casebook).record(tx, AuditEvent.STATION_LEFT, at=clock.now())
    state: JsonObject = {
        "move": secrets.token_hex(16),
        "state": _LEAVING,
        "at": to_text(clock.now()),
    }
    write_note(home.moved_file, state)
    return state


def _pack(home: Home, crate: Crate, move: str, terminal: str, passphrase: str) -> str:
    """Fill the crate and read it back; the digest of its list."""
    crate.make()
    remove_durably(crate.path(READY))
    if crate.note(TAKEN) is not None:
        remove_durably(crate.path(TAKEN))
    _copy_casebook(home, crate.path(_CASEBOOK))
    files = {_CASEBOOK: listed_file(crate.path(_CASEBOOK))}
    kept: dict[str, bytes] = {}
    for path in _files_of(home):
        name = path.relative_to(home.path).as_posix()
        if _is_secret(path, home):
            with disk(path):
                kept[name] = path.read_bytes()
            continue
        files[name] = listed_file(path)
        target = crate.path(name)
        if not target.is_file() or listed_file(target) != files[name]:
            _copy(path, target)
    content = PackingList(move, terminal, files, kept)
    for path in crate.leftovers(content):
        remove_durably(path)
    digest = crate.close(content, passphrase)
    differing = [*crate.differing(content)]
    if listed_file(crate.path(LIST)).sha256 != digest:
        differing.append(LIST)
    if differing:
        raise EnvironmentProblem(
            "crate-differs",
            f"{differing[0]} reads back otherwise than it was written; use another medium",
            path=str(crate.path(differing[0])),
        )
    return digest


def _files_of(home: Home) -> Iterator[Path]:
    """What travels beside the casebook: everything but locks, drafts, ballast and temporaries."""
    for folder in (home.keys, home.packages, home.quarantine, home.directory, home.help):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.endswith(TEMPORARY):
                yield path
    for name in _SECRET_FILES:
        if (home.path / name).exists():
            yield home.path / name


def _is_secret(path: Path, home: Home) -> bool:
    """Keys (also those put aside with an old casebook), settings and trust."""
    small = path.parent == home.path or path.name.startswith("casebook.key")
    return small or path.parent == home.keys


def _copy_casebook(home: Home, target: Path) -> None:
    """By the backup API, encrypted under the same key."""
    fresh = target.with_name(f".{target.name}{TEMPORARY}")
    with disk(target):
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=PRIVATE_FILE)
    key = load_casebook_key(home)
    source, copy = connect(home.casebook, key), connect(fresh, key, create=True)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    make_durable_again(fresh)
    with disk(target):
        fresh.replace(target)
        fsync_folder(target.parent)


def _copy(source: Path, target: Path) -> None:
    make_private(target.parent)
    with disk(source):
        data = source.read_bytes()
    mode = SEALED_FILE if source.suffix == SUFFIX else PRIVATE_FILE
    Arriving(target, data, mode).arrive()


def _refuse_used(home: Home, move: str) -> None:
    mine = read_note(home.path / _ARRIVING)
    if mine is not None and mine["move"] == move:
        return
    if home.exists() or home.casebook.exists() or home.moved_file.exists():
        raise EnvironmentProblem(
            "home-in-use",
            f"{home.path} already holds a station; unpack into a new --home",
            path=str(home.path),
        )


def _take(home: Home, crate: Crate, move: str) -> None:
    """Claim the crate for this home, before anything of it is used."""
    mine = read_note(home.path / _ARRIVING)
    if mine is None:
        mine = {"move": move, "token": secrets.token_hex(16)}
        write_note(home.path / _ARRIVING, mine)
    taken = crate.note(TAKEN)
    if taken is None:
        write_note(crate.path(TAKEN), {"token": mine["token"]})
    elif taken["token"] != mine["token"]:
        raise EnvironmentProblem(
            "already-unpacked",
            f"{crate.folder} was unpacked on another machine; a station lives in one place only",
            path=str(crate.folder),
        )


def _unpack(home: Home, crate: Crate, content: PackingList) -> None:
    home.create()
    for name, listed in content.files.items():
        target = home.path / name
        if target.is_file() and listed_file(target) == listed:
            continue
        for stale in (target, *_beside(target)):
            remove_durably(stale)
        if listed_file(crate.path(name)) != listed:
            raise InputProblem(
                "bad-crate", f"{name} is not what was packed", path=str(crate.path(name))
            )
        _copy(crate.path(name), target)
    for name, data in content.secrets.items():
        if name != _SETTINGS:
            make_private((home.path / name).parent)
            Arriving(home.path / name, data).arrive()


def _beside(path: Path) -> tuple[Path, ...]:
    """What SQLite keeps beside a database: of an earlier try here."""
    beside = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    return tuple(beside) if path.name == _CASEBOOK else ()


def _look_over(home: Home, casebook: Casebook) -> None:
    """Look at everything once more; then it is recorded that the station has come."""
    found = casebook.damage()
    packages = Packages(home)
    missing = [id_ for id_ in Outbox(casebook).owed(None) if not packages.exists(id_)]
    if found is not None or missing or not Audit(casebook).verify().ok:
        reason = found or (f"{missing[0]} is missing" if missing else "the audit trail is broken")
        raise EnvironmentProblem(
            "arrived-damaged", f"the station in {home.path} is not whole ({reason})"
        )
    with casebook.write() as tx:
        Audit(casebook).record(tx, AuditEvent.STATION_ARRIVED, at=casebook.clock.now())
