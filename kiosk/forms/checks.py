"""The formats and keywords of our own that a form's schema may use.

Rules: each format checks a string and gives words for the resident; hints (a doubtful check digit)
never refuse. Formats: ``resident-id``, ``credit-code``, ``phone``, ``mobile``, ``bank-account``,
``division``, ``person-name``, ``body-name``; ``date`` takes the ways people write dates.
Keywords: ``notAfter`` and ``notBefore`` (``"today"`` or a date), ``divisionLevel``. Values are
checked as they are stored, that is after :func:`normalise`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import jsonschema_rs

from kiosk.domain import banking, identity, names, phones
from kiosk.domain.characters import tidy, tidy_lines, tidy_name, tidy_number
from kiosk.domain.dates import date_flaw, parse_date
from kiosk.domain.divisions import DivisionLookup, Level, division_flaw
from kiosk.domain.faults import Flaw
from kiosk.forms.pointers import Json
from kiosk.forms.schemas import Schemas

LEVELS: Final = {level.name.lower(): level for level in Level}
_NORMALISERS: Final[Mapping[str, Callable[[str], str]]] = {
    "resident-id": identity.normalise_id,
    "credit-code": identity.normalise_credit_code,
    "phone": phones.normalise_phone,
    "mobile": phones.normalise_phone,
    "bank-account": tidy_number,
    "division": tidy_number,
    "person-name": tidy_name,
    "body-name": tidy,
}
_HINTS: Final[Mapping[str, Callable[[str], Flaw | None]]] = {
    "credit-code": identity.credit_code_hint,
    "bank-account": banking.account_hint,
}


def normalise(text: str, form: str | None) -> str:
    """A string as it is stored, by its format."""
    if form == "date":
        found = parse_date(text)
        return tidy(text) if found is None else found.isoformat()
    return _NORMALISERS.get(form or "", tidy_lines)(text)


def hint(text: str, form: str | None) -> Flaw | None:
    """A doubt worth a second look."""
    check = _HINTS.get(form or "")
    return check(text) if check else None


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of one filing: they know the date and the divisions."""

    divisions: DivisionLookup | None
    today: date

    def flaw(self, form: str, text: str) -> Flaw | None:
        """What is wrong with a string of a format of ours; None when good or not ours."""
        check = self._formats().get(form)
        return check(text) if check else None

    def _formats(self) -> dict[str, Callable[[str], Flaw | None]]:
        return {
            "resident-id": partial(identity.resident_id_flaw, today=self.today),
            "credit-code": identity.credit_code_flaw,
            "phone": phones.phone_flaw,
            "mobile": phones.mobile_flaw,
            "bank-account": banking.account_flaw,
            "division": partial(division_flaw, divisions=self.divisions, least=Level.PROVINCE),
            "person-name": names.name_flaw,
            "body-name": names.body_name_flaw,
            "date": date_flaw,
        }

    def keyword_flaw(self, keyword: str, limit: Json, value: Json) -> Flaw | None:
        """What is wrong by one of our keywords; values of other types pass."""
        if not isinstance(value, str) or not isinstance(limit, str):
            return None
        if keyword == "divisionLevel":
            return division_flaw(value, self.divisions, LEVELS[limit])
        day, bound = parse_date(value), self.bound(limit)
        if day is None or bound is None:
            return None
        if keyword == "notAfter" and day > bound:
            words = "这一天还没到，请看看。" if limit == "today" else f"不能晚于{bound}。"
            return Flaw("date-late", words)
        if keyword == "notBefore" and day < bound:
            words = "这一天已经过了，请看看。" if limit == "today" else f"不能早于{bound}。"
            return Flaw("date-early", words)
        return None

    def bound(self, limit: str) -> date | None:
        """The day that ``notAfter``/``notBefore`` names."""
        return self.today if limit == "today" else parse_date(limit)

    def compile(self, schema: Json, schemas: Schemas) -> jsonschema_rs.Validator:
        """A validator with these checks.

        Raises:
            jsonschema_rs.ValidationError: the schema is not valid, or refers to what is not there.
            ValueError: one of our keywords has a value that it does not know.
        """
        formats = {
            name: lambda text, check=check: check(text) is None
            for name, check in self._formats().items()
        }
        return jsonschema_rs.validator_for(
            schema,
            formats=formats,
            validate_formats=True,
            registry=schemas.registry(),
            keywords=self._keywords(),
            offline=True,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000),
        )

    def _keywords(self) -> dict[str, type[jsonschema_rs.KeywordValidator]]:
        checks = self

        def keyword(name: str) -> type[jsonschema_rs.KeywordValidator]:
            class Keyword:
                def __init__(self, _parent: Json, limit: Json, _path: list[str | int]) -> None:
                    self.limit = limit
                    _refuse_limit(name, limit)

                def validate(self, instance: Json) -> None:
                    flaw = checks.keyword_flaw(name, self.limit, instance)
                    if flaw is not None:
                        raise ValueError(flaw.words)

            return Keyword

        return {name: keyword(name) for name in ("notAfter", "notBefore", "divisionLevel")}


def _refuse_limit(name: str, limit: Json) -> None:
    known = (
        limit in LEVELS
        if name == "divisionLevel"
        else isinstance(limit, str) and (limit == "today" or parse_date(limit) is not None)
    )
    if not known:
        raise ValueError(f"{name} cannot be {limit!r}")
