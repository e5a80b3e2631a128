"""What a command says: one JSON document or words on stdout, notes on stderr.

Rules: with ``--json`` stdout carries exactly one document, words go to stderr; every document is
flushed at once (a caller may act on "saved" the moment it can read it); a failure is
``{"error": {"code", "path", "message"}}`` on stdout under ``--json`` and a sentence on stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TextIO

from kiosk.domain.problems import Problem


class Output:
    """The two streams of a command.

    Args:
        as_json: whether ``--json`` was given.
        stdout: for the document.
        stderr: for notes and problems.
    """

    def __init__(
        self, *, as_json: bool, stdout: TextIO | None = None, stderr: TextIO | None = None
    ) -> None:
        self.as_json = as_json
        self._stdout = stdout or sys.stdout
        self._stderr = stderr or sys.stderr

    def document(self, document: object, words: str | Callable[[], str] | None = None) -> None:
        """Print the result: JSON under ``--json``, else ``words``, else indented JSON."""
        if self.as_json or words is None:
            indent = None if self.as_json else 2
            text = json.dumps(document, ensure_ascii=False, indent=indent)
        else:
            text = words if isinstance(words, str) else words()
        _print(text, self._stdout)

    def words(self, text: str) -> None:
        """Say something beside the result: stdout for people, stderr under ``--json``."""
        _print(text, self._stderr if self.as_json else self._stdout)

    def note(self, text: str) -> None:
        """Say something on stderr."""
        _print(text, self._stderr)

    def problem(self, problem: Problem) -> None:
        """Tell a known problem on both streams as the rules say."""
        if self.as_json:
            self.document(
                {
                    "error": {
                        "code": problem.code,
                        "path": problem.path,
                        "message": problem.message,
                    }
                }
            )
        where = f" [{problem.path}]" if problem.path else ""
        self.note(f"kiosk: {problem.message}{where} ({problem.code})")


def _print(text: str, stream: TextIO) -> None:
    """Names of files may hold bytes that are no text; they are shown escaped, as JSON does."""
    print(text.encode("utf-8", "backslashreplace").decode("utf-8"), file=stream, flush=True)
