"""What the page of a question shows, and how each kind of question is asked.

Rules: pure functions and values over a question, the answers and the picker; nothing is kept. A
helper of :mod:`ui.bridge.asking` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ui.bridge import places
from ui.bridge.answers import answer_at, entry_words, place, typed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from kiosk.domain.divisions import DivisionLookup
    from kiosk.forms.engine import Fault, Question
    from kiosk.forms.layout import Field
    from kiosk.forms.pointers import Json

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
BIRTH_KNOWN: Final = 14
"""So many digits of an ID number tell the birthday."""
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
    """One place; ``final``: choosing it ends the choosing; ``near``: the station's own."""

    key: str
    text: str
    sub: str
    final: bool
    selected: bool
    near: bool = False


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


@dataclass(frozen=True, slots=True)
class Where:
    """Where a picker stands: the place chosen, the way down to here, and what is above."""

    placed: str
    trail: str
    above: str


# -- the question -------------------------------------------------------------------------------


def title_of(question: Question, outer: Question | None) -> str:
    """Its title; within an entry, where it has none, that of the list."""
    return question.title or (outer.title if outer is not None else "")


def note_of(index: int, asked: int, inside: Inside | None) -> str:
    """``3/7``, and within a list which entry."""
    note = f"{min(index, asked - 1) + 1}/{asked}"
    return note if inside is None else f"{note}，第{inside.index + 1}个"


def next_words(inside: Inside | None, asked_inside: int, *, returning: bool) -> str:
    """The words of the filled button."""
    if inside is not None:
        return "下一步" if inside.number + 1 < asked_inside else "这个填好了"
    return "改好了，回去核对" if returning else "下一步"


def location_of(question: Question, fields: Sequence[Field], inside: Inside | None) -> str:
    """Where the schema of a question stands; of an entry's question within the list."""
    path = question.path
    if inside is not None:
        fields = next(one for one in fields if one.pointer == inside.path).entry
        path = path.removeprefix(f"{inside.path}/{inside.index}")
    return next(one.locations[0] for one in fields if one.pointer == path)


def most_of(question: Question, schema: Mapping[str, Json]) -> int:
    """How many characters the field takes; 0: no limit of its own."""
    most = schema.get("maxLength")
    return LENGTHS.get(question.kind, most if isinstance(most, int) else 0)


def letters_only(question: Question) -> bool:
    """Whether only letters and digits can be an answer."""
    return question.kind == "credit_code" or question.format in ASCII


# -- answers to choose --------------------------------------------------------------------------


def options_of(question: Question, answers: Json) -> list[OptionLine]:
    """The answers to choose from, those chosen marked."""
    answer = answer_at(answers, question.path)
    several = answer if question.kind == "choices" and isinstance(answer, list) else [answer]
    return [
        OptionLine(one.words, any(same(one.value, kept_one) for kept_one in several))
        for one in question.choices
    ]


def chosen_of(options: Sequence[OptionLine]) -> int:
    """The first one that is chosen; -1 without."""
    return next((number for number, one in enumerate(options) if one.selected), -1)


def toggled(question: Question, before: Json, value: Json) -> Json:
    """Several answers with one put on or taken off, in the order of the choices."""
    there = before if isinstance(before, list) else []
    return [one.value for one in question.choices if (one.value in there) != (one.value == value)]


def entries_of(
    question: Question, answers: Json, open_paths: Collection[str], divisions: DivisionLookup
) -> list[EntryLine]:
    """The entries of a list; ``open_paths``: where the answers have faults."""
    value = answer_at(answers, question.path)
    if question.kind != "list" or not isinstance(value, list):
        return []
    lines = []
    for index, entry in enumerate(value):
        here = f"{question.path}/{index}"
        lacks = any(one == here or one.startswith(f"{here}/") for one in open_paths)
        words = entry_words(question, entry, divisions)
        lines.append(EntryLine(words, "还没填完" if lacks else ""))
    return lines


# -- places -------------------------------------------------------------------------------------


def picker_for(
    code: str, schema: Mapping[str, Json], prefixes: tuple[str, ...], divisions: DivisionLookup
) -> places.Picker:
    """A picker where the answer was chosen; without one, where the item counts."""
    least = places.least_level(schema.get("divisionLevel"))
    return places.reopened(code, divisions, least) or places.opening(prefixes, divisions, least)


def places_of(
    picker: places.Picker, code: str, divisions: DivisionLookup, station: str
) -> list[PlaceLine]:
    """What can be chosen now; ``code``: the answer so far, ``station``: the station's division."""
    return [
        PlaceLine(one.code, one.name, one.within, one.final, one.code == code, one.near)
        for one in places.listed(picker, divisions, station)
    ]


def where(picker: places.Picker, code: str, divisions: DivisionLookup) -> Where:
    """Where the picker stands, in words."""
    trail = places.trail(picker, divisions)
    return Where(
        placed=place(code, divisions) if code else "",
        trail=" ".join(one.name for one in trail[1:]) or trail[0].name,
        above=trail[-2].name if len(trail) > 1 else "",
    )


# -- words while typing -------------------------------------------------------------------------


def read_back(question: Question, answers: Json, today: date) -> str:
    """Birthday and age that an ID number tells, read back so that a slip shows early."""
    from kiosk.domain.dates import full_years, in_words
    from kiosk.domain.identity import birth_date

    number = typed(answers, question.path)
    if question.kind != "resident_id" or len(number) < BIRTH_KNOWN:
        return ""
    born = birth_date(number)
    if born is None or born > today:
        return ""
    return f"{in_words(born)}生，{full_years(born, today)}岁"


def early_fault(question: Question, entry: str, faults: Sequence[Fault], today: date) -> str:
    """What more keys cannot mend, told while typing; empty as long as they may.

    Args:
        question: the one being answered.
        entry: what stands in the field.
        faults: what the engine finds there now.
        today: the civil date.
    """
    if question.kind == "resident_id":
        from kiosk.domain.identity import typing_flaw

        flaw = typing_flaw(entry, today)
        return flaw.words if flaw else ""
    whole = question.kind == "date" and len(entry) == LENGTHS["date"]
    return next((one.words for one in faults if whole or one.code not in MENDABLE), "")


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
