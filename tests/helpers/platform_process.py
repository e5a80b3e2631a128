"""The reference platform as a real process, for every test that needs one.

``with platform(folder) as served:`` starts ``python -m sync.platform serve``, waits for its
first line and ends it with SIGTERM. ``served.kill()`` is a power cut; entering ``platform`` again
with the same folder is the restart.
"""

from __future__ import annotations

import io
import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.platform.__main__ import main
from sync.platform.catalogue import PublishedItem, record
from sync.platform.secrets import PlatformSecrets
from sync.protocol.trust import PlatformKeys

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(slots=True)
class PlatformProcess:
    """A running platform."""

    url: str
    data_dir: Path
    process: subprocess.Popen[str]

    @property
    def keys(self) -> PlatformKeys:
        """Its public keys."""
        return PlatformSecrets.load_or_create(self.data_dir).public

    @property
    def fleet_code(self) -> str:
        """Its fleet code."""
        return PlatformSecrets.load_or_create(self.data_dir).fleet_code

    def kill(self) -> None:
        """SIGKILL, as a power cut."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM.

        Returns:
            The exit status.
        """
        self.process.terminate()
        return self.process.wait(20)

    def cases(self) -> list[dict[str, Any]]:
        """What ``cases --json`` says."""
        found: list[dict[str, Any]] = json.loads(run_here(["cases", "--json"], self.data_dir))
        return found

    def case(self, submission_id: object) -> dict[str, Any]:
        """The one entry of a submission."""
        (entry,) = [case for case in self.cases() if case["submission_id"] == str(submission_id)]
        return entry

    def decide(self, case: object, decision: str, *arguments: str) -> dict[str, Any]:
        """Decide about a case."""
        answer: dict[str, Any] = json.loads(
            run_here(["decide", str(case), decision, *arguments], self.data_dir)
        )
        return answer


@contextmanager
def platform(
    data_dir: Path,
    *,
    faults: Sequence[str] = (),
    seed: int = 0,
    manual: bool = False,
    port: int = 0,
    extra: Sequence[str] = (),
) -> Iterator[PlatformProcess]:
    """A running platform on loopback; ended by SIGTERM unless it is gone already."""
    command = ["serve", "--port", str(port), "--seed", str(seed), *extra]
    for fault in faults:
        command += ["--fault", fault]
    if manual:
        command.append("--manual")
    with (
        (data_dir.parent / f"{data_dir.name}.stderr").open("a") as errors,
        subprocess.Popen(
            _command(command, data_dir),
            cwd=ROOT,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            url = json.loads(_first_line(process))["url"]
            yield PlatformProcess(url, data_dir, process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()


def run_platform(arguments: Sequence[str], data_dir: Path, *, status: int = 0) -> str:
    """Run another command of the platform to its end.

    Returns:
        Its stdout (its stderr, if a status other than 0 is expected).
    """
    done = subprocess.run(
        _command(arguments, data_dir),
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == status, (done.returncode, done.stderr)
    return done.stdout if status == 0 else done.stderr


def publish_catalogue(
    data_dir: Path,
    items: Mapping[str, str | None] | None = None,
    forms: Sequence[str] = ("generic",),
) -> None:
    """Let a platform know items (id → 实施编码) and forms in version 1, without a directory."""
    data_dir.mkdir(parents=True, exist_ok=True)
    known = items if items is not None else {"demo-item": None}
    record(
        data_dir,
        [PublishedItem(item_id, frozenset({1}), code) for item_id, code in known.items()],
        {form_id: [1] for form_id in forms},
    )


def run_here(arguments: Sequence[str], data_dir: Path, *, status: int = 0) -> str:
    """As :func:`run_platform`, in this process (another one than the serving one): quicker."""
    first, *rest = arguments
    said, told = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(told):
        found = main([first, "--data", str(data_dir), *rest])
    assert found == status, told.getvalue()
    return said.getvalue() if status == 0 else told.getvalue()


def _command(arguments: Sequence[str], data_dir: Path) -> list[str]:
    first, *rest = arguments
    return [sys.executable, "-m", "sync.platform", first, "--data", str(data_dir), *rest]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "error"}


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(START_SECONDS), "the platform did not start in time"
    line = process.stdout.readline()
    assert line, f"the platform ended with status {process.wait(10)}"
    return line
