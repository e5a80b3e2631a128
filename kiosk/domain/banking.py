"""Bank cards and passbooks.

Rules: a card has 13 to 19 digits and a Luhn check digit, but passbooks 存折 (the postal bank's, the
rural banks') are accounts of 12 to 22 digits without one, and elders are paid into passbooks: a
wrong check digit is a hint, never a refusal.
"""

from __future__ import annotations

from typing import Final

from kiosk.domain.characters import tidy_number
from kiosk.domain.faults import Flaw

SHORTEST: Final = 12
LONGEST: Final = 22
_CARD_LENGTHS: Final = range(16, 20)


def account_flaw(text: str) -> Flaw | None:
    """What makes it impossible that this is a card or passbook; None when it can be one."""
    digits = tidy_number(text)
    if not (digits.isascii() and digits.isdigit()):
        return Flaw("account-shape", "账号只有数字，请看看。")
    if len(digits) < SHORTEST:
        return Flaw("account-short", "账号太短了，请看看少了哪位。")
    if len(digits) > LONGEST:
        return Flaw("account-long", "账号太长了，请看看多了哪位。")
    return None


def account_hint(text: str) -> Flaw | None:
    """A doubt worth a second look: card-like numbers whose check digit does not fit."""
    digits = tidy_number(text)
    if account_flaw(digits) or len(digits) not in _CARD_LENGTHS or not digits.startswith("62"):
        return None
    if luhn_holds(digits):
        return None
    return Flaw("account-check", "卡号对不上，请再看一遍。是存折就不用改。")


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the rest (ISO/IEC 7812-1)."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + index % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004  the sum of two digits
    return total % 10 == 0
