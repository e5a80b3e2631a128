"""Memory over many persons: ``python -m tests.bench.sessions [--sessions N] [--leak KB]``.

Rules:

* One window in this process, the real stores, pages and keyboard; every person looks for an item by
  the on-screen keys, reads its guide, fills it in, looks at the other pages and leaves; every
  ``--file-every``th one saves it and sees the slip.
* Resident memory is read between two persons, after a collection. ``kb_per_session`` is the slope
  of a straight line through what was read after the warm-up: robust against steps of malloc.
  ``objects_per_session`` is that of the objects that Python's collector knows: what only malloc
  does leaves it alone, so a short run tells.
* ``--leak`` keeps that many lists of one kilobyte of every person: proves that a leak is seen.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from kiosk.devices.rime import open_engine
from tests.helpers.driver import KEYS
from tests.helpers.filing_window import FilingWindow, prepare_home
from tests.qml.filing_a.stepping import ELDER_ID, Stepping
from ui.app import PORTRAIT
from ui.bridge.finding import FindController
from ui.bridge.keys import KeySurface
from ui.navigation import Page

ITEM = "old-age-allowance-jieyang"
ASIDE = (Page.BROWSE, Page.TRACK, Page.HELP, Page.SIGN_IN, Page.TECHNICIAN)
FILLED = (Page.MATERIALS, Page.CHECK, Page.SIGN)
CHECKPOINTS = (100, 300, 1000)


def resident_kb() -> int:
    """Resident memory of this process, after a collection."""
    gc.collect()
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1])


def look_for(window: FilingWindow, letters: str) -> None:
    """Type on the keys of the page that is shown, take the first candidate."""
    surfaces = window.window.window.findChildren(KeySurface)
    assert surfaces
    for letter in letters:
        surfaces[-1].press(letter)
    surfaces[-1].space()
    window.settle()
    assert window.controller(FindController).view.query


def one_person(window: FilingWindow, home: Path, *, files: bool) -> None:
    """From the first touch to the last."""
    person = Stepping(window, home)
    window.session.begin()
    window.go(Page.FIND)
    look_for(window, "gaoling")
    window.session.choose_item(ITEM)
    window.go(Page.GUIDE)
    person.start(ITEM)
    person.choose("self")
    person.tell("李桂英", ELDER_ID)
    person.go_on()
    person.fill_in()
    window.go(Page.QUESTION)
    for page in FILLED:
        window.go(page)
    if files:
        person.go_on("1234")
        person.skip()
        person.sign()
        person.go_on()
        assert window.page() is Page.SAVED
        assert window.texts()
    else:
        for page in ASIDE:
            window.go(page)
    window.session.end()
    window.settle()


def slope(readings: Sequence[tuple[int, int]]) -> float:
    """Kilobytes a person, by a straight line through what was read."""
    return statistics.linear_regression(*zip(*readings, strict=True)).slope


def run(sessions: int, file_every: int, leak: int) -> dict[str, object]:
    """All persons, one after the other."""
    readings: list[tuple[int, int]] = []
    objects: list[tuple[int, int]] = []
    kept: list[list[list[bytes]]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = prepare_home(Path(folder))
        window = FilingWindow(home, PORTRAIT)
        engine = open_engine(KEYS)
        KeySurface.use(engine)
        window.session.ended.connect(engine.forget)
        window.session.end()
        window.settle()
        for number in range(1, sessions + 1):
            one_person(window, home, files=number % file_every == 0)
            kept.append([[os.urandom(1024)] for _ in range(leak)])
            if number % max(1, sessions // 60) == 0 or number in CHECKPOINTS:
                readings.append((number, resident_kb()))
                objects.append((number, len(gc.get_objects())))
        window.close()
    warm = len(readings) // 3
    return {
        "sessions": sessions,
        "filed": sessions // file_every,
        "mb": {str(number): round(kb / 1024, 1) for number, kb in readings},
        "kb_per_session": round(slope(readings[warm:]), 2),
        "objects_per_session": round(slope(objects[warm:]), 2),
    }


def main(argv: Sequence[str]) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sessions")
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--file-every", type=int, default=5)
    parser.add_argument("--leak", type=int, default=0, metavar="KB")
    args = parser.parse_args(argv)
    print(json.dumps(run(args.sessions, args.file_every, args.leak)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
