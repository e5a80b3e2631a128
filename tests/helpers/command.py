"""Run ``kiosk`` and the platform's commands as a person at a shell would: as processes."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.main.cli import main

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 120


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    stdout: str
    stderr: str

    def json(self) -> Any:  # noqa: ANN401 (whatever document the command prints)
        """The one document on stdout."""
        return json.loads(self.stdout)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child process: this checkout, offscreen."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONWARNINGS": "error",
        **(extra or {}),
    }


def run(arguments: Sequence[str | Path], *, module: str = "kiosk", **extra: str) -> Ran:
    """Run ``python -m module arguments`` to its end."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=environment(extra),
        text=True,
        timeout=TIMEOUT,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def run_here(arguments: Sequence[str | Path]) -> Ran:
    """Run ``kiosk arguments`` within this process: the same road without a new interpreter."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        status = main([*map(str, arguments)])
    return Ran(status, stdout.getvalue(), stderr.getvalue())


class Kiosk:
    """One station's home and the command line on it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str | Path) -> Ran:
        """Run ``kiosk --home … --json ARGUMENTS`` within this process."""
        return run_here(["--home", self.home, "--json", *arguments])

    def process(self, *arguments: str | Path) -> Ran:
        """The same as a process of its own."""
        return run(["--home", self.home, "--json", *arguments])

    def ok(self, *arguments: str | Path) -> Any:  # noqa: ANN401 (the command's document)
        """Run and demand exit 0; the document."""
        ran = self(*arguments)
        assert ran.status == 0, (arguments, ran)
        return ran.json()

    def refused(self, status: int, *arguments: str | Path) -> dict[str, str]:
        """Run and demand a failure; its error."""
        ran = self(*arguments)
        assert ran.status == status, (arguments, ran)
        error = ran.json()["error"]
        assert set(error) == {"code", "path", "message"}
        return dict(error)

    def example(self, item_id: str, folder: Path) -> Path:
        """The printed example of an item, as a file."""
        path = folder / f"{item_id}.json"
        path.write_text(
            json.dumps(self.ok("directory", "form", item_id, "--example")), encoding="utf-8"
        )
        return path
