"""Values that a field could take: invented, but right.

Rules: numbers of identity have region 440000 and right check digits; what the author gives
(``examples``, choices, bounds, patterns) is used before anything made up; the same form gives the
same values every time.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import prod
from typing import Any, Final

import rstr

from kiosk.domain.banking import luhn_holds
from kiosk.domain.divisions import DivisionLookup, Level, normalise_code
from kiosk.domain.identity import credit_check, make_resident_id
from kiosk.forms.checks import LEVELS
from kiosk.forms.kinds import QuestionKind
from kiosk.forms.layout import Field
from kiosk.forms.pointers import Json, with_value
from kiosk.forms.schemas import Schemas

VILLAGE: Final = "445222107201"
"""Stands for a village where no divisions are at hand."""

_CREDIT_BODY: Final = "92440000MA0000001"
_TRIES: Final = 60
_LONGEST: Final = 5000
_MOST_ENTRIES: Final = 50
_TEXTS: Final = (
    "演示内容", "1", "0", "A", "a", "abc", "2026", "A1", "粤V12345", "515000", "12:30", "演",
)  # fmt: skip
_FORMATS: Final = {
    "email": "demo@example.com",
    "idn-email": "demo@example.com",
    "time": "09:30:00+08:00",
    "date-time": "2026-01-05T09:30:00+08:00",
    "duration": "P1D",
    "uri": "https://example.com/",
    "uri-reference": "/demo",
    "iri": "https://example.com/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "json-pointer": "/demo",
    "regex": "^demo$",
    "phone": "13900000000",
    "mobile": "13900000000",
    "person-name": "演示",
    "body-name": "演示合作社",
}


class Samples:
    """Makes values for the fields of one form.

    Args:
        schemas: the documents behind the fields.
        today: for dates.
        divisions: to name a division that exists.
        prefix: where the division should lie, as far as it is known.
    """

    def __init__(
        self,
        schemas: Schemas,
        today: date,
        divisions: DivisionLookup | None = None,
        prefix: str = "445222",
    ) -> None:
        self._schemas = schemas
        self._today = today
        self._divisions = divisions
        self._prefix = prefix

    def of(self, field: Field) -> list[Json]:
        """Values that may fit, the likeliest first, without repeats."""
        found: list[Json] = []
        for value in self._values(field):
            if not any(value == old and type(value) is type(old) for old in found):
                found.append(value)
        return found

    def _values(self, field: Field) -> Iterator[Json]:
        views = [self._schemas.view(location) for location in field.locations]
        for view in views:
            examples = view.get("examples")
            yield from examples if isinstance(examples, list) else ()
        if field.kind == QuestionKind.CHOICES:
            values = [choice.value for choice in field.choices]
            yield from (values[:count] for count in range(1, len(values) + 1))
        elif field.kind == QuestionKind.LIST:
            yield from self._lists(field, views[0])
        elif field.kind == QuestionKind.NUMBER:
            for view in views:
                yield from _numbers(view)
        elif field.choices:
            yield from (choice.value for choice in field.choices)
        else:
            for view in views:
                yield from self._strings(view)

    def _lists(self, field: Field, view: dict[str, Json]) -> Iterator[Json]:
        least = min(max(_whole(view.get("minItems"), 1), 1), _MOST_ENTRIES)
        for shift in range(4):
            yield [self._entry(field.entry, shift + index) for index in range(least)]
        yield [self._entry(field.entry, 0, required_only=True) for _ in range(least)]
        yield []

    def _entry(self, fields: Sequence[Field], turn: int, *, required_only: bool = False) -> Json:
        entry: Json = {}
        for field in fields:
            values = self.of(field)
            if values and not (required_only and not field.required):
                entry = with_value(entry, field.path, values[turn % len(values)])
        return entry

    def _strings(self, view: dict[str, Json]) -> Iterator[str]:
        form = view.get("format")
        if form in _FORMATS:
            yield _FORMATS[form]
        yield from self._own(form, view)
        if isinstance(view.get("pattern"), str):
            yield from matching(view["pattern"])
        shortest = min(_whole(view.get("minLength"), 0), _LONGEST)
        longest = _whole(view.get("maxLength"), _LONGEST)
        for text in _TEXTS:
            fitted = (text * (shortest // len(text) + 1))[: max(shortest, min(len(text), longest))]
            yield fitted

    def _own(self, form: Json, view: dict[str, Json]) -> Iterator[str]:
        if form == "resident-id":
            yield from (make_resident_id(date(1984, 5, 6), order) for order in range(2, 8))
        elif form == "credit-code":
            yield _CREDIT_BODY + credit_check(_CREDIT_BODY)
        elif form == "bank-account":
            yield bank_account()
        elif form == "division":
            yield self.division(LEVELS.get(str(view.get("divisionLevel")), Level.VILLAGE))
        elif form == "date":
            for days in (30, 0, 1, 400, 8000, -30, -400, -4000):
                yield (self._today - timedelta(days=days)).isoformat()

    def division(self, least: Level) -> str:
        """A division that exists, at least as fine as asked."""
        if self._divisions is None:
            return VILLAGE
        code = normalise_code(self._prefix)
        if self._divisions.get(code) is None:
            code = normalise_code("44")
        while children := self._divisions.children(code):
            code = children[0].code
            if children[0].level >= Level.VILLAGE or (
                children[0].level >= least and least < Level.VILLAGE
            ):
                break
        return code


def bank_account() -> str:
    """An invented card number whose check digit is right."""
    body = "622000000000000000"
    return next(body + str(digit) for digit in range(10) if luhn_holds(body + str(digit)))


def matching(pattern: str) -> Iterator[str]:
    """Strings that a regular expression of an author may take; wrong guesses are possible."""
    python = re.sub(r"\\p\{(?:Script=)?(?:Han|Unified_Ideograph)\}", "一-龥", pattern)
    python = re.sub(r"(?<!\[)一-龥(?![^\[]*\])", "[一-龥]", python)
    python = python.replace("(?<", "(?P<") if re.search(r"\(\?<[A-Za-z]", python) else python
    python = re.sub(r"\(\?<?[=!][^()]*\)", "", python)
    if prod(int(count) for count in re.findall(r"\{(\d+)", python)) > _LONGEST:
        return  # repeated so often that making one would exhaust the machine
    maker = rstr.Rstr(random.Random(7))  # noqa: S311  examples repeat, they hide nothing
    try:
        found = [maker.xeger(python) for _ in range(_TRIES)]
    except (re.error, KeyError, ValueError, IndexError, RecursionError, OverflowError):
        return
    printable = [text for text in found if text.isprintable()]
    yield from sorted(printable, key=len)


def _numbers(view: dict[str, Json]) -> Iterator[float]:
    step = view.get("multipleOf", 1)
    low, high = view.get("minimum"), view.get("maximum")
    above, below = view.get("exclusiveMinimum"), view.get("exclusiveMaximum")
    whole = "integer" in str(view.get("type", ""))
    if above is not None:
        low = above + step
    if below is not None and high is None:
        high = below - step
    for start in (low, high, 1, 0, 2, 10, 100):
        if start is None:
            continue
        nearest = -(-start // step) * step
        yield int(nearest) if whole or nearest == int(nearest) else nearest
        if not whole:
            yield start
    if low is not None and high is not None and not whole:
        yield (low + high) / 2


def _whole(value: Any, otherwise: int) -> int:  # noqa: ANN401  any JSON
    return int(value) if isinstance(value, int | float) else otherwise
