"""The world of the demonstration: one station, one platform, a line between them, a power cord.

Rules: the station's commands run in this process by the same road as at a shell, except those that
are to be killed; the platform is always a process of its own and keeps its address when it comes
back.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from kiosk.domain.problems import EnvironmentProblem, Problem
from kiosk.main.demonstration import prepare_station, reference_platform
from kiosk.main.output import Output
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from kiosk.store.packages import Packages, verified

_COMMAND_SECONDS: Final = 120.0


class World:
    """A station and a platform in one folder.

    Args:
        folder: empty; everything stands in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "station"
        self.data = folder / "platform"
        self._port = 0

    def found(self) -> None:
        """Publish the directory, set the station up, and switch the platform off again."""
        with reference_platform(self.data) as platform:
            self._port = urlsplit(platform.url).port or 0
            prepare_station(self.home, platform)

    @contextlib.contextmanager
    def platform(self, *options: str) -> Iterator[None]:
        """The platform is up, with ``options`` of ``serve``."""
        with reference_platform(self.data, ("--port", str(self._port), *options)):
            yield

    # -- commands -------------------------------------------------------------------------------

    def kiosk(self, *words: str | Path) -> Any:  # noqa: ANN401 -- the command's document
        """Run ``kiosk --json …`` on the station; its document.

        Raises:
            Problem: as the command.
        """
        return self.kiosk_status(*words)[1]

    def kiosk_status(self, *words: str | Path) -> tuple[int, Any]:
        """The same with the exit status."""
        from kiosk.main.cli import build_parser

        said = io.StringIO()
        out = Output(as_json=True, stdout=said, stderr=io.StringIO())
        args = build_parser(str(words[0])).parse_args(
            ["--home", str(self.home), "--json", *map(str, words)]
        )
        status: int = args.handler(args, out)
        return status, json.loads(said.getvalue())

    def kiosk_process(self, *words: str | Path) -> subprocess.Popen[bytes]:
        """Start ``kiosk`` as a process of its own, to be killed or waited for."""
        return subprocess.Popen(  # noqa: S603 -- our own program, no shell
            [sys.executable, "-m", "kiosk", "--home", str(self.home), "--json", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def office(self, *words: str) -> Any:  # noqa: ANN401 -- the command's document
        """Run a command of the platform's office; its document.

        Raises:
            EnvironmentProblem: it failed.
        """
        done = subprocess.run(  # noqa: S603 -- our own program, no shell
            [sys.executable, "-m", "sync.platform", words[0], "--data", str(self.data), *words[1:]],
            capture_output=True,
            check=False,
            text=True,
            timeout=_COMMAND_SECONDS,
        )
        if done.returncode:
            raise EnvironmentProblem("office", f"the office said: {done.stderr.strip()}")
        return json.loads(done.stdout)

    # -- looking --------------------------------------------------------------------------------

    def queue(self) -> list[dict[str, Any]]:
        """What the station holds, oldest first."""
        return list(self.kiosk("queue", "list"))

    def one(self, submission: str) -> dict[str, Any]:
        """One submission with its history."""
        return dict(self.kiosk("queue", "show", submission))

    def cases(self) -> dict[str, dict[str, Any]]:
        """What the platform holds, by submission."""
        return {one["submission_id"]: one for one in self.office("cases", "--json")}

    def packages(self) -> set[str]:
        """Names of the files in the packages folder."""
        return {path.name for path in Home(self.home).packages.iterdir()}

    def halves(self) -> list[str]:
        """Submissions of which something is missing: a row without its whole, signed package."""
        home = Home(self.home)
        key = load_device(home).signing.public
        kept = Packages(home)
        found = []
        for row in self.queue():
            submission = UUID(row["id"])
            try:
                verified(kept.read(submission), submission, key)
            except Problem as problem:
                found.append(f"{row['id']}: {problem.code}")
        return found
