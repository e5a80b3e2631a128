"""Known problems: every failure that is not a bug.

Rules:

* A problem carries one plain English sentence (``message``: what, where, what to do), one stable
  ``code`` for the technician, and, for bad input, the ``path`` inside the input (JSON Pointer or
  file name).
* The kind of a problem decides the exit status of a command: input 2, environment 3.
  An exception that is not a ``Problem`` is a bug and exits 70.
* Residents never read ``message``; the window turns ``code`` into words (``ui.bridge.words``).
"""

from __future__ import annotations

from typing import ClassVar


class Problem(Exception):
    """A failure that we know and can explain.

    Args:
        code: stable kebab-case identifier, e.g. ``"unknown-item"``.
        message: one plain sentence: what is wrong, where, what to do.
        path: JSON Pointer or file name of the fault within the input; empty when there is none.
    """

    exit_status: ClassVar[int] = 70

    def __init__(self, code: str, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.message!r}, path={self.path!r})"


class InputProblem(Problem):
    """What was given is malformed, unknown or not allowed; nothing was done. Exit status 2."""

    exit_status = 2


class EnvironmentProblem(Problem):
    """This machine cannot do it now: disk, key, lock, library, no station. Exit status 3."""

    exit_status = 3


class PlatformProblem(Problem):
    """The platform is out of reach or said something unproven. Exit status 1."""

    exit_status = 1
