"""The engine of a form: which questions are asked, and what is wrong with the answers.

Rules: hidden fields are neither asked nor required, and their answers are dropped (:meth:`clean`);
answers are judged as they are stored, that is normalised; every fault stands at one field's path in
words for the resident; hints never refuse. One engine serves one filing at one date and keeps
nothing of the answers. A keystroke costs one field's check and the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

import jsonschema_rs

from kiosk.domain.divisions import DivisionLookup
from kiosk.domain.faults import Fault
from kiosk.forms.checks import Checks, hint, normalise
from kiosk.forms.definition import FormDefinition
from kiosk.forms.failures import Failure, failures
from kiosk.forms.kinds import Choice, QuestionKind
from kiosk.forms.layout import Field, Layout
from kiosk.forms.pointers import ABSENT, Json, look_up, pointer, tokens_of, with_value, without
from kiosk.forms.schemas import Schemas
from kiosk.forms.words import UNKNOWN

__all__ = ["Check", "Choice", "Engine", "Fault", "Question", "QuestionKind"]

_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_ROUNDS: Final = 12


@dataclass(frozen=True, slots=True)
class Question:
    """One question, one page. ``entry`` are the questions of one entry of a list."""

    path: str
    kind: str
    title: str
    help: str
    choices: tuple[Choice, ...]
    required: bool
    cites: str
    group: str
    enabled: bool = True
    format: str | None = None
    entry: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What a keystroke changes: the field's fault, and the fields now shown."""

    faults: tuple[Fault, ...]
    visible: tuple[str, ...]


class Engine:
    """One form at one date.

    Args:
        definition: the form.
        divisions: the known divisions; None checks codes by shape alone.
        today: the civil date in China.

    Attributes:
        fields: every field of the form, hidden or not, in order.
        schemas: the documents behind the fields.
    """

    def __init__(
        self, definition: FormDefinition, divisions: DivisionLookup | None, today: date
    ) -> None:
        self.definition = definition
        self.schemas = Schemas(definition.schema)
        self._checks = Checks(divisions, today)
        self._whole = self._checks.compile(definition.schema, self.schemas)
        self.fields = Layout(self.schemas, self._compile).fields(definition.ui)
        self._by_pointer = {field.pointer: field for field in self.fields}
        self._single: dict[str, jsonschema_rs.Validator] = {}

    def questions(self, answers: Json) -> tuple[Question, ...]:
        """The visible questions in order, one a page."""
        shown, kept = self._shown(self.fields, self._normalised(self.fields, answers))
        owed = {one.path for one in self._failures(kept, shown) if one.keyword == "required"}
        return tuple(_question(field, kept, owed) for field in shown)

    def entry_questions(self, path: str, index: int, answers: Json) -> tuple[Question, ...]:
        """The visible questions of one entry of the list at ``path``.

        Raises:
            KeyError: no list stands there.
        """
        field = self._by_pointer[path]
        if not field.entry:
            return ()
        entry = look_up(answers, (*field.path, str(index)))
        entry = {} if entry is ABSENT and field.entry[0].path else entry
        shown, kept = self._shown(field.entry, entry)
        here = f"{path}/{index}"
        return tuple(
            replace(question, path=here + question.path)
            for question in (_question(one, kept, set()) for one in shown)
        )

    def check(self, path: str, answers: Json) -> Check:
        """After a keystroke in the field at ``path``: its own faults and the visible fields."""
        shown, kept = self._shown(self.fields, answers)
        visible = tuple(field.pointer for field in shown)
        field = self._by_pointer.get(path)
        if field is None or field.pointer not in visible:
            return Check((), visible)
        value = look_up(kept, field.path)
        if value is ABSENT:
            return Check((), visible)
        value = _stored(value, field)
        found = failures(self._alone(field).iter_errors(value), value, self._look)
        return Check(tuple(self._fault(one, field.pointer) for one in found), visible)

    def faults(self, answers: Json) -> tuple[Fault, ...]:
        """Everything that keeps the answers from being sealed, in the order of the questions."""
        if not isinstance(answers, dict):
            return (Fault("", "type", "表的内容读不出来。"),)
        shown, kept = self._shown(self.fields, self._normalised(self.fields, answers))
        found = [self._fault(one) for one in self._failures(kept, shown)]
        found += self._unknown(answers)
        order = {field.pointer: index for index, field in enumerate(self.fields)}
        unique = {fault.path + "\0" + fault.code: fault for fault in found}
        return tuple(sorted(unique.values(), key=lambda fault: _rank(fault.path, order)))

    def hints(self, answers: Json) -> tuple[Fault, ...]:
        """Doubts worth a second look; they never keep anything from being sealed."""
        shown, kept = self._shown(self.fields, self._normalised(self.fields, answers))
        return tuple(_hints(shown, kept, ""))

    def clean(self, answers: Json) -> Json:
        """The answers as they are sealed: normalised, without blanks and hidden fields."""
        return self._shown(self.fields, self._normalised(self.fields, answers))[1]

    def _compile(self, schema: Json) -> jsonschema_rs.Validator:
        return self._checks.compile(schema, self.schemas)

    def _alone(self, field: Field) -> jsonschema_rs.Validator:
        """The validator of one field; alternatives count as one of them."""
        if field.pointer not in self._single:
            ways = [{"$ref": location} for location in field.locations]
            schema = ways[0] if len(ways) == 1 else {"anyOf": ways}
            self._single[field.pointer] = self._compile(schema)
        return self._single[field.pointer]

    def _shown(self, fields: Sequence[Field], answers: Json) -> tuple[tuple[Field, ...], Json]:
        """The visible fields, and the answers without those of hidden ones.

        What a hidden field held no longer counts for other rules, so this goes round until
        nothing changes; rules in a circle are cut off.
        """
        gated = [field for field in fields if field.gate.shown]
        hidden: set[str] = set()
        for _ in range(_ROUNDS):
            kept = answers
            for field in gated:
                if field.pointer in hidden:
                    kept = without(kept, field.path)
            now = {
                field.pointer for field in gated if not all(test(kept) for test in field.gate.shown)
            }
            if now == hidden:
                break
            hidden = now
        for field in gated:
            if field.pointer in hidden:
                kept = without(kept, field.path)
        if not hidden:
            return tuple(fields), kept
        return tuple(field for field in fields if field.pointer not in hidden), kept

    def _normalised(self, fields: Sequence[Field], answers: Json) -> Json:
        """The answers as they are stored, field by field; blanks are absent."""
        kept = answers
        for field in fields:
            value = look_up(answers, field.path)
            if value is ABSENT:
                continue
            stored = _stored(value, field)
            if field.entry and isinstance(stored, list):
                stored = [self._entry_kept(field.entry, entry) for entry in stored]
            kept = self._put(kept, field, stored)
        return kept

    def _entry_kept(self, fields: Sequence[Field], entry: Json) -> Json:
        if not fields[0].path:
            return _stored(entry, fields[0])
        return self._shown(fields, self._normalised(fields, entry))[1]

    def _put(self, answers: Json, field: Field, stored: Json) -> Json:
        if not field.path:
            return stored
        view = self.schemas.view(field.locations[0])
        if stored == "" and "" not in view.get("enum", ()):
            return without(answers, field.path)
        if stored is None and "null" not in _types(view) and None not in view.get("enum", (0,)):
            return without(answers, field.path)
        return with_value(answers, field.path, stored)

    def _failures(self, kept: Json, shown: Sequence[Field]) -> list[Failure]:
        """What the schema says of the kept answers, as far as visible fields can mend it."""
        visible = {field.pointer for field in shown}
        for _ in range(_ROUNDS):
            found = failures(self._whole.iter_errors(kept), kept, self._look)
            empty = [
                one.path
                for one in found
                if one.keyword == "required"
                and one.path not in visible
                and any(pointed.startswith(one.path + "/") for pointed in visible)
            ]
            if not empty:
                break
            for path in empty:
                kept = with_value(kept, tokens_of(path), {})
        return [one for one in found if self._mendable(one, visible)]

    def _mendable(self, failure: Failure, visible: set[str]) -> bool:
        """A hidden field is not required; anything else that is there is judged."""
        if failure.keyword not in ("required", "dependentRequired"):
            return True
        steps = tokens_of(failure.path)
        return any(pointer(steps[:end]) in visible for end in range(len(steps), 0, -1))

    def _look(self, location: str) -> dict[str, Json]:
        return self.schemas.view(location)

    def _fault(self, failure: Failure, base: str = "") -> Fault:
        """Words for a failure; formats and keywords of ours bring their own."""
        if failure.keyword == "format" and isinstance(failure.value, str):
            flaw = self._checks.flaw(str(failure.limit), failure.value)
            if flaw is not None and "errorMessage" not in failure.view:
                return flaw.at(base + failure.path)
        return Fault(base + failure.path, failure.keyword, failure.words)

    def _unknown(self, answers: dict[str, Json]) -> Iterator[Fault]:
        """Answers to questions that the form does not have."""
        if any(word in self.definition.schema for word in ("patternProperties", "propertyNames")):
            return
        if self.definition.schema.get("additionalProperties") not in (None, False):
            return
        known = {field.path[0] for field in self.fields if field.path}
        known |= set(self.schemas.members(self.schemas.top))
        for name in answers:
            if name not in known:
                yield UNKNOWN.at(pointer((name,)))


def _stored(value: Json, field: Field) -> Json:
    """One answer as it is stored: text tidied by its format, digits of a number as a number."""
    if isinstance(value, str):
        if field.kind == QuestionKind.NUMBER:
            digits = normalise(value, "bank-account") if "-" not in value else value.strip()
            if _NUMBER.fullmatch(digits):
                return float(digits) if "." in digits else int(digits)
        if field.kind == QuestionKind.CHOICE:
            return value
        return normalise(value, field.format)
    return value


def _question(field: Field, answers: Json, owed: set[str]) -> Question:
    return Question(
        path=field.pointer,
        kind=field.kind,
        title=field.title,
        help=field.help,
        choices=field.choices,
        required=field.required or field.pointer in owed,
        cites=field.cites,
        group=field.group,
        enabled=all(test(answers) for test in field.gate.enabled),
        format=field.format,
        entry=tuple(_question(one, {}, set()) for one in field.entry),
    )


def _hints(fields: Iterable[Field], answers: Json, base: str) -> Iterator[Fault]:
    for field in fields:
        value = look_up(answers, field.path)
        if isinstance(value, str):
            flaw = hint(value, field.format)
            if flaw is not None:
                yield flaw.at(base + field.pointer)
        elif isinstance(value, list) and field.entry:
            for index, entry in enumerate(value):
                yield from _hints(field.entry, entry, f"{base}{field.pointer}/{index}")


def _rank(path: str, order: dict[str, int]) -> tuple[int, str]:
    steps = tokens_of(path)
    for end in range(len(steps), 0, -1):
        found = order.get(pointer(steps[:end]))
        if found is not None:
            return found, path
    return len(order), path


def _types(view: dict[str, Json]) -> list[str]:
    kinds = view.get("type", [])
    return cast("list[str]", kinds if isinstance(kinds, list) else [kinds])
