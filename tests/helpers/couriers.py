"""A station, a platform and a stick between them; nothing else: no line, no server."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.sealing.package import parse
from kiosk.store.packages import Packages
from sync.bundle import layout
from sync.bundle.layout import BundleManifest, BundleName
from sync.platform.secrets import PlatformSecrets
from tests.helpers.command import Kiosk
from tests.helpers.platform_process import publish_catalogue, run_here
from tests.helpers.sync_station import SyncStation, station

_SHUTDOWN = 0x8004587D  # FS_IOC_SHUTDOWN
_NO_LOG_FLUSH = struct.pack("I", 2)


@dataclass(frozen=True)
class Desk:
    """The platform's end: its commands on a stick."""

    data: Path

    @property
    def secrets(self) -> PlatformSecrets:
        return PlatformSecrets.load_or_create(self.data)

    def take(self, stick: Path, *more: str, status: int = 0) -> Any:  # noqa: ANN401 (a document)
        """``courier import``: its document, or what it says on stderr with status 2 and 3."""
        return self._run("import", stick, more, status)

    def give(self, stick: Path, *more: str, status: int = 0) -> Any:  # noqa: ANN401 (a document)
        """``courier export``."""
        return self._run("export", stick, more, status)

    def cases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(run_here(["cases", "--json"], self.data))
        return found

    def decide(self, case: object, decision: str, *more: str) -> None:
        run_here(["decide", str(case), decision, *more], self.data)

    def _run(self, way: str, stick: Path, more: tuple[str, ...], status: int) -> Any:  # noqa: ANN401
        import contextlib
        import io

        from sync.platform.__main__ import main

        said, told = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
            found = main(["courier", way, str(stick), "--data", str(self.data), *more])
        assert found == status, (found, said.getvalue(), told.getvalue())
        return json.loads(said.getvalue()) if said.getvalue() else told.getvalue()


@dataclass(frozen=True)
class Village:
    """A station that never has a line."""

    site: SyncStation
    kiosk: Kiosk

    def export(self, stick: Path) -> Any:  # noqa: ANN401 (a document)
        return self.kiosk.ok("courier", "export", stick)

    def import_(self, stick: Path) -> Any:  # noqa: ANN401 (a document)
        return self.kiosk.ok("courier", "import", stick)

    def round(self, stick: Path, desk: Desk) -> Any:  # noqa: ANN401 (a document)
        """Out, taken, answered, home."""
        self.export(stick)
        desk.take(stick)
        desk.give(stick)
        return self.import_(stick)


@contextmanager
def village(folder: Path, desk: Desk) -> Iterator[Village]:
    """A station of that platform."""
    secrets = desk.secrets
    with station(folder, secrets.public, secrets.fleet_code) as site:
        yield Village(site, Kiosk(folder))


def new_desk(folder: Path) -> Desk:
    """A platform that has published and never served."""
    publish_catalogue(folder)
    desk = Desk(folder)
    assert desk.secrets
    return desk


def bundles(stick: Path) -> list[tuple[Path, BundleManifest]]:
    """The complete bundles on a stick, proven."""
    found = []
    for folder in sorted(stick.iterdir()):
        name = BundleName.parse(folder.name)
        if name is not None and (folder / layout.MANIFEST).exists():
            data = (folder / layout.MANIFEST).read_bytes()
            found.append((folder, BundleManifest.parse(name, data)))
    return found


def is_whole(stick: Path, home: Path) -> bool:
    """Whether every bundle with a manifest holds exactly what the station's packages are."""
    for folder, manifest in bundles(stick):
        for identity, entry in manifest.packages:
            data = (folder / entry.name).read_bytes()
            if parse(data).head.id != identity:
                return False
            if data != (home / "packages" / entry.name).read_bytes():
                return False
    return True


def sizes(site: SyncStation) -> int:
    """Bytes of all packages of a station."""
    return sum(path.stat().st_size for path, _ in Packages(site.home).files())


@contextmanager
def mounted(point: Path, *arguments: str) -> Iterator[Path]:
    """Mount something for the block; skips where that is not possible."""
    if os.geteuid() != 0:
        pytest.skip("not runnable here: mounting needs root")
    point.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", *arguments, str(point)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"not runnable here: {done.stderr.strip()}")
    try:
        yield point
    finally:
        subprocess.run(["umount", str(point)], check=True)


def ext4_stick(image: Path, megabytes: int) -> None:
    """An ext4 file system in a file; skips where it cannot be made."""
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("not runnable here: mkfs.ext4 is missing")
    with image.open("wb") as file:
        file.truncate(megabytes * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)


def pull(point: Path) -> None:
    """Cut a mounted ext4 off at once, as pulling the stick does."""
    handle = os.open(point, os.O_RDONLY)
    try:
        fcntl.ioctl(handle, _SHUTDOWN, _NO_LOG_FLUSH)
    finally:
        os.close(handle)
