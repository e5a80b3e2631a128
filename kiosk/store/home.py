"""The home of a station: its paths, its settings, its locks.

Rules: everything a station keeps stands below one folder (0700, files 0600); settings are one
frozen dataclass, read strictly (an unknown or mistyped member is told with file, path and reason)
and written atomically; a folder that was never set up is told as ``no-home``; one whose station
moved to another machine gives no lock any more, so nobody saves or sends from there.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.store.files import disk, make_private, write_durably
from kiosk.store.locks import WAIT, locked

LEAST_FREE: Final = 64 * 1024 * 1024
"""Bytes that stay free, so that what is owed can still be sent and recorded."""

_MAX_SETTINGS: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Station:
    """The place 站点. ``division`` is the code (2 to 12 digits) of the division it stands in.

    ``hours`` is when somebody is there, in the station's own words; empty: nobody wrote it down.
    """

    code: str
    name: str
    division: str
    place: str = ""
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """``settings.json``.

    ``platform_url`` is empty until the station belongs to a platform; ``demo`` puts the 演示 ribbon
    on every screen and slip; ``draft_keys`` names the tmpfs folder for keys of open drafts (empty:
    chosen by :mod:`kiosk.store.drafts`); ``second_path`` is where :mod:`kiosk.store.second_copy`
    keeps a second copy of every package (empty: nowhere). ``filings_per_hour``: after so many of
    people who did not sign in, staff is asked for (0: never; never in a demonstration).
    """

    station: Station
    platform_url: str = ""
    demo: bool = False
    draft_keys: str = ""
    second_path: str = ""
    filings_per_hour: int = 20


class Home:
    """Paths and locks of one station's folder.

    Args:
        path: the folder; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.settings_file = self.path / "settings.json"
        self.trust_file = self.path / "trust.json"
        self.keys = self.path / "keys"
        self.casebook = self.path / "casebook.db"
        self.directory = self.path / "directory"
        self.directory_db = self.directory / "directory.db"
        self.packages = self.path / "packages"
        self.quarantine = self.path / "quarantine"
        self.drafts = self.path / "drafts"
        self.help = self.path / "help"
        self.ballast = self.path / "ballast"
        self.moved_file = self.path / "moved.json"
        self.witness = self.path / "committed"

    def __repr__(self) -> str:
        return f"Home({str(self.path)!r})"

    @property
    def name(self) -> str:
        """A short stable name of this folder, for things that live outside it (tmpfs)."""
        import hashlib  # OpenSSL: milliseconds that the first frame need not wait for

        return hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]

    def exists(self) -> bool:
        """Whether ``kiosk init`` has finished here once."""
        return self.settings_file.is_file()

    def require(self) -> Home:
        """This home, if it was set up.

        Raises:
            EnvironmentProblem: ``no-home``.
        """
        if not self.exists():
            raise EnvironmentProblem(
                "no-home", f"{self.path} is not a station yet; run kiosk init", path=str(self.path)
            )
        return self

    def require_here(self) -> Home:
        """This home, if its station was not moved to another machine.

        Raises:
            EnvironmentProblem: ``moved-away``.
        """
        if self.moved_file.exists():
            raise EnvironmentProblem(
                "moved-away",
                f"the station of {self.path} was moved to another machine and neither saves nor "
                "sends here any more; use that machine, or see kiosk move --help",
                path=str(self.moved_file),
            )
        return self

    def create(self) -> None:
        """Make the folders."""
        for folder in (
            self.path,
            self.keys,
            self.directory,
            self.packages,
            self.quarantine,
            self.drafts,
        ):
            make_private(folder)

    def settings(self) -> Settings:
        """Read ``settings.json``.

        Raises:
            EnvironmentProblem: no station here, or the file cannot be read.
            InputProblem: the file is malformed; ``path`` names file and member.
        """
        self.require()
        with disk(self.settings_file):
            return parse_settings(self.settings_file.read_bytes())

    def save_settings(self, settings: Settings) -> None:
        """Write ``settings.json`` atomically."""
        text = json.dumps(dataclasses.asdict(settings), ensure_ascii=False, indent=2)
        write_durably(self.settings_file, text.encode() + b"\n")

    def trust_bytes(self) -> bytes | None:
        """The adopted trust file, if any."""
        with disk(self.trust_file):
            return self.trust_file.read_bytes() if self.trust_file.exists() else None

    def save_trust(self, data: bytes) -> None:
        """Adopt a trust file (checked by the caller)."""
        write_durably(self.trust_file, data)

    def free_bytes(self) -> int:
        """Bytes free on the disk of this home."""
        with disk(self.path):
            return shutil.disk_usage(self.path).free

    def require_space(self, size: int) -> None:
        """Refuse, before anything is promised, what would fill the disk.

        Raises:
            EnvironmentProblem: ``disk-full``.
        """
        if self.free_bytes() < size + LEAST_FREE:
            raise EnvironmentProblem(
                "disk-full",
                f"the disk of {self.path} has too little space left; free some, then try again",
                path=str(self.path),
            )

    @contextmanager
    def sync_lock(self, *, wait: float = WAIT) -> Iterator[None]:
        """Held by whoever sends."""
        with locked(
            self.path / "sync.lock",
            wait=wait,
            message="another process is exchanging with the platform; try again when it is done",
        ):
            self.require_here()
            yield

    @contextmanager
    def ui_lock(self) -> Iterator[None]:
        """Held by the one window; a second one is told at once."""
        with locked(
            self.path / "ui.lock",
            wait=0,
            code="already-open",
            message="the window of this station is already open",
        ):
            self.require_here()
            yield

    @contextmanager
    def home_lock(self, *, wait: float = WAIT, shared: bool = False) -> Iterator[None]:
        """Shared around "package, then row"; exclusive around sweeping and migrating."""
        with locked(
            self.path / "home.lock",
            wait=wait,
            shared=shared,
            message="another process is working on this station's files; try again in a moment",
        ):
            self.require_here()
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """All locks at once, also where the station was moved away: nobody works here meanwhile."""
        names = ("ui.lock", "sync.lock", "home.lock")
        message = "this station is in use; close its window and stop kiosk sync run first"
        with ExitStack() as held:
            for name in names:
                held.enter_context(locked(self.path / name, wait=1.0, message=message))
            yield


def parse_settings(data: bytes) -> Settings:
    """Read the text of ``settings.json``.

    Raises:
        InputProblem: malformed; ``path`` is ``settings.json#`` and the JSON Pointer of the fault.
    """
    if len(data) > _MAX_SETTINGS:
        raise _bad("", f"has {len(data)} bytes; at most {_MAX_SETTINGS} are allowed")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _bad("", f"is not valid JSON ({error})") from error
    members = _members(document, "", Settings, {"station": dict})
    station = _members(members.pop("station"), "/station", Station, {})
    division = cast("str", station["division"])
    if not (division.isascii() and division.isdigit() and len(division) in (2, 4, 6, 9, 12)):
        raise _bad("/station/division", "must be a division code of 2, 4, 6, 9 or 12 digits")
    return Settings(
        station=Station(**cast("dict[str, str]", station)),
        platform_url=cast("str", members["platform_url"]),
        demo=cast("bool", members["demo"]),
        draft_keys=cast("str", members["draft_keys"]),
        second_path=cast("str", members["second_path"]),
        filings_per_hour=max(0, cast("int", members["filings_per_hour"])),
    )


def _members(
    value: object, at: str, shape: type[Settings | Station], types: dict[str, type]
) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _bad(at, "must be an object")
    fields = {field.name: field for field in dataclasses.fields(shape)}
    for name in value:
        if name not in fields:
            raise _bad(f"{at}/{name}", "is not a known setting")
    result: dict[str, object] = {}
    for name, field in fields.items():
        missing = field.default is dataclasses.MISSING
        if name not in value and missing:
            raise _bad(f"{at}/{name}", "is missing")
        found = value.get(name, field.default)
        wanted = types.get(name) or _TYPES.get(field.type, str)
        if not isinstance(found, wanted) or (wanted is int and isinstance(found, bool)):
            raise _bad(f"{at}/{name}", f"must be {_KINDS[wanted]}")
        if wanted is str and missing and not found:
            raise _bad(f"{at}/{name}", "must not be empty")
        result[name] = found
    return result


_TYPES: Final[dict[object, type]] = {"bool": bool, "int": int}
_KINDS: Final = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    dict: "an object",
}


def _bad(pointer: str, reason: str) -> InputProblem:
    where = f"settings.json {pointer}".rstrip()
    return InputProblem("bad-settings", f"{where} {reason}", path=f"settings.json#{pointer}")
