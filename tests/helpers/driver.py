"""Driver: use the station as a person does.

Rules: it sees names and places, never objects; it taps what it sees; a thing that is not there, is
disabled or has a double makes :meth:`Driver.tap` fail; every fault that the host reports (Qt
warning, exception, logged warning) fails the test at once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.helpers.command import ROOT, environment

START_SECONDS = 60.0
KEYS = ROOT / "build" / "rime"
_POLL = 0.05


@dataclass(frozen=True, slots=True)
class Thing:
    """Something visible: role, name and box (x, y, width, height)."""

    role: str
    name: str
    enabled: bool
    box: tuple[int, int, int, int]


class Driver:
    """One station's window in a process of its own.

    Args:
        home: a home that was set up.
        size: of the window.
        sync: run the exchange beside it.
        start: the first instant of the window's clock (ISO 8601, with offset); None: now.
    """

    def __init__(
        self, home: Path, size: str = "1080x1920", *, sync: bool = False, start: str | None = None
    ) -> None:
        self.home = home
        self._arguments = ["--home", str(home), "--size", size, "--keys", str(KEYS)]
        self._arguments += ["--sync"] if sync else []
        self._arguments += ["--start", start] if start else []
        self._process: subprocess.Popen[str] | None = None

    @classmethod
    def start(
        cls, home: Path, size: str = "1080x1920", *, sync: bool = False, at: str | None = None
    ) -> Driver:
        """Open the window and wait until it has shown itself."""
        driver = cls(home, size, sync=sync, start=at)
        driver.restart()
        return driver

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
        """Open the window (again)."""
        command = [sys.executable, "-m", "tests.helpers.host", *self._arguments]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(),
        )
        assert self._reply() == "started"

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._end()

    def stop(self) -> None:
        """Close the window; it must end clean."""
        if self._process is not None:
            self._ask("stop")
            status = self._end()
            assert status == 0, f"the window ended with status {status}"

    def _end(self) -> int:
        process, self._process = self._process, None
        assert process is not None
        status = process.wait(START_SECONDS)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        return status

    def _ask(self, do: str, **arguments: object) -> Any:  # noqa: ANN401 -- as the command answers
        assert self._process is not None, "the window is closed"
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()
        return self._reply()

    def _reply(self) -> Any:  # noqa: ANN401 -- as the command answers
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the window died with status {self._process.wait(10)}"
        answer = json.loads(line)
        assert "faults" not in answer, "\n".join(answer["faults"])
        assert "refused" not in answer, answer["refused"]
        return answer["ok"]

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
            assert time.monotonic() < deadline, f"{text!r} is not to be seen in {texts}"
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
            except AssertionError as error:
                if "is not there" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_POLL)
            else:
                return

    def tap_at(self, x: int, y: int) -> None:
        """Touch a place."""
        self._ask("tap_at", x=x, y=y)

    def type(self, text: str) -> None:
        """Tap one key after the other."""
        for key in text:
            self._when_there("key", {" ": "空格"}.get(key, key), 5.0)

    def type_pinyin(self, letters: str, wanted: str) -> None:
        """Type letters and take the candidate ``wanted``."""
        self.type(letters)
        self.tap(wanted)

    def scan(self, text: str) -> None:
        """Hold a code under the scanner."""
        self._ask("scan", text=text)

    def idle(self, seconds: float) -> None:
        """Leave the machine alone."""
        self._ask("idle", seconds=seconds)
