"""``make conformance-tuf SUITE=PATH``: the public suite of TUF against our updater.

Rules: the suite is a checkout outside the project and is never changed. Its ``faketime`` becomes
the time that our updater is given. Afterwards the suite's own client of python-tuf runs too (with
the real ``faketime``, where there is one), and the results are compared test by test.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
_THEIRS: Final = "clients/python-tuf/python_tuf.py"
_SHIM: Final = '#!/bin/sh\nJINBAN_TIME="$1"\nexport JINBAN_TIME\nshift\nexec "$@"\n'


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: 0 when both clients have the same results."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.tuf")
    parser.add_argument("suite", type=Path, help="a checkout of tuf-conformance")
    suite: Path = parser.parse_args(arguments).suite.resolve()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ours = run(
            suite,
            _entry(place / "ours", "-m tests.conformance.tuf_client"),
            place / "ours.json",
            _shimmed(place),
        )
        theirs = run(
            suite,
            _entry(place / "theirs", f'"{suite / _THEIRS}"'),
            place / "theirs.json",
            dict(os.environ),
        )
    if shutil.which("faketime") is None:
        _say("faketime is not installed: what python-tuf does at another time is not known here")
    different = sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))
    for name in different:
        _say(f"{name}: ours {ours.get(name)}, python-tuf {theirs.get(name)}")
    for name, outcome in sorted(ours.items()):
        if outcome != "passed":
            _say(f"{name}: {outcome}")
    passed = sum(outcome == "passed" for outcome in ours.values())
    _say(f"{passed} of {len(ours)} passed; {len(different)} differ from python-tuf's own client")
    sys.exit(1 if different or not ours else 0)


def run(suite: Path, entry: str, report: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The outcome of every test, by name."""
    collector = report.with_suffix(".py")
    collector.write_text(_COLLECTOR, "utf-8")
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", collector.stem, "-p", "no:randomly"),
            *("-p", "no:cacheprovider", "-c", str(suite / "pyproject.toml")),
            *("--rootdir", str(suite), "tuf_conformance", "--entrypoint", entry),
        ],
        cwd=suite,
        env={
            **environment,
            "PYTHONPATH": f"{suite}:{report.parent}:{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OUTCOMES": str(report),
        },
        stdout=subprocess.DEVNULL,
        check=False,
    )
    found: Any = json.loads(report.read_text("utf-8")) if report.exists() else {}
    return {str(name): str(outcome) for name, outcome in found.items()}


_COLLECTOR: Final = """
import json, os
OUTCOMES = {}
def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome != "passed":
        OUTCOMES[report.nodeid.partition("::")[2]] = report.outcome
def pytest_sessionfinish():
    with open(os.environ["OUTCOMES"], "w") as file:
        json.dump(OUTCOMES, file)
"""


def _entry(script: Path, what: str) -> str:
    """A client as one executable (the suite splits at spaces), without a list of known failures."""
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {what} "$@"\n', "utf-8")
    script.chmod(0o755)
    return str(script)


def _shimmed(folder: Path) -> dict[str, str]:
    """An environment in which ``faketime`` hands the time on instead of faking the machine's."""
    shim = folder / "bin" / "faketime"
    shim.parent.mkdir()
    shim.write_text(_SHIM, "utf-8")
    shim.chmod(0o755)
    return {**os.environ, "PATH": f"{shim.parent}:{os.environ['PATH']}"}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
