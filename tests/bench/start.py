"""What starting costs, against floors in the same run: ``python -m tests.bench.start``.

* ``imports``: CPU of what the window imports before its first frame, over CPU of importing Qt Quick
  and sqlite3 alone, by the names that any window needs. Budget 1.15.
* ``first_frame``: CPU until the attract page has been painted, over CPU until a plain QML window
  has been: one text in the product's font, one picture (the attract page's own, so that both sides
  paint the same), nothing of ours. Budget 1.2. Memory beside it: both at that moment; the plain
  window has the directory open as well (the standard library's SQLite, immutable, one row read).
* ``home``: peak memory when the first person sees the home page, stores, keyboard and exchange
  opened, over that same plain window with its directory. Budget 1.3.

Each figure is the median of interleaved runs in fresh processes (user + system time and peak
resident memory of the child), because other work on the machine moves both sides alike.
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
from tests.helpers.driver import KEYS
from ui.bridge.fonts import FULL

ROUNDS = 9
VARIABLES = {
    "PYTHONWARNINGS": "",
    "PYTHONDONTWRITEBYTECODE": "",
    "KIOSK_INPUT_DATA": str(KEYS),
}

END = """
def end():
    import os
    import re
    status = open("/proc/self/status").read()
    print(re.search(r"VmHWM:\\s+(\\d+)", status)[1], flush=True)
    os._exit(0)
"""  # not ru_maxrss: that one begins with the size of whoever started the process
BARE_IMPORTS = """
import sqlite3
from PySide6.QtCore import Property, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
end()
"""
OUR_IMPORTS = "import gc\ngc.disable()\nimport kiosk.main.window\nend()"  # as kiosk run does
BARE_WINDOW = """
import sqlite3
import sys
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
directory = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro&immutable=1", uri=True)
directory.execute("SELECT key, value FROM meta").fetchone()
app = QGuiApplication(sys.argv)
font = QFont([sys.argv[2]])
font.setPixelSize(36)
font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
app.setFont(font)
engine = QQmlApplicationEngine()
engine.load(sys.argv[3])
engine.rootObjects()[0].frameSwapped.connect(end, Qt.ConnectionType.DirectConnection)
app.exec()
"""
PLAIN = """import QtQuick

Window {
    width: 1080
    height: 1920
    visible: true

    Text { text: "在村里，就能办" }
    Image { source: "PICTURE"; y: 520 }
}
"""
PICTURE = ROOT / "assets" / "art" / "village-attract-portrait.svg"
OUR_WINDOW = """
import sys
from pathlib import Path
from kiosk.main.commands.window import build_window
app, window = build_window(Path(sys.argv[1]), (1080, 1920), fullscreen=False, prints=None)
from PySide6.QtCore import Qt
window.window.frameSwapped.connect(end, Qt.ConnectionType.DirectConnection)
app.exec()
"""
HOME_PAGE = """
import sys
from pathlib import Path
from kiosk.main.commands.window import build_window
app, window = build_window(Path(sys.argv[1]), (1080, 1920), fullscreen=False, prints=None)
from PySide6.QtCore import QTimer
from ui.bridge.home import HomeController
window.started.connect(lambda: window.session.begin())

def look():
    home = next(one for one in window.controllers if isinstance(one, HomeController))
    if home.view.ready and not window.session._relay.busy:
        QTimer.singleShot(1500, end)
    else:
        QTimer.singleShot(50, look)

window.started.connect(look)
app.exec()
"""


def cost(code: str, *arguments: str) -> tuple[float, float]:
    """CPU seconds and peak MB of a fresh interpreter running ``code``."""
    process = subprocess.Popen(
        [sys.executable, "-c", END + code, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(VARIABLES),
    )
    assert process.stdout is not None
    with process.stdout as said:
        kilobytes = int(said.read())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, code
    return usage.ru_utime + usage.ru_stime, kilobytes / 1024


def compare(
    ours: tuple[str, ...], floor: tuple[str, ...], rounds: int = ROUNDS
) -> dict[str, float]:
    """Medians of interleaved runs and their ratio."""
    cost(*ours), cost(*floor)
    mine: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    for _ in range(rounds):
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
        home, plain = Path(folder) / "home", Path(folder) / "Plain.qml"
        assert run(["--home", home, "init"]).status == 0
        plain.write_text(PLAIN.replace("PICTURE", PICTURE.as_uri()), encoding="utf-8")
        directory = home / "directory" / "directory.db"
        floor = (BARE_WINDOW, str(directory), FULL, str(plain))
        result = {
            "imports": compare((OUR_IMPORTS,), (BARE_IMPORTS,)),
            "first_frame": compare((OUR_WINDOW, str(home)), floor),
            "home": compare((HOME_PAGE, str(home)), floor, rounds=3),
        }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
