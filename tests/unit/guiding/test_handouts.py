"""The guide on paper: the whole of it, nothing guessed, on as many sheets as it takes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.items import ServiceItem
from kiosk.journeys.guiding import guide
from kiosk.journeys.handouts import HOURS_UNSAID, guide_paper
from kiosk.journeys.slips import Letterhead, Paper
from tests.helpers.search_corpus import real_items
from ui.app import create_app
from ui.paper import HEIGHT, as_document, as_picture, sheets

DAY = date(2026, 11, 22)
HEAD = Letterhead("长滩村便民服务站（演示）", "0663-5550000", demo=True)
HOURS = "周一到周五 8:30–12:00"
VILLAGE = "445222990201"


def text_of(paper: Paper) -> str:
    lines = [part for line in paper.lines for part in line]
    return "\n".join([paper.title, paper.warning, *lines, *paper.steps, paper.footer])


@pytest.mark.parametrize("item", real_items(), ids=lambda item: item.item_id)
def test_nothing_that_is_to_be_brought_is_left_out(item: ServiceItem) -> None:
    told = guide(item, VILLAGE)
    paper = guide_paper(told, HEAD, HOURS, DAY)
    words = text_of(paper)
    for material in item.materials:
        assert material.name in words
    for condition in item.conditions:
        assert condition[:20] in words
    assert told.source in words
    assert told.here.words in words
    for warning in told.warnings:
        assert warning in words
    assert "还没有申请" in paper.warning
    assert "往下看" not in words, "on paper there is nothing to scroll"
    assert {HOURS, "2026年11月22日打印。以当地窗口为准。", item.name} <= set(words.split("\n"))


def test_what_the_station_does_not_say_is_told() -> None:
    paper = guide_paper(
        guide(real_items()[0], VILLAGE), Letterhead("站", None, demo=False), None, DAY
    )
    words = text_of(paper)
    assert HOURS_UNSAID in words
    assert "有不明白的：打12345。" in words
    assert "None" not in words


def test_every_real_guide_fits_on_a_few_sheets() -> None:
    create_app(["paper"])
    for item in real_items():
        paper = guide_paper(guide(item, VILLAGE), HEAD, HOURS, DAY)
        parted = sheets(paper)
        assert tuple(line for one in parted for line in one.lines) == paper.lines
        assert [bool(one.steps) for one in parted] == [False] * (len(parted) - 1) + [True]
        assert len(parted) <= 6, item.item_id
        if len(parted) > 1:
            assert all(
                f"第{n}张，共{len(parted)}张" in one.footer for n, one in enumerate(parted, 1)
            )


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.just("带什么"), st.text("身份证a ", max_size=160)), max_size=40))
def test_no_line_is_drawn_past_the_sheet(lines: list[tuple[str, str]]) -> None:
    from PySide6.QtGui import QImage, QPainter

    from ui.paper import _height

    create_app(["paper"])
    paper = Paper("题", "", (), "先看这一句。", tuple(lines), ("一", "二"), "日期。", demo=True)
    painter = QPainter(scratch := QImage(1, 1, QImage.Format.Format_RGB32))
    heights = [_height(painter, one) for one in sheets(paper)]
    painter.end()
    del scratch
    assert max(heights) <= HEIGHT


def test_a_sheet_is_drawn_as_picture_and_document() -> None:
    create_app(["paper"])
    for one in sheets(guide_paper(guide(real_items()[0], VILLAGE), HEAD, HOURS, DAY)):
        assert as_picture(one).startswith(b"\x89PNG")
        assert as_document(one).startswith(b"%PDF")
