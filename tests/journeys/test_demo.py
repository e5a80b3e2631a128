"""The demonstration, played once as a process: every check holds, and the report says so."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.devices.rime_deploy import deploy, is_deployed
from kiosk.domain.problems import EnvironmentProblem
from tests.helpers.command import ROOT, environment
from tests.helpers.driver import KEYS

PNG = b"\x89PNG\r\n\x1a\n"
LEAST_BYTES = 20_000
"""A picture with less in it shows an empty page."""


@pytest.fixture(scope="module")
def keyboard() -> Path:
    if not is_deployed(KEYS):
        try:
            deploy(KEYS)
        except EnvironmentProblem as problem:
            pytest.skip(f"not runnable here: {problem.message}")
    return KEYS


def start(folder: Path, keyboard: Path) -> subprocess.Popen[str]:
    """``kiosk demo`` with a folder for temporary files of its own."""
    (folder / "tmp").mkdir()
    extra = {"KIOSK_INPUT_DATA": str(keyboard), "TMPDIR": str(folder / "tmp")}
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "--json", "demo", "--pictures", str(folder / "shown")],
        cwd=ROOT,
        env=environment(extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_whole_demonstration_holds(tmp_path: Path, keyboard: Path) -> None:
    process = start(tmp_path, keyboard)
    said, told = process.communicate(timeout=360)
    assert process.returncode == 0, (said, told)
    document = json.loads(said)
    assert document["held"] is True
    assert document["failed"] == []
    assert document["checks"] >= 13
    figures = document["figures"]
    killed = figures["kills while saving, by command"]
    assert killed == figures["… found whole afterwards"] + figures["… found absent afterwards"]
    assert figures["effects at the platform"] == figures["submissions sent"] >= killed + 3
    assert figures["attempts to send a submission"] >= figures["submissions sent"]
    assert not list((tmp_path / "tmp").iterdir()), "the temporary folder was left behind"
    assert_report(Path(document["report"]), document["pictures"])


def assert_report(page: Path, pictures: int) -> None:
    """Both reports name every picture, and every picture shows something."""
    folder, html = page.parent, page.read_text(encoding="utf-8")
    markdown = (folder / "report.md").read_text(encoding="utf-8")
    named = re.findall(r'<img src="([^"]+)"', html)
    assert named == re.findall(r"!\[[^\]]*\]\(([^)]+)\)", markdown)
    assert sorted(named) == sorted(path.name for path in folder.glob("*.png"))
    assert len(named) == pictures > 30
    for name in named:
        data = (folder / name).read_bytes()
        assert data.startswith(PNG)
        assert len(data) > LEAST_BYTES, name
    assert "All " in html
    assert "not so" not in markdown


@pytest.mark.slow
def test_told_to_end_it_leaves_nothing_behind(tmp_path: Path, keyboard: Path) -> None:
    process = start(tmp_path, keyboard)
    shown = tmp_path / "shown"
    deadline = time.monotonic() + 90
    while not list(shown.glob("*.png")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (folder,) = (tmp_path / "tmp").glob("jinban-demo-*")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not folder.exists()
    assert not running_in(folder), "a window or a platform was left running"


def running_in(folder: Path) -> list[str]:
    """Command lines of processes that work on a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found
