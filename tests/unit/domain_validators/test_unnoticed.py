"""Lines of the validators whose change nobody had noticed (found by mutation testing)."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.domain import banking, divisions, identity, names, phones
from kiosk.domain.directory_rows import digest_of, text_of
from kiosk.domain.notices import notice_for

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("digits", ["79927398713", "6222021234567890128", "0", "18", "59"])
def test_the_check_digit_of_a_card(digits: str) -> None:
    right = int(digits[-1])
    for last in range(10):
        assert banking.luhn_holds(f"{digits[:-1]}{last}") is (last == right), last


def test_a_wrong_card_is_hinted_at_and_a_right_one_is_not() -> None:
    assert banking.account_hint("6222021234567890128") is None
    hint = banking.account_hint("6222021234567890129")
    assert hint is not None
    assert (hint.code, "存折" in hint.words) == ("account-check", True)


def test_a_credit_code_with_a_wrong_check_is_a_hint_with_a_name() -> None:
    body = "91440000MA0000000"
    assert identity.credit_code_hint(body + identity.credit_check(body)) is None
    hint = identity.credit_code_hint(body + ("A" if identity.credit_check(body) != "A" else "B"))
    assert hint is not None
    assert hint.code == "credit-check"
    with pytest.raises(ValueError, match="argument 2 is longer"):
        identity.credit_check(body[:-1])


@pytest.mark.parametrize(("digit", "fits"), [("0", True), ("3", True), ("4", False), ("X", False)])
def test_the_first_digit_of_a_day(digit: str, fits: bool) -> None:
    flaw = identity.typing_flaw(f"440000194603{digit}", TODAY)
    assert (flaw is None) is fits


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (divisions.Level.VILLAGE, "请选到村（居）。"),
        (divisions.Level.TOWNSHIP, "请选到镇（街道）。"),
        (divisions.Level.COUNTY, "请选到县（区）。"),
        (divisions.Level.CITY, "请选到市。"),
    ],
)
def test_how_fine_a_place_must_be_is_said(level: divisions.Level, words: str) -> None:
    flaw = divisions.division_flaw("440000000000", None, level)
    assert flaw is not None
    assert flaw.words == words


def test_words_carry_their_numbers() -> None:
    long = names.body_name_flaw("演" * (2 * names.MOST + 1))
    assert long is not None
    assert long.words == f"名称太长了，最多{2 * names.MOST}个字。"
    start = phones.mobile_flaw("12000138000")
    assert start is not None
    assert start.words == "手机号是13到19开头的，请看看前两位。"


def test_what_is_posted_in_the_village_is_said_plainly() -> None:
    said = dict(notice_for("演示", None, for_another=False, publicised=True).lines)
    assert said["会公示"] == "这件事要在村里公示，别人会看到办理结果。"


def test_a_digest_covers_keys_and_values_and_texts_are_not_escaped() -> None:
    seen = {digest_of({("item", key): value}) for key in "ab" for value in ("x", "y", b"x")}
    assert len(seen) == 6
    assert text_of({"b": "村", "a": 1}) == '{"a":1,"b":"村"}'
