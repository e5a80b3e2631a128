"""The guide in words: known, unknown, other places, sources, pages."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.items import (
    Confidence,
    Coverage,
    Deadline,
    FourWays,
    Necessity,
    Period,
    Proxy,
    ProxyWho,
    ServiceItem,
)
from kiosk.journeys.guiding import (
    DUE_LATER,
    HELP_IS_FREE,
    UNSAID,
    Guide,
    Row,
    filing_here,
    guide,
    may_another_file,
    paged,
    source_line,
)
from tests.helpers.real_items import items

HERE = "445222107201"


def the(item_id: str) -> ServiceItem:
    return items()[item_id]


def row(told: Guide, key: str) -> Row:
    return next(one for one in told.rows if one.key == key)


@pytest.mark.parametrize("item", items().values(), ids=items())
def test_every_item_answers_the_five_questions_or_says_that_the_guide_is_silent(
    item: ServiceItem,
) -> None:
    told = guide(item, HERE)
    assert [one.question for one in told.rows] == ["谁能办", "带什么", "要多久", "多少钱", "跑几次"]
    for one in told.rows:
        assert one.answer
        assert one.known == (one.answer != UNSAID)
    ours = [*(one.reason for one in told.rows), told.source, told.here.words, *told.warnings]
    everything = "".join(ours)
    assert "None" not in str(replace(told, another_allowed=True))
    for forbidden in ("短信", "失败", "错误", "也能办"):
        assert forbidden not in everything
    assert all(line for section in told.sections for page in section.pages for line in page)


def test_what_the_guide_does_not_say_is_unknown_and_has_no_tag() -> None:
    bare = replace(
        the("homestead"),
        conditions=(),
        materials=(),
        steps=(),
        legal_period=None,
        promised_period=None,
        fee=None,
        charged=None,
        visits=None,
        four_ways=FourWays(),
        proxy=Proxy(),
        publicised=None,
        result=None,
        legal_basis=(),
    )
    told = guide(bare, HERE)
    assert [one.known for one in told.rows] == [False] * 5
    assert told.tags == ()
    assert told.another == "指南没写能不能代办，先问镇街。"
    assert told.another_allowed is None
    assert row(told, "fee").reason == HELP_IS_FREE
    assert row(told, "time").reason == DUE_LATER
    assert {s.key: s.pages for s in told.sections}["basis"] == ((UNSAID,),)


def test_a_tag_stands_only_for_a_sure_yes() -> None:
    item = replace(
        the("homestead"),
        four_ways=FourWays(on_the_spot=True, online=False, nearby=None, once=True),
        proxy=Proxy(allowed=True, presence_only=True),
        publicised=True,
    )
    assert guide(item, HERE).tags == ("马上办", "一次办", "村里要公示")


def test_the_allowance_of_jieyang_can_be_filed_in_jieyang_and_not_elsewhere() -> None:
    item = the("old-age-allowance-jieyang")
    assert filing_here(item, HERE).allowed
    elsewhere = filing_here(item, "440113101001")
    assert not elsewhere.allowed
    assert elsewhere.words == "揭阳市的事项，这里不能交。"
    assert "请到：揭阳市" in elsewhere.where


def test_unknown_coverage_is_guide_only_unless_the_demonstration_takes_it() -> None:
    item = replace(the("passport-renew"), coverage=Coverage())
    assert not filing_here(item, HERE).allowed
    assert filing_here(item, HERE).where
    shown = filing_here(replace(item, coverage=Coverage(demo_fileable=True)), HERE)
    assert shown.allowed
    assert "演示可交" in shown.words


def test_the_demonstration_mark_does_not_open_the_items_of_other_places() -> None:
    item = replace(the("homestead"), coverage=Coverage(prefixes=("4401",), demo_fileable=True))
    assert not filing_here(item, HERE).allowed


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        (Proxy(), "指南没写能不能代办，先问镇街。"),
        (Proxy(allowed=True), "可以请人代办。"),
        (
            Proxy(allowed=True, who=(ProxyWho.GUARDIAN, ProxyWho.NEIGHBOUR)),
            "可以由监护人、邻居代办。",
        ),
        (Proxy(allowed=True, note="家属可代办"), "家属可代办。"),
        (Proxy(allowed=False), "要本人办。"),
        (Proxy(allowed=False, note="双方须亲自到场"), "要本人办：双方须亲自到场。"),
        (Proxy(allowed=True, presence_only=True), "要本人到场，不能代办。"),
    ],
)
def test_words_on_filing_for_another(proxy: Proxy, words: str) -> None:
    assert may_another_file(replace(the("homestead"), proxy=proxy)) == words


@pytest.mark.parametrize(
    ("grade", "date", "line"),
    [
        (Confidence.REPOST, "2026-11-20", "来源：网上转载，2026年11月20日抄录，以当地窗口为准。"),
        (Confidence.REPOST, "2026-11", "来源：网上转载，2026年11月抄录，以当地窗口为准。"),
        (Confidence.LAW_OR_MIRROR, None, "来源：法规或政府网页，抄录日期不明，以当地窗口为准。"),
        (Confidence.OFFICIAL, "2026", "来源：官方办事指南，2026年抄录。"),
        (Confidence.OFFICIAL, "去年", "来源：官方办事指南，去年抄录。"),
    ],
)
def test_the_source_names_its_grade_and_date(
    grade: Confidence, date: str | None, line: str
) -> None:
    item = replace(the("homestead"), confidence=grade, source_date=date)
    assert source_line(item) == line


def test_deadline_and_posting_are_told_before_the_start() -> None:
    item = replace(
        the("homestead"), deadline=Deadline(days=30, counts_from="出生之日"), publicised=True
    )
    warnings = guide(item, HERE).warnings
    assert "从出生之日算，要在30天内办" in warnings[0]
    assert "不算办理的日子" in warnings[0]
    assert "公示" in warnings[1]


def test_time_and_fee_and_visits() -> None:
    item = replace(
        the("homestead"),
        promised_period=Period(0, "工作日"),
        legal_period=Period(20, "工作日"),
        charged=True,
        fee=None,
        visits=0,
        visits_reason=None,
    )
    told = guide(item, HERE)
    assert row(told, "time").answer == "当天"
    assert row(told, "time").reason == f"法定最长20个工作日。{DUE_LATER}"
    assert row(told, "fee").answer == "要收费，指南没写多少"
    assert row(told, "visits").answer == "不用去窗口"
    only_legal = guide(replace(item, promised_period=None, charged=False), HERE)
    assert row(only_legal, "time").answer == "法定最长20个工作日"
    assert row(only_legal, "fee").answer == "不收费"


def test_promises_and_exemptions_are_listed_only_where_published() -> None:
    item = the("homestead")
    first, second, third, *rest = item.materials
    marked = replace(
        item,
        materials=(
            replace(first, commitment=True),
            replace(second, necessity=Necessity.DEFERRABLE),
            replace(third, exempt=True),
            *rest,
        ),
    )
    told = guide(marked, HERE)
    assert told.promise == (first.name,)
    assert told.later == (second.name,)
    assert told.exempt == (third.name,)
    assert third.name not in row(told, "materials").answer


def test_a_blank_form_is_filled_in_here_only_with_a_form_of_its_own() -> None:
    item = the("residence-permit-apply-hualong")
    assert "表在这里填" in row(guide(item, HERE), "materials").reason
    plain = guide(replace(item, form_id="generic"), HERE)
    assert "表在这里填" not in str(plain)
    assert "居住证-申领居住证" in row(plain, "materials").answer


@given(st.lists(st.text(st.sampled_from("甲乙，。；丙丁 "), max_size=700), max_size=6))
def test_pages_lose_nothing_and_are_never_too_long(lines: list[str]) -> None:
    pages = paged(lines, 60)
    assert "".join(chain.from_iterable(pages)) == "".join(lines)
    assert all(0 < sum(len(line) for line in page) <= 60 for page in pages)
