"""Dates as residents write them.

Rules: stored as ``YYYY-MM-DD``; read from the ways people type (2026年3月5日, 2026.3.5, 20260305);
"today" is an argument, reckoned in China's time zone; ages are counted in full years 周岁 by the
civil birthday.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Final

from kiosk.domain import zone
from kiosk.domain.faults import Flaw

CHINA: Final = zone.CHINA
_WRITTEN: Final = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_PACKED: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EARLIEST: Final = 1850


def today_in_china(now: datetime) -> date:
    """The civil date in China at an aware instant."""
    return now.astimezone(CHINA).date()


def parse_date(text: str) -> date | None:
    """A date from the ways people write it; None when it is none."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    match = _WRITTEN.fullmatch(narrow) or _PACKED.fullmatch(narrow)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def date_flaw(text: str) -> Flaw | None:
    """What is wrong with a written date; None when it is one."""
    found = parse_date(text)
    if found is None:
        return Flaw("date", "没有这一天，请看看年月日。")
    if found.year < _EARLIEST:
        return Flaw("date-too-old", "年份太早了，请看看。")
    return None


def full_years(birth: date, today: date) -> int:
    """Age in full years 周岁; negative before birth. 29 February counts on 1 March."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def in_words(day: date, today: date | None = None) -> str:
    """``12月4日``, with the year when it is not this one (or when ``today`` is not given)."""
    year = "" if today is not None and today.year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"
