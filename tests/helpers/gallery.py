"""A picture of every page and state with real data, and a page that shows them all.

Rules: pictures come from the real application on a real home; each walk is taken in both layouts,
in normal and in large type; the two filings of the demonstration in normal type.
"""

from __future__ import annotations

import html
import shutil
import tempfile
from pathlib import Path

from kiosk.main.demo.people import file_allowance, file_subsidy
from kiosk.main.demo.walk import Walk
from tests.helpers.driver import Driver
from tests.helpers.prepared import prepare
from tests.helpers.tour import WALKS

LOOKS = {
    "portrait": ("1080x1920", False),
    "landscape": ("1920x1080", False),
    "portrait-large": ("1080x1920", True),
    "landscape-large": ("1920x1080", True),
}


def take_pictures(out: Path) -> list[Path]:
    """Write all pictures and ``index.html`` below ``out``; the pictures in order."""
    out.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(Path(folder))
        for look, (size, large) in LOOKS.items():
            for name, walk in WALKS.items():
                home = Path(folder) / f"{look}-{name}"
                shutil.copytree(prepared.home, home)
                with Driver().start(home, size) as window:
                    for number, where in enumerate(walk(window, large), start=1):
                        slug = where.replace(", ", "-").replace(" ", "-")
                        path = out / f"{look}-{name}-{number:02d}-{slug}.png"
                        taken.append(window.picture(path))
            if not large:
                home = Path(folder) / f"{look}-filing"
                shutil.copytree(prepared.home, home)
                with Driver().start(home, size) as window:
                    taken += file_both(window, out, look)
    (out / "index.html").write_text(_page(out, taken), encoding="utf-8")
    return taken


def file_both(window: Driver, out: Path, look: str) -> list[Path]:
    """A resident files for herself, then the agent for an elder; the pictures of both ways."""
    taken: list[Path] = []

    def shoot(name: str, _caption: str) -> None:
        path = out / f"{look}-filing-{len(taken) + 1:02d}-{name}.png"
        taken.append(window.picture(path))

    resident = Walk(window, shoot)
    resident.begin()
    file_allowance(resident)
    file_subsidy(Walk(window, shoot))
    return taken


def _page(out: Path, taken: list[Path]) -> str:
    figures = "".join(
        f'<figure><img loading="lazy" src="{html.escape(path.relative_to(out).as_posix())}">'
        f"<figcaption>{html.escape(path.stem)}</figcaption></figure>"
        for path in taken
    )
    style = (
        "body{font:16px sans-serif;background:#eee;margin:24px}"
        "figure{display:inline-block;margin:8px}img{height:640px;border:1px solid #999}"
    )
    title = f"近办: {len(taken)} screens"
    return (
        f'<!doctype html><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
        f"<h1>{title}</h1>{figures}\n"
    )
