"""Numbers of identity, credit codes, masks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identity import (
    age,
    birth_date,
    check_digit,
    credit_check,
    credit_code_flaw,
    credit_code_hint,
    is_outside_mainland,
    make_resident_id,
    mask_account,
    mask_id,
    mask_name,
    mask_phone,
    normalise_id,
    resident_id_flaw,
    typing_flaw,
)

TODAY = date(2026, 11, 22)
GOOD = make_resident_id(date(1941, 3, 5))
births = st.dates(date(1900, 1, 1), TODAY)
numbers = st.builds(make_resident_id, births, st.integers(0, 999))


def code(number: str) -> str | None:
    flaw = resident_id_flaw(number, TODAY)
    return flaw.code if flaw else None


@given(numbers)
def test_a_right_number_is_right_at_every_digit(number: str) -> None:
    assert resident_id_flaw(number, TODAY) is None
    assert all(typing_flaw(number[:end], TODAY) is None for end in range(19))
    assert resident_id_flaw(number.lower(), TODAY) is None


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_found(number: str, place: int, digit: str) -> None:
    wrong = number[:place] + digit + number[place + 1 :]
    assert (resident_id_flaw(wrong, TODAY) is None) == (wrong == number)


@given(numbers, st.integers(0, 15))
def test_every_swap_of_neighbours_is_found(number: str, place: int) -> None:
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (resident_id_flaw(wrong, TODAY) is None) == (wrong == number)


@given(st.text(max_size=25))
def test_no_text_whatever_breaks_the_check(text: str) -> None:
    resident_id_flaw(text, TODAY)
    typing_flaw(text, TODAY)
    credit_code_flaw(text)
    credit_code_hint(text)
    mask_id(text)
    mask_name(text)


@pytest.mark.parametrize(
    "region",
    ["440000", "412723", "440524", "445281", "810000", "820000", "830000", "132401", "512222"],
)
@pytest.mark.parametrize("born", [date(1935, 2, 1), date(1975, 12, 31), date(2024, 2, 29)])
def test_old_county_codes_and_permits_are_valid_whatever_the_birth_year(
    region: str, born: date
) -> None:
    assert code(make_resident_id(born, 7, region)) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("", "id-empty"),
        (GOOD[:17], "id-short"),
        (GOOD + "1", "id-long"),
        ("990000194103050028", "id-province"),
        ("440000194102300028", "id-birth-date"),
        ("440000202611230028", "id-birth-date"),
        ("440000209901010028", "id-birth-date"),
        ("440000185001010028", "id-birth-date"),
        ("440000190002290028", "id-birth-date"),
        ("44000019410305002Y", "id-shape"),
        ("4400001941O3050028", "id-shape"),
        (GOOD[:-1] + ("1" if GOOD[-1] != "1" else "2"), "id-check"),
    ],
)
def test_wrong_numbers_have_their_words(number: str, fault: str) -> None:
    assert code(number) == fault
    flaw = resident_id_flaw(number, TODAY)
    assert flaw
    assert flaw.words.endswith("。")
    assert number == "" or number not in flaw.words


def test_born_today_is_valid_and_tomorrow_is_not() -> None:
    assert code(make_resident_id(TODAY)) is None
    assert code(make_resident_id(TODAY + timedelta(days=1))) == "id-birth-date"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("0", "id-province"),
        ("4", None),
        ("49", "id-province"),
        ("44000017", "id-birth-date"),
        ("4400002027", "id-birth-date"),
        ("440000194113", "id-birth-date"),
        ("44000019412", "id-birth-date"),
        ("4400001941024", "id-birth-date"),
        ("4400001941022", None),
        ("44000019410230", "id-birth-date"),
        ("44000019410228", None),
    ],
)
def test_faults_are_told_while_typing_as_early_as_they_are_sure(
    typed: str, fault: str | None
) -> None:
    flaw = typing_flaw(typed, TODAY)
    assert (flaw and flaw.code) == fault


def test_every_way_to_write_x_is_accepted_and_normalised() -> None:
    order = next(n for n in range(999) if make_resident_id(date(1990, 1, 1), n).endswith("X"))
    number = make_resident_id(date(1990, 1, 1), order)
    for x in "xXｘＸ×":
        assert normalise_id(number[:-1] + x) == number
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    assert normalise_id(f" {wide[:6]} {wide[6:14]}-{wide[14:]}\u200b") == number


def test_birth_date_and_age() -> None:
    assert birth_date(GOOD) == date(1941, 3, 5)
    assert age(GOOD, date(2026, 3, 4)) == 84
    assert age(GOOD, date(2026, 3, 5)) == 85
    assert age("123", TODAY) is None
    assert birth_date("440000194102300028") is None
    assert is_outside_mainland(make_resident_id(date(1990, 1, 1), 1, "830000"))
    assert not is_outside_mainland(GOOD)


BODIES = st.builds(
    lambda head, region, rest: head + region + rest,
    st.text(st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"), min_size=2, max_size=2),
    st.text(st.sampled_from("0123456789"), min_size=6, max_size=6),
    st.text(st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"), min_size=9, max_size=9),
)


@given(BODIES)
def test_every_built_credit_code_is_right_and_a_wrong_check_only_hints(body: str) -> None:
    right = body + credit_check(body)
    assert credit_code_flaw(right) is None
    assert credit_code_hint(right.lower()) is None
    wrong = body + ("1" if credit_check(body) != "1" else "2")
    assert credit_code_flaw(wrong) is None
    hint = credit_code_hint(wrong)
    assert hint
    assert "不用改" in hint.words


@pytest.mark.parametrize("real", ["11440100007483172Q", "12441500196720244T", "11440300MB2D097052"])
def test_codes_of_public_offices_are_right(real: str) -> None:
    assert credit_code_flaw(real) is None
    assert credit_code_hint(real) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "credit-empty"),
        ("1144010000748317", "credit-short"),
        ("11440100007483172QQ", "credit-long"),
        ("11440100007483172I", "credit-shape"),
        ("1144O100007483172Q", "credit-shape"),
        ("11A40100007483172Q", "credit-region"),
    ],
)
def test_what_cannot_be_a_credit_code(text: str, fault: str) -> None:
    flaw = credit_code_flaw(text)
    assert flaw
    assert flaw.code == fault
    assert credit_code_hint(text) is None


def test_a_rural_collective_starts_with_a_letter() -> None:
    body = "N2445222MA4UX0000"
    assert credit_code_flaw(body + credit_check(body)) is None


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("李小英", "李*英"),
        ("李英", "李*"),
        ("李", "*"),
        ("", ""),
        ("欧阳小小英", "欧***英"),
        ("迪丽热巴·迪力木拉提", "迪***提"),
        ("\U0002348d小明", "\U0002348d*明"),
        ("John Smith", "J***"),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_numbers_are_masked() -> None:
    assert mask_id("440000194103051234") == "440***********1234"
    assert mask_id("1234") == "**34"
    assert mask_id("") == ""
    assert mask_account("6222000000001234") == "****1234"
    assert mask_phone("13912345678") == "139****5678"
    assert mask_phone("5551234") == "***1234"


def test_the_check_digit_of_the_standard() -> None:
    assert check_digit("11010519491231002") == "X"  # the example of GB 11643
