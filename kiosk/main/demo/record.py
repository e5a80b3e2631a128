"""What the demonstration writes down while it plays: scenes, pictures, checks, figures.

Rules: pictures are numbered in the order in which they were taken; a check is a sentence that is
true or not, with what was found; nothing that was checked is left out of the report.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kiosk.domain.problems import Problem
from kiosk.main.puppet.hand import Hand, WindowError

REPORT: Final = "report.html"
_OURS: Final = re.compile(r"\d{2,3}-[a-z]+-[a-z0-9-]+\.png")
_LONGEST_DETAIL: Final = 600


@dataclass(frozen=True, slots=True)
class Check:
    """One sentence, and whether it held. ``detail``: what was found."""

    sentence: str
    held: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the window, by the name of its file."""

    name: str
    caption: str


@dataclass(slots=True)
class Scene:
    """One part of the play."""

    title: str
    story: str
    pictures: list[Picture] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    seconds: float = 0.0


class Record:
    """The record of one run.

    Args:
        folder: for pictures and report; made if missing.
        tell: hears each scene and failed check as it comes.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self.folder = folder
        self.scenes: list[Scene] = []
        self.figures: dict[str, object] = {}
        self._tell = tell
        self._taken = 0
        self._began = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / REPORT).exists():
            _clear(folder)

    @contextmanager
    def scene(self, title: str, story: str) -> Iterator[Scene]:
        """A scene; what does not do what was expected of it ends it as a failed check."""
        self._tell(title)
        scene = Scene(title, story)
        self.scenes.append(scene)
        began = time.monotonic()
        try:
            yield scene
        except (WindowError, Problem) as error:
            self.check("the scene could be played to its end", held=False, detail=str(error))
        finally:
            scene.seconds = time.monotonic() - began

    def picture(self, hand: Hand, name: str, caption: str) -> None:
        """Take a picture of the window for the present scene."""
        self._taken += 1
        file = f"{self._taken:02d}-{name}.png"
        hand.picture(self.folder / file)
        self.scenes[-1].pictures.append(Picture(file, caption))

    def check(self, sentence: str, *, held: bool, detail: object = "") -> bool:
        """Write down whether something is so; the same again."""
        found = str(detail)
        if len(found) > _LONGEST_DETAIL:
            found = f"{found[:_LONGEST_DETAIL]}…"
        self.scenes[-1].checks.append(Check(sentence, held, found))
        if not held:
            self._tell(f"  NOT SO: {sentence} ({found})")
        return held

    @property
    def checks(self) -> list[Check]:
        """All checks so far."""
        return [check for scene in self.scenes for check in scene.checks]

    @property
    def failed(self) -> list[Check]:
        """Those that did not hold."""
        return [check for check in self.checks if not check.held]

    @property
    def seconds(self) -> float:
        """Since the record was begun."""
        return time.monotonic() - self._began


def _clear(folder: Path) -> None:
    """Remove the pictures of an earlier run, by their names, and its report."""
    for path in folder.iterdir():
        if _OURS.fullmatch(path.name):
            path.unlink()
    (folder / REPORT).unlink()
