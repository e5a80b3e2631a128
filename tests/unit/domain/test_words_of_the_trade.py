"""Small values of the domain: notices, periods, moments, phones, directory files, problems."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import directory_rows as rows
from kiosk.domain.clock import from_text, to_text
from kiosk.domain.item_reading import from_text as item_from_text
from kiosk.domain.items import Period
from kiosk.domain.notices import NOTICE_VERSION, notice_for
from kiosk.domain.phones import ending, is_mobile, mobile_flaw, normalise_phone, phone_flaw
from kiosk.domain.problems import EnvironmentProblem, InputProblem, PlatformProblem, Problem
from kiosk.domain.submissions import normal_local_number


def said(notice: object) -> dict[str, str]:
    lines: tuple[tuple[str, str], ...] = notice.lines  # type: ignore[attr-defined]
    return dict(lines)


def test_a_notice_says_who_why_what_how_long_and_what_one_may_do() -> None:
    own = notice_for("高龄津贴", "民政局", for_another=False, publicised=False)
    assert own.version == NOTICE_VERSION
    assert list(said(own)) == ["交给谁", "为什么", "有什么", "留多久", "可以怎样"]
    assert "民政局" in said(own)["交给谁"]
    assert said(own)["有什么"].startswith("您的")


def test_in_proxy_filing_the_notice_speaks_of_the_principal() -> None:
    other = notice_for("低保", None, for_another=True, publicised=True)
    assert said(other)["有什么"].startswith("当事人的")
    assert "指南没写" in said(other)["交给谁"]
    assert "公示" in said(other)["会公示"]


def test_a_period_reads_as_people_say_it() -> None:
    assert str(Period(20, "工作日")) == "20个工作日"
    assert str(Period(3, "天")) == "3天"


def test_a_moment_without_a_zone_is_not_written_down() -> None:
    with pytest.raises(ValueError, match="timezone"):
        to_text(datetime(2026, 11, 22, 2, 5))  # noqa: DTZ001 (that is the point)
    with pytest.raises(ValueError, match="offset"):
        from_text("2026-11-22T02:05:07")


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001
    st.integers(-12, 14),
)
def test_moments_read_back_to_the_second(moment: datetime, hours: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    text = to_text(aware)
    assert text.endswith("Z")
    assert from_text(text) == aware.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("+86 139 0000 0000", "13900000000"),
        ("8613900000000", "13900000000"),
        ("（0663）555-0000", "06635550000"),
        ("+852 9123 4567", "0085291234567"),
    ],
)
def test_phones_are_stored_as_digits(typed: str, digits: str) -> None:
    assert normalise_phone(typed) == digits
    assert phone_flaw(typed) is None
    assert ending(typed) == digits[-4:]


def test_a_landline_is_no_mobile() -> None:
    assert is_mobile("13900000000")
    assert mobile_flaw("139 0000 0000") is None
    assert mobile_flaw("06635550000") is not None
    assert not is_mobile("06635550000")


def test_a_local_number_is_stored_one_way() -> None:
    assert normal_local_number("1234 5678-9") == normal_local_number("123456789") == "1234-5678-9"


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Problem, 70), (InputProblem, 2), (EnvironmentProblem, 3), (PlatformProblem, 1)],
)
def test_a_problem_knows_its_exit_and_shows_itself(kind: type[Problem], status: int) -> None:
    problem = kind("some-code", "What happened, where.", path="/a/0")
    assert problem.exit_status == status
    assert repr(problem) == f"{kind.__name__}('some-code', 'What happened, where.', path='/a/0')"
    assert str(problem) == "What happened, where."


def test_an_item_that_is_no_json_is_refused() -> None:
    with pytest.raises(InputProblem) as caught:
        item_from_text("{")
    assert (caught.value.code, caught.value.path) == ("bad-item", "")


CONTENT: rows.Content = {("item", "a"): "{}", ("names", "b"): b"\x00\xff"}
HEADER = rows.Header("common", 3, None, "2026-11-22T00:00:00Z", rows.digest_of(CONTENT))


def test_a_directory_file_reads_back() -> None:
    header, found = rows.read(rows.lines(HEADER, rows.full(CONTENT)))
    assert header == HEADER
    assert list(found) == rows.full(CONTENT)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"format":2}',
        b'{"format":1,"role":"common","version":0,"since":null,"published_at":"","state_digest":"'
        + b"0" * 64
        + b'"}',
        b'{"format":1,"role":"common","version":1,"since":null,"published_at":"","state_digest":"x"}',
        b'"' + b"x" * rows.MAX_LINE + b'"',
    ],
    ids=["nothing", "list", "torn", "deep", "newer", "version", "digest", "endless"],
)
def test_a_malformed_header_is_refused(line: bytes) -> None:
    with pytest.raises(InputProblem) as caught:
        rows.read([line] if line else [])
    assert (caught.value.code, caught.value.path) == ("bad-directory", "line 1")


@pytest.mark.parametrize(
    "line",
    [
        b'["Item","k","v"]',
        b'["item; drop","k","v"]',
        b'["item","k"]',
        b'["item","k",5]',
        b'["item","k",{"b":"***"}]',
        b'["item","k",{"b":5}]',
        b'["Item","k",{"b":"AA=="}]',
        b"nonsense",
    ],
)
def test_a_malformed_row_is_refused_with_its_line(line: bytes) -> None:
    good = list(rows.lines(HEADER, [rows.Row("item", "gone", None)]))
    _, found = rows.read([*good, line])
    assert next(found) == rows.Row("item", "gone", None)
    with pytest.raises(InputProblem) as caught:
        next(found)
    assert (caught.value.code, caught.value.path) == ("bad-directory", "line 3")


def test_a_delta_leads_from_one_state_to_the_next() -> None:
    new: rows.Content = {("item", "a"): "{1}", ("item", "c"): "x"}
    assert rows.difference(CONTENT, new) == [
        rows.Row("item", "a", "{1}"),
        rows.Row("item", "c", "x"),
        rows.Row("names", "b", None),
    ]
    assert rows.text_of({"b": 1, "a": "阿"}) == '{"a":"阿","b":1}'
