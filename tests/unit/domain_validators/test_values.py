"""Phones, names, accounts, dates, divisions, characters."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.banking import account_flaw, account_hint, luhn_holds
from kiosk.domain.characters import strip_invisible, tidy, tidy_lines, tidy_name, tidy_number
from kiosk.domain.dates import date_flaw, full_years, in_words, parse_date, today_in_china
from kiosk.domain.divisions import (
    Level,
    division_flaw,
    is_villagers_committee,
    level_of,
    normalise_code,
    significant,
    within,
)
from kiosk.domain.faults import Flaw
from kiosk.domain.names import body_name_flaw, name_flaw
from kiosk.domain.phones import ending, is_mobile, mobile_flaw, normalise_phone, phone_flaw
from tests.helpers.real_items import divisions


def code(flaw: Flaw | None) -> str | None:
    return flaw.code if flaw else None


@pytest.mark.parametrize(
    "number",
    [
        "13900000000",
        "19812345678",
        "+86 139 0000 0000",
        "8613900000000",
        "+8613900000000",
        "008613900000000",
        "０１３９".replace("０", "") + "00000000",
        "0663-5551234",
        "（0663）5551234",
        "020-81234567",
        "075581234567",
        "5551234",
        "+852 9123 4567",
    ],
)
def test_phones_of_people(number: str) -> None:
    assert phone_flaw(number) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("1390000000", "phone-short"),
        ("139000000000", "phone-long"),
        ("12345", "phone-short"),
        ("12900000000", "phone-start"),
        ("abc", "phone-shape"),
        ("110", "phone-short"),
        ("0663", "phone-landline"),
        ("座机", "phone-shape"),
        ("1390000000a", "phone-shape"),
    ],
)
def test_phones_that_are_none(number: str, fault: str) -> None:
    assert code(phone_flaw(number)) == fault


def test_a_mobile_is_more_than_a_phone() -> None:
    assert code(mobile_flaw("0663-5551234")) is not None
    assert is_mobile("139 0000 0000")
    assert not is_mobile("5551234")
    assert normalise_phone("+8613900000000") == "13900000000"
    assert ending("0663-5551234") == "1234"


@pytest.mark.parametrize(
    "name",
    [
        "李英",
        "古丽·阿依木",
        "买买提•艾力",
        "欧阳明日香子文化人",
        "\U0002348d大山",
        "䶮一",
        "\U00031350某",  # newer than this Python's tables
        "〇某",
        "Anna-Marie O'Neil",
        "\ue000某",  # private use, as old card readers give it
        "㼆" * 50,
    ],
)
def test_names_of_people(name: str) -> None:
    assert name_flaw(name) is None
    assert len(tidy_name(name)) == len(name)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "name-empty"),
        ("  \u200b\u202e ", "name-empty"),
        ("李" * 51, "name-long"),
        ("李1", "name-digits"),
        ("李<b>", "name-signs"),
        ("·李", "name-dot"),
        ("··", "name-dot"),
        ("李😀", "name-signs"),
    ],
)
def test_what_is_no_name(name: str, fault: str) -> None:
    assert code(name_flaw(name)) == fault


def test_invisible_characters_never_survive_and_rare_ones_do() -> None:
    assert tidy_name("李\u202e小\u200b英\u2066") == "李小英"
    assert tidy_name("买买提•艾力") == "买买提·艾力"
    assert tidy_name("李　小 英") == "李小英"
    assert tidy_name("Ａnna  Lee") == "Anna Lee"
    assert tidy_name("䶮") == "䶮"
    assert tidy("\ufeff a\tb ") == "a b"
    assert tidy_lines("a\r\nb\u200d\n\n") == "a\nb"
    assert strip_invisible("\u3164\u2800x") == "x"


@given(st.text(max_size=60))
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy_name(tidy_name(text)) == tidy_name(text)
    assert tidy(tidy(text)) == tidy(text)
    assert tidy_number(tidy_number(text)) == tidy_number(text)


def test_names_of_bodies_may_have_digits() -> None:
    assert body_name_flaw("演示镇第3合作社（筹）") is None
    assert code(body_name_flaw("")) == "name-empty"
    assert code(body_name_flaw("社" * 101)) == "name-long"
    assert code(body_name_flaw("社<script>")) == "name-signs"


def test_passbooks_are_allowed_and_a_wrong_card_only_hints() -> None:
    good = next(
        f"62220000000000{n:02d}" for n in range(100) if luhn_holds(f"62220000000000{n:02d}")
    )
    assert account_flaw(good) is None
    assert account_hint(good) is None
    bad = good[:-1] + str((int(good[-1]) + 1) % 10)
    assert account_flaw(bad) is None
    assert code(account_hint(bad)) == "account-check"
    assert account_hint("605812345678901234") is None  # a postal passbook
    assert code(account_flaw("6222")) == "account-short"
    assert code(account_flaw("6" * 23)) == "account-long"
    assert code(account_flaw("62220000000000ab")) == "account-shape"
    assert account_hint("6222") is None


@pytest.mark.parametrize(
    "text", ["2026-03-05", "2026年3月5日", "2026.3.5", "20260305", "２０２６/３/５", " 2026-3-5 "]
)
def test_dates_as_people_write_them(text: str) -> None:
    assert parse_date(text) == date(2026, 3, 5)


def test_dates_that_are_none() -> None:
    assert code(date_flaw("2026-02-30")) == "date"
    assert code(date_flaw("明天")) == "date"
    assert code(date_flaw("1200-01-01")) == "date-too-old"
    assert date_flaw("1931-01-01") is None
    assert in_words(date(2026, 12, 4), date(2026, 1, 1)) == "12月4日"
    assert in_words(date(2027, 1, 4), date(2026, 1, 1)) == "2027年1月4日"
    assert full_years(date(2024, 2, 29), date(2026, 2, 28)) == 1
    assert today_in_china(datetime(2026, 11, 22, 16, tzinfo=UTC)) == date(2026, 11, 23)


def test_divisions() -> None:
    village = next(iter(divisions().children("445222107000"))).code
    assert level_of(village) is Level.VILLAGE
    assert division_flaw(village, divisions()) is None
    assert code(division_flaw("445222107000", divisions())) == "division-coarse"
    assert division_flaw("445222107000", divisions(), Level.TOWNSHIP) is None
    assert code(division_flaw("445222999000", divisions())) == "division-unknown"
    assert code(division_flaw("4452", divisions())) == "division-shape"
    assert code(division_flaw("4452", None)) == "division-shape"
    assert normalise_code("４４５２") == "445200000000"
    assert significant("445200000000") == "4452"
    assert within(village, "4452")
    assert within(village, "445222000000")
    assert not within("440100000000", "4452")
    assert within("440100000000", "44")
    assert is_villagers_committee("445222107201")
    assert not is_villagers_committee("445222107001")
    with pytest.raises(ValueError, match="twelve digits"):
        level_of("4452")
    for length, level in zip((2, 4, 6, 9, 12), Level, strict=True):
        assert level_of("445222107201"[:length].ljust(12, "0")) is level
