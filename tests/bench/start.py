"""What starting costs, against floors in the same run: ``python -m tests.bench.start``.

* ``imports``: CPU of what the window imports before its first frame, over CPU of importing Qt Quick
  and sqlite3 alone, by the names that any window needs. Budget 1.15.
* ``first_frame``: CPU until the attract page has been painted, over CPU until an empty QML window
  has been. Budget 1.2.

Peak resident memory (``mb``) stands beside both.

Each figure is the median of interleaved runs in fresh processes (user + system time of the child),
because other work on the machine moves both sides alike.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.helpers.command import ROOT, environment, run

ROUNDS = 9

BARE_IMPORTS = """
import sqlite3
from PySide6.QtCore import Property, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
"""
OUR_IMPORTS = "import kiosk.main.window"
BARE_WINDOW = """
import os
import sys
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
app = QGuiApplication(sys.argv)
engine = QQmlApplicationEngine()
engine.loadData(b'import QtQuick\\nWindow { width: 1080; height: 1920; visible: true; '
                b'Text { text: "x" } }')
engine.rootObjects()[0].frameSwapped.connect(
    lambda: os._exit(0), Qt.ConnectionType.DirectConnection
)
app.exec()
"""
OUR_WINDOW = """
import os
import sys
from pathlib import Path
from PySide6.QtCore import Qt
from kiosk.devices.printer import NoPrinter
from kiosk.main.clock import SystemClock
from kiosk.main.window import Options, StationWindow
from ui.app import create_app
app = create_app(sys.argv)
window = StationWindow(
    Path(sys.argv[1]), SystemClock(), NoPrinter(), Options(size=(1080, 1920), sync=False)
)
window.window.frameSwapped.connect(lambda: os._exit(0), Qt.ConnectionType.DirectConnection)
app.exec()
"""


def cost(code: str, *arguments: str) -> tuple[float, float]:
    """CPU seconds and peak MB of a fresh interpreter running ``code``."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=environment({"PYTHONWARNINGS": "", "PYTHONDONTWRITEBYTECODE": ""}),
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, code
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(ours: tuple[str, ...], floor: tuple[str, ...]) -> dict[str, float]:
    """Medians of interleaved runs and their ratio."""
    cost(*ours), cost(*floor)
    mine: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        mine.append(cost(*ours))
        bare.append(cost(*floor))
    cpu = statistics.median(one[0] for one in mine), statistics.median(one[0] for one in bare)
    memory = statistics.median(one[1] for one in mine), statistics.median(one[1] for one in bare)
    return {
        "cpu_ms": round(cpu[0] * 1000, 1),
        "floor_cpu_ms": round(cpu[1] * 1000, 1),
        "cpu_ratio": round(cpu[0] / cpu[1], 3),
        "mb": round(memory[0], 1),
        "floor_mb": round(memory[1], 1),
        "mb_ratio": round(memory[0] / memory[1], 3),
    }


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        assert run(["--home", home, "init"]).status == 0
        result = {
            "imports": compare((OUR_IMPORTS,), (BARE_IMPORTS,)),
            "first_frame": compare((OUR_WINDOW, str(home)), (BARE_WINDOW,)),
        }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
