"""Answers: how they are kept while being typed, and how they are told back.

Rules:

* An answer is kept as it was typed, in the application itself, so that going back finds it again;
  the engine normalises it when it is sealed. An emptied answer is a blank, which the engine drops.
* Told back, numbers of people, phones and accounts are masked (rules of the counter, 18); places
  are told from the city down to the village.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.domain.dates import in_words, parse_date
from kiosk.domain.identity import mask_account, mask_id, mask_phone
from kiosk.forms.pointers import ABSENT, look_up, tokens_of, with_value, without
from ui.bridge.words import due_words

if TYPE_CHECKING:
    from kiosk.domain.divisions import DivisionLookup
    from kiosk.forms.engine import Engine, Fault, Question
    from kiosk.forms.pointers import Json
    from kiosk.journeys.applying import Application
    from kiosk.journeys.progress import Tracked

UNSAID: Final = "没填"
_ENTRY_WORDS: Final = 3
"""How many answers of an entry tell it apart."""


def answer_at(answers: Json, path: str) -> Json:
    """The answer kept at a pointer; None where nothing stands."""
    value = look_up(answers, tokens_of(path))
    return None if value is ABSENT else value


def typed(answers: Json, path: str) -> str:
    """The answer as text in the field."""
    value = answer_at(answers, path)
    return "" if value is None or isinstance(value, bool | list | dict) else str(value)


def kept(answers: Json, path: str, value: Json) -> Json:
    """The answers with another one at ``path``; an empty one is taken away."""
    steps = tokens_of(path)
    if value in ("", None, []) and not any(step.isdecimal() for step in steps):
        return without(answers, steps)
    return with_value(answers, steps, value)


def faults_at(engine: Engine, path: str, answers: Json) -> tuple[Fault, ...]:
    """What keeps the answer at a pointer, or anything below it, from being sealed."""
    return tuple(
        fault
        for fault in engine.faults(answers)
        if fault.path == path or fault.path.startswith(f"{path}/")
    )


def told(question: Question, value: Json, divisions: DivisionLookup) -> str:
    """An answer in words, masked where it must be; ``没填`` for none."""
    if value in (None, "", []):
        return UNSAID
    if question.kind == "list":
        return _entries(question, value, divisions)
    if question.kind in {"choice", "yes_no", "choices"}:
        chosen = value if isinstance(value, list) else [value]
        words = [one.words for one in question.choices if one.value in chosen]
        return "、".join(words) or str(value)
    text = str(value)
    if question.kind == "date":
        day = parse_date(text)
        return in_words(day) if day else text
    if question.kind == "division":
        return place(text, divisions) or text
    return masked(question.kind, text)


def office_words(application: Application, tracked: Tracked | None, *targets: str) -> str:
    """What the office wants of one question or material, in its own words; only in a supplement."""
    notice = tracked.correction if tracked is not None else None
    if notice is None or tracked is None or application.continues.about != tracked.id:
        return ""
    reasons = [line.reason for line in notice.lines if line.target in targets and line.reason]
    if not reasons:
        return ""
    return f"部门说：{'；'.join(reasons).rstrip('。')}。{due_words(notice.by)}"


def wanted_words(tracked: Tracked) -> str:
    """Everything that the office wants of a filing, line by line; empty when it wants nothing."""
    notice = tracked.correction
    if notice is None:
        return ""
    lines = [
        line.label if line.reason in {"", notice.words} else f"{line.label}：{line.reason}"
        for line in notice.lines
    ]
    return "\n".join(part for part in ("；".join(lines), notice.words) if part)


def masked(kind: str, text: str) -> str:
    """Numbers of people, phones and accounts, as they may stand on a screen in public."""
    if kind == "resident_id":
        return mask_id(text)
    if kind == "phone":
        return mask_phone(text)
    if kind == "bank_card":
        return f"尾号 {mask_account(text)[-4:]}"
    return text


def place(code: str, divisions: DivisionLookup) -> str:
    """A division from its city down; without the province, which everybody knows."""
    path = divisions.path(code)
    return " ".join(one.name for one in (path[1:] or path))


def entry_words(question: Question, entry: Json, divisions: DivisionLookup) -> str:
    """One entry of a list, by its first answers."""
    parts = []
    for inner in question.entry:
        value = look_up(entry, tokens_of(inner.path)) if inner.path else entry
        if value is not ABSENT and value not in ("", None, []):
            parts.append(told(inner, value, divisions))
    return "，".join(parts[:_ENTRY_WORDS]) or UNSAID


def _entries(question: Question, value: Json, divisions: DivisionLookup) -> str:
    entries = value if isinstance(value, list) else []
    return "；".join(entry_words(question, entry, divisions) for entry in entries)
