"""The divisions of Guangdong, from province to village, for publishing.

Rules: a code has 2, 4, 6, 9 or 12 digits and lies under the code that it begins with; statistical
pseudo-villages (虚拟) never enter, nor do the statistical pseudo-counties of 东莞 and 中山: their
townships lie under the city. A place is found by its full path of names, with or without the
province; nothing is guessed.
"""

from __future__ import annotations

import csv
import re
from importlib import resources
from pathlib import Path
from typing import Final

from kiosk.domain.problems import InputProblem

LENGTHS: Final = (2, 4, 6, 9, 12)
_VIRTUAL: Final = "虚拟"
_CODE: Final = re.compile("[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")
_PROVINCE: Final = "44"
_PSEUDO: Final = frozenset({"441900", "442000"})
_NAMED_DOWN_TO: Final = 9  # places are named down to the town


class Divisions:
    """Codes and names."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self._by_path: dict[str, str] = {}
        for code in sorted(names, key=len):
            if len(code) <= _NAMED_DOWN_TO:
                self._by_path.setdefault(self._path(code), code)

    @classmethod
    def load(cls, path: Path | None = None) -> Divisions:
        """Read a table with the columns ``code`` and ``name`` (None: the bundled one).

        Raises:
            InputProblem: unreadable, a malformed code, or a division without the one above it.
        """
        try:
            text = (
                resources.files("assets").joinpath("directory/divisions.csv").read_text("utf-8")
                if path is None
                else path.read_text("utf-8")
            )
        except (OSError, UnicodeDecodeError) as error:
            raise InputProblem(
                "bad-divisions", "the divisions table cannot be read", path=str(path)
            ) from error
        return cls(_names(text))

    def code_of(self, place: str) -> str | None:
        """The code of a place such as 广州市番禺区化龙镇; None when it is not known."""
        return self._by_path.get(place.strip().removeprefix(self.names.get(_PROVINCE, "")) or place)

    def rows(self) -> dict[str, str]:
        """Code of twelve digits → name."""
        return {code.ljust(LENGTHS[-1], "0"): name for code, name in self.names.items()}

    def _path(self, code: str) -> str:
        if code == _PROVINCE:
            return self.names[code]
        below_province = (code[:length] for length in LENGTHS[1:] if length <= len(code))
        return "".join(self.names.get(part, "") for part in below_province)


def _names(text: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for number, row in enumerate(csv.DictReader(text.splitlines()), start=2):
        code, name = row.get("code") or "", (row.get("name") or "").strip()
        if not _CODE.fullmatch(code) or not name:
            raise InputProblem(
                "bad-divisions", "a division needs a code and a name", path=f"line {number}"
            )
        if _VIRTUAL not in name and code not in _PSEUDO:
            names[code] = name
    for code in names:
        above = {code[:length] for length in LENGTHS if length < len(code)}
        if above and above.isdisjoint(names):
            raise InputProblem("bad-divisions", f"division {code} lies under no other", path=code)
    return names
