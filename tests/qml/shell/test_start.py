"""What the window costs before its first frame, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest

from kiosk.devices.printer import NoPrinter
from kiosk.main.clock import SystemClock
from kiosk.main.window import Options, StationWindow
from tests.helpers.command import ROOT, Kiosk, environment
from ui.app import create_app
from ui.navigation import Page

HEAVY = ("sqlalchemy", "requests", "jsonschema_rs", "cryptography", "alembic", "tuf", "qrcode")


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        QTest.qWait(10)


def test_nothing_heavy_is_imported_before_the_first_frame() -> None:
    code = (
        "import sys, kiosk.main.window\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})))\n"
        "print(sorted(n for n in sys.modules if n.startswith(('kiosk.store.', 'sync'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment(),
        text=True,
    )
    light = ["kiosk.store.files", "kiosk.store.home", "kiosk.store.locks"]
    assert done.stdout.splitlines() == ["[]", str(light)]


def test_a_touch_before_the_pages_are_ready_is_kept(home: Path) -> None:
    create_app(["tests"])
    options = Options(size=(540, 960), sync=False)
    window = StationWindow(home, SystemClock(), NoPrinter(), options)
    try:
        window.front.begin()  # what a touch of the attract page calls
        assert window._interior is None
        wait_until(lambda: window._interior is not None)
        assert window.session.page is Page.HOME
        wait_until(lambda: not window.session._relay.busy)
    finally:
        window.close()


def test_the_window_ends_clean_when_told(home: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "--home", str(home), "run", "--window", "540x960"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE)
    time.sleep(3)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said.decode()
    assert said == b""


def test_a_home_that_was_never_set_up_is_told(tmp_path: Path) -> None:
    assert Kiosk(tmp_path / "none").refused(3, "run")["code"] == "no-home"


def test_a_size_that_is_none_is_refused(home: Path) -> None:
    assert Kiosk(home).refused(2, "run", "--window", "big")["code"] == "usage"
