"""Numbers of identity: resident ID, residence permits of 港澳台, credit codes.

Rules:

* Resident ID: GB 11643, eighteen places, MOD 11-2. No county-by-year table: old and abolished
  county codes stay valid for their holders. 81, 82 and 83 are the permits of Hong Kong, Macao and
  Taiwan residents. An impossible or future birth date is refused, relative to ``today``.
* A check is early: while digits are typed, :func:`typing_flaw` speaks as soon as no continuation
  can be right (province at 2, year at 10, birth date at 14, check digit at 18).
* Credit code: GB 32100, letters allowed from the first place (N… of rural collectives). The
  registered early codes with a bad check digit exist: that is a hint, never a refusal.
* Numbers are stored normalised (ASCII, capital X) and shown masked.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from kiosk.domain.characters import is_han, tidy_name, tidy_number
from kiosk.domain.dates import full_years
from kiosk.domain.faults import Flaw

ID_LENGTH: Final = 18
CREDIT_LENGTH: Final = 18
_BODY: Final = 17
_OLDEST: Final = 130
_PROVINCES: Final = frozenset(
    str(code)
    for code in (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        *(71, 81, 82, 83, 91),
    )
)
_OUTSIDE_MAINLAND: Final = frozenset({"81", "82", "83"})
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

_PROVINCE_FLAW: Final = Flaw("id-province", "号码对不上，请看看最前面两位。")
_DATE_FLAW: Final = Flaw("id-birth-date", "出生日期对不上，请看看中间八位。")
_CHECK_FLAW: Final = Flaw("id-check", "号码对不上，请看看最后几位。")


def normalise_id(text: str) -> str:
    """ASCII, upper case, without spaces; ``ｘ``, ``x`` and ``×`` become ``X``."""
    number = tidy_number(text)
    return number[:-1] + "X" if number.endswith(("×", "Χ", "Х", "✕")) else number


def check_digit(body: str) -> str:
    """The MOD 11-2 check character of the first seventeen digits (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def typing_flaw(text: str, today: date) -> Flaw | None:
    """What is already wrong while a resident ID is typed; None while it can still be right."""
    number = normalise_id(text)
    return _shape_flaw(number) or _content_flaw(number, today)


def _shape_flaw(number: str) -> Flaw | None:
    body = number[:_BODY]
    if len(number) > ID_LENGTH:
        return Flaw("id-long", f"身份证号是18位，多了{len(number) - ID_LENGTH}位。")
    if not (body.isascii() and (body.isdigit() or not body)):
        return Flaw("id-shape", "前17位都是数字，请看看。")
    if len(number) == ID_LENGTH and number[-1] not in _ID_CHECKS:
        return Flaw("id-shape", "最后一位是数字或X，请看看。")
    return None


def _content_flaw(number: str, today: date) -> Flaw | None:
    if number[:1] == "0" or (len(number) > 1 and number[:2] not in _PROVINCES):
        return _PROVINCE_FLAW
    if not _date_can_begin_with(number[6:14], today):
        return _DATE_FLAW
    if len(number) == ID_LENGTH and number[-1] != check_digit(number[:_BODY]):
        return _CHECK_FLAW
    return None


def _date_can_begin_with(digits: str, today: date) -> bool:
    """Whether a date up to today, and not absurdly old, begins with these digits."""
    first, last = f"{today.year - _OLDEST:04d}", f"{today.year:04d}"
    year = digits[:4]
    if not first[: len(year)] <= year <= last[: len(year)]:
        return False
    month = digits[4:6]
    if len(month) == 1 and month not in "01":
        return False
    if len(month) == 2 and not "01" <= month <= "12":  # noqa: PLR2004  two digits of a month
        return False
    day = digits[6:8]
    if len(day) == 1:
        return day in "0123"
    return not day or _is_past_date(digits, today)


def _is_past_date(digits: str, today: date) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) <= today
    except ValueError:
        return False


def resident_id_flaw(text: str, today: date) -> Flaw | None:
    """What is wrong with a finished resident ID or residence permit; None when it is good."""
    number = normalise_id(text)
    if not number:
        return Flaw("id-empty", "身份证号还没填。")
    flaw = typing_flaw(number, today)
    if flaw is None and len(number) < ID_LENGTH:
        return Flaw("id-short", f"身份证号是18位，还差{ID_LENGTH - len(number)}位。")
    return flaw


def is_outside_mainland(text: str) -> bool:
    """Whether the number is of a 港澳台居民居住证 (81, 82, 83)."""
    return normalise_id(text)[:2] in _OUTSIDE_MAINLAND


def birth_date(text: str) -> date | None:
    """The birth date inside a full number; None when there is none."""
    number = normalise_id(text)
    if len(number) != ID_LENGTH or not number[:_BODY].isdigit():
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def age(text: str, today: date) -> int | None:
    """Full years of the holder; None when the number has no birth date."""
    born = birth_date(text)
    return None if born is None else full_years(born, today)


def make_resident_id(born: date, order: int = 2, region: str = "440000") -> str:
    """An invented number with a right check digit; region 440000 belongs to nobody.

    Args:
        born: birth date of the invented person.
        order: 0–999; odd is male, even is female.
        region: six digits.
    """
    body = f"{region}{born:%Y%m%d}{order:03d}"
    return body + check_digit(body)


def normalise_credit_code(text: str) -> str:
    """ASCII, upper case, without spaces and hyphens."""
    return tidy_number(text)


def credit_check(body: str) -> str:
    """The check character of the first seventeen places (GB 32100, MOD 31)."""
    total = sum(
        _CREDIT_ALPHABET.index(place) * weight
        for place, weight in zip(body, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[-total % 31]


def credit_code_flaw(text: str) -> Flaw | None:
    """What makes it impossible that this is a credit code; None when it can be one."""
    code = normalise_credit_code(text)
    if not code:
        return Flaw("credit-empty", "统一社会信用代码还没填。")
    if len(code) < CREDIT_LENGTH:
        return Flaw("credit-short", f"代码是18位，还差{CREDIT_LENGTH - len(code)}位。")
    if len(code) > CREDIT_LENGTH:
        return Flaw("credit-long", f"代码是18位，多了{len(code) - CREDIT_LENGTH}位。")
    if any(place not in _CREDIT_ALPHABET for place in code):
        return Flaw("credit-shape", "代码里没有I、O、S、V、Z，请看看。")
    if not code[2:8].isdigit():
        return Flaw("credit-region", "代码第3到8位是数字，请看看。")
    return None


def credit_code_hint(text: str) -> Flaw | None:
    """A doubt worth a second look: the check character does not fit."""
    code = normalise_credit_code(text)
    if credit_code_flaw(code) or credit_check(code[:-1]) == code[-1]:
        return None
    return Flaw("credit-check", "代码对不上，请照执照再看一遍。没错就不用改。")


def mask_id(number: str) -> str:
    """First three and last four places, ``440***********1234``; short numbers keep two."""
    if len(number) < 10:  # noqa: PLR2004  too short to show seven places
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_name(name: str) -> str:
    """``李*英``, ``李*``, ``迪*木`` of a minority name's first part; Latin keeps its initial."""
    tidied = tidy_name(name)
    if len(tidied) <= 1:
        return tidied and "*"
    if not any(is_han(c) for c in tidied):
        return tidied[0] + "*" * 3
    if len(tidied) == 2:  # noqa: PLR2004  a name of two characters
        return f"{tidied[0]}*"
    return f"{tidied[0]}{'*' * min(len(tidied) - 2, 3)}{tidied[-1]}"


def mask_account(number: str) -> str:
    """The last four digits of a bank account: ``****1234``."""
    return f"****{number[-4:]}"


def mask_phone(number: str) -> str:
    """``138****5678``; landlines keep the last four digits."""
    if len(number) >= 11:  # noqa: PLR2004  a mobile or a number with area code
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    return f"{'*' * max(len(number) - 4, 0)}{number[-4:]}"
