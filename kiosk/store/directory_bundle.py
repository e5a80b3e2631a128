"""The directory that the program brings along.

Rules: the bundle is a full file like any other; it is built into ``directory.db`` at ``kiosk init``
and, for commands without a station, into the user's cache (one file per bundle; a cached file is
used only when it belongs to this user and says the same digest). It never replaces a directory that
works.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.directory_apply import Origin, build_full, facts

if TYPE_CHECKING:
    from kiosk.store.home import Home

_FILE: Final = "directory/bundle.jsonl.zst"
_FACTS: Final = "directory/bundle.json"
_ORIGIN: Final = Origin("bundled")


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What the bundle says of itself."""

    version: int
    published_at: str
    state_digest: str


def bundle_facts() -> BundleFacts:
    """The facts of the bundle that this program brings along."""
    return BundleFacts(**json.loads(resources.files("assets").joinpath(_FACTS).read_text("utf-8")))


def install_bundled(home: Home) -> bool:
    """Put the bundled directory into a home unless a usable one stands there.

    Returns:
        Whether it was put there.

    Raises:
        EnvironmentProblem: the disk refuses.
    """
    path = home.directory_db
    if facts(path) is not None:
        return False
    build_bundled(path)
    return True


def build_bundled(path: Path) -> None:
    """Build the bundled directory at ``path``, replacing what stands there.

    Raises:
        EnvironmentProblem: the disk refuses.
    """
    with resources.as_file(resources.files("assets").joinpath(_FILE)) as file:
        build_full(file, path, _ORIGIN)


@contextlib.contextmanager
def bundled_directory() -> Iterator[Path]:
    """A built bundled directory, for who has no station: cached, else made for the moment."""
    cached = _cached()
    if cached is not None:
        yield cached
        return
    with tempfile.TemporaryDirectory(prefix="jinban-") as folder:
        path = Path(folder) / "directory.db"
        build_bundled(path)
        yield path


def _cached() -> Path | None:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 (no home: unchanged, never an error)
    if not Path(base).is_absolute():
        return None
    digest = bundle_facts().state_digest
    path = Path(base) / "jinban" / f"directory-{digest[:16]}.db"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _ours(path.parent):
            return None
        found = facts(path)
        if found is None or found["state_digest"] != digest or not _ours(path):
            build_bundled(path)
    except (OSError, EnvironmentProblem):
        return None
    return path


def _ours(path: Path) -> bool:
    """Whether nobody else may write here."""
    found = path.lstat()
    writable = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return found.st_uid == os.getuid() and not writable and not stat.S_ISLNK(found.st_mode)
