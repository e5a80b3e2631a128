"""Bringing a newer directory to the station: signed, or not at all.

Rules:

* Trust comes from one root: that of the adopted trust file, else the one that the program brings
  along. Its metadata live in a folder of their own, so versions compare within one root; a root
  that was adopted may replace the bundled directory once, whatever its number.
* Any doubt keeps the directory that is there: unsigned, older, mixed, expired or endless data, a
  broken line, a full disk. Expiry blocks updating, never use.
* Time comes from the caller (proven time), never from the machine's clock alone.
* Damaged local metadata are thrown away and rebuilt from the root; ``floor``, kept elsewhere, still
  forbids going back.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeVar

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import TargetFile
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from kiosk.domain.problems import EnvironmentProblem, InputProblem, Problem
from kiosk.sealing.canonical import canonical, digest, parse_object
from kiosk.store.directory_apply import Announced, Origin, build_delta, build_full, facts
from kiosk.store.files import disk, make_private, remove_durably, write_durably
from kiosk.store.home import Home
from sync.protocol.trust import MAX_TRUST, PlatformKeys, Trust

COMMON: Final = "common"
PLATFORM: Final = "platform"
MAX_POINTER: Final = 256 * 1024
MAX_FILE: Final = 512 * 1024 * 1024
_PREFECTURE: Final = 4
_CONFIG: Final = "config.json"
_Read = TypeVar("_Read")
_DOUBTS: Final[dict[type[Exception], tuple[str, str]]] = {  # the first that fits
    ExpiredMetadataError: ("expired", "what is published has run out"),
    BadVersionNumberError: ("rollback", "older or mixed data were offered"),
    UnsignedMetadataError: ("unsigned", "the data are not signed by whom we trust"),
    LengthOrHashMismatchError: ("altered", "a file is not what was signed"),
    DownloadError: ("unreachable", "the directory could not be fetched"),
    RepositoryError: ("bad-metadata", "the signed data cannot be used"),
    OSError: ("disk-error", "the disk refused"),
}


class Outcome(StrEnum):
    """What became of an update."""

    UPDATED = "updated"
    CURRENT = "current"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """The outcome; ``reason`` is a code and ``detail`` a sentence when the old one was kept.

    ``version`` is the signed version that stands now (to raise the floor by); None when kept.
    """

    outcome: Outcome
    reason: str = ""
    detail: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class PlatformConfig:
    """The signed ``config.json``: where the platform is, its keys, and the parts it publishes."""

    url: str
    keys: PlatformKeys
    slices: tuple[str, ...]

    @classmethod
    def parse(cls, data: bytes) -> PlatformConfig:
        """Read it.

        Raises:
            InputProblem: malformed, or of a newer format.
        """
        document = parse_object(data, what="the platform's config", limit=MAX_POINTER)
        url, slices = document.get("url"), document.get("slices")
        if document.get("format") != 1 or not isinstance(url, str) or not isinstance(slices, list):
            raise InputProblem("bad-config", "the platform's config is of another format")
        keys = PlatformKeys.from_json(document.get("keys"))
        return cls(url, keys, tuple(str(code) for code in slices))


@dataclass(frozen=True, slots=True)
class _Delta:
    since: int
    version: int
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class _Pointer:
    """``current.json`` of a role."""

    version: int
    state_digest: str
    full: str
    full_size: int
    deltas: tuple[_Delta, ...]

    @classmethod
    def parse(cls, data: bytes) -> _Pointer:
        document: Any = json.loads(data)
        if document["format"] != 1:
            raise ValueError("a newer format")
        return cls(
            int(document["version"]),
            str(document["state_digest"]),
            str(document["full"]["path"]),
            int(document["full"]["size"]),
            tuple(
                _Delta(int(entry["from"]), int(entry["to"]), str(entry["path"]), int(entry["size"]))
                for entry in document["deltas"]
            ),
        )

    @property
    def announced(self) -> Announced:
        """What the files must lead to."""
        return self.version, self.state_digest

    def way_from(self, version: int) -> list[_Delta]:
        """The deltas that lead here, if they are no longer than the full file; else empty."""
        steps = {delta.since: delta for delta in self.deltas if delta.version > delta.since}
        way: list[_Delta] = []
        while version != self.version and version in steps:
            way.append(steps[version])
            version = way[-1].version
        whole = version == self.version and sum(step.size for step in way) <= self.full_size
        return way if whole else []


class DirectoryUpdater:
    """Updates one home.

    Args:
        home: the station.
        fetcher: how files are read.
        proven_time: the present as far as it is proven (never earlier than the time floor).
    """

    def __init__(
        self, home: Home, fetcher: FetcherInterface, proven_time: Callable[[], datetime]
    ) -> None:
        self._home = home
        self._fetcher = fetcher
        self._proven_time = proven_time

    def update(self, base: str, *, division: str = "", floor: int = 0) -> UpdateResult:
        """Look for a newer directory and take it.

        Args:
            base: URL of the TUF tree (``{platform}/tuf``, or ``file://`` of a stick).
            division: code of the station's division; chooses the part of the province.
            floor: the highest version ever used under the adopted root.
        """
        try:
            return self._update(base, division, floor)
        except Problem as problem:
            return UpdateResult(Outcome.KEPT, problem.code, problem.message)
        except (RepositoryError, DownloadError, OSError) as error:
            reason, words = next(told for kind, told in _DOUBTS.items() if isinstance(error, kind))
            return UpdateResult(Outcome.KEPT, reason, f"{words}: {error}")

    def _update(self, base: str, division: str, floor: int) -> UpdateResult:
        anchor = _anchor(self._home)
        root = digest(anchor)
        folder = self._home.directory / "tuf" / root[:16]
        self._forget_others(folder)
        session = self._refreshed(base, anchor, folder)
        config = session.read(_CONFIG, PlatformConfig.parse)
        self._keep_config(config)
        role = _role(config, division)
        pointer = session.read(f"{role}/current.json", _Pointer.parse)
        if pointer.version < floor:
            return UpdateResult(
                Outcome.KEPT, "rollback", f"version {pointer.version} is below {floor}, used before"
            )
        return self._take(session, pointer, Origin(PLATFORM, root), role)

    def _take(
        self, session: _Session, pointer: _Pointer, origin: Origin, role: str
    ) -> UpdateResult:
        target = self._home.directory_db
        here = facts(target) or {}
        ours = here.get("root") == origin.root and here.get("role") == role
        version = int(here["version"]) if ours else 0
        if ours and here["state_digest"] == pointer.state_digest and version == pointer.version:
            return UpdateResult(Outcome.CURRENT, version=version)
        if here.get("root") == origin.root and pointer.version < int(here["version"]):
            return UpdateResult(Outcome.KEPT, "rollback", "an older version was offered")
        way = pointer.way_from(version) if ours else []
        try:
            if not self._by_deltas(session, way, origin, pointer.announced):
                build_full(session.fetch(pointer.full), target, origin, pointer.announced)
        finally:
            session.clear()
        return UpdateResult(Outcome.UPDATED, version=pointer.version)

    def _by_deltas(
        self, session: _Session, way: list[_Delta], origin: Origin, announced: Announced
    ) -> bool:
        """Whether the deltas led to the signed state; if not, the full file is to be used."""
        if not way:
            return False
        target = self._home.directory_db
        files = [session.fetch(step.path) for step in way]
        try:
            build_delta(target, files, target, origin, announced)
        except InputProblem:
            return False
        except EnvironmentProblem as problem:
            if problem.code != "directory-damaged":
                raise
            return False
        return True

    def _refreshed(self, base: str, anchor: bytes, folder: Path) -> _Session:
        try:
            return self._session(base, anchor, folder)
        except OSError:
            # Something in our own folder is not as it was left; the root is enough to begin anew.
            shutil.rmtree(folder, ignore_errors=True)
            folder.unlink(missing_ok=True)
            return self._session(base, anchor, folder)

    def _session(self, base: str, anchor: bytes, folder: Path) -> _Session:
        make_private(folder.parent)
        make_private(folder)
        tree = Tree(f"{base.rstrip('/')}/metadata", f"{base.rstrip('/')}/targets", anchor)
        updater = refreshed(tree, folder, self._fetcher, self._proven_time())
        return _Session(updater, folder / "targets")

    def _forget_others(self, folder: Path) -> None:
        for other in folder.parent.glob("*") if folder.parent.is_dir() else ():
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def _keep_config(self, config: PlatformConfig) -> None:
        text = canonical(
            {
                "format": 1,
                "url": config.url,
                "keys": config.keys.as_json(),
                "slices": list(config.slices),
            }
        )
        path = self._home.directory / _CONFIG
        if not path.exists() or path.read_bytes() != text:
            write_durably(path, text)


@dataclass(frozen=True, slots=True)
class Tree:
    """A published tree: where its two parts are, and the root that it is checked against."""

    metadata: str
    targets: str
    anchor: bytes


def refreshed(tree: Tree, folder: Path, fetcher: FetcherInterface, moment: datetime) -> Updater:
    """python-tuf's updater as we use it, its metadata in ``folder`` fresh at ``moment``.

    Raises:
        RepositoryError, DownloadError, OSError: what is published or kept cannot be trusted.
    """
    updater = Updater(
        metadata_dir=str(folder),
        metadata_base_url=tree.metadata,
        target_base_url=tree.targets,
        fetcher=fetcher,
        config=UpdaterConfig(prefix_targets_with_hash=True),
        bootstrap=tree.anchor,
    )
    _set_reference_time(updater, moment)
    updater.refresh()
    return updater


class _Session:
    """A refreshed updater and where it puts files."""

    def __init__(self, updater: Updater, folder: Path) -> None:
        self._updater = updater
        self._folder = folder

    def read(self, path: str, parse: Callable[[bytes], _Read]) -> _Read:
        """A small signed file, parsed."""
        if self._info(path).length > MAX_POINTER:
            raise InputProblem("bad-directory", f"{path} is larger than it may be")
        file = self.fetch(path)
        try:
            with disk(file):
                return parse(file.read_bytes())
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputProblem("bad-directory", f"{path} is of another format") from error
        finally:
            remove_durably(file)

    def fetch(self, path: str) -> Path:
        """A signed file, downloaded and checked."""
        info = self._info(path)
        make_private(self._folder)
        file = self._folder / digest(path.encode())
        self._updater.download_target(info, str(file))
        return file

    def clear(self) -> None:
        """Remove what was downloaded."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _info(self, path: str) -> TargetFile:
        info = self._updater.get_targetinfo(path)
        if info is None:
            raise InputProblem("bad-directory", f"the platform publishes no {path}")
        if info.length > MAX_FILE:
            raise InputProblem("bad-directory", f"{path} is larger than it may be")
        return info


def known_config(home: Home) -> PlatformConfig | None:
    """The last signed config that was fetched, if any."""
    path = home.directory / _CONFIG
    try:
        return PlatformConfig.parse(path.read_bytes())
    except (OSError, InputProblem):
        return None


def known_platform_keys(home: Home) -> PlatformKeys | None:
    """The platform's keys by the last signed config, if any."""
    config = known_config(home)
    return None if config is None else config.keys


def _anchor(home: Home) -> bytes:
    """The root that everything is checked against: the adopted one, else the bundled one."""
    adopted = home.trust_bytes()
    if adopted is not None:
        return canonical(Trust.parse(adopted).root)
    bundled = resources.files("assets").joinpath("tuf/root.json").read_bytes()
    return canonical(parse_object(bundled, what="the bundled root", limit=MAX_TRUST))


def _role(config: PlatformConfig, division: str) -> str:
    prefecture = division[:_PREFECTURE]
    return f"d-{prefecture}" if prefecture in config.slices else COMMON


def _set_reference_time(updater: Updater, moment: datetime) -> None:
    """The one place where python-tuf is told what time it is (it has no public way)."""
    updater._trusted_set.reference_time = moment  # noqa: SLF001 (see above)
