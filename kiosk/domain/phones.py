"""Telephone numbers of people in the village.

Rules: mobiles are eleven digits from 13 to 19; landlines are common among elders: area code and
number, or the bare seven or eight digits of the same town; +86, spaces and hyphens are taken off;
short service numbers (12345) belong to offices, not to people.
"""

from __future__ import annotations

import re
from typing import Final

from kiosk.domain.characters import tidy_number
from kiosk.domain.faults import Flaw

_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_AREA_LANDLINE: Final = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}", re.ASCII)
_LOCAL_LANDLINE: Final = re.compile(r"[2-8]\d{6,7}", re.ASCII)
_HONG_KONG_MACAO: Final = re.compile(r"00(?:852[2-9]\d{7}|8536\d{7}|8532\d{7})", re.ASCII)
_MOBILE_LENGTH: Final = 11


def normalise_phone(text: str) -> str:
    """Digits alone: full-width, brackets, spaces, hyphens and the Chinese country code are gone."""
    digits = tidy_number(text).translate(str.maketrans("", "", "()（）."))
    if digits.startswith("+"):
        digits = "00" + digits[1:]
    if digits.startswith("0086"):
        digits = digits[4:]
    elif len(digits) == _MOBILE_LENGTH + 2 and digits.startswith("861"):
        digits = digits[2:]
    return digits


def is_mobile(text: str) -> bool:
    """Whether it is a mobile number of the mainland."""
    return _MOBILE.fullmatch(normalise_phone(text)) is not None


def mobile_flaw(text: str) -> Flaw | None:
    """What is wrong with a mobile number; None when it is one."""
    digits = normalise_phone(text)
    if _MOBILE.fullmatch(digits):
        return None
    if not (digits.isascii() and digits.isdigit()):
        return Flaw("phone-shape", "手机号只有数字，请看看。")
    if len(digits) < _MOBILE_LENGTH:
        return Flaw("phone-short", f"手机号是11位，还差{_MOBILE_LENGTH - len(digits)}位。")
    if len(digits) > _MOBILE_LENGTH:
        return Flaw("phone-long", f"手机号是11位，多了{len(digits) - _MOBILE_LENGTH}位。")
    return Flaw("phone-start", "手机号是13到19开头的，请看看前两位。")


def phone_flaw(text: str) -> Flaw | None:
    """What is wrong with a number that may be a mobile or a landline; None when it is good."""
    digits = normalise_phone(text)
    if any(
        kind.fullmatch(digits)
        for kind in (_MOBILE, _AREA_LANDLINE, _LOCAL_LANDLINE, _HONG_KONG_MACAO)
    ):
        return None
    if digits.startswith("1"):
        return mobile_flaw(text)
    if not (digits.isascii() and digits.isdigit()):
        return Flaw("phone-shape", "电话只有数字，请看看。")
    return Flaw("phone-landline", "座机请带区号，比如0663开头。")


def ending(text: str) -> str:
    """The last four digits, for asking back; shorter numbers come whole."""
    return normalise_phone(text)[-4:]
