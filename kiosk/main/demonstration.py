"""The demonstration: a reference platform on loopback and a station that belongs to it.

Rules: the platform runs as a process of its own, from the same program that is published; it signs
and publishes the bundled items once, into a folder beside the home; the village, the agent and
everything else is invented and marked 演示.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.domain.problems import EnvironmentProblem
from kiosk.main.output import Output

AGENT: Final = ("agent1", "陈志强（演示）", "280193")
"""Id, name and PIN of the demonstration's village agent."""

_ITEMS: Final = Path(__file__).resolve().parents[2] / "assets" / "directory" / "items.json"
_STOP_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class ReferencePlatform:
    """A running platform: where it answers, and its trust file."""

    url: str
    trust: Path


def platform_folder(home: Path) -> Path:
    """Where the demonstration's platform keeps its data: beside the home."""
    return home.with_name(f"{home.name}-platform")


@contextlib.contextmanager
def reference_platform(data: Path, options: Sequence[str] = ()) -> Iterator[ReferencePlatform]:
    """Run the reference platform for the block.

    Args:
        data: its folder; published on first use.
        options: further options of ``serve``.

    Raises:
        EnvironmentProblem: it could not be started (``no-platform-program``).
    """
    data.mkdir(parents=True, exist_ok=True)
    trust = data / "trust.json"
    if not trust.exists():
        _run("publish", "--data", str(data), "--items", str(_ITEMS))
    process = subprocess.Popen(  # noqa: S603 -- our own program, no shell
        [*_program(), "serve", "--data", str(data), *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield ReferencePlatform(_address(process), trust)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def prepare_station(home: Path, platform: ReferencePlatform) -> None:
    """Set the home up for the platform and add the demonstration's agent."""
    from kiosk.main.cli import build_parser

    quiet = Output(as_json=True, stdout=io.StringIO(), stderr=io.StringIO())
    words = ["--home", str(home), "init", "--platform", platform.url, "--trust"]
    args: argparse.Namespace = build_parser("init").parse_args([*words, str(platform.trust)])
    args.handler(args, quiet)
    _add_agent(home)


def _add_agent(home: Path) -> None:
    from kiosk.main.wiring import open_station

    agent_id, name, pin = AGENT
    with open_station(home) as station:
        if station.agents.get(agent_id) is None:
            station.agents.add(agent_id, name, pin)


def _program() -> list[str]:
    return [sys.executable, "-m", "sync.platform"]


def _run(*arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 -- our own program, no shell
        [*_program(), *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise _broken(done.stderr)


def _address(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    try:
        return str(json.loads(line)["url"])
    except (ValueError, KeyError) as error:
        raise _broken(line) from error


def _broken(said: str) -> EnvironmentProblem:
    last = said.strip().splitlines()[-1:] or ["it said nothing"]
    return EnvironmentProblem(
        "no-platform-program",
        f"the reference platform could not be started ({last[0]}); install jinban[platform]",
    )
