"""What the page of a question shows, and how each kind of question is asked.

Rules: pure values and words, nothing is kept; a helper of :mod:`ui.bridge.asking` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kiosk.forms.engine import Question
    from kiosk.forms.pointers import Json
    from ui.bridge.filing import Filing

HOW: Final = {
    "yes_no": "options",
    "choice": "options",
    "choices": "many",
    "number": "digits",
    "phone": "digits",
    "bank_card": "digits",
    "resident_id": "digits",
    "date": "date",
    "division": "place",
    "list": "entries",
    "long_text": "long",
    "text": "text",
    "credit_code": "text",
}
"""How each kind of question is asked."""
LENGTHS: Final = {"resident_id": 18, "phone": 20, "bank_card": 24, "date": 8, "credit_code": 18}
LONGEST: Final = 2000
MENDABLE: Final = frozenset(
    {
        *("id-short", "phone-short", "phone-landline", "account-short", "credit-short"),
        *("minLength", "pattern", "format", "type", "minimum", "exclusiveMinimum", "required"),
        *("date", "division-coarse", "name-dot", "credit-region"),
    }
)
"""Faults that the next keys may mend; not told while typing."""
COMPOSING: Final = "还有字没选好，先在键盘上面选一个。"
ASCII: Final = frozenset({"email", "uri", "uri-reference", "time", "date-time", "hostname"})


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One answer to choose."""

    text: str
    selected: bool
    sub: str = ""


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place; ``final``: choosing it ends the choosing."""

    key: str
    text: str
    sub: str
    final: bool
    selected: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of a list, by its first answers."""

    text: str
    sub: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question. ``how`` is a value of :data:`HOW`; ``kind`` the kind of the engine."""

    path: str = ""
    how: str = ""
    kind: str = ""
    title: str = ""
    help: str = ""
    cites: str = ""
    note: str = ""
    context: str = ""
    entry: str = ""
    error: str = ""
    good: str = ""
    most: int = 0
    letters: bool = False
    chosen: int = -1
    placed: str = ""
    trail: str = ""
    above: str = ""
    searching: bool = False
    spelled: str = ""
    next_words: str = "下一步"


@dataclass(frozen=True, slots=True)
class Inside:
    """Within an entry of a list: which list, which entry, which of its questions."""

    path: str
    index: int
    number: int = 0


BIRTH_KNOWN: Final = 14


def birthday(number: str, filing: Filing) -> str:
    """Birthday and age that an ID number tells, read back so that a slip shows early."""
    from kiosk.domain.dates import full_years, in_words
    from kiosk.domain.identity import birth_date

    born = birth_date(number)
    if born is None or born > filing.today:
        return ""
    return f"{in_words(born)}生，{full_years(born, filing.today)}岁"


def same(one: Json, other: Json) -> bool:
    """Equal, and not merely as Python has it (1 and True)."""
    return type(one) is type(other) and bool(one == other)


def help_words(question: Question, *, blank: bool) -> str:
    """The author's help; that it may be left out, while it is (an answer may have made it so)."""
    optional = "可以不填。" if blank and not question.required else ""
    if "不填" in question.help or "不用填" in question.help:
        optional = ""
    return " ".join(part for part in (question.help.replace("\n", " "), optional) if part)


def as_date(digits: str) -> str:
    """A date as typed: a whole one as it is stored."""
    if len(digits) == LENGTHS["date"]:
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return digits


def in_field(how: str, text: str) -> str:
    """A kept answer as the field shows it."""
    return text.replace("-", "") if how == "date" else text
