"""A hand and an eye: use the station as a person does.

Rules: it sees names and places, never objects; it taps what it sees; a thing that is not there, is
disabled or has a double makes :meth:`Hand.tap` fail; what goes wrong inside the window (Qt warning,
exception in a slot, logged warning) fails the next act.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

START_SECONDS: Final = 60.0
FAULTY: Final = 4
"""Exit status of a stage on which something went wrong."""
STAGE: Final = "kiosk.main.puppet.stage"
QT_WORDS: Final = "Qt: "
"""How a fault begins that Qt itself spoke of: a font, a plug-in of this machine."""
_POLL: Final = 0.05
_KEY_SECONDS: Final = 5.0
_WIDE_KEYS: Final = {" ": "空格"}
_DIGIT_MODE: Final = "123"
_LETTER_MODE: Final = "拼音"
_NEXT_CANDIDATES: Final = "后面的字"
_MOST_PAGES: Final = 60
_CHINESE: Final = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]+")

Readings = Callable[[str], Sequence[str]]
"""Pinyin of a Chinese text, one syllable a character."""
Stroke = Sequence[tuple[float, float]]


class WindowError(AssertionError):
    """The window does not do or show what was expected of it."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something visible: role, name and box (x, y, width, height)."""

    role: str
    name: str
    enabled: bool
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Launch:
    """How the stage is started: module, additions to the environment, working directory."""

    module: str = STAGE
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


class Hand:
    """One station's window in a process of its own.

    Args:
        keys: folder of the keyboard's compiled dictionaries; None: letters and digits only.
        readings: how Chinese text is typed; None: it cannot be.
        tolerated: beginnings of faults that are kept in ``overheard`` instead of failing.
        launch: how the stage is started.
    """

    def __init__(
        self,
        keys: Path | None = None,
        *,
        readings: Readings | None = None,
        tolerated: tuple[str, ...] = (),
        launch: Launch | None = None,
    ) -> None:
        self._launch = launch or Launch()
        self._keys = [] if keys is None else ["--keys", str(keys)]
        self._readings = readings
        self._tolerated = tolerated
        self.overheard: list[str] = []
        self._arguments: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def start(
        self,
        home: Path,
        size: str | tuple[int, int] = "1080x1920",
        *,
        sync: bool = False,
        at: str | None = None,
    ) -> Self:
        """Open the window and wait until it has shown itself.

        Args:
            home: a home that was set up.
            size: of the window, ``"WxH"`` or ``(w, h)``.
            sync: run the exchange beside it.
            at: the first instant of the window's clock (ISO 8601, with offset); None: now.
        """
        wanted = size if isinstance(size, str) else f"{size[0]}x{size[1]}"
        self._arguments = ["--home", str(home), "--size", wanted, *self._keys]
        self._arguments += ["--sync"] if sync else []
        self._arguments += ["--start", at] if at else []
        self.restart()
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.stop()
        else:
            self.kill()

    # -- the process ----------------------------------------------------------------------------

    def restart(self) -> None:
        """Open the window (again), as it was opened before."""
        if self._process is not None:
            raise WindowError("the window is open already; stop or kill it first")
        self._process = subprocess.Popen(  # noqa: S603 -- our own module, no shell
            [sys.executable, "-m", self._launch.module, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self._launch.folder,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **self._launch.environment},
        )
        try:
            self._reply()
        except WindowError:
            self.kill()
            raise

    @property
    def is_open(self) -> bool:
        """Whether the window is open, as far as this side knows."""
        return self._process is not None

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._end()

    def stop(self) -> None:
        """Close the window; it must end clean."""
        if self._process is not None:
            self._ask("stop")
            status = self._end()
            if status != 0 and not (status == FAULTY and self.overheard):
                raise WindowError(f"the window ended with status {status}")

    def _end(self) -> int:
        process, self._process = self._process, None
        assert process is not None
        try:
            return process.wait(START_SECONDS)
        except subprocess.TimeoutExpired as slow:
            process.kill()
            process.wait()
            raise WindowError("the window did not end") from slow
        finally:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def _ask(self, do: str, **arguments: object) -> Any:  # noqa: ANN401 -- as the command answers
        if self._process is None or self._process.stdin is None:
            raise WindowError("the window is closed")
        try:
            self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as gone:
            raise WindowError("the window died") from gone
        return self._reply()

    def _reply(self) -> Any:  # noqa: ANN401 -- as the command answers
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WindowError(f"the window died with status {self._process.wait(10)}")
        answer = json.loads(line)
        faults = self._grave(answer.get("faults", []))
        if faults:
            raise WindowError("\n".join(faults))
        if "refused" in answer:
            raise WindowError(answer["refused"])
        return answer["ok"]

    def _grave(self, faults: list[str]) -> list[str]:
        """Faults that fail; the tolerated ones are only kept."""
        borne = [fault for fault in faults if fault.startswith(self._tolerated)]
        self.overheard += [fault for fault in borne if fault not in self.overheard]
        return [fault for fault in faults if fault not in borne]

    # -- seeing ---------------------------------------------------------------------------------

    def seen(self) -> list[Thing]:
        """Everything that is visible."""
        return [
            Thing(one["role"], one["name"], one["enabled"], tuple(one["box"]))
            for one in self._ask("seen")
        ]

    def texts(self) -> list[str]:
        """The names of everything that is visible."""
        return list(self._ask("texts"))

    def everything(self) -> list[str]:
        """Every text in the window, what is hidden included."""
        return list(self._ask("everything"))

    def see(self, text: str, within: float = 5.0) -> str:
        """Wait until something visible says ``text``; what says it."""
        deadline = time.monotonic() + within
        while True:
            texts = self.texts()
            for one in texts:
                if text in one:
                    return one
            if time.monotonic() > deadline:
                raise WindowError(f"{text!r} is not to be seen in {texts}")
            time.sleep(_POLL)

    def page(self) -> str:
        """The name of the page."""
        return str(self._ask("page"))

    def picture(self, path: Path) -> Path:
        """A picture of the window."""
        self._ask("picture", path=str(path))
        return path

    # -- doing ----------------------------------------------------------------------------------

    def tap(self, text: str, within: float = 5.0) -> None:
        """Tap the one thing of that name, as soon as it is there."""
        self._when_there("tap", text, within)

    def _when_there(self, do: str, text: str, within: float) -> None:
        deadline = time.monotonic() + within
        while True:
            try:
                self._ask(do, text=text)
            except WindowError as error:
                if "is not there" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_POLL)
            else:
                return

    def tap_and_kill(self, text: str, after: float) -> None:
        """Tap, and cut the power ``after`` so many seconds, whatever the window is doing then."""
        if self._process is None or self._process.stdin is None:
            raise WindowError("the window is closed")
        self._process.stdin.write(json.dumps({"do": "tap", "text": text}) + "\n")
        self._process.stdin.flush()
        time.sleep(after)
        self.kill()

    def tap_at(self, x: int, y: int) -> None:
        """Touch a place."""
        self._ask("tap_at", x=x, y=y)

    def type(self, text: str) -> None:
        """Tap one key after the other; Chinese by its pinyin and the candidate bar."""
        done = 0
        for run in _CHINESE.finditer(text):
            self._type_keys(text[done : run.start()])
            self._type_chinese(run[0])
            done = run.end()
        self._type_keys(text[done:])

    def _type_keys(self, text: str) -> None:
        for key in text:
            self._key(_WIDE_KEYS.get(key, key))

    def _key(self, name: str) -> None:
        """One key; it may stand on the other face of the keyboard."""
        names = {one.name for one in self.seen() if one.role == "Button"}
        if name not in names:
            face = _LETTER_MODE if name.isalpha() else _DIGIT_MODE
            if face in names:
                self._ask("key", text=face)
        self._when_there("key", name, _KEY_SECONDS)

    def _type_chinese(self, text: str) -> None:
        """As a whole when the keyboard knows it, else one character after the other."""
        if self._readings is None:
            raise WindowError(f"{text!r} cannot be typed: no readings were given")
        letters = "".join(self._readings(text))
        self._type_keys(letters)
        if self._take_candidate(text, pages=1 if len(text) > 1 else _MOST_PAGES):
            return
        if len(text) == 1:
            shown = "、".join(self.texts())
            raise WindowError(f"the keyboard does not know {text!r} as {letters!r}: {shown}")
        for _ in letters:
            self._key("删除")
        for one in text:
            self._type_chinese(one)

    def _take_candidate(self, text: str, pages: int) -> bool:
        for page in range(pages):
            if page:
                if _NEXT_CANDIDATES not in self.texts():
                    return False
                self._key(_NEXT_CANDIDATES)
            if self._offered(text, _KEY_SECONDS if pages > 1 and not page else 0.0):
                self._key(text)
                return True
        return False

    def _offered(self, text: str, within: float) -> bool:
        """Whether it stands in the candidate bar; a busy machine may fill it a moment late."""
        deadline = time.monotonic() + within
        while text not in {one.name for one in self.seen() if one.role == "Button"}:
            if _NEXT_CANDIDATES in self.texts() or time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        return True

    def type_pinyin(self, letters: str, wanted: str) -> None:
        """Type letters and take the candidate ``wanted``."""
        self.type(letters)
        self.tap(wanted)

    def draw(self, text: str, strokes: Sequence[Stroke]) -> None:
        """Draw with a finger in the field whose name begins with ``text``.

        Args:
            text: the beginning of the field's name.
            strokes: points from (0, 0), upper left, to (1, 1), lower right.
        """
        self._ask("draw", text=text, strokes=strokes)

    def scan(self, text: str) -> None:
        """Hold a code under the scanner."""
        self._ask("scan", text=text)

    def idle(self, seconds: float) -> None:
        """Leave the machine alone."""
        self._ask("idle", seconds=seconds)
