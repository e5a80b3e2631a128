"""The lexicon: what people say, written down by people who do not program.

Rules:

* Two plain text files in one folder. ``words.txt`` groups words of one meaning under four headings;
  ``items.txt`` lists, under the words that an official name must contain, how people ask for it.
* ``#`` starts a comment. Words stand apart by spaces, commas or 、; the order of lines means
  nothing.
* A fault names file, line and reason, and nothing of a faulty lexicon is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.domain.problems import InputProblem
from kiosk.search.folding import fold

WORDS_FILE, ITEMS_FILE = "words.txt", "items.txt"
MAX_WORD = 12  # folded characters of one word; longer sayings belong into items.txt
MAX_SAYING = 30
_GAPS = re.compile(r"[\s,，、;；]+")


class Kind(StrEnum):
    """What a word does in a question."""

    THING = "t"  # 对象: what the matter is about
    ACTION = "a"  # 动作: what is to be done with it
    FILLER = "f"  # 虚词: carries nothing
    ELSEWHERE = "e"  # 别处: things that this station does not do


MATTER = frozenset((Kind.THING, Kind.ACTION))  # words that speak of a matter
HEADINGS = {
    "对象": Kind.THING,
    "动作": Kind.ACTION,
    "虚词": Kind.FILLER,
    "别处": Kind.ELSEWHERE,
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which official names a topic speaks of: every group must occur, none of ``without``."""

    groups: tuple[tuple[str, ...], ...]
    without: tuple[str, ...] = ()

    def fits(self, name: str) -> bool:
        """Whether the folded official ``name`` is meant."""
        return all(any(word in name for word in group) for group in self.groups) and not any(
            word in name for word in self.without
        )


@dataclass(frozen=True, slots=True)
class Topic:
    """How people ask for the items whose names fit one of ``patterns``."""

    patterns: tuple[Pattern, ...]
    sayings: tuple[str, ...]

    def fits(self, name: str) -> bool:
        """Whether the folded official ``name`` is meant."""
        return any(pattern.fits(name) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words of one meaning; the first is its name."""

    name: str
    kind: Kind
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that the lay words of a directory need."""

    meanings: tuple[Meaning, ...]
    topics: tuple[Topic, ...]


def load(folder: Path) -> Lexicon:
    """Read the lexicon in ``folder``.

    Raises:
        InputProblem: ``lexicon``: a file is missing, not UTF-8 or a line of it is faulty.
    """
    return Lexicon(
        meanings=parse_words(_read(folder / WORDS_FILE), WORDS_FILE),
        topics=parse_items(_read(folder / ITEMS_FILE), ITEMS_FILE),
    )


def parse_words(text: str, file: str = WORDS_FILE) -> tuple[Meaning, ...]:
    """Read ``words.txt``.

    Raises:
        InputProblem: ``lexicon``: names the file, the line and the reason.
    """
    kind: Kind | None = None
    found: list[Meaning] = []
    names: dict[tuple[Kind, str], int] = {}
    for number, line in _lines(text):
        heading = _heading(line, file, number)
        if heading is not None:
            if heading not in HEADINGS:
                known = "、".join(HEADINGS)
                raise _fault(file, number, f"heading [{heading}] is not one of {known}")
            kind = HEADINGS[heading]
            continue
        if kind is None:
            raise _fault(file, number, "words stand before the first [heading]")
        if kind in (Kind.FILLER, Kind.ELSEWHERE):
            found.append(Meaning(kind.name, kind, _words(line, file, number, MAX_WORD)))
            continue
        name, equals, rest = line.partition("=")
        if not equals:
            raise _fault(file, number, "expected: name of the meaning = words")
        name = fold(name)
        if not name:
            raise _fault(file, number, "there is no name before the equals sign")
        if names.setdefault((kind, name), number) != number:
            raise _fault(
                file,
                number,
                f"{name} stands already on line {names[kind, name]}; put them together",
            )
        words = _words(rest, file, number, MAX_WORD)
        found.append(Meaning(name, kind, tuple(dict.fromkeys((name, *words)))))
    return tuple(found)


def parse_items(text: str, file: str = ITEMS_FILE) -> tuple[Topic, ...]:
    """Read ``items.txt``.

    Raises:
        InputProblem: ``lexicon``: names the file, the line and the reason.
    """
    topics: list[Topic] = []
    patterns: list[Pattern] = []
    sayings: list[str] = []
    opened = 0

    def close() -> None:
        if patterns:
            if not sayings:
                raise _fault(file, opened, "nobody says anything under this heading")
            topics.append(Topic(tuple(patterns), tuple(dict.fromkeys(sayings))))

    for number, line in _lines(text):
        heading = _heading(line, file, number)
        if heading is None:
            if not patterns:
                raise _fault(file, number, "sayings stand before the first [heading]")
            sayings.extend(_words(line, file, number, MAX_SAYING))
            continue
        if sayings or not patterns:
            close()
            patterns, sayings, opened = [], [], number
        patterns.append(_pattern(heading, file, number))
    close()
    return tuple(topics)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputProblem(
            "lexicon", f"The lexicon file {path} cannot be read: {error.strerror}.", path=path.name
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _fault(path.name, line, "the file is not UTF-8 text; save it as UTF-8") from error


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        line = raw.partition("#")[0].strip()
        if line:
            yield number, line


def _heading(line: str, file: str, number: int) -> str | None:
    if not line.startswith("["):
        return None
    if not line.endswith("]") or not line[1:-1].strip():
        raise _fault(file, number, "a heading is written as [words] on a line of its own")
    return line[1:-1].strip()


def _pattern(heading: str, file: str, number: int) -> Pattern:
    groups: list[tuple[str, ...]] = []
    without: list[str] = []
    for part in heading.split():
        word = part.removeprefix("-")
        options = tuple(fold(option) for option in word.split("|"))
        if not all(options):
            raise _fault(file, number, f"{part} names no word")
        if part.startswith("-"):
            without.extend(options)
        else:
            groups.append(options)
    if not groups:
        raise _fault(file, number, "a heading needs a word that the official name contains")
    return Pattern(tuple(groups), tuple(without))


def _words(text: str, file: str, number: int, longest: int) -> tuple[str, ...]:
    words: list[str] = []
    for raw in _GAPS.split(text):
        word = fold(raw)
        if not word:
            continue
        if len(word) > longest:
            raise _fault(file, number, f"{raw} is longer than {longest} characters")
        words.append(word)
    if not words:
        raise _fault(file, number, "there is no word on this line")
    return tuple(dict.fromkeys(words))


def _fault(file: str, number: int, reason: str) -> InputProblem:
    return InputProblem(
        "lexicon",
        f"The lexicon file {file}, line {number}: {reason}.",
        path=f"{file}:{number}",
    )
