"""The printer port.

Rules: printing never blocks saving and never claims more than it knows: a page is printed when the
device says so. ``FolderPrinter`` writes pages into a folder (demonstration, tests, ``--print-to``);
``NoPrinter`` says that there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.domain.problems import EnvironmentProblem


@dataclass(frozen=True, slots=True)
class Page:
    """One page to print, as a picture (PNG) and as a document (PDF)."""

    name: str
    picture: bytes
    document: bytes


class Printer(Protocol):
    """Something that prints."""

    def print(self, page: Page) -> None:
        """Print one page.

        Raises:
            EnvironmentProblem: it was not printed; ``code`` says why (``no-printer``, …).
        """
        ...


class NoPrinter:
    """A station without a printer."""

    def print(self, page: Page) -> None:
        """Refuse, always."""
        raise EnvironmentProblem("no-printer", f"{page.name} was not printed: there is no printer")


class FolderPrinter:
    """Writes ``NAME.png`` and ``NAME.pdf`` into a folder.

    Args:
        folder: made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def print(self, page: Page) -> None:
        """Write both files, whole or not at all."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for suffix, data in ((".png", page.picture), (".pdf", page.document)):
                partial = self._folder / f".{page.name}{suffix}.part"
                partial.write_bytes(data)
                partial.replace(self._folder / f"{page.name}{suffix}")
        except OSError as error:
            raise EnvironmentProblem(
                "printer-failed", f"{page.name} was not printed: {error.strerror}"
            ) from error
