"""The lexicon is edited by people who do not program: faults say where and why."""

from pathlib import Path

import pytest

from kiosk.domain.problems import InputProblem
from kiosk.search.folding import fold
from kiosk.search.lexicon import Kind, load, parse_items, parse_words
from tests.helpers.search_corpus import real_items, the_lexicon


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("失业 = 冇工开", 1, "before the first"),
        ("# 说明\n[东西]\n失业 = 冇工开", 2, "not one of"),
        ("[对象\n失业 = 冇工开", 1, "on a line of its own"),
        ("[对象]\n\n失业 冇工开", 3, "name of the meaning = words"),
        ("[对象]\n= 冇工开", 2, "no name before"),
        ("[对象]\n失业 =  # 还没想好", 2, "no word"),
        ("[对象]\n失业 = 下岗\n失 业 = 待业", 3, "already on line 2"),
        ("[虚词]\n这个词实在是太长太长了不像一个词", 2, "longer than"),
    ],
)
def test_a_fault_in_words_names_file_line_and_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(InputProblem, match=reason) as caught:
        parse_words(text)
    assert caught.value.path == f"words.txt:{line}"
    assert f"words.txt, line {line}" in caught.value.message


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("办身份证", 1, "before the first"),
        ("[身份证]\n办身份证\n[户口]", 3, "nobody says anything"),
        ("[-临时]\n办身份证", 1, "needs a word"),
        ("[身份证 丢失|]\n补身份证", 1, "names no word"),
        ("[身份证]\n" + "我" * 31, 2, "longer than"),
    ],
)
def test_a_fault_in_items_names_file_line_and_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(InputProblem, match=reason) as caught:
        parse_items(text)
    assert caught.value.path == f"items.txt:{line}"


def test_headings_that_follow_each_other_share_their_sayings() -> None:
    (topic,) = parse_items("[身份证 丢失|补领]\n[户口 -迁]\n補領身份證  # 丢了\n")
    assert topic.sayings == ("补领身份证",)
    assert topic.fits("居民身份证丢失补领")
    assert topic.fits("户口注销登记")
    assert not topic.fits("户口迁出登记")
    assert not topic.fits("居民身份证换领")


def test_words_are_folded_and_may_have_several_meanings() -> None:
    meanings = parse_words("[对象]\n社保卡 = 醫保卡，ＩＤ卡\n医保 = 医保卡\n[虚词]\n的 了\n")
    assert meanings[0].words == ("社保卡", "医保卡", "id卡")
    assert "医保卡" in meanings[1].words
    assert meanings[2].kind is Kind.FILLER


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes("[对象]\n".encode() + "失业 = 下岗".encode("gb18030"))
    (tmp_path / "items.txt").write_text("", encoding="utf-8")
    with pytest.raises(InputProblem, match="UTF-8") as caught:
        load(tmp_path)
    assert caught.value.path == "words.txt:2"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match="cannot be read"):
        load(tmp_path)


def test_every_real_item_has_people_who_ask_for_it() -> None:
    lexicon = the_lexicon()
    silent = [
        item.name
        for item in real_items()
        if not any(topic.fits(fold(item.name)) for topic in lexicon.topics)
    ]
    assert silent == []
