"""A window that hangs: its heart stops, it is replaced, and what was filled in is offered."""

from __future__ import annotations

import configparser
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest

from kiosk.main.heartbeat import Heartbeat
from tests.helpers.command import ROOT, environment
from tests.helpers.driver import KEYS, Driver
from ui.app import create_app

PERIOD_S = 4.0
HANGING = """
import sys, time
from dataclasses import replace
import kiosk.main.commands.window as command
from kiosk.domain.parties import IdType, Party, Role, Way
from kiosk.main.cli import main

ELDER = Party(Role.APPLICANT, "李桂英", IdType.RESIDENT_ID, "440000194305060021")
real = command.build_window

def fill_in(station):
    item = station.home_items()[0].item_id
    application = replace(station.begin(item, Way.SELF), parties=(ELDER,))
    station.drafts.save(application, ELDER.id_number)

def build(*given, **named):
    app, window = real(*given, **named)
    from PySide6.QtCore import QTimer
    hang_soon = lambda _: QTimer.singleShot(3000, lambda: time.sleep(600))
    window.started.connect(lambda: window.session.run(fill_in, hang_soon))
    return app, window

command.build_window = build
main(["--home", sys.argv[1], "run", "--window", "540x960"])
"""


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The service manager's end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(60)
        yield listening


def heard(manager: socket.socket) -> list[bytes]:
    """What has been said since the last look."""
    words = []
    manager.setblocking(False)
    while True:
        try:
            words.append(manager.recv(256))
        except BlockingIOError:
            return words


def asked(manager: socket.socket, ms: int) -> dict[str, str]:
    return {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": str(ms * 1000)}


def test_the_heart_beats_while_the_gui_thread_does_and_stops_when_it_hangs(
    manager: socket.socket,
) -> None:
    owner = QObject(create_app(["tests"]))
    variables = {**asked(manager, 100), "WATCHDOG_PID": str(os.getpid()), "OTHER": "stays"}
    heart = Heartbeat.of(variables, owner)
    assert heart is not None
    assert variables == {"OTHER": "stays"}
    QTest.qWait(150)
    assert heard(manager) == []  # not before the pages stand
    heart.ready()
    QTest.qWait(500)
    first, *beats = heard(manager)
    assert first == b"READY=1"
    assert len(beats) >= 4
    assert set(beats) == {b"WATCHDOG=1"}
    time.sleep(0.5)  # the GUI thread hangs
    assert heard(manager) == []
    QTest.qWait(200)
    assert heard(manager)
    heart.stop()
    QTest.qWait(150)
    assert heard(manager) == [b"STOPPING=1"]


@pytest.mark.parametrize(
    "change",
    [{"WATCHDOG_USEC": ""}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_PID": "1"}],
)
def test_nothing_beats_that_was_not_asked_for(
    manager: socket.socket, change: dict[str, str]
) -> None:
    owner = QObject(create_app(["tests"]))
    heart = Heartbeat.of({**asked(manager, 100), **change}, owner)
    assert heart is not None
    heart.ready()
    QTest.qWait(200)
    assert heard(manager) == [b"READY=1"]
    heart.stop()


def test_no_service_manager_no_heartbeat() -> None:
    owner = QObject(create_app(["tests"]))
    assert Heartbeat.of({"WATCHDOG_USEC": "1000000"}, owner) is None
    assert Heartbeat.of({"NOTIFY_SOCKET": "vsock:2:1234"}, owner) is None


def test_a_manager_that_went_away_harms_nobody(manager: socket.socket) -> None:
    owner = QObject(create_app(["tests"]))
    heart = Heartbeat.of(asked(manager, 100), owner)
    assert heart is not None
    manager.close()
    heart.ready()
    QTest.qWait(200)
    heart.stop()


@pytest.mark.slow
def test_a_hung_window_is_replaced_and_the_savepoint_offered(
    home: Path, keyboard: Path, manager: socket.socket, station: Callable[..., Driver]
) -> None:
    """The test is the service manager: no beat for a period, then SIGABRT and a fresh start."""
    hung = subprocess.Popen(
        [sys.executable, "-c", HANGING, str(home)],
        cwd=ROOT,
        env=environment({**asked(manager, 500), "KIOSK_INPUT_DATA": str(KEYS)}),
    )
    try:
        words = [manager.recv(256)]
        manager.settimeout(PERIOD_S)
        with suppress(TimeoutError):
            while True:
                words.append(manager.recv(256))
        assert words[0] == b"READY=1"
        assert words.count(b"WATCHDOG=1") >= 2
        assert hung.poll() is None
        hung.send_signal(signal.SIGABRT)
        assert hung.wait(30) == -signal.SIGABRT
    finally:
        hung.kill()
        hung.wait()
    window = station()
    window.tap("点这里开始")
    window.see("接着上次办", within=10)


def test_the_service_asks_for_what_the_window_gives() -> None:
    service = configparser.ConfigParser(interpolation=None)
    service.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds the case
    service.read(ROOT / "assets" / "service" / "jinban.service", encoding="utf-8")
    asked_for = service["Service"]
    assert asked_for["Type"] == "notify"
    assert int(asked_for["WatchdogSec"]) >= 10
    assert asked_for["Restart"] == "always"
    assert asked_for["LimitCORE"] == "0"
    assert "run" in asked_for["ExecStart"].split()
