"""``kiosk run``: open the station's window.

Rules: one window a station (``ui.lock``; a second one exits 3); ``--demo`` brings its own reference
platform on loopback and a station of an invented village; a display is needed unless Qt is told to
do without (``QT_QPA_PLATFORM=offscreen``). Nothing made while starting is garbage, so none is
looked for until the pages stand, and what stands then is never looked at again.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import re
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.main.clock import SystemClock
from kiosk.main.output import Output
from kiosk.main.parsing import Commands

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

    from kiosk.main.window import StationWindow

_SIZE: Final = re.compile(r"([1-9]\d{2,4})x([1-9]\d{2,4})")
_DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def register(commands: Commands) -> None:
    """Add ``kiosk run``."""
    parser = commands.add_parser("run", help="open the station")
    parser.add_argument(
        "--demo", action="store_true", help="with a reference platform on this machine"
    )
    parser.add_argument("--window", metavar="WxH", help="size of the window, e.g. 1080x1920")
    parser.add_argument("--fullscreen", action="store_true", help="fill the screen")
    parser.add_argument(
        "--print-to", type=Path, metavar="DIR", help="write slips into a folder as PNG and PDF"
    )
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace, out: Output) -> int:
    """Open the window and stay until it is closed."""
    size = _size(args.window)
    _require_display()
    importlib.import_module("PySide6.QtQuick")  # missing: told now, not after the long preparations
    # Told to end while the demonstration is being prepared: leave by the stack, not beside it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        if args.demo:
            _demonstrate(args.home, out, stack)
        from kiosk.store.home import Home

        home = Home(args.home).require()
        stack.enter_context(home.ui_lock())
        prepare_keyboard(keyboard_folder(), out)
        prints = args.print_to or (args.home / "prints" if args.demo else None)
        return open_window(args.home, size, fullscreen=args.fullscreen, prints=prints)


def open_window(
    home: Path, size: tuple[int, int] | None, *, fullscreen: bool, prints: Path | None
) -> int:
    """Qt's part; the exit status of the application."""
    from kiosk.main.discretion import refuse_dumps

    app, window = build_window(home, size, fullscreen=fullscreen, prints=prints)
    window.started.connect(refuse_dumps)
    from kiosk.main.heartbeat import Heartbeat
    from kiosk.main.window import leave

    heart = Heartbeat.of(os.environ, window)
    if heart is not None:
        window.started.connect(heart.ready)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.quit())
    status = app.exec()
    if heart is not None:
        heart.stop()
    window.close()
    leave()
    return status


def build_window(
    home: Path, size: tuple[int, int] | None, *, fullscreen: bool, prints: Path | None
) -> tuple[QGuiApplication, StationWindow]:
    """The application and its window, up to the first frame."""
    gc.disable()
    from ui.app import create_app, log_qt_messages

    log_qt_messages()
    app = create_app(sys.argv[:1])
    from kiosk.devices.printer import FolderPrinter, NoPrinter
    from kiosk.main.window import Options, StationWindow

    options = Options(size=size, fullscreen=fullscreen, keys=keyboard_folder())
    printer = NoPrinter() if prints is None else FolderPrinter(prints)
    window = StationWindow(home, SystemClock(), printer, options)
    window.started.connect(_collect_from_now)
    return app, window


def _collect_from_now() -> None:
    gc.freeze()
    gc.enable()


def keyboard_folder() -> Path:
    """Where the compiled dictionaries of the keyboard are kept."""
    named = os.environ.get("KIOSK_INPUT_DATA")
    if named:
        return Path(named)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "jinban" / "input"


def prepare_keyboard(folder: Path, out: Output) -> None:
    """Compile the keyboard's dictionaries, once on this machine; without them, letters only."""
    from kiosk.devices.rime_deploy import deploy, is_deployed

    if is_deployed(folder):
        return
    out.note("preparing the keyboard's dictionaries, once (some 20 seconds)…")
    try:
        deploy(folder)
    except EnvironmentProblem as problem:
        out.note(f"kiosk: {problem.message}; the keyboard has letters and digits only")


def _demonstrate(home: Path, out: Output, stack: ExitStack) -> None:
    from kiosk.main.demonstration import (
        AGENT,
        platform_folder,
        prepare_station,
        reference_platform,
    )

    out.note("starting the reference platform…")
    platform = stack.enter_context(reference_platform(platform_folder(home)))
    prepare_station(home, platform)
    out.note(f"platform: {platform.url}   agent: {AGENT[1]}, PIN {AGENT[2]}")


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = _SIZE.fullmatch(text)
    if match is None:
        raise InputProblem("usage", f"--window {text!r} must be WIDTHxHEIGHT, e.g. 1080x1920")
    return int(match[1]), int(match[2])


def _require_display() -> None:
    if sys.platform == "linux" and not any(os.environ.get(name) for name in _DISPLAYS):
        raise EnvironmentProblem(
            "no-display",
            "there is no display here; start it in a graphical session, or run kiosk demo",
        )
