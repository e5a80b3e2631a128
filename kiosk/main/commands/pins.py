"""Reading secrets from small files: never from the command line, where others can see them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kiosk.domain.problems import InputProblem

_LONGEST: Final = 64


def read_pin(path: Path) -> str:
    """The PIN in a file, without its line end.

    Raises:
        InputProblem: the file cannot be read or holds something else.
    """
    return _read(path, "PIN", "must hold 6 to 12 digits", "bad-pin")


def read_number(path: Path) -> str:
    """The ID number in a file, without its line end.

    Raises:
        InputProblem: the file cannot be read or holds something else.
    """
    return _read(path, "number", "must hold one ID number", "bad-number")


def _read(path: Path, what: str, wanted: str, code: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
    except OSError as error:
        raise InputProblem(
            "cannot-read", f"the {what} file cannot be read: {error.strerror}", path=str(path)
        ) from error
    if len(data) > _LONGEST or not data.isascii():
        raise InputProblem(code, f"the {what} file {wanted}", path=str(path))
    return data.decode("ascii").strip()
