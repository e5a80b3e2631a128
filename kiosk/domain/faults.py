"""What is wrong with an answer, told so that a resident can mend it.

Rules: a ``Flaw`` belongs to one value and does not know where it stands; a ``Fault`` adds the place
(JSON Pointer into the document). ``words`` are plain Chinese, at most a sentence or two, and never
blame the person; ``code`` is stable kebab-case for tests and technicians. The value itself never
appears in the words: screens and logs may show them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one value."""

    code: str
    words: str

    def at(self, path: str) -> Fault:
        """The same flaw at a place."""
        return Fault(path=path, code=self.code, words=self.words)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where. ``path`` is a JSON Pointer into the answers."""

    path: str
    code: str
    words: str
